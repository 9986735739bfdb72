import type { WeightedTokens } from '../../metering/contract.js';
import type { Instant } from '../../kernel/time.js';

/** How much a bucket holds: what its reservation serves in this many seconds. */
export const BURST_SECONDS = 60n;
/** Ten-thousandths of a token for a token/s and a millisecond. */
const PER_RATE_AND_MS = 10n;
const PER_RATE_AND_SECOND = 10_000n;

/** What a reservation is entitled to right now, as far as this process may use it. */
export interface Supply {
  /** Weighted tokens/s. */
  readonly rate: bigint;
  /** The UTC hour that is running, and how long it still is, in milliseconds. */
  readonly hour: Instant;
  readonly hourLeftMs: number;
  /** In the whole of that hour. */
  readonly entitled: WeightedTokens;
}

/**
 * What may be used of a reservation now. Two things bound it: what has flowed in at its rate, at most a
 * minute's worth; and what the hour still holds, so that traffic never leads to overage.
 */
export interface Bucket {
  level: bigint;
  /** Milliseconds of a clock that only goes forward. */
  at: number;
  rate: bigint;
  hour: Instant;
  /** Taken in the hour, settled or not. */
  used: bigint;
  /** The hour that was left for it: a clock that is put back comes to it again. */
  left: { readonly hour: Instant; used: bigint } | null;
}

/** Ten-thousandths of a token that flow in in a millisecond. */
export const perMsOf = (rate: bigint): bigint => rate * PER_RATE_AND_MS;

export const capacityOf = (rate: bigint): bigint => rate * BURST_SECONDS * PER_RATE_AND_SECOND;

export function newBucket({ rate, hour }: Supply, now: number, used: bigint): Bucket {
  return { level: capacityOf(rate), at: now, rate, hour, used, left: null };
}

/** Lets flow in what came since; a change of the rate takes effect from now on. */
export function refill(bucket: Bucket, { rate, hour }: Supply, now: number): void {
  const elapsed = BigInt(Math.max(0, now - bucket.at));
  const level = bucket.level + bucket.rate * elapsed * PER_RATE_AND_MS;
  const capacity = capacityOf(rate);
  bucket.level = level < capacity ? level : capacity;
  bucket.at = Math.max(bucket.at, now);
  bucket.rate = rate;
  if (bucket.hour !== hour) enter(bucket, hour);
}

/** What was used of an hour stays used, whichever way the clock came to it. */
function enter(bucket: Bucket, hour: Instant): void {
  const { left, hour: before, used } = bucket;
  bucket.used = left?.hour === hour ? left.used : 0n;
  bucket.hour = hour;
  bucket.left = { hour: before, used };
}

/** What may be taken now; never below zero. */
export function roomIn({ level, used }: Bucket, { entitled }: Supply): bigint {
  const left = entitled - used;
  const room = level < left ? level : left;
  return room > 0n ? room : 0n;
}

export function take(bucket: Bucket, amount: bigint): void {
  bucket.level -= amount;
  bucket.used += amount;
}

/** What was taken in an hour and not used after all. */
export function giveBack(bucket: Bucket, hour: Instant, amount: bigint): void {
  const level = bucket.level + amount;
  const capacity = capacityOf(bucket.rate);
  bucket.level = level < capacity ? level : capacity;
  if (bucket.hour === hour) bucket.used -= amount;
  else if (bucket.left?.hour === hour) bucket.left.used -= amount;
}

/** How a bucket stands, in whole tokens. */
export interface BucketState {
  readonly capacity: bigint;
  readonly room: bigint;
  /** Milliseconds. */
  readonly fullIn: number;
}

export function stateOf(bucket: Bucket, supply: Supply, now: number): BucketState {
  refill(bucket, supply, now);
  const capacity = capacityOf(supply.rate);
  const perMs = supply.rate * PER_RATE_AND_MS;
  return {
    capacity: capacity / PER_RATE_AND_SECOND,
    room: roomIn(bucket, supply) / PER_RATE_AND_SECOND,
    fullIn: perMs === 0n ? 0 : Number((capacity - bucket.level) / perMs),
  };
}

/** Milliseconds until so much can be taken, if nobody else takes any; null: not at this rate. */
export function waitFor(bucket: Bucket, supply: Supply, amount: bigint): number | null {
  if (amount > capacityOf(supply.rate)) return null;
  const lacking = amount - bucket.level;
  const perMs = supply.rate * PER_RATE_AND_MS;
  const filled = lacking <= 0n ? 0 : Number((lacking + perMs - 1n) / perMs);
  const isHourEnough = amount <= supply.entitled - bucket.used;
  return isHourEnough ? filled : Math.max(filled, supply.hourLeftMs);
}
