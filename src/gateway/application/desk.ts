import { entitledIn, type WeightedTokens } from '../../metering/contract.js';
import { floorToGrid, HOUR_MS, type Instant } from '../../kernel/time.js';
import { valueAt } from '../../kernel/step-function.js';
import type { CancelTimer } from '../../platform/clock/timers.js';
import type { Claim, Taking } from '../../platform/rate-limit/bucket-store.js';
import { keptFor, type Admission, type Entry, type Refusal } from '../model/admission.js';
import { capacityOf, perMsOf, type Bucket, type BucketState, type Supply } from '../model/bucket.js';
import type { Lane } from '../model/lane.js';
import { rankOf, TIERS } from '../model/tier.js';
import type { TokenCounts } from '../../metering/contract.js';
import { GRACE_MS } from './shared-buckets.js';
import type { Yielding } from './yielding.js';

/** A request that was let in. Has to be settled, once, whatever becomes of it. */
export interface Ticket {
  /** When: decides the hour of its use. */
  readonly admittedAt: Instant;
  /** Requests under way on the lane in this process, this one included. */
  readonly concurrency: number;
  /** Of the bucket, after it was let in. */
  readonly state: BucketState;
  /** Gives back what was set aside and not used. */
  settle(counts: TokenCounts): void;
  /** Gives all of it back: nothing was sent. */
  cancel(): void;
}

/** From which bucket a request was let in. */
export type Source =
  /** This process's own; `period`: shares are begun anew after each loss of the store. */
  | { readonly kind: 'alone'; readonly period: number; readonly hour: Instant }
  | { readonly kind: 'shared'; readonly ticket: string; readonly memory: string; readonly hour: Instant };

export type LetIn =
  | { readonly kind: 'admitted'; readonly source: Source }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** How an entry asks: once, until it is let in, or after everybody else, where `kept` is left after it. */
export type Asking =
  | { readonly kind: 'once' | 'waiting' }
  | { readonly kind: 'idle'; readonly kept: bigint };

/** One reservation's bucket and queue in this process. */
export interface Desk {
  lane: Lane;
  /** Its bucket is this process's own, or what was last heard of the shared one. */
  readonly admission: Admission;
  readonly waiters: Map<string, (letIn: LetIn) => void>;
  readonly yielding: Yielding;
  underWay: number;
  cancel: CancelTimer;
  /** Whose bucket it is; `period` as in `Source`. */
  mode: { readonly isShared: boolean; readonly period: number };
  isPumping: boolean;
  /** What it was entitled to when last asked, and when that was. */
  supply: { readonly at: Instant; readonly lane: Lane; readonly of: number; readonly supply: Supply } | null;
  /** What was known of the hour's use when the desk was opened. */
  readonly known: { readonly hour: Instant; readonly used: bigint };
}

/** A part of what a lane is entitled to: `of` processes out of `all`. */
export interface Share {
  readonly of: number;
  readonly all: number;
}

const partOf = (whole: bigint, { of, all }: Share): bigint => (whole * BigInt(of)) / BigInt(all);

export function rateAt({ quantity }: Lane, share: Share, now: Instant): bigint {
  return partOf(valueAt(quantity, now), share);
}

export function supplyAt(lane: Lane, share: Share, now: Instant): Supply {
  const hour = floorToGrid(now, HOUR_MS);
  const entitled = partOf(entitledIn(lane.quantity, hour), share) as WeightedTokens;
  return { rate: rateAt(lane, share, now), hour, hourLeftMs: hour + HOUR_MS - now, entitled };
}

/** Above this a double does not hold every amount of an hour. */
const SHARED_RATE_MAX = 100_000_000n;
export const canBeShared = ({ quantity }: Lane, now: Instant): boolean =>
  valueAt(quantity, now) <= SHARED_RATE_MAX;

/** After every tier: whoever waits in any process goes first. */
const IDLE_RANK = TIERS.length;

/** What a store is asked for an entry; `supply` is the whole's. */
export function claimOf(
  desk: Desk,
  entry: Entry,
  supply: Supply,
  { ticket, asking }: { readonly ticket: string; readonly asking: Asking },
): Omit<Claim, 'process' | 'processes'> {
  const { rate, hour, hourLeftMs, entitled } = supply;
  const used = desk.known.hour === hour ? desk.known.used : 0n;
  const isWaiting = asking.kind === 'waiting';
  const isIdle = asking.kind === 'idle';
  return {
    ...{ bucket: desk.lane.reservationId, ticket, amount: Number(entry.estimate) },
    kept: Number(isIdle ? asking.kept : keptFor(entry.tier, rate)),
    rate: Number(perMsOf(rate)),
    capacity: Number(capacityOf(rate)),
    period: {
      ...{ name: `${hour}`, elapsedMs: HOUR_MS - hourLeftMs, leftMs: hourLeftMs },
      ...{ entitled: Number(entitled), used: Number(used) },
    },
    turn: {
      ...{ rank: isIdle ? IDLE_RANK : rankOf(entry.tier), key: entry.keyId, isWaiting },
      hasMore: desk.admission.waiting > (isWaiting ? 1 : 0),
    },
  };
}

/** What was heard of the shared bucket is what waiting times are told by. */
export function mirror(bucket: Bucket, { level, used }: Taking, supply: Supply, now: number): void {
  bucket.level = BigInt(Math.floor(level));
  bucket.used = BigInt(Math.floor(used));
  bucket.hour = supply.hour;
  bucket.rate = supply.rate;
  bucket.at = now;
}

/**
 * Begins an even share after the store was lost: empty, and not before others have ceased to count on this
 * process; and of the hour only what can still flow in less a bucket, since nobody knows what was used of it.
 */
export function beginAlone(bucket: Bucket, supply: Supply, now: number): void {
  const { rate, hour, hourLeftMs, entitled } = supply;
  const unused = perMsOf(rate) * BigInt(hourLeftMs) - capacityOf(rate);
  const left = unused > 0n ? unused : 0n;
  bucket.level = -perMsOf(rate) * BigInt(GRACE_MS);
  bucket.used = left < entitled ? entitled - left : 0n;
  bucket.hour = hour;
  bucket.rate = rate;
  bucket.at = now;
}
