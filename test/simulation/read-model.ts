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
  private readonly touched = new Map<string, Set<string>>();
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
    for (const change of changes) {
      const id = apply(this.tables, change);
      if (change.kind !== 'remove') this.touch(change.table, id);
    }
    this.version = version;
    this.checkAll('listing', book.listings.keys(), (row) => checkListing(book, row));
    this.checkAll('reservation', book.reservations.keys(), (row) => checkReservation(book, row));
  }

  /** Every row of what is open, and every other row that has changed since it was last checked. */
  private checkAll(name: string, open: Iterable<string>, check: (row: Row) => void): void {
    const rows = found(this.tables.get(name), `table ${name}`);
    for (const id of new Set([...open, ...(this.touched.get(name) ?? [])])) {
      check(found(rows.get(id), `read model, and no row of ${name} ${id} in it`));
    }
    this.touched.delete(name);
  }

  private touch(table: string, id: string): void {
    const ids = this.touched.get(table) ?? new Set();
    this.touched.set(table, ids.add(id));
  }
}

/** The id of the row that changed. */
function apply(tables: Tables, change: RowChange): string {
  const table = found(tables.get(change.table), `table ${change.table}`);
  const { key } = found(
    marketProjection.tables.find(({ name }) => name === change.table),
    `table ${change.table}`,
  );
  const id = key.map((column) => String((change.kind === 'put' ? change.row : change.key)[column])).join(' ');
  switch (change.kind) {
    case 'put':
      table.set(id, change.row);
      break;
    case 'set':
      table.set(id, { ...found(table.get(id), `row ${id} to change`), ...change.values });
      break;
    case 'remove':
      table.delete(id);
  }
  return id;
}

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
