import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { ReservationId } from '../../kernel/ids.js';
import { addOutcome, addTpot, addTtft, age, newRecord, type LaneRecord } from '../model/lane.record.js';
import { MONOTONIC } from './tokens.js';

const LANES_MAX = 10_000;

/** What this process has seen of lanes: decides which is asked first, and nothing else. */
@Injectable()
export class LaneMeasurements {
  private readonly records = new LRUCache<ReservationId, LaneRecord>({ max: LANES_MAX });

  constructor(@Inject(MONOTONIC) private readonly monotonic: () => number) {}

  of(reservationId: ReservationId): LaneRecord {
    const known = this.records.get(reservationId) ?? newRecord();
    this.records.set(reservationId, known);
    age(known, this.monotonic());
    return known;
  }

  /**
   * `ttftMs`: from asking the lane to its first token; null: there was none, or it came whole. `tpotMs`: for
   * each token after it; null: too few of them to tell.
   */
  add(
    reservationId: ReservationId,
    hasFailed: boolean,
    { ttftMs, tpotMs }: { readonly ttftMs: number | null; readonly tpotMs: number | null },
  ): void {
    const record = this.of(reservationId);
    const now = this.monotonic();
    addOutcome(record, hasFailed, now);
    if (ttftMs !== null) addTtft(record, ttftMs, now);
    if (tpotMs !== null) addTpot(record, tpotMs, now);
  }
}
