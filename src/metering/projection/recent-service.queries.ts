import { Injectable } from '@nestjs/common';
import type { ReservationId } from '../../kernel/ids.js';
import type { Instant } from '../../kernel/time.js';
import { Database } from '../../platform/database/prisma.js';
import type { ServiceMinute } from '../../platform/prisma/generated/client.js';
import { figuresOf, mergeAll, type Sketches } from '../application/service-sketches.js';
import { RecentService, type RecentFigures } from '../contract.js';
import { countedOf, type Measured } from '../model/service-hour.measure.js';

/** Ten minutes of a hundred lanes. */
const MINUTES_MAX = 1_100;
/** Times are kept in thousandths of a millisecond. */
const PER_MS = 1_000;

/** Puts the last minutes of lanes together. */
@Injectable()
export class RecentServiceQueries extends RecentService {
  constructor(private readonly database: Database) {
    super();
  }

  async since(reservationIds: readonly ReservationId[], from: Instant): Promise<ReadonlyMap<ReservationId, RecentFigures>> {
    const rows = await this.database.serviceMinute.findMany({
      where: { reservationId: { in: [...reservationIds] }, minute: { gte: new Date(from) } },
      orderBy: { minute: 'desc' },
      take: MINUTES_MAX,
    });
    const minutes = new Map<ReservationId, ServiceMinute[]>();
    for (const row of rows) {
      const reservationId = row.reservationId as ReservationId;
      minutes.set(reservationId, [...(minutes.get(reservationId) ?? []), row]);
    }
    return new Map([...minutes].map(([reservationId, own]) => [reservationId, togetherOf(own)]));
  }
}

function togetherOf(rows: readonly ServiceMinute[]): RecentFigures {
  const measured = rows.map((row) => row.measured as unknown as Measured);
  const sum = (count: (one: Measured) => number): number => measured.reduce((total, one) => total + count(one), 0);
  const { p95 } = figuresOf(mergeAll(rows.map(({ sketches }) => sketches as unknown as Sketches))).ttft;
  return {
    requests: sum(countedOf),
    failed: sum((one) => countedOf(one) - one.answered),
    firstTokens: sum(({ ttft }) => ttft.samples),
    ttftP95Ms: p95 === null ? null : p95 / PER_MS,
  };
}
