import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { floorToGrid, HOUR_MS, type Instant } from '../../kernel/time.js';
import { valueAt } from '../../kernel/step-function.js';
import {
  entitledIn,
  GatewayUsage,
  NO_TOKENS,
  type TokenCounts,
  type WeightedTokens,
} from '../../metering/contract.js';
import type { CancelTimer, Timers } from '../../platform/clock/timers.js';
import type { Clock } from '../../platform/clock/clock.js';
import { CLOCK } from '../../platform/platform.module.js';
import {
  admitIdle,
  admitNow,
  ask,
  newAdmission,
  nextAt,
  serve,
  withdraw,
  type Admission,
  type Entry,
  type Refusal,
  type Served,
} from '../model/admission.js';
import { giveBack, newBucket, stateOf, type BucketState, type Supply } from '../model/bucket.js';
import { unusedOf } from '../model/estimate.js';
import type { Lane } from '../model/lane.js';
import type { GatewayLimits } from './gateway-limits.js';
import { GATEWAY_LIMITS, MONOTONIC, TIMERS } from './tokens.js';

/** A request that was let in. Has to be settled, once, whatever becomes of it. */
export interface Ticket {
  /** When: decides the hour of its use. */
  readonly admittedAt: Instant;
  /** Requests under way on the lane, this one included. */
  readonly concurrency: number;
  /** Gives back what was set aside and not used. */
  settle(counts: TokenCounts): void;
  /** Gives all of it back: nothing was sent. */
  cancel(): void;
}

export type Admitted =
  | { readonly kind: 'admitted'; readonly ticket: Ticket }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** One reservation's bucket and queue in this process. */
interface Desk {
  lane: Lane;
  readonly admission: Admission;
  readonly waiters: Map<string, (admitted: Admitted) => void>;
  /** What was let in as long as nobody else has no room. */
  readonly yielding: Map<Ticket, { readonly giveWay: () => void; readonly ended: Promise<void> }>;
  underWay: number;
  cancel: CancelTimer;
}

const DESKS_MAX = 10_000;
/** Nobody waits longer for what gives way, in milliseconds. */
const MAKE_WAY_MS = 50;

/** Lets requests in as far as what is held allows: the rules are in `model/admission.ts`. */
@Injectable()
export class AdmissionService {
  private readonly desks = new LRUCache<string, Promise<Desk>>({ max: DESKS_MAX });

  constructor(
    private readonly usage: GatewayUsage,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(TIMERS) private readonly timers: Timers,
    @Inject(GATEWAY_LIMITS) private readonly limits: GatewayLimits,
    @Inject(MONOTONIC) private readonly monotonic: () => number,
  ) {}

  /** Lets it in now, or not at all. What gives way does so before there is no room. */
  async tryNow(lane: Lane, entry: Entry): Promise<Ticket | null> {
    const desk = await this.deskOf(lane);
    const isIn = (): boolean => admitNow(desk.admission, entry, this.supplyOf(desk), this.now());
    if (isIn()) return this.ticketOf(desk, entry);
    if (desk.yielding.size === 0) return null;
    await this.makeWay(desk);
    return isIn() ? this.ticketOf(desk, entry) : null;
  }

  /**
   * Lets in what nobody waits for, only where there is plenty. `giveWay` is called when somebody else has no
   * room: it has to be settled at once then.
   */
  async tryIdle(lane: Lane, entry: Entry, giveWay: () => void): Promise<Ticket | null> {
    const desk = await this.deskOf(lane);
    if (!admitIdle(desk.admission, entry, this.supplyOf(desk), this.now())) return null;
    const ticket = this.ticketOf(desk, entry);
    let end: () => void = () => undefined;
    const ended = new Promise<void>((done) => (end = done));
    const leave = (): void => {
      desk.yielding.delete(yielding);
      end();
    };
    const yielding: Ticket = {
      ...ticket,
      settle: (counts) => {
        ticket.settle(counts);
        leave();
      },
      cancel: () => {
        ticket.cancel();
        leave();
      },
    };
    desk.yielding.set(yielding, { giveWay, ended });
    return yielding;
  }

  /** Bounded, whatever takes its time to end. */
  private async makeWay(desk: Desk): Promise<void> {
    const leaving = [...desk.yielding.values()];
    for (const { giveWay } of leaving) giveWay();
    let cancel: CancelTimer = () => undefined;
    const late = new Promise<void>((done) => (cancel = this.timers.after(MAKE_WAY_MS, done)));
    await Promise.race([Promise.all(leaving.map(({ ended }) => ended)), late]);
    cancel();
  }

  /** Lets it in when its turn comes, if that is soon enough. */
  async wait(lane: Lane, entry: Entry, gone: AbortSignal): Promise<Admitted> {
    const desk = await this.deskOf(lane);
    const { answer, served } = ask(desk.admission, entry, this.supplyOf(desk), this.now());
    this.tellAll(desk, served);
    switch (answer.kind) {
      case 'admitted':
        return { kind: 'admitted', ticket: this.ticketOf(desk, entry) };
      case 'refused':
        return answer;
      case 'waiting':
        return new Promise((done) => {
          const leave = (): void => {
            withdraw(desk.admission, entry);
            this.tell(desk, entry.id, GONE);
            this.pump(desk);
          };
          desk.waiters.set(entry.id, (admitted) => {
            gone.removeEventListener('abort', leave);
            done(admitted.kind === 'admitted' ? { ...admitted, ticket: this.ticketOf(desk, entry) } : admitted);
          });
          gone.addEventListener('abort', leave, { once: true });
          // An abort that was before is not told any more.
          if (gone.aborted) leave();
          this.schedule(desk);
        });
    }
  }

  async stateOf(lane: Lane): Promise<BucketState> {
    const desk = await this.deskOf(lane);
    return stateOf(desk.admission.bucket, this.supplyOf(desk), this.now());
  }

  /** What of a lane this process may use: an even share of it. */
  rateOf({ quantity }: Lane): bigint {
    return valueAt(quantity, this.clock.now()) / BigInt(this.limits.processes);
  }

  private ticketOf(desk: Desk, { estimate }: Entry): Ticket {
    const { hour } = desk.admission.bucket;
    const { weights } = desk.lane;
    desk.underWay += 1;
    let isSettled = false;
    const settle = (counts: TokenCounts): void => {
      if (isSettled) return;
      isSettled = true;
      desk.underWay -= 1;
      const weighted = estimate as WeightedTokens;
      giveBack(desk.admission.bucket, hour, unusedOf({ weighted }, counts, weights));
      this.pump(desk);
    };
    const { underWay: concurrency } = desk;
    return { admittedAt: this.clock.now(), concurrency, settle, cancel: () => settle(NO_TOKENS) };
  }

  /** Serves whose turn it is and waits for the next. */
  private pump(desk: Desk): void {
    if (desk.admission.waiting > 0) {
      this.tellAll(desk, serve(desk.admission, this.supplyOf(desk), this.now()));
    }
    this.schedule(desk);
  }

  private schedule(desk: Desk): void {
    desk.cancel();
    const next = nextAt(desk.admission, this.supplyOf(desk), this.now());
    if (next !== null) desk.cancel = this.timers.after(next, () => this.pump(desk));
  }

  private tellAll(desk: Desk, { admitted, refused }: Served): void {
    for (const id of admitted) this.tell(desk, id, IN);
    for (const { id, refusal } of refused) this.tell(desk, id, { kind: 'refused', refusal });
  }

  private tell(desk: Desk, id: string, admitted: Admitted): void {
    const waiter = desk.waiters.get(id);
    desk.waiters.delete(id);
    waiter?.(admitted);
  }

  private async deskOf(lane: Lane): Promise<Desk> {
    const known = this.desks.get(lane.reservationId);
    const opening = known ?? this.open(lane);
    if (known === undefined) {
      this.desks.set(lane.reservationId, opening);
      opening.catch(() => this.desks.delete(lane.reservationId));
    }
    const desk = await opening;
    // What is held may have changed since.
    desk.lane = lane;
    return desk;
  }

  /** What was used of the hour before, by an earlier process or elsewhere, counts. */
  private async open(lane: Lane): Promise<Desk> {
    const hour = floorToGrid(this.clock.now(), HOUR_MS);
    const used = await this.usage.usedIn(lane.reservationId, hour, lane.weights);
    const share = used / BigInt(this.limits.processes);
    const supply = this.supplyOf({ lane });
    const admission = newAdmission(newBucket({ ...supply, hour }, this.now(), share));
    return { lane, admission, waiters: new Map(), yielding: new Map(), underWay: 0, cancel: () => undefined };
  }

  private supplyOf({ lane }: Pick<Desk, 'lane'>): Supply {
    const now = this.clock.now();
    const hour = floorToGrid(now, HOUR_MS);
    const entitled = (entitledIn(lane.quantity, hour) / BigInt(this.limits.processes)) as WeightedTokens;
    return { rate: this.rateOf(lane), hour, hourLeftMs: hour + HOUR_MS - now, entitled };
  }

  private now(): number {
    return Math.floor(this.monotonic());
  }
}

const NO_TICKET: Ticket = { admittedAt: 0 as Instant, concurrency: 0, settle: () => undefined, cancel: () => undefined };
/** The waiter makes its own ticket of it. */
const IN: Admitted = { kind: 'admitted', ticket: NO_TICKET };
const GONE: Admitted = { kind: 'refused', refusal: { kind: 'over-limit', retryAfterMs: 1_000 } };
