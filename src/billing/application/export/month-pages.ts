import { Inject, Injectable } from '@nestjs/common';
import { Purchases, type Purchase } from '../../../allocation/contract.js';
import type { LogPosition } from '../../../eventstore/event.js';
import { assert } from '../../../kernel/assert.js';
import type { OrganizationId, ReservationId } from '../../../kernel/ids.js';
import { endOfMonth, parseMonth, type Instant } from '../../../kernel/time.js';
import type { Window } from '../../../kernel/window.js';
import { RatedUsage, type RatedHour, type RatedHourChange } from '../../../metering/contract.js';
import { Database } from '../../../platform/database/prisma.js';
import type { Prisma } from '../../../platform/prisma/generated/client.js';
import type { ChargeRow, EntryRow } from '../../model/export/books.tables.js';
import type { Commitment } from '../../model/export/commitment.rows.js';
import type { CreditNoteFacts } from '../../model/export/credit-note.rows.js';
import { BooksQueries, type ChargesQuery, type EntriesQuery } from '../../projection/books.queries.js';
import type { ExportScope, PlacedSpan } from './export-scope.js';

/** What is kept in memory at a time. */
const PAGE = 1_000;

/** What happened in a month, page by page in the order of keys: memory does not grow with it. */
@Injectable()
export class MonthPages {
  constructor(
    @Inject(BooksQueries) private readonly books: BooksQueries,
    @Inject(Purchases) private readonly bought: Purchases,
    @Inject(RatedUsage) private readonly rated: RatedUsage,
    @Inject(Database) private readonly database: Database,
  ) {}

  async *charges(scope: ExportScope): AsyncGenerator<readonly ChargeRow[]> {
    for (const span of scope.spans) {
      const query = chargesOf(scope, span);
      for (let after = query.after; ; ) {
        const page = await this.books.charges({ ...query, after }, PAGE);
        if (page.length > 0) yield page;
        if (page.length < PAGE) break;
        after = page.at(-1)?.version ?? after;
      }
    }
  }

  async countCharges(scope: ExportScope): Promise<bigint> {
    const counts = scope.spans.map((span) => this.books.countCharges(chargesOf(scope, span)));
    return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0n);
  }

  async *entries(scope: ExportScope): AsyncGenerator<readonly EntryRow[]> {
    for (let after: EntryRow | null = null; ; ) {
      const page: readonly EntryRow[] = await this.books.entries(entriesOf(scope), after, PAGE);
      if (page.length > 0) yield page;
      if (page.length < PAGE) return;
      after = page.at(-1) ?? null;
    }
  }

  countEntries(scope: ExportScope): Promise<bigint> {
    return this.books.countEntries(entriesOf(scope));
  }

  /** Hours of the month as they were known when it was closed; then what became known of earlier ones. */
  async *usage(scope: ExportScope): AsyncGenerator<readonly RatedHourChange[]> {
    for (const span of scope.spans) yield* this.usageIn(scope.organizationId, span);
  }

  private async *usageIn(
    holderId: OrganizationId,
    { month, after: since, through }: PlacedSpan,
  ): AsyncGenerator<readonly RatedHourChange[]> {
    const known = { asOf: placeOf(through), since: placeOf(since) };
    const query = { holderId, window: windowOf(month), ...known, limit: PAGE };
    for (let after: RatedHour | null = null; ; ) {
      const page: readonly RatedHourChange[] = await this.rated.page({ ...query, after });
      if (page.length > 0) yield page;
      if (page.length < PAGE) return;
      after = page.at(-1)?.now ?? null;
    }
  }

  /** Reservations that were paid for by the end of the month and have some of it; until the third layout also parts that teams were handed. */
  private async *purchases({ organizationId: holderId, period }: ExportScope): AsyncGenerator<readonly Purchase[]> {
    const { window } = period;
    for (let after: ReservationId | null = null; ; ) {
      const page: readonly Purchase[] = await this.bought.page({
        ...{ holderId, window, paidBefore: window.end, hasParts: period.layout < 4, after, limit: PAGE },
      });
      if (page.length > 0) yield page;
      if (page.length < PAGE) return;
      after = page.at(-1)?.reservationId ?? null;
    }
  }

  /** The same with what became of them in the month, as it was known when it was closed; until the third layout nothing was said of it. */
  async *commitments(scope: ExportScope): AsyncGenerator<readonly Commitment[]> {
    const { organizationId, period: { layout, asOf: before }, spans } = scope;
    const through = spans.at(-1)?.through?.version ?? null;
    for await (const purchases of this.purchases(scope)) {
      const reservationIds = layout < 4 ? [] : purchases.map(({ reservationId }) => reservationId);
      const ended = await this.books.ended({ organizationId, reservationIds, before, through });
      yield purchases.map((purchase) => ({ purchase, endedAt: ended.get(purchase.reservationId) ?? null }));
    }
  }

  /** Credit notes belong to the month in which they were issued. */
  async *creditNotes(scope: ExportScope): AsyncGenerator<readonly CreditNoteFacts[]> {
    for (let after = ''; ; ) {
      const rows = await this.database.creditNote.findMany({
        where: { ...notesOf(scope), number: { gt: after } },
        ...{ orderBy: { number: 'asc' }, take: PAGE },
      });
      if (rows.length > 0) yield rows.map((row) => ({ ...row, issuedAt: row.issuedAt.getTime() as Instant }));
      if (rows.length < PAGE) return;
      after = rows.at(-1)?.number ?? after;
    }
  }

  async countCreditNotes(scope: ExportScope): Promise<bigint> {
    return BigInt(await this.database.creditNote.count({ where: notesOf(scope) }));
  }
}

function notesOf({ organizationId, period }: ExportScope): Prisma.CreditNoteWhereInput {
  const { start, end } = period.window;
  return { organizationId, issuedAt: { gte: new Date(start), lt: new Date(end) } };
}

const placeOf = (end: PlacedSpan['through']): LogPosition | null => end?.place ?? null;

export function windowOf(month: string): Window {
  const start = parseMonth(month);
  assert(start.ok, `${month} is no month`);
  return { start: start.value, end: endOfMonth(start.value) };
}

function chargesOf(
  { organizationId }: ExportScope,
  { month, after, through }: PlacedSpan,
): ChargesQuery {
  return { organizationId, month, after: after?.version ?? 0, through: through?.version ?? null };
}

function entriesOf({ organizationId, period, spans, booksAfter }: ExportScope): EntriesQuery {
  const through = spans.at(-1)?.through?.version ?? null;
  return { organizationId, window: period.window, lateAfter: booksAfter, through };
}
