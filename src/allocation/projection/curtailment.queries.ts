import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/prisma.js';
import type { ReservationCurtailment } from '../../platform/prisma/generated/client.js';

@Injectable()
export class CurtailmentQueries {
  constructor(private readonly database: Database) {}

  /** What each of some reservations lost, oldest first; those that lost nothing are left out. */
  async of(
    reservationIds: readonly string[],
  ): Promise<ReadonlyMap<string, readonly ReservationCurtailment[]>> {
    const rows = await this.database.reservationCurtailment.findMany({
      where: { reservationId: { in: [...reservationIds] } },
      orderBy: [{ curtailedAt: 'asc' }, { curtailmentId: 'asc' }],
    });
    const losses = new Map<string, ReservationCurtailment[]>();
    for (const row of rows) {
      losses.set(row.reservationId, [...(losses.get(row.reservationId) ?? []), row]);
    }
    return losses;
  }
}
