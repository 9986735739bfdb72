import { Inject, Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import type { LogPosition } from '../../../eventstore/event.js';
import { hasReached } from '../../../eventstore/subscription.js';
import { OrganizationDirectory } from '../../../identity/contract.js';
import { present } from '../../../kernel/assert.js';
import type { OrganizationId } from '../../../kernel/ids.js';
import { endOfMonth, monthOf, type Instant } from '../../../kernel/time.js';
import { RATED_USAGE } from '../../../metering/contract.js';
import type { Clock } from '../../../platform/clock/clock.js';
import { Database } from '../../../platform/database/prisma.js';
import { CLOCK, POOL } from '../../../platform/platform.module.js';
import { booksAfter, isInvoice, spansOf, startOf, type Closing, type InvoiceClosing } from '../../model/closing.js';
import type { Voiding } from '../../model/document/billing-document.js';
import type { FocusPeriod } from '../../model/export/focus-charge.js';
import { INVOICE_LAYOUT, type InvoiceIssued, type MonthClosed } from '../../model/invoice-register.events.js';
import { closingsOf, closingsWith } from '../../model/invoice-register.state.js';
import { InvoiceLineQueries } from '../../projection/invoice-line.queries.js';
import { PartyService } from '../documents/party.service.js';
import { INVOICE_STREAM } from '../invoice.definition.js';
import { InvoiceService } from '../invoice.service.js';

/** A stretch of a month's charges or use, and where in the log it begins and ends. */
export interface PlacedSpan {
  readonly month: string;
  /** Version of the books, and place in the log, after which it begins; null: at the start. */
  readonly after: { readonly version: number; readonly place: LogPosition } | null;
  /** Where it ends; null: it is open. */
  readonly through: { readonly version: number; readonly place: LogPosition } | null;
}

/** All that says which rows belong to an export: the same for every attempt once a month is final. */
export interface ExportScope {
  readonly organizationId: OrganizationId;
  readonly period: FocusPeriod;
  /** The invoice or credit note that is asked for alone; null: what counts of the month. */
  readonly document: string | null;
  /** What is said of an invoice that is void by now; null: it counts. */
  readonly voided: Voiding | null;
  /** Without its lines; null while the month is a draft, and of one that was closed without an invoice. */
  readonly invoice: InvoiceIssued | null;
  /** When the month was closed without an invoice; null: it has one, or is a draft. */
  readonly closedAt: Instant | null;
  readonly spans: readonly PlacedSpan[];
  /** Version of the books at which the month before was closed; null: it was open. */
  readonly booksAfter: number | null;
}

/** What a month was closed with; null: it is a draft. */
type MonthEnd = InvoiceIssued | MonthClosed | null;

/** An invoice or a credit note, by its number. */
export interface NamedDocument {
  readonly kind: 'invoice' | 'credit_note';
  readonly month: string;
}

/** Readers whose rows exports are made from. */
const READERS = ['projection:ledger', 'projection:invoice', 'projection:invoice-lines', 'projection:market', RATED_USAGE] as const;
const PLACE = `SELECT transaction_id::text AS transaction_id, position::text AS position
  FROM eventstore.events WHERE stream_id = $1 AND version = $2`;
const LOOK_MS = 50;
const LOOKS_MAX = 400;
const HEAD = `SELECT transaction_id::text AS transaction_id, position::text AS position
  FROM eventstore.events ORDER BY transaction_id DESC, position DESC LIMIT 1`;

@Injectable()
export class ExportScopes {
  constructor(
    @Inject(InvoiceService) private readonly invoices: InvoiceService,
    @Inject(InvoiceLineQueries) private readonly summaries: InvoiceLineQueries,
    @Inject(PartyService) private readonly parties: PartyService,
    @Inject(OrganizationDirectory) private readonly directory: OrganizationDirectory,
    @Inject(POOL) private readonly pool: Pool,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(Database) private readonly database: Database,
  ) {}

  /**
   * Waits until the read models know what the scope is made of.
   *
   * @param document the invoice or credit note that is asked for; of an invoice that is void all is as it was while it counted
   * @throws Error when they are behind for long: try again
   */
  async open(organizationId: OrganizationId, month: string, document: string | null = null): Promise<ExportScope> {
    const { closings, isVoid } = await this.closingsFor(organizationId, document);
    const own = closings.find((closing) => closing.month === month) ?? null;
    await this.waitFor(own === null || isVoid ? await this.placeIn(HEAD, []) : await this.placeOf(own));
    const spans = await Promise.all(
      spansOf(month, closings).map(async ({ month: of, after, through }) => ({
        ...{ month: of, after: await this.place(after), through: await this.place(through) },
      })),
    );
    const final = own === null ? null : await this.endOf(organizationId, own);
    const period = await this.periodOf(organizationId, month, final);
    const voided = isVoid ? await this.voidingOf(document) : null;
    return { organizationId, document, voided, period, spans, ...heldBy(final, { month, closings, own }) };
  }

  private async endOf(organizationId: OrganizationId, own: Closing): Promise<InvoiceIssued | MonthClosed> {
    return isInvoice(own) ? this.headOf(organizationId, own) : this.invoices.closed(own);
  }

  /** What a number of the organization's is of; null: it has none of that number. */
  async named(organizationId: OrganizationId, number: string): Promise<NamedDocument | null> {
    const closings = await this.invoices.read((register) => closingsWith(register, organizationId, number));
    const closing = closings?.find((one) => one.number === number);
    if (closing !== undefined) return { kind: 'invoice', month: closing.month };
    const note = await this.database.creditNote.findFirst({ where: { number, organizationId } });
    return note === null ? null : { kind: 'credit_note', month: monthOf(note.issuedAt.getTime() as Instant) };
  }

  private async closingsFor(
    organizationId: OrganizationId,
    document: string | null,
  ): Promise<{ readonly closings: readonly Closing[]; readonly isVoid: boolean }> {
    return this.invoices.read((register) => {
      const counting = closingsOf(register, organizationId);
      const own = document === null ? null : closingsWith(register, organizationId, document);
      return { closings: own ?? counting, isVoid: own !== null && !counting.some(({ number }) => number === document) };
    });
  }

  private async voidingOf(number: string | null): Promise<Voiding> {
    const { voidedAt, voidReason } = await this.database.invoice.findUniqueOrThrow({ where: { number: present(number, 'number') } });
    return { at: present(voidedAt, `void ${number}`).getTime() as Instant, reason: voidReason ?? '' };
  }

  private async periodOf(
    organizationId: OrganizationId,
    month: string,
    final: MonthEnd,
  ): Promise<FocusPeriod> {
    const start = startOf(month);
    const end = endOfMonth(start);
    return {
      ...{ month, organizationId, organizationName: await this.nameOf(organizationId), window: { start, end } },
      ...(await this.issuerOf(organizationId, final)),
      ...(final === null ? await this.ofDraft(organizationId, end) : { ...FINAL, asOf: end, invoiceNumber: numberIn(final), layout: final.layout }),
    };
  }

  private async ofDraft(organizationId: OrganizationId, end: Instant): Promise<Pick<FocusPeriod, 'status' | 'asOf' | 'invoiceNumber' | 'draftTerms' | 'layout'>> {
    const asOf = Math.min(this.clock.now(), end) as Instant;
    return { status: 'draft', asOf, invoiceNumber: null, draftTerms: await this.invoices.draftTerms(organizationId), layout: INVOICE_LAYOUT };
  }

  /** Of a month that is closed as it was closed with; of a draft as it is now. */
  private async issuerOf(organizationId: OrganizationId, final: MonthEnd): Promise<Pick<FocusPeriod, 'exchangeName' | 'issuerName'>> {
    const exchangeName = await this.nameOf(await this.directory.platformOrganizationId());
    if (final === null) return { exchangeName, issuerName: (await this.parties.now(organizationId)).issuer.name };
    const { layout, parties } = final;
    if (layout < 5) return { exchangeName, issuerName: exchangeName };
    return { exchangeName, issuerName: (await this.parties.of(numberIn(final) ?? final.month, organizationId, parties)).issuer.name };
  }

  async nameOf(organizationId: OrganizationId): Promise<string> {
    return present(await this.directory.find(organizationId), 'organization').name;
  }

  private async place(closing: Closing | null): Promise<PlacedSpan['after']> {
    if (closing === null) return null;
    return { version: closing.through, place: await this.placeOf(closing) };
  }

  /** Of a closing in the log, which is not read for it. */
  private async placeOf({ month, place }: Closing): Promise<LogPosition> {
    return present(await this.placeIn(PLACE, [INVOICE_STREAM, place]), `the closing of ${month} in the log`);
  }

  /** All but the lines of an invoice that the read models know by now; of one that they do not, from the log. */
  private async headOf(organizationId: OrganizationId, closing: InvoiceClosing): Promise<InvoiceIssued> {
    const summary = await this.summaries.summary(organizationId, closing.number);
    return summary?.invoice ?? { ...(await this.invoices.issued(closing)).invoice, lines: [] };
  }

  private async placeIn(query: string, values: readonly unknown[]): Promise<LogPosition | null> {
    type Row = { readonly transaction_id: string; readonly position: string };
    const { rows } = await this.pool.query<Row>(query, [...values]);
    const [row] = rows;
    if (row === undefined) return null;
    return { transactionId: BigInt(row.transaction_id), position: BigInt(row.position) };
  }

  private async waitFor(place: LogPosition | null): Promise<void> {
    if (place === null) return;
    for (let look = 1; look <= LOOKS_MAX; look += 1) {
      const reached = await Promise.all(READERS.map((name) => hasReached(this.pool, name, place)));
      if (reached.every(Boolean)) return;
      await new Promise((done) => setTimeout(done, LOOK_MS));
    }
    throw new Error('the read models are behind the log: the export is tried again');
  }
}

const FINAL = { status: 'final', draftTerms: null } as const;

const numberIn = (final: InvoiceIssued | MonthClosed): string | null => (final.type === 'InvoiceIssued' ? final.number : null);

/** Which of both it is, and where the books of the month begin: of one that was closed without an invoice as was said then. */
function heldBy(
  final: MonthEnd,
  { month, closings, own }: { readonly month: string; readonly closings: readonly Closing[]; readonly own: Closing | null },
): Pick<ExportScope, 'invoice' | 'closedAt' | 'booksAfter'> {
  if (final?.type === 'MonthClosed') return { invoice: null, closedAt: final.closedAt, booksAfter: final.booksAfter };
  const earlier = closings.filter(({ place }) => own === null || place < own.place);
  return { invoice: final, closedAt: null, booksAfter: booksAfter(month, earlier) };
}
