import { Inject, Injectable } from '@nestjs/common';
import { present } from '../../kernel/assert.js';
import type { OrganizationId, PoolId, ReservationId } from '../../kernel/ids.js';
import type { MicroUsd, UnitPrice } from '../../kernel/money.js';
import type { Quantity } from '../../kernel/quantity.js';
import type { Instant } from '../../kernel/time.js';
import { Database } from '../../platform/database/prisma.js';
import type { Reservation } from '../../platform/prisma/generated/client.js';
import { saleTermsSchema } from '../../providers/contract.js';
import { Purchases, type HandedPart, type Purchase } from '../contract.js';

@Injectable()
export class PurchaseQueries extends Purchases {
  constructor(@Inject(Database) private readonly database: Database) {
    super();
  }

  async find(ids: readonly ReservationId[]): Promise<readonly Purchase[]> {
    return this.withProviders(
      await this.database.reservation.findMany({
        where: { reservationId: { in: [...ids] }, paidAt: { not: null } },
      }),
    );
  }

  async partsOf(ids: readonly ReservationId[]): Promise<readonly HandedPart[]> {
    return this.database.$queryRaw<HandedPart[]>`
      WITH RECURSIVE part AS (
        SELECT given.reservation_id, given.source_reservation_id AS purchase_id
        FROM reservation AS given WHERE given.source_reservation_id = ANY(${ids}) AND given.seller_id = given.holder_id
        UNION ALL
        SELECT given.reservation_id, part.purchase_id
        FROM part JOIN reservation AS given ON given.source_reservation_id = part.reservation_id AND given.seller_id = given.holder_id
      )
      SELECT part.reservation_id AS "reservationId", part.purchase_id AS "purchaseId", handed.team_id AS "teamId",
        jsonb_build_object('start', (extract(epoch FROM handed.window_start) * 1000)::int8,
          'end', (extract(epoch FROM handed.window_end) * 1000)::int8) AS "window"
      FROM part JOIN reservation AS handed USING (reservation_id) ORDER BY part.reservation_id`;
  }

  async page(query: Parameters<Purchases['page']>[0]): Promise<readonly Purchase[]> {
    const { holderId, window, paidBefore, hasParts, after, limit } = query;
    return this.withProviders(
      await this.database.reservation.findMany({
        where: {
          holderId,
          ...(hasParts ? {} : { sellerId: { not: holderId } }),
          reservationId: { gt: after ?? '' },
          paidAt: { lt: new Date(paidBefore) },
          windowStart: { lt: new Date(window.end) },
          windowEnd: { gt: new Date(window.start) },
        },
        orderBy: { reservationId: 'asc' },
        take: limit,
      }),
    );
  }

  private async withProviders(rows: readonly Reservation[]): Promise<readonly Purchase[]> {
    const poolIds = [...new Set(rows.map(({ poolId }) => poolId))];
    const pools = await this.database.marketPool.findMany({ where: { poolId: { in: poolIds } } });
    const providers = new Map(pools.map(({ poolId, providerId }) => [poolId, providerId]));
    const terms = await this.database.poolTerms.findMany({ where: { poolId: { in: poolIds } } });
    const prices = new Map(
      terms.map((row) => [termsKey(row), saleTermsSchema.parse(row.terms).usage.overagePrice]),
    );
    return rows.map((row) => ({
      reservationId: row.reservationId as ReservationId,
      poolId: row.poolId as PoolId,
      holderId: row.holderId as OrganizationId,
      sellerId: row.sellerId as OrganizationId,
      providerId: present(providers.get(row.poolId), `pool ${row.poolId}`) as OrganizationId,
      window: {
        start: row.windowStart.getTime() as Instant,
        end: row.windowEnd.getTime() as Instant,
      },
      quantity: row.quantity as Quantity,
      unitPrice: row.unitPrice as UnitPrice,
      amount: row.amount as MicroUsd,
      overagePrice: prices.get(termsKey({ poolId: row.poolId, version: row.termsVersion })) ?? null,
      paidAt: present(row.paidAt, 'payment').getTime() as Instant,
    }));
  }
}

const termsKey = ({ poolId, version }: { readonly poolId: string; readonly version: number }): string =>
  `${poolId} ${version}`;
