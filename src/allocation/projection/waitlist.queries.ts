import { Injectable } from '@nestjs/common';
import type { MarketId, OrderId } from '../../kernel/ids.js';
import type { Duration, Instant } from '../../kernel/time.js';
import { Database } from '../../platform/database/prisma.js';
import type { PastEstimate, SupplyRate } from '../model/waitlist.estimate.js';

/** How many of the newest estimates a track record is made of. */
const JUDGED_MOST = 200;

export interface EndedBid {
  readonly orderId: OrderId;
  readonly outcome: string;
  readonly endedAt: Instant;
}

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
    type Counts = { readonly quantity: string; readonly fills: number; readonly looked_at: number };
    type Row = Counts & { readonly first: Date | null };
    const from = new Date(since);
    const [found] = await this.database.$queryRaw<Row[]>`
      SELECT (SELECT min(placed_at) FROM market_order
          WHERE market_id = ${marketId} AND auction_id IS NULL) AS first,
        coalesce(sum(reservation.quantity) FILTER (WHERE paid_at > placed_at), 0)::text AS quantity,
        count(*) FILTER (WHERE paid_at > placed_at)::int AS fills, count(*)::int AS looked_at
      FROM reservation JOIN market_order USING (order_id)
      WHERE reservation.market_id = ${marketId} AND auction_id IS NULL AND paid_at >= ${from}`;
    const first = found?.first ?? null;
    const start = first === null ? now : Math.max(since, timeOf(first));
    const over = Math.max(0, now - start) as Duration;
    const { quantity, fills, looked_at: lookedAt } = found ?? { quantity: 0, fills: 0, looked_at: 0 };
    return { quantity: BigInt(quantity), over, fills, lookedAt };
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

  /** In one statement, however many bids ended: most were never told anything. */
  async end(ended: readonly EndedBid[]): Promise<void> {
    if (ended.length === 0) return;
    const orderIds = ended.map(({ orderId }) => orderId);
    const outcomes = ended.map(({ outcome }) => outcome);
    const times = ended.map(({ endedAt }) => new Date(endedAt));
    await this.database.$executeRaw`
      UPDATE waitlist_estimate SET outcome = bid.outcome, ended_at = bid.ended_at
      FROM unnest(${orderIds}::text[], ${outcomes}::text[], ${times}::timestamptz[])
        AS bid (order_id, outcome, ended_at)
      WHERE waitlist_estimate.order_id = bid.order_id AND waitlist_estimate.ended_at IS NULL`;
  }

  /** What was said was said of other bids. */
  async forget(orderIds: readonly OrderId[]): Promise<void> {
    if (orderIds.length === 0) return;
    await this.database.waitlistEstimate.deleteMany({
      where: { orderId: { in: [...orderIds] }, endedAt: null },
    });
  }
}
