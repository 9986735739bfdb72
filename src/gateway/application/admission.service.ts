import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { floorToGrid, HOUR_MS } from '../../kernel/time.js';
import { GatewayUsage, NO_TOKENS, weightedOf, type WeightedTokens } from '../../metering/contract.js';
import type { Timers } from '../../platform/clock/timers.js';
import type { Clock } from '../../platform/clock/clock.js';
import { CLOCK } from '../../platform/platform.module.js';
import {
  admitNow,
  ask,
  headOf,
  isFirst,
  letIn,
  newAdmission,
  nextAt,
  queueUp,
  refuseLate,
  refuseTooLarge,
  serve,
  withdraw,
  type Entry,
  type Refusal,
  type Served,
} from '../model/admission.js';
import { giveBack, newBucket, stateOf, type BucketState, type Supply } from '../model/bucket.js';
import { unusedOf } from '../model/estimate.js';
import type { Lane } from '../model/lane.js';
import {
  beginAlone,
  canBeShared,
  claimOf,
  mirror,
  rateAt,
  supplyAt,
  type Desk,
  type LetIn,
  type Share,
  type Source,
  type Ticket,
} from './desk.js';
import type { GatewayLimits } from './gateway-limits.js';
import { SharedBuckets } from './shared-buckets.js';
import { GATEWAY_LIMITS, MONOTONIC, TIMERS } from './tokens.js';

export type { Ticket } from './desk.js';

export type Admitted =
  | { readonly kind: 'admitted'; readonly ticket: Ticket }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

const DESKS_MAX = 10_000;
/** Others may give back at any time: whoever waits for a shared bucket asks again so soon. */
const ASK_MS = { least: 10, most: 100 } as const;
const GONE: LetIn = { kind: 'refused', refusal: { kind: 'over-limit', retryAfterMs: 1_000 } };

/**
 * Lets requests in as far as what is held allows: the rules are in `model/admission.ts`. With a store that
 * processes share there is one bucket for all of them; without, each has its even share.
 */
@Injectable()
export class AdmissionService {
  private readonly desks = new LRUCache<string, Promise<Desk>>({ max: DESKS_MAX });

  constructor(
    private readonly usage: GatewayUsage,
    private readonly shared: SharedBuckets,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(TIMERS) private readonly timers: Timers,
    @Inject(GATEWAY_LIMITS) private readonly limits: GatewayLimits,
    @Inject(MONOTONIC) private readonly monotonic: () => number,
  ) {}

  /** Lets it in now, or not at all. */
  async tryNow(lane: Lane, entry: Entry): Promise<Ticket | null> {
    const desk = await this.deskOf(lane);
    if (desk.mode.isShared) {
      const source = isFirst(desk.admission, entry) ? await this.takeShared(desk, entry, false) : null;
      if (source !== null) return this.ticketOf(desk, entry, source);
      if (this.follow(desk).isShared) return null;
    }
    const isIn = admitNow(desk.admission, entry, this.supplyOf(desk), this.now());
    return isIn ? this.ticketOf(desk, entry, this.alone(desk)) : null;
  }

  /** Lets it in when its turn comes, if that is soon enough. */
  async wait(lane: Lane, entry: Entry, gone: AbortSignal): Promise<Admitted> {
    const desk = await this.deskOf(lane);
    const begin = desk.mode.isShared ? queueUp : ask;
    const { answer, served } = begin(desk.admission, entry, this.supplyOf(desk), this.now());
    this.tellAll(desk, served);
    if (answer.kind === 'refused') return answer;
    if (answer.kind === 'admitted') {
      return { kind: 'admitted', ticket: this.ticketOf(desk, entry, this.alone(desk)) };
    }
    return new Promise((done) => {
      const leave = (): void => {
        withdraw(desk.admission, entry);
        this.tell(desk, entry.id, GONE);
        this.pump(desk);
      };
      desk.waiters.set(entry.id, (told) => {
        gone.removeEventListener('abort', leave);
        if (told.kind === 'refused') done(told);
        else done({ kind: 'admitted', ticket: this.ticketOf(desk, entry, told.source) });
      });
      gone.addEventListener('abort', leave, { once: true });
      // An abort that was before is not told any more.
      if (gone.aborted) leave();
      else this.pump(desk);
    });
  }

  async stateOf(lane: Lane): Promise<BucketState> {
    const desk = await this.deskOf(lane);
    return stateOf(desk.admission.bucket, this.supplyOf(desk), this.now());
  }

  /** What of a lane may be used: an even share of it, or those of all processes that are there. */
  rateOf(lane: Lane): bigint {
    return rateAt(lane, this.shareOf(this.isSharedNow(lane)), this.clock.now());
  }

  private ticketOf(desk: Desk, { estimate }: Entry, source: Source): Ticket {
    const { weights } = desk.lane;
    desk.underWay += 1;
    let isSettled = false;
    return {
      admittedAt: this.clock.now(),
      concurrency: desk.underWay,
      settle: (counts) => {
        if (isSettled) return;
        isSettled = true;
        desk.underWay -= 1;
        const weighted = estimate as WeightedTokens;
        if (source.kind === 'shared') this.settleShared(desk, source, weightedOf(counts, weights), weighted);
        else if (source.period === desk.mode.period && !desk.mode.isShared) {
          giveBack(desk.admission.bucket, source.hour, unusedOf({ weighted }, counts, weights));
        }
        this.pump(desk);
      },
    };
  }

  private settleShared(
    desk: Desk,
    { ticket, memory, hour }: Source & { readonly kind: 'shared' },
    used: bigint,
    most: bigint,
  ): void {
    const { reservationId: bucket } = desk.lane;
    this.shared.settle({ bucket, ticket, memory, period: `${hour}`, used: Number(used < most ? used : most) });
  }

  /** Serves whose turn it is and waits for the next. */
  private pump(desk: Desk): void {
    if (desk.admission.waiting > 0) {
      if (this.follow(desk).isShared) return void this.pumpShared(desk);
      const served = serve(desk.admission, this.supplyOf(desk), this.now());
      this.tellAll(desk, served);
    }
    this.schedule(desk);
  }

  private async pumpShared(desk: Desk): Promise<void> {
    if (desk.isPumping) return;
    desk.isPumping = true;
    try {
      while (await this.serveHead(desk));
    } finally {
      desk.isPumping = false;
    }
    if (desk.mode.isShared) this.schedule(desk);
    else this.pump(desk);
  }

  /** Whether whoever is next was let in, so that another one is. */
  private async serveHead(desk: Desk): Promise<boolean> {
    const [supply, now] = [this.supplyOf(desk), this.now()];
    const refused = [...refuseTooLarge(desk.admission, supply), ...refuseLate(desk.admission, supply, now)];
    this.tellAll(desk, { admitted: [], refused });
    const head = headOf(desk.admission);
    if (head === null) return false;
    const source = await this.takeShared(desk, head, true);
    if (source === null) return this.follow(desk).isShared && headOf(desk.admission)?.id !== head.id;
    if (letIn(desk.admission, head)) this.tell(desk, head.id, { kind: 'admitted', source });
    // Its client went away meanwhile.
    else this.settleShared(desk, source, weightedOf(NO_TOKENS, desk.lane.weights), head.estimate);
    return true;
  }

  private async takeShared(
    desk: Desk,
    entry: Entry,
    isWaiting: boolean,
  ): Promise<(Source & { readonly kind: 'shared' }) | null> {
    const ticket = this.shared.nextTicket();
    const whole = supplyAt(desk.lane, WHOLE, this.clock.now());
    const taking = await this.shared.take(claimOf(desk, entry, whole, { ticket, isWaiting }));
    if (taking === null) return null;
    mirror(desk.admission.bucket, taking, this.supplyOf(desk), this.now());
    return taking.kind === 'taken' ? { kind: 'shared', ticket, memory: taking.memory, hour: whole.hour } : null;
  }

  private schedule(desk: Desk): void {
    desk.cancel();
    const next = nextAt(desk.admission, this.supplyOf(desk), this.now());
    if (next === null) return;
    const soon = desk.mode.isShared ? Math.min(Math.max(next, ASK_MS.least), ASK_MS.most) : next;
    desk.cancel = this.timers.after(soon, () => this.pump(desk));
  }

  private tellAll(desk: Desk, { admitted, refused }: Served): void {
    for (const id of admitted) this.tell(desk, id, { kind: 'admitted', source: this.alone(desk) });
    for (const { id, refusal } of refused) this.tell(desk, id, { kind: 'refused', refusal });
  }

  private tell(desk: Desk, id: string, told: LetIn): void {
    const waiter = desk.waiters.get(id);
    desk.waiters.delete(id);
    waiter?.(told);
  }

  private alone({ admission: { bucket }, mode: { period } }: Desk): Source {
    this.shared.usedAlone();
    return { kind: 'alone', period, hour: bucket.hour };
  }

  private async deskOf(lane: Lane): Promise<Desk> {
    await this.shared.open();
    const known = this.desks.get(lane.reservationId);
    const opening = known ?? this.open(lane);
    if (known === undefined) {
      this.desks.set(lane.reservationId, opening);
      opening.catch(() => this.desks.delete(lane.reservationId));
    }
    const desk = await opening;
    // What is held may have changed since.
    desk.lane = lane;
    this.follow(desk);
    return desk;
  }

  /** What was used of the hour before, by an earlier process or elsewhere, counts. */
  private async open(lane: Lane): Promise<Desk> {
    const hour = floorToGrid(this.clock.now(), HOUR_MS);
    const used = await this.usage.usedIn(lane.reservationId, hour, lane.weights);
    const mode = { isShared: this.isSharedNow(lane), period: this.shared.period };
    const share = this.shareOf(mode.isShared);
    const supply = supplyAt(lane, share, this.clock.now());
    const part = (used * BigInt(share.of)) / BigInt(share.all);
    const bucket = newBucket({ ...supply, hour }, this.now(), part);
    if (!mode.isShared && mode.period > 0) beginAlone(bucket, supply, this.now());
    const admission = newAdmission(bucket);
    const empty = { waiters: new Map(), underWay: 0, cancel: (): void => undefined, isPumping: false, supply: null };
    return { lane, admission, mode, known: { hour, used }, ...empty };
  }

  /** Goes over to the shared bucket when there is one, and to the share of its own when it is lost. */
  private follow(desk: Desk): Desk['mode'] {
    const isShared = this.isSharedNow(desk.lane);
    const { period } = this.shared;
    const { mode } = desk;
    if (isShared === mode.isShared && (isShared || period === mode.period)) return mode;
    desk.mode = { isShared, period };
    if (!isShared) beginAlone(desk.admission.bucket, this.supplyOf(desk), this.now());
    return desk.mode;
  }

  private isSharedNow(lane: Lane): boolean {
    return this.shared.alive !== null && canBeShared(lane, this.clock.now());
  }

  private shareOf(isShared: boolean): Share {
    const { processes: all } = this.limits;
    return { of: isShared ? Math.min(all, this.shared.alive ?? 1) : 1, all };
  }

  /** Asked several times for each request: worked out once in a millisecond. */
  private supplyOf(desk: Desk): Supply {
    const { lane, mode, supply: last } = desk;
    const at = this.clock.now();
    const share = this.shareOf(mode.isShared);
    if (last !== null && last.at === at && last.lane === lane && last.of === share.of) return last.supply;
    const supply = supplyAt(lane, share, at);
    desk.supply = { at, lane, of: share.of, supply };
    return supply;
  }

  private now(): number {
    return Math.floor(this.monotonic());
  }
}

const WHOLE: Share = { of: 1, all: 1 };
