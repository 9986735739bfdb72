import { Injectable } from '@nestjs/common';
import type { ReservationId } from '../../kernel/ids.js';
import type { Quantity } from '../../kernel/quantity.js';
import type { Instant } from '../../kernel/time.js';
import { Database } from '../../platform/database/prisma.js';
import { UsageHistory } from '../contract.js';
import { busiest } from '../model/peak.js';

/** What was used, from the rated hours. */
@Injectable()
export class UsageHistoryService extends UsageHistory {
  constructor(private readonly database: Database) {
    super();
  }

  async peakSince(reservationId: ReservationId, since: Instant): Promise<Quantity> {
    const rows = await this.database.usageHour.findMany({
      where: { reservationId, hour: { gte: new Date(since) } },
      select: { weighted: true },
    });
    return busiest(rows.map(({ weighted }) => BigInt(weighted.toFixed(0))));
  }
}
