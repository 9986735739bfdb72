import { Inject, Injectable } from '@nestjs/common';
import { GatewayUsage, NO_TOKENS, weightedOf, type TokenCounts, type WeightedTokens } from '../../metering/contract.js';
import type { Clock } from '../../platform/clock/clock.js';
import type { Timers } from '../../platform/clock/timers.js';
import { CLOCK } from '../../platform/platform.module.js';
import {
  admitIdle,
  admitNow,
  ask,
  headOf,
  idleKept,
  isFirst,
  letIn,
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
import { giveBack, stateOf, type BucketState } from '../model/bucket.js';
import { unusedOf } from '../model/estimate.js';
import type { Lane } from '../model/lane.js';
import { claimOf, mirror, supplyAt, type Asking, type Desk, type LetIn, type Share, type Source, type Ticket } from './desk.js';
import { Desks } from './desks.js';
import type { GatewayLimits } from './gateway-limits.js';
import { SharedBuckets } from './shared-buckets.js';
import { GATEWAY_LIMITS, MONOTONIC, TIMERS } from './tokens.js';

export type { Ticket } from './desk.js';

export type Admitted =
  | { readonly kind: 'admitted'; readonly ticket: Ticket }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** Others may give back at any time: whoever waits for a shared bucket asks again so soon. */
const ASK_MS = { least: 10, most: 100 } as const;
const GONE: LetIn = { kind: 'refused', refusal: { kind: 'over-limit', retryAfterMs: 1_000 } };
const WHOLE: Share = { of: 1, all: 1 };
const ONCE: Asking = { kind: 'once' };
const WAITING: Asking = { kind: 'waiting' };

type SharedSource = Source & { readonly kind: 'shared' };

/**
 * Lets requests in as far as what is held allows: the rules are in `model/admission.ts`. With a store that
 * processes share there is one bucket for all of them; without, each has its even share.
 */
@Injectable()
export class AdmissionService {
  private readonly desks: Desks;

  constructor(
    usage: GatewayUsage,
    private readonly shared: SharedBuckets,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(TIMERS) private readonly timers: Timers,
    @Inject(GATEWAY_LIMITS) limits: GatewayLimits,
    @Inject(MONOTONIC) private readonly monotonic: () => number,
  ) {
    this.desks = new Desks({ usage, shared, clock, timers, limits, now: () => this.now() });
  }

  /** Lets it in now, or not at all. What gives way does so before there is no room. */
  async tryNow(lane: Lane, entry: Entry): Promise<Ticket | null> {
    const desk = await this.desks.of(lane);
    const source = await this.takeNow(desk, entry);
    if (source !== null) return this.ticketOf(desk, entry, source);
    if (desk.yielding.isEmpty) return null;
    await desk.yielding.makeWay();
    const given = await this.takeNow(desk, entry);
    return given === null ? null : this.ticketOf(desk, entry, given);
  }

  /**
   * Lets in what nobody waits for, only where there is plenty. `giveWay` is called when somebody else has no
   * room: it has to be settled at once then.
   */
  async tryIdle(lane: Lane, entry: Entry, giveWay: () => void): Promise<Ticket | null> {
    const desk = await this.desks.of(lane);
    const source = await this.takeIdle(desk, entry);
    if (source === null) return null;
    const ticket = this.ticketOf(desk, entry, source);
    if (desk.admission.waiting === 0) return desk.yielding.add(ticket, giveWay);
    // Somebody came while the store was asked.
    ticket.cancel();
    return null;
  }

  private async takeNow(desk: Desk, entry: Entry): Promise<Source | null> {
    if (desk.mode.isShared) {
      const source = isFirst(desk.admission, entry) ? await this.takeShared(desk, entry, ONCE) : null;
      if (source !== null || this.desks.follow(desk).isShared) return source;
    }
    const isIn = admitNow(desk.admission, entry, this.desks.supplyOf(desk), this.now());
    return isIn ? this.alone(desk) : null;
  }

  /** When the store is lost meanwhile nothing is let in: whether others wait is not known. */
  private async takeIdle(desk: Desk, entry: Entry): Promise<Source | null> {
    const supply = this.desks.supplyOf(desk);
    if (!desk.mode.isShared) {
      return admitIdle(desk.admission, entry, supply, this.now()) ? this.alone(desk) : null;
    }
    if (desk.admission.waiting > 0) return null;
    return this.takeShared(desk, entry, { kind: 'idle', kept: idleKept(supply.rate) });
  }

  /** Lets it in when its turn comes, if that is soon enough. */
  async wait(lane: Lane, entry: Entry, gone: AbortSignal): Promise<Admitted> {
    const desk = await this.desks.of(lane);
    const begin = desk.mode.isShared ? queueUp : ask;
    const { answer, served } = begin(desk.admission, entry, this.desks.supplyOf(desk), this.now());
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
    return this.stateAt(await this.desks.of(lane));
  }

  /** What of a lane may be used: an even share of it, or those of all processes that are there. */
  rateOf(lane: Lane): bigint {
    return this.desks.rateOf(lane);
  }

  private ticketOf(desk: Desk, { estimate }: Entry, source: Source): Ticket {
    const { weights } = desk.lane;
    desk.underWay += 1;
    let isSettled = false;
    const settle = (counts: TokenCounts): void => {
      if (isSettled) return;
      isSettled = true;
      desk.underWay -= 1;
      const weighted = estimate as WeightedTokens;
      if (source.kind === 'shared') this.settleShared(desk, source, weightedOf(counts, weights), weighted);
      else if (source.period === desk.mode.period && !desk.mode.isShared) {
        giveBack(desk.admission.bucket, source.hour, unusedOf({ weighted }, counts, weights));
      }
      this.pump(desk);
    };
    const { underWay: concurrency } = desk;
    const state = this.stateAt(desk);
    return { admittedAt: this.clock.now(), concurrency, state, settle, cancel: () => settle(NO_TOKENS) };
  }

  private stateAt(desk: Desk): BucketState {
    return stateOf(desk.admission.bucket, this.desks.supplyOf(desk), this.now());
  }

  private settleShared(
    desk: Desk,
    { ticket, memory, hour }: SharedSource,
    used: bigint,
    most: bigint,
  ): void {
    const { reservationId: bucket } = desk.lane;
    this.shared.settle({ bucket, ticket, memory, period: `${hour}`, used: Number(used < most ? used : most) });
  }

  /** Serves whose turn it is and waits for the next. */
  private pump(desk: Desk): void {
    if (desk.admission.waiting > 0) {
      if (this.desks.follow(desk).isShared) return void this.pumpShared(desk);
      const served = serve(desk.admission, this.desks.supplyOf(desk), this.now());
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
    const [supply, now] = [this.desks.supplyOf(desk), this.now()];
    const refused = [...refuseTooLarge(desk.admission, supply), ...refuseLate(desk.admission, supply, now)];
    this.tellAll(desk, { admitted: [], refused });
    const head = headOf(desk.admission);
    if (head === null) return false;
    const source = await this.takeShared(desk, head, WAITING);
    if (source === null) return this.desks.follow(desk).isShared && headOf(desk.admission)?.id !== head.id;
    if (letIn(desk.admission, head)) this.tell(desk, head.id, { kind: 'admitted', source });
    // Its client went away meanwhile.
    else this.settleShared(desk, source, weightedOf(NO_TOKENS, desk.lane.weights), head.estimate);
    return true;
  }

  private async takeShared(desk: Desk, entry: Entry, asking: Asking): Promise<SharedSource | null> {
    const ticket = this.shared.nextTicket();
    const whole = supplyAt(desk.lane, WHOLE, this.clock.now());
    const taking = await this.shared.take(claimOf(desk, entry, whole, { ticket, asking }));
    if (taking === null) return null;
    mirror(desk.admission.bucket, taking, this.desks.supplyOf(desk), this.now());
    return taking.kind === 'taken' ? { kind: 'shared', ticket, memory: taking.memory, hour: whole.hour } : null;
  }

  private schedule(desk: Desk): void {
    desk.cancel();
    const next = nextAt(desk.admission, this.desks.supplyOf(desk), this.now());
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

  private now(): number {
    return Math.floor(this.monotonic());
  }
}
