import { LRUCache } from 'lru-cache';
import { floorToGrid, HOUR_MS } from '../../kernel/time.js';
import type { GatewayUsage } from '../../metering/contract.js';
import type { Clock } from '../../platform/clock/clock.js';
import type { Timers } from '../../platform/clock/timers.js';
import { newAdmission } from '../model/admission.js';
import { newBucket, type Supply } from '../model/bucket.js';
import type { Lane } from '../model/lane.js';
import { beginAlone, canBeShared, rateAt, supplyAt, type Desk, type Share } from './desk.js';
import type { GatewayLimits } from './gateway-limits.js';
import type { SharedBuckets } from './shared-buckets.js';
import { Yielding } from './yielding.js';

const DESKS_MAX = 10_000;

interface DeskTools {
  readonly usage: GatewayUsage;
  readonly shared: SharedBuckets;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly limits: GatewayLimits;
  /** Whole milliseconds that only go forward. */
  readonly now: () => number;
}

/** The desks of this process, each with the bucket that it goes by right now. */
export class Desks {
  private readonly desks = new LRUCache<string, Promise<Desk>>({ max: DESKS_MAX });

  constructor(private readonly tools: DeskTools) {}

  async of(lane: Lane): Promise<Desk> {
    await this.tools.shared.open();
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

  /** Goes over to the shared bucket when there is one, and to the share of its own when it is lost. */
  follow(desk: Desk): Desk['mode'] {
    const isShared = this.isSharedNow(desk.lane);
    const { period } = this.tools.shared;
    const { mode } = desk;
    if (isShared === mode.isShared && (isShared || period === mode.period)) return mode;
    desk.mode = { isShared, period };
    if (!isShared) beginAlone(desk.admission.bucket, this.supplyOf(desk), this.tools.now());
    return desk.mode;
  }

  /** What of a lane may be used: an even share of it, or those of all processes that are there. */
  rateOf(lane: Lane): bigint {
    return rateAt(lane, this.shareOf(this.isSharedNow(lane)), this.tools.clock.now());
  }

  /** Asked several times for each request: worked out once in a millisecond. */
  supplyOf(desk: Desk): Supply {
    const { lane, mode, supply: last } = desk;
    const at = this.tools.clock.now();
    const share = this.shareOf(mode.isShared);
    if (last !== null && last.at === at && last.lane === lane && last.of === share.of) return last.supply;
    const supply = supplyAt(lane, share, at);
    desk.supply = { at, lane, of: share.of, supply };
    return supply;
  }

  /** What was used of the hour before, by an earlier process or elsewhere, counts. */
  private async open(lane: Lane): Promise<Desk> {
    const { usage, shared, clock, timers, now } = this.tools;
    const hour = floorToGrid(clock.now(), HOUR_MS);
    const used = await usage.usedIn(lane.reservationId, hour, lane.weights);
    const mode = { isShared: this.isSharedNow(lane), period: shared.period };
    const share = this.shareOf(mode.isShared);
    const supply = supplyAt(lane, share, clock.now());
    const part = (used * BigInt(share.of)) / BigInt(share.all);
    const bucket = newBucket({ ...supply, hour }, now(), part);
    if (!mode.isShared && mode.period > 0) beginAlone(bucket, supply, now());
    return {
      ...{ lane, admission: newAdmission(bucket), mode, known: { hour, used }, supply: null },
      ...{ waiters: new Map(), yielding: new Yielding(timers), underWay: 0 },
      ...{ cancel: (): void => undefined, isPumping: false },
    };
  }

  private isSharedNow(lane: Lane): boolean {
    return this.tools.shared.alive !== null && canBeShared(lane, this.tools.clock.now());
  }

  private shareOf(isShared: boolean): Share {
    const { processes: all } = this.tools.limits;
    return { of: isShared ? Math.min(all, this.tools.shared.alive ?? 1) : 1, all };
  }
}
