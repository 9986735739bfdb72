import {
  ChainQueries,
  type LoggedEvent,
} from '../../src/allocation/projection/chain.queries.js';
import { WaitlistQueries, type EndedBid, type Watch } from '../../src/allocation/projection/waitlist.queries.js';
import type { PastEstimate, SupplyRate } from '../../src/allocation/model/waitlist.estimate.js';
import type { SupplyReach } from '../../src/allocation/model/waitlist.supply.js';
import { streamId } from '../../src/eventstore/event.js';
import type { EventStore } from '../../src/eventstore/event-store.js';
import type { Row } from '../../src/eventstore/projection.js';
import { marketOf, type MarketId, type OrderId } from '../../src/kernel/ids.js';
import type { Duration, Instant } from '../../src/kernel/time.js';
import type { Database } from '../../src/platform/database/prisma.js';
import type { RowTables } from './row-tables.js';
import { found } from './violation.js';

/** Of the market that an id names; null: it names none. */
export type TablesOf = (marketId: MarketId | null) => RowTables;

const JUDGED_MOST = 200;

const timeOf = (row: Row, column: string): number => Date.parse(String(row[column]));
const dateOf = (row: Row, column: string): Date => new Date(timeOf(row, column));
const textOf = (row: Row, column: string): string | null => (row[column] ?? null) as string | null;

/** Chains of title, by the product's own rules, of rows that are in memory. */
export class RowChains extends ChainQueries {
  constructor(
    private readonly tablesOf: TablesOf,
    private readonly store: Pick<EventStore, 'readStream'>,
  ) {
    super({ marketPool: { findUnique: ({ where }: PoolAsked) => this.poolOf(where.poolId) } } as unknown as Database);
  }

  override async linksOf(reservationId: string): ReturnType<ChainQueries['linksOf']> {
    const rows = this.tablesOf(marketOf(reservationId)).rows('reservation');
    const links: Row[] = [];
    for (let id: string | null = reservationId; id !== null; ) {
      const row: Row | undefined = rows.get(id);
      if (row === undefined || textOf(row, 'paid_at') === null) return null;
      links.push(row);
      id = textOf(row, 'source_reservation_id');
    }
    return links.map(linkOf) as Awaited<ReturnType<ChainQueries['linksOf']>>;
  }

  protected override async eventsOf(
    marketId: string,
    versions: readonly (number | null)[],
  ): Promise<(version: number | null) => LoggedEvent | null> {
    const stream = streamId('market', marketId);
    const events = new Map<number, LoggedEvent>();
    for (const version of versions.filter((one) => one !== null)) {
      const [recorded] = await this.store.readStream(stream, version - 1, 1);
      if (recorded !== undefined) events.set(version, { stream, version, hash: recorded.hash.toString('hex') });
    }
    return (version) => (version === null ? null : (events.get(version) ?? null));
  }

  private async poolOf(poolId: string): Promise<unknown> {
    const row = this.tablesOf(marketOf(poolId)).row('market_pool', poolId);
    return row === null ? null : { poolId, openedAt: dateOf(row, 'opened_at'), openedVersion: row['opened_version'] };
  }
}

interface PoolAsked {
  readonly where: { readonly poolId: string };
}

const linkOf = (row: Row): unknown => ({
  reservationId: row['reservation_id'],
  marketId: row['market_id'],
  poolId: row['pool_id'],
  sellerId: row['seller_id'],
  holderId: row['holder_id'],
  sourceReservationId: row['source_reservation_id'],
  extendsReservationId: row['extends_reservation_id'],
  windowStart: dateOf(row, 'window_start'),
  windowEnd: dateOf(row, 'window_end'),
  quantity: row['quantity'],
  amount: row['amount'],
  hops: row['hops'],
  paidAt: dateOf(row, 'paid_at'),
  movedAt: textOf(row, 'moved_at') === null ? null : dateOf(row, 'moved_at'),
  titleVersion: row['title_version'],
});

interface Noted {
  readonly marketId: MarketId;
  readonly fillsAt: Instant;
  ended: { readonly at: Instant; readonly outcome: string } | null;
}

/** What the waitlist's estimates are told from, of rows that are in memory. */
export class RowWaitlist extends WaitlistQueries {
  readonly noted = new Map<OrderId, Noted>();

  constructor(protected readonly tablesOf: TablesOf) {
    super({} as Database);
  }

  override async supply(marketId: MarketId, reach: SupplyReach, { since, now }: Watch): Promise<SupplyRate> {
    const tables = this.tablesOf(marketId);
    const orders = tables.rows('market_order');
    const placed = [...orders.values()].filter((row) => textOf(row, 'auction_id') === null);
    const first = Math.min(...placed.map((row) => timeOf(row, 'placed_at')));
    const fills = [...tables.rows('reservation').values()].filter(
      (row) => textOf(row, 'order_id') !== null && timeOf(row, 'paid_at') >= since,
    );
    let tokenMs = 0n;
    for (const fill of fills) {
      const order = found(orders.get(String(fill['order_id'])), `row of ${String(fill['order_id'])}`);
      const hasWaited = textOf(order, 'auction_id') === null && timeOf(fill, 'paid_at') > timeOf(order, 'placed_at');
      const listing = found(tables.row('listing', String(fill['listing_id'])), `row of ${String(fill['listing_id'])}`);
      if (hasWaited && isInReach(fill, listing, reach)) tokenMs += BigInt(fill['quantity'] as bigint) * BigInt(overlap(fill, reach));
    }
    const watched = placed.length === 0 ? now : Math.max(since, first);
    return {
      ...{ tokenMs, throughout: (reach.window.end - reach.window.start) as Duration },
      ...{ over: Math.max(0, now - watched) as Duration, lookedAt: fills.length },
    };
  }

  override async past(marketId: MarketId): Promise<readonly PastEstimate[]> {
    const ended = [...this.noted.values()].flatMap(({ marketId: own, fillsAt, ended: end }) =>
      own === marketId && end !== null ? [{ fillsAt, endedAt: end.at, isFilled: end.outcome === 'filled' }] : [],
    );
    return ended.sort((a, b) => b.endedAt - a.endedAt).slice(0, JUDGED_MOST);
  }

  override async note(orderId: OrderId, marketId: MarketId, fillsAt: Instant): Promise<void> {
    if (!this.noted.has(orderId)) this.noted.set(orderId, { marketId, fillsAt, ended: null });
  }

  async notedOf(orderId: OrderId): Promise<Instant | null> {
    return this.noted.get(orderId)?.fillsAt ?? null;
  }

  override async end(ended: readonly EndedBid[]): Promise<void> {
    for (const { orderId, outcome, endedAt } of ended) {
      const noted = this.noted.get(orderId);
      if (noted !== undefined) noted.ended ??= { at: endedAt, outcome };
    }
  }

  override async forget(orderIds: readonly OrderId[]): Promise<void> {
    for (const orderId of orderIds) if (this.noted.get(orderId)?.ended === null) this.noted.delete(orderId);
  }
}

function isInReach(fill: Row, listing: Row, { poolIds, buyerId, window, limitPrice }: SupplyReach): boolean {
  const isPool = (poolIds as readonly string[]).includes(String(fill['pool_id'])) && fill['seller_id'] !== buyerId;
  const isAll = timeOf(listing, 'window_start') <= window.start && timeOf(listing, 'window_end') >= window.end;
  return isPool && isAll && BigInt(listing['unit_price'] as bigint) <= limitPrice && overlap(fill, { window }) > 0;
}

function overlap(fill: Row, { window }: Pick<SupplyReach, 'window'>): number {
  const [start, end] = [Math.max(timeOf(fill, 'window_start'), window.start), Math.min(timeOf(fill, 'window_end'), window.end)];
  return Math.max(0, end - start);
}
