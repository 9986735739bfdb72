import { Inject, Injectable } from '@nestjs/common';
import { OrganizationDirectory } from '../../identity/contract.js';
import type { OrganizationId } from '../../kernel/ids.js';
import { microUsd } from '../../kernel/money.js';
import type { Instant } from '../../kernel/time.js';
import { Database } from '../../platform/database/prisma.js';
import type { CreditNote, Invoice } from '../../platform/prisma/generated/client.js';
import { IssuedLines } from '../application/issued-lines.js';
import { creditableBy, creditsSince, firstMonthOf, leftOf, sumsByReservation, type CreditableLine } from '../model/creditable.js';
import { BooksQueries } from './books.queries.js';

/** A credit note, with the month that its invoice is of. */
export type CreditNoteRow = CreditNote & { readonly month: string };

/** An invoice of anybody, with the name of its customer as it is now. */
export type IssuedInvoiceRow = Invoice & { readonly organizationName: string };

/** What an invoice charged for a reservation, and what of it was given back. */
export interface InvoicedReservation {
  readonly reservationId: string;
  readonly charged: bigint;
  readonly serviceCredits: bigint;
  readonly givenBack: bigint;
  readonly available: bigint;
}

export interface InvoiceFile extends IssuedInvoiceRow {
  readonly reservations: readonly InvoicedReservation[];
  readonly creditNotes: readonly CreditNoteRow[];
}

/** One invoice of an organization, without its lines, and what counts in its place should it be void. */
export interface InvoiceDocument extends Invoice {
  readonly replacedBy: string | null;
}

/** Invoices and credit notes as their rows say it. */
@Injectable()
export class InvoiceQueries {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(OrganizationDirectory) private readonly directory: OrganizationDirectory,
    @Inject(BooksQueries) private readonly books: BooksQueries,
    @Inject(IssuedLines) private readonly lines: IssuedLines,
  ) {}

  /** One more than asked for says that there are more. */
  async creditNotes({
    organizationId,
    invoiceNumber,
    reservationId,
    after,
    first,
  }: {
    readonly organizationId: OrganizationId;
    readonly invoiceNumber: string | null;
    readonly reservationId: string | null;
    readonly after: string | null;
    readonly first: number;
  }): Promise<readonly CreditNoteRow[]> {
    const rows = await this.database.creditNote.findMany({
      where: {
        ...{ organizationId, ...(invoiceNumber !== null && { invoiceNumber }) },
        ...{ ...(reservationId !== null && { reservationId }), ...(after !== null && { number: { gt: after } }) },
      },
      orderBy: { number: 'asc' },
      take: first + 1,
    });
    return this.withMonths(rows);
  }

  /** Of everybody, newest first; one more than asked for says that there are more. */
  async issued({
    organizationId,
    after,
    first,
  }: {
    readonly organizationId: string | null;
    readonly after: string | null;
    readonly first: number;
  }): Promise<readonly IssuedInvoiceRow[]> {
    const rows = await this.database.invoice.findMany({
      where: { ...(organizationId !== null && { organizationId }), ...(after !== null && { number: { lt: after } }) },
      orderBy: { number: 'desc' },
      take: first + 1,
    });
    const names = await this.namesOf(rows);
    return rows.map((row) => ({ ...row, organizationName: names.get(row.organizationId) ?? '' }));
  }

  async file(number: string): Promise<InvoiceFile | null> {
    const row = await this.database.invoice.findUnique({ where: { number } });
    if (row === null) return null;
    const lines = await this.lines.all(row.organizationId as OrganizationId, number);
    const notes = await this.database.creditNote.findMany({ where: { organizationId: row.organizationId, invoiceNumber: number }, orderBy: { number: 'asc' } });
    const names = await this.namesOf([row]);
    return {
      ...row,
      organizationName: names.get(row.organizationId) ?? '',
      reservations: await this.reservationsOf(row, lines, notes),
      creditNotes: notes.map((note) => ({ ...note, month: row.month })),
    };
  }

  /** Service credits on what an invoice charged that are not on it, oldest first: those of its reservations, since its first month. */
  async serviceCreditsSince(
    { organizationId, month, issuedAt }: { readonly organizationId: string; readonly month: string; readonly issuedAt: Date | Instant },
    lines: readonly CreditableLine[],
  ): Promise<readonly CreditableLine[]> {
    const { reservationIds } = chargedOf(lines);
    const { credits } = await this.books.credits({ organizationId, reservationIds, since: firstMonthOf(month, lines) });
    return creditsSince(credits, lines, new Date(issuedAt).getTime());
  }

  /** Those that were charged for, in the order of the invoice: only what was charged can be given back. */
  private async reservationsOf(
    invoice: Invoice,
    lines: readonly CreditableLine[],
    notes: readonly CreditNote[],
  ): Promise<readonly InvoicedReservation[]> {
    const given = sumsByReservation(notes);
    const later = await this.serviceCreditsSince(invoice, lines);
    const creditable = creditableBy(lines, later, await this.books.held(invoice.organizationId, chargedOf(lines).reservationIds));
    return [...creditable].map(([reservationId, own]) => {
      const givenBack = microUsd(given.get(reservationId) ?? 0n);
      return { reservationId, ...own, givenBack, available: leftOf(own, givenBack) };
    });
  }

  /** Of this organization alone; null when it has none of that number. */
  async document(organizationId: OrganizationId, number: string): Promise<InvoiceDocument | null> {
    const row = await this.database.invoice.findFirst({ where: { organizationId, number } });
    if (row === null) return null;
    return { ...row, replacedBy: row.status === 'void' ? await this.replacementOf(row) : null };
  }

  /** A month has one invoice that counts, and it came after those that do not. */
  private async replacementOf({ organizationId, month }: Invoice): Promise<string | null> {
    const counts = await this.database.invoice.findFirst({ where: { organizationId, month, status: { not: 'void' } }, select: { number: true } });
    return counts?.number ?? null;
  }

  private async withMonths(notes: readonly CreditNote[]): Promise<readonly CreditNoteRow[]> {
    const numbers = [...new Set(notes.map(({ invoiceNumber }) => invoiceNumber))];
    const invoices = await this.database.invoice.findMany({ where: { number: { in: numbers } }, select: { number: true, month: true } });
    const months = new Map(invoices.map(({ number, month }) => [number, month]));
    // A note follows its invoice in the same log, and so do their rows.
    return notes.map((note) => ({ ...note, month: months.get(note.invoiceNumber) ?? '' }));
  }

  private async namesOf(rows: readonly Pick<Invoice, 'organizationId'>[]): Promise<ReadonlyMap<string, string>> {
    const ids = [...new Set(rows.map(({ organizationId }) => organizationId))];
    const found = await Promise.all(ids.map((id) => this.directory.find(id as OrganizationId)));
    return new Map(found.flatMap((one) => (one === null ? [] : [[one.organizationId, one.name] as const])));
  }
}

const chargedOf = (lines: readonly CreditableLine[]): { readonly reservationIds: readonly string[] } => ({
  reservationIds: [...new Set(lines.filter(({ amount }) => amount > 0n).map((line) => line.reservationId))],
});
