import { streamId, type RecordedEvent } from '../../src/eventstore/event.js';
import type { EventStore } from '../../src/eventstore/event-store.js';
import type { AnyProjection, Row } from '../../src/eventstore/projection.js';
import type { MarketId } from '../../src/kernel/ids.js';
import type { LogAuditor } from './log-auditor.js';
import type { MarketAuditor } from './market-auditor.js';
import { isEqual, type Cells, type PoolBook, type RawWindow } from './pool-book.js';
import type { SeededRandom } from './random.js';
import { RowTables } from './row-tables.js';
import { checkTrades } from './shown-trades.js';
import { demand, found } from './violation.js';

type Quantities = readonly { readonly window: RawWindow; readonly quantity: string }[];

const LIVE = ['held', 'scheduled', 'active'];
/** How many events are written at once, at most. */
const PAGE_MAX = 60;
/** How often a page is written again, because who wrote it died before it could say so: per cent. */
const AGAIN_PERCENT = 15;

/** What queries about one market are answered from. */
export class ReadModel {
  readonly tables: RowTables;
  private version = 0;

  constructor(
    private readonly store: EventStore,
    private readonly marketId: MarketId,
    projections?: readonly AnyProjection[],
  ) {
    this.tables = new RowTables(projections);
  }

  /**
   * Writes what is new, in pages of any length, some of them twice, and holds the rows against the auditor's book,
   * which has read as far.
   *
   * @returns the pages
   */
  async check({ book, shown, version }: LogAuditor, random: SeededRandom): Promise<readonly (readonly RecordedEvent[])[]> {
    const stream = streamId('market', this.marketId);
    const events = await this.store.readStream(stream, this.version, version - this.version);
    this.version = version;
    const pages = pagesOf(events, random);
    for (const page of pages) {
      this.tables.follow(page);
      if (random.chance(AGAIN_PERCENT)) this.tables.follow(page);
    }
    this.checkAll('listing', book.listings.keys(), (row) => checkListing(book, row));
    this.checkAll('reservation', book.reservations.keys(), (row) => checkReservation(book, row));
    checkTrades(this.tables, shown.trades);
    return pages;
  }

  /** Every row of what is open, and every other row that has changed since it was last checked. */
  private checkAll(name: string, open: Iterable<string>, check: (row: Row) => void): void {
    for (const id of new Set([...open, ...this.tables.takeTouched(name)])) {
      check(found(this.tables.row(name, id), `read model, and no row of ${name} ${id} in it`));
    }
  }
}

function pagesOf(events: readonly RecordedEvent[], random: SeededRandom): (readonly RecordedEvent[])[] {
  const pages: (readonly RecordedEvent[])[] = [];
  for (let at = 0; at < events.length; ) {
    const page = events.slice(at, at + random.integer(1, PAGE_MAX));
    pages.push(page);
    at += page.length;
  }
  return pages;
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
