import { Injectable } from '@nestjs/common';
import type { MarketId, OrderId } from '../../kernel/ids.js';
import type { Duration, Instant } from '../../kernel/time.js';
import { Database } from '../../platform/database/prisma.js';
import type { PastEstimate, SupplyRate } from '../model/waitlist.estimate.js';

/** How many of the newest estimates a track record is made of. */
const JUDGED_MOST = 200;

const timeOf = (date: Date): Instant => date.getTime() as Instant;

/** What has come to those who waited, and what they had been told. */
@Injectable()
export class WaitlistQueries {
  constructor(private readonly database: Database) {}

  /**
   * What reached bids after they were placed. Where the market's first bid is younger than `since`,
   * it is watched from then on. Bids in auctions wait for nothing that comes, and are sealed.
   */
  async supply(marketId: MarketId, since: Instant, now: Instant): Promise<SupplyRate> {
    type Row = { readonly quantity: string; readonly first: Date | null };
    const from = new Date(since);
    const [found] = await this.database.$queryRaw<Row[]>`
      SELECT (SELECT min(placed_at) FROM market_order
          WHERE market_id = ${marketId} AND auction_id IS NULL) AS first,
        coalesce(sum(reservation.quantity), 0)::text AS quantity
      FROM reservation JOIN market_order USING (order_id)
      WHERE reservation.market_id = ${marketId} AND auction_id IS NULL
        AND paid_at >= ${from} AND paid_at > placed_at`;
    const first = found?.first ?? null;
    const start = first === null ? now : Math.max(since, timeOf(first));
    return { quantity: BigInt(found?.quantity ?? 0), over: Math.max(0, now - start) as Duration };
  }

  /** The newest ones whose bids have ended. */
  async past(marketId: MarketId): Promise<readonly PastEstimate[]> {
    const rows = await this.database.waitlistEstimate.findMany({
      where: { marketId, endedAt: { not: null } },
      orderBy: { endedAt: 'desc' },
      take: JUDGED_MOST,
    });
    return rows.map(({ fillsAt, endedAt, outcome }) => ({
      fillsAt: timeOf(fillsAt),
      endedAt: timeOf(endedAt as Date),
      isFilled: outcome === 'filled',
    }));
  }

  /** What a bid was told first stands. */
  async note(orderId: OrderId, marketId: MarketId, fillsAt: Instant): Promise<void> {
    await this.database.waitlistEstimate.createMany({
      data: [{ orderId, marketId, fillsAt: new Date(fillsAt) }],
      skipDuplicates: true,
    });
  }

  async end(orderId: OrderId, outcome: string, endedAt: Instant): Promise<void> {
    await this.database.waitlistEstimate.updateMany({
      where: { orderId, endedAt: null },
      data: { outcome, endedAt: new Date(endedAt) },
    });
  }

  /** What was said was said of another bid. */
  async forget(orderId: OrderId): Promise<void> {
    await this.database.waitlistEstimate.deleteMany({ where: { orderId, endedAt: null } });
  }
}
