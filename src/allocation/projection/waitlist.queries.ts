import { Injectable } from '@nestjs/common';
import type { MarketId, OrderId } from '../../kernel/ids.js';
import type { Duration, Instant } from '../../kernel/time.js';
import { durationOf } from '../../kernel/window.js';
import { Database } from '../../platform/database/prisma.js';
import { ESTIMATE_RULE, type PastEstimate, type SupplyRate } from '../model/waitlist.estimate.js';
import type { SupplyReach } from '../model/waitlist.supply.js';

/** How many of the newest estimates a track record is made of. */
const JUDGED_MOST = 200;

/** How far back what came is looked at. */
export interface Watch {
  readonly since: Instant;
  readonly now: Instant;
}

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
   * What reached bids after they were placed, of what is in reach. Where the market's first bid is younger
   * than `since`, it is watched from then on. Bids in auctions wait for nothing that comes, and are sealed.
   */
  async supply(marketId: MarketId, reach: SupplyReach, { since, now }: Watch): Promise<SupplyRate> {
    type Row = { readonly first: Date | null; readonly token_ms: string; readonly looked_at: number };
    const { poolIds, buyerId, window, limitPrice } = reach;
    const [from, start, end] = [new Date(since), new Date(window.start), new Date(window.end)];
    const [found] = await this.database.$queryRaw<Row[]>`
      SELECT (SELECT min(placed_at) FROM market_order
          WHERE market_id = ${marketId} AND auction_id IS NULL) AS first,
        (SELECT count(*)::int FROM reservation
          WHERE market_id = ${marketId} AND order_id IS NOT NULL AND paid_at >= ${from}) AS looked_at,
        coalesce(sum(reservation.quantity * extract(epoch FROM least(reservation.window_end, ${end}::timestamptz)
          - greatest(reservation.window_start, ${start}::timestamptz)) * 1000), 0)::numeric(60, 0)::text AS token_ms
      FROM reservation JOIN market_order USING (order_id) JOIN listing USING (listing_id)
      WHERE reservation.market_id = ${marketId} AND auction_id IS NULL AND paid_at >= ${from} AND paid_at > placed_at
        AND reservation.window_start < ${end} AND reservation.window_end > ${start}
        AND reservation.pool_id = ANY(${[...poolIds]}::text[]) AND reservation.seller_id <> ${buyerId}
        AND listing.window_start <= ${start} AND listing.window_end >= ${end} AND listing.unit_price <= ${limitPrice}`;
    const first = found?.first ?? null;
    const watched = first === null ? now : Math.max(since, timeOf(first));
    return {
      tokenMs: BigInt(found?.token_ms ?? 0),
      throughout: durationOf(window),
      over: Math.max(0, now - watched) as Duration,
      lookedAt: found?.looked_at ?? 0,
    };
  }

  /** The newest ones that were told by today's rule and whose bids have ended. */
  async past(marketId: MarketId): Promise<readonly PastEstimate[]> {
    const rows = await this.database.waitlistEstimate.findMany({
      where: { marketId, rule: ESTIMATE_RULE, endedAt: { not: null } },
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
      data: [{ orderId, marketId, fillsAt: new Date(fillsAt), rule: ESTIMATE_RULE }],
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
