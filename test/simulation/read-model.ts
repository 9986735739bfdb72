import { marketProjection } from '../../src/allocation/projection/market.projection.js';
import { streamId } from '../../src/eventstore/event.js';
import type { EventStore } from '../../src/eventstore/event-store.js';
import type { Row, RowChange } from '../../src/eventstore/projection.js';
import type { MarketId } from '../../src/kernel/ids.js';
import type { LogAuditor } from './log-auditor.js';
import type { MarketAuditor } from './market-auditor.js';
import { isEqual, type Cells, type PoolBook, type RawWindow } from './pool-book.js';
import { demand, found } from './violation.js';

type Tables = ReadonlyMap<string, Map<string, Row>>;
type Quantities = readonly { readonly window: RawWindow; readonly quantity: string }[];

const LIVE = ['held', 'scheduled', 'active'];

/** What queries about one market are answered from. */
export class ReadModel {
  private version = 0;
  private readonly tables: Tables = new Map(
    marketProjection.tables.map(({ name }) => [name, new Map<string, Row>()]),
  );

  constructor(
    private readonly store: EventStore,
    private readonly marketId: MarketId,
  ) {}

  /** Holds the rows against the auditor's book, which has read as far. */
  async check({ book, version }: LogAuditor): Promise<void> {
    const stream = streamId('market', this.marketId);
    const events = await this.store.readStream(stream, this.version, version - this.version);
    const changes = events.flatMap((event) => marketProjection.changesOf(event));
    for (const change of changes) apply(this.tables, change);
    this.version = version;
    for (const row of rowsOf(this.tables, 'listing')) checkListing(book, row);
    for (const row of rowsOf(this.tables, 'reservation')) checkReservation(book, row);
  }
}

function apply(tables: Tables, change: RowChange): void {
  const table = found(tables.get(change.table), `table ${change.table}`);
  const { key } = found(
    marketProjection.tables.find(({ name }) => name === change.table),
    `table ${change.table}`,
  );
  const idOf = (row: Row): string => key.map((column) => String(row[column])).join(' ');
  switch (change.kind) {
    case 'put':
      table.set(idOf(change.row), change.row);
      return;
    case 'set': {
      const id = idOf(change.key);
      table.set(id, { ...found(table.get(id), `row ${id} to change`), ...change.values });
      return;
    }
    case 'remove':
      table.delete(idOf(change.key));
  }
}

const rowsOf = (tables: Tables, name: string): Iterable<Row> => tables.get(name)?.values() ?? [];

function checkListing(book: MarketAuditor, row: Row): void {
  const id = String(row['listing_id']);
  const listing = book.listings.get(id);
  const isOpen = row['status'] === 'open';
  demand(isOpen === (listing !== undefined), `read model: ${id} is shown as ${row['status']}`);
  if (listing === undefined) return;
  const pool = found(book.pools.get(listing.poolId), `pool of ${id}`);
  const offered = found(pool.claimed(id), `offer ${id}`);
  const isSame = isEqual(offered, cellsOf(pool, row['remaining']));
  demand(isSame, `read model: ${id} is shown to offer what it does not`);
}

function checkReservation(book: MarketAuditor, row: Row): void {
  const [id, status] = [String(row['reservation_id']), String(row['status'])];
  const reservation = book.reservations.get(id);
  const isOver = reservation === undefined && !LIVE.includes(status);
  demand(isOver || reservation?.status === status, `read model: ${id} is shown as ${status}`);
  if (reservation === undefined || reservation.status === 'held') return;
  const pool = found(book.pools.get(reservation.poolId), `pool of ${id}`);
  const isSame = isEqual(pool.lot(id).title, cellsOf(pool, row['entitlement']));
  demand(isSame, `read model: ${id} is shown to hold what it does not`);
}

function cellsOf(pool: PoolBook, shown: Row[string] | undefined): Cells {
  const segments = shown as unknown as Quantities;
  return pool.fromSegments(segments.map(({ window, quantity }) => ({ window, value: quantity })));
}
