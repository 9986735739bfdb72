import { Inject, Injectable } from '@nestjs/common';
import type { OrganizationId } from '../../../kernel/ids.js';
import { formatMinute, HOUR_MS, monthOf, plus, type Instant } from '../../../kernel/time.js';
import { Database } from '../../../platform/database/prisma.js';
import { hourOf } from '../../model/creditable.js';
import {
  earnedLine,
  isEarnedLine,
  LineGroups,
  totalled,
  type BillingDocument,
  type DocumentLine,
  type EarnedLine,
} from '../../model/document/billing-document.js';
import { documentTaxOf, returnedTaxOf, type DocumentTax } from '../../model/document/document-tax.js';
import { TEXTS } from '../../model/document/document.texts.js';
import { languageOf } from '../../model/document/party.js';
import type { CreditNoteFacts } from '../../model/export/credit-note.rows.js';
import type { InvoiceTax } from '../../model/tax/invoice-tax.js';
import { MonthPages } from '../export/month-pages.js';
import type { ExportScope } from '../export/export-scope.js';
import { InvoiceService } from '../invoice.service.js';
import { PartyService, type Parties } from './party.service.js';

export interface MonthDocument {
  readonly document: BillingDocument;
  /** Of a statement, in the order of its lines. */
  readonly earned: readonly EarnedLine[];
}

/** What a document says beside its lines. */
type DocumentFacts = Omit<BillingDocument, 'kind' | 'tax' | keyof ReturnType<typeof totalled>>;

/**
 * What is written for a month: its invoice or draft first, a seller's statement, its credit notes. Or one credit note, or one
 * invoice, with its statement, where these are asked for.
 */
@Injectable()
export class MonthDocuments {
  constructor(
    @Inject(MonthPages) private readonly months: MonthPages,
    @Inject(PartyService) private readonly parties: PartyService,
    @Inject(Database) private readonly database: Database,
    @Inject(InvoiceService) private readonly invoices: InvoiceService,
  ) {}

  async *of(scope: ExportScope): AsyncGenerator<MonthDocument> {
    const { organizationId, document: number } = scope;
    const note = number === null ? null : await this.database.creditNote.findFirst({ where: { number, organizationId } });
    if (note !== null) {
      yield await this.creditNote(organizationId, { ...note, issuedAt: note.issuedAt.getTime() as Instant });
      return;
    }
    yield* this.invoiceOf(scope);
    if (number !== null) return;
    for await (const notes of this.months.creditNotes(scope)) {
      for (const one of notes) yield await this.creditNote(organizationId, one);
    }
  }

  /** Or its draft; and the statement of what was earned. A month that was closed without an invoice has neither. */
  private async *invoiceOf(scope: ExportScope): AsyncGenerator<MonthDocument> {
    const { organizationId, closedAt } = scope;
    if (closedAt !== null) return;
    const lines = await this.linesOf(scope);
    const facts = await this.factsOf(scope);
    const whole: BillingDocument = { kind: 'invoice', ...facts, ...totalled(lines), tax: taxOf(scope) };
    yield { document: whole, earned: [] };
    const earned = lines.filter(isEarnedLine);
    if (earned.length > 0) {
      const number = scope.invoice?.statementNumber ?? facts.number;
      const document: BillingDocument = { kind: 'statement', ...facts, number, ...totalled(earned), tax: null };
      yield { document, earned: await this.withShares(organizationId, earned) };
    }
  }

  private async factsOf({ organizationId, invoice, period, voided }: ExportScope): Promise<DocumentFacts> {
    const common = { month: period.month, refersTo: null, reason: null, voided };
    if (invoice === null) {
      const draft = { number: null, issuedAt: null, dueAt: null, onCreditLine: 0n, draftTermDays: period.draftTerms?.termDays ?? null };
      return { ...common, ...draft, ...(await this.parties.now(organizationId)) };
    }
    const { number, issuedAt, dueAt, onCreditLine } = invoice;
    return { ...common, number, issuedAt, dueAt, onCreditLine, draftTermDays: null, ...(await this.parties.of(number, organizationId, invoice.parties)) };
  }

  private async linesOf(scope: ExportScope): Promise<readonly DocumentLine[]> {
    const groups = new LineGroups();
    for await (const page of this.months.charges(scope)) page.forEach((charge) => groups.add(charge));
    return groups.lines();
  }

  /** What was taken of a sale before its seller was paid, as it was fixed when it was paid. */
  private async withShares(
    sellerId: OrganizationId,
    lines: readonly DocumentLine[],
  ): Promise<readonly EarnedLine[]> {
    const reservationIds = [...new Set(lines.map(({ reservationId }) => reservationId))];
    const sales = await this.database.ledgerSale.findMany({
      where: { reservationId: { in: reservationIds }, sellerId },
    });
    const shares = new Map(sales.map(({ reservationId, royalty, fee }) => [reservationId, { royalty, fee }]));
    return lines.map((line) => earnedLine(line, shares.get(line.reservationId) ?? null));
  }

  private async creditNote(organizationId: OrganizationId, note: CreditNoteFacts): Promise<MonthDocument> {
    const { number, invoiceNumber, reservationId, amount, issuedAt, settles } = note;
    const hour = hourOf({ served: null, evidence: settles });
    const groups = new LineGroups();
    groups.add({
      ...{ version: 0, month: monthOf(issuedAt), kind: settles === null ? 'credit' : 'overage', reservationId, amount: -amount },
      ...{ servedFrom: hour, servedTo: hour === null ? null : plus(hour, HOUR_MS), evidence: settles, postedAt: issuedAt as Instant, parts: [] },
    });
    const { reason: given, tax, taxable, issuerParty: issuer, customerParty: customer } = await this.database.creditNote.findUniqueOrThrow({ where: { number } });
    const fixed = issuer === null || customer === null ? null : { issuer, customer };
    const parties: Parties = await this.parties.of(number, organizationId, fixed);
    const whole = await this.taxOfInvoice(organizationId, invoiceNumber);
    const back = whole === null ? null : returnedTaxOf(whole, { tax, taxable });
    const facts = { number, month: monthOf(issuedAt), issuedAt, dueAt: null, draftTermDays: null, onCreditLine: 0n, refersTo: invoiceNumber, voided: null };
    const reason = hour === null ? given : TEXTS[languageOf(parties.customer.locale)].conceded(formatMinute(hour));
    const document = { kind: 'credit_note', ...facts, reason, ...parties, ...totalled(groups.lines()), tax: back } as const;
    return { document, earned: [] };
  }

  private async taxOfInvoice(organizationId: OrganizationId, invoiceNumber: string): Promise<InvoiceTax | null> {
    const closings = await this.invoices.closings(organizationId);
    const closing = closings.find(({ number }) => number === invoiceNumber);
    return closing === undefined ? null : (await this.invoices.issued(closing)).invoice.tax;
  }
}

const taxOf = ({ invoice }: ExportScope): DocumentTax | null =>
  invoice === null || invoice.tax === null ? null : documentTaxOf(invoice.tax);
