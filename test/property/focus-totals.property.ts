import fc from 'fast-check';
import { LineGroups, MICRO_USD_PER_CENT, payableCents, totalled } from '../../src/billing/model/document/billing-document.js';
import { documentTaxOf, returnedTaxOf } from '../../src/billing/model/document/document-tax.js';
import { CHARGE_KINDS, type ChargeKind } from '../../src/billing/model/charge.js';
import { spansOf, type BookedCharge, type Closing } from '../../src/billing/model/closing.js';
import { creditableBy, soldBy } from '../../src/billing/model/creditable.js';
import type { ChargeRow } from '../../src/billing/model/export/books.tables.js';
import { creditNoteCosts, creditNoteDetails, type CreditNoteFacts } from '../../src/billing/model/export/credit-note.rows.js';
import type { FocusPeriod } from '../../src/billing/model/export/focus-charge.js';
import type { Facts } from '../../src/billing/model/export/focus.columns.js';
import { invoiceDetail, taxDetail } from '../../src/billing/model/export/focus.tables.js';
import { focusTaxRow, taxesOf } from '../../src/billing/model/export/tax.rows.js';
import { linesOf } from '../../src/billing/model/invoice-register.js';
import { INVOICE_LAYOUT, type CreditNoteIssued, type InvoiceIssued } from '../../src/billing/model/invoice-register.events.js';
import { closingsOf } from '../../src/billing/model/invoice-register.state.js';
import { taxableCents, taxItemsOf, type DraftTax } from '../../src/billing/model/tax/invoice-tax.js';
import { divideHalfEven, microUsd } from '../../src/kernel/money.js';
import { endOfMonth, HOUR_MS, monthOf, parseMonth, plus, type Instant } from '../../src/kernel/time.js';
import type { Window } from '../../src/kernel/window.js';
import { focusRows, purchaseAt } from '../support/focus.js';
import { at, issue, Register } from '../support/invoice-register.js';
import { reservation, SELLER } from '../support/ledger.js';

const RESERVATIONS = ['llama-3.3-70b@fp8~1', 'llama-3.3-70b@fp8~2'].map(reservation);
const kinds = fc.constantFrom(...CHARGE_KINDS);
const amounts = fc.bigInt(1n, 10n ** 9n);
const steps = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ do: fc.constant('charge' as const), kind: kinds, amount: amounts, which: fc.nat(1), monthsLate: fc.nat(2) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('next-month' as const) }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('issue' as const), monthsLate: fc.integer({ min: 1, max: 2 }), isTaxed: fc.boolean() }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('void' as const), ordinal: fc.nat(3) }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('credit-note' as const), ordinal: fc.nat(3), which: fc.nat(1), perMille: fc.integer({ min: 1, max: 1_000 }) }) },
  ),
  { minLength: 5, maxLength: 50, size: 'max' },
);
type Step = (typeof steps extends fc.Arbitrary<(infer One)[]> ? One : never);

const sum = (all: readonly bigint[]): bigint => all.reduce((total, one) => total + one, 0n);
function windowOf(month: string): Window {
  const start = parseMonth(month);
  if (!start.ok) throw new Error(start.error);
  return { start: start.value, end: endOfMonth(start.value) };
}

/** An organization's months, however charges, invoices, and what becomes of them, interleave. */
class Months {
  now = at('2026-09-15T00:00:00Z');
  readonly months: string[] = [monthOf(this.now)];
  readonly register = new Register();
  readonly charges: BookedCharge[] = [];
  readonly invoices: InvoiceIssued[] = [];
  readonly notes: CreditNoteIssued[] = [];

  take(step: Step): void {
    switch (step.do) {
      case 'charge':
        return this.charge(step);
      case 'next-month':
        this.now = plus(endOfMonth(this.now), 14 * 24 * HOUR_MS);
        this.months.push(monthOf(this.now));
        return;
      case 'issue':
        return this.issue(step);
      case 'void': {
        const number = this.invoices[step.ordinal]?.number;
        if (number !== undefined) this.register.send({ type: 'VoidInvoice', number, reason: 'wrong', now: this.now });
        return;
      }
      case 'credit-note':
        return this.giveBack(step);
    }
  }

  private charge({ kind, amount, which, monthsLate }: Extract<Step, { do: 'charge' }>): void {
    const month = this.months.at(-1 - monthsLate) ?? this.months[0] ?? '';
    const { start } = windowOf(month);
    const served = kind === 'delivery' ? { start, end: plus(start, HOUR_MS) } : null;
    const isCredit = amount % 3n === 0n && kind !== 'delivery';
    const about = { kind, reservationId: RESERVATIONS[which] ?? reservation('R'), served, evidence: null, parts: [] };
    this.charges.push({ ...about, month, amount: microUsd(isCredit ? -amount : amount), version: this.charges.length + 1, postedAt: this.now });
  }

  private issue({ monthsLate, isTaxed }: Extract<Step, { do: 'issue' }>): void {
    const month = this.months.at(-1 - monthsLate);
    if (month === undefined) return;
    const charges = this.charges.filter((charge) => charge.month <= month);
    const tax = isTaxed ? taxOf(linesOf(month, charges, this.closings())) : ({ kind: 'off' } as const);
    const decision = this.register.send(issue({ month, charges, through: this.charges.length, tax, now: this.now }));
    if (decision.accepted) this.invoices.push(decision.events[0] as InvoiceIssued);
  }

  private giveBack({ ordinal, which, perMille }: Extract<Step, { do: 'credit-note' }>): void {
    const invoice = this.invoices[ordinal];
    const reservationId = RESERVATIONS[which];
    if (invoice === undefined || reservationId === undefined) return;
    const later = this.charges.filter(({ version }) => !invoice.lines.some((line) => line.version === version));
    const own = creditableBy(invoice.lines, later).get(reservationId);
    const amount = microUsd(((own?.charged ?? 0n) * BigInt(perMille)) / 1_000n);
    if (own === undefined || amount === 0n) return;
    const about = { invoiceNumber: invoice.number, reservationId, ...own, sold: soldBy(invoice.lines, reservationId), reason: 'less', parties: null };
    const decision = this.register.send({ type: 'IssueCreditNote', ...about, amount, now: this.now });
    if (decision.accepted) this.notes.push(decision.events[0] as CreditNoteIssued);
  }

  closings(): readonly Closing[] {
    return closingsOf(this.register.state, SELLER);
  }
}

/** 19 per cent, by one authority. */
function taxOf(lines: InvoiceIssued['lines']): DraftTax {
  const items = taxItemsOf(lines);
  const cents = taxableCents(items);
  const [taxable, amount] = [microUsd(cents * MICRO_USD_PER_CENT), microUsd(divideHalfEven(cents * 19n, 100n) * MICRO_USD_PER_CENT)];
  const line = { jurisdiction: 'Germany', country: 'DE', state: null, taxType: 'vat', percentage: '19.0', taxable, amount, reason: 'standard_rated' };
  return { kind: 'calculated', tax: { calculationId: 'taxcalc_1', items, lines: [line], amount } };
}

const chargeRow = ({ served, ...charge }: BookedCharge): ChargeRow => ({
  ...charge,
  ...{ servedFrom: served?.start ?? null, servedTo: served?.end ?? null },
});

/** Of a month: rows of Cost and Usage, of Invoice Detail, and what its documents come to, by their number. */
function filesOf(world: Months, month: string): { readonly costs: readonly Facts[]; readonly details: readonly Facts[]; readonly documents: ReadonlyMap<string, bigint> } {
  const closings = world.closings();
  const number = closings.find((closing) => closing.month === month)?.number ?? null;
  const invoice = world.invoices.find((one) => one.number === number) ?? null;
  const names = { organizationId: SELLER, organizationName: 'O', exchangeName: 'Headroom', issuerName: 'Headroom' };
  const period: FocusPeriod = { ...names, month, status: number === null ? 'draft' : 'final', window: windowOf(month), invoiceNumber: number, draftTerms: null, layout: INVOICE_LAYOUT, asOf: windowOf(month).end };
  const charges = spansOf(month, closings).flatMap(({ month: of, after, through }) =>
    world.charges.filter((one) => one.month === of && one.version > (after?.through ?? 0) && one.version <= (through?.through ?? Infinity)).map(chargeRow),
  );
  const issued = world.notes.filter(({ issuedAt }) => monthOf(issuedAt) === month);
  const notes: CreditNoteFacts[] = issued.map((note) => ({ ...note, tax: note.tax?.amount ?? 0n }));
  const use = { requests: 1n, input: 1n, cachedInput: 0n, output: 1n, reasoning: 0n, weighted: 40_000_000n };
  return {
    costs: [
      ...charges.flatMap((charge) => focusRows(period, { charge, purchase: purchaseAt(7, 10), hostName: null, use, parts: [] })),
      ...taxesOf(invoice).map((line, index) => focusTaxRow(period, invoice as InvoiceIssued, [line, index])),
      ...notes.flatMap((note) => creditNoteCosts(period, note)),
    ],
    details: [
      ...charges.map((charge) => invoiceDetail(period, invoice, charge)),
      ...taxesOf(invoice).map((line, index) => taxDetail(period, invoice as InvoiceIssued, [line, index])),
      ...notes.flatMap((note) => creditNoteDetails(period, note)),
    ],
    documents: new Map([...invoiceTotals(invoice), ...issued.map((note) => [note.number, noteTotal(world, note)] as const)]),
  };
}

const line = (kind: ChargeKind, reservationId: string, amount: bigint): ChargeRow => ({
  ...{ version: 0, month: '', kind, reservationId, amount, evidence: null, parts: [], postedAt: 0 as Instant, servedFrom: null, servedTo: null },
});

/** As the page says it: exact lines, and tax in whole cents on top; what is printed is that, rounded once. */
function totalOf(lines: readonly ChargeRow[], tax: ReturnType<typeof documentTaxOf> | null): bigint {
  const groups = new LineGroups();
  lines.forEach((one) => groups.add(one));
  const document = { ...totalled(groups.lines()), tax };
  expect(payableCents(document)).toBe(divideHalfEven(document.exact, MICRO_USD_PER_CENT) + (tax?.cents ?? 0n));
  return document.exact + (tax?.cents ?? 0n) * MICRO_USD_PER_CENT;
}

function invoiceTotals(invoice: InvoiceIssued | null): readonly (readonly [string, bigint])[] {
  if (invoice === null) return [];
  const tax = invoice.tax === null ? null : documentTaxOf(invoice.tax);
  const total = totalOf(invoice.lines.map(({ kind, reservationId, amount }) => line(kind, reservationId, amount)), tax);
  expect(total).toBe(invoice.charges - invoice.credits + (invoice.tax?.amount ?? 0n));
  return [[invoice.number, total]];
}

function noteTotal({ invoices }: Months, { invoiceNumber, reservationId, amount, tax }: CreditNoteIssued): bigint {
  const whole = invoices.find(({ number }) => number === invoiceNumber)?.tax ?? null;
  const back = whole === null || tax === null ? null : returnedTaxOf(whole, { tax: tax.amount, taxable: tax.taxable });
  return totalOf([line('credit', reservationId, -amount)], back);
}

/** Costs by a column. */
function sumsBy(rows: readonly Facts[], column: string): ReadonlyMap<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const row of rows) {
    const key = String(row[column] ?? '');
    sums.set(key, (sums.get(key) ?? 0n) + BigInt(row['BilledCost'] ?? 'none'));
  }
  return sums;
}

const sorted = (sums: ReadonlyMap<string, bigint>): readonly unknown[] => [...sums].sort(([one], [other]) => (one < other ? -1 : 1));
/** Of a draft nothing has a number in Cost and Usage. */
const numbered = (rows: readonly Facts[]): readonly Facts[] => rows.filter((row) => (row['InvoiceDetailId'] ?? null) !== null && !String(row['InvoiceId']).startsWith('DRAFT'));

describe('FOCUS files of all months', () => {
  it('come to the same for each document, which is what the document says, and for each of its lines', () => {
    let [noted, taxed] = [0, 0];
    fc.assert(
      fc.property(steps, (given) => {
        const world = new Months();
        given.forEach((step) => world.take(step));
        for (const month of world.months) {
          const { costs, details, documents } = filesOf(world, month);
          const inDetail = numbered(details);
          const held = new Map([...documents].filter(([number]) => inDetail.some((row) => row['InvoiceId'] === number)));
          expect(sorted(sumsBy(inDetail, 'InvoiceId'))).toEqual(sorted(held));
          expect(sorted(sumsBy(numbered(costs), 'InvoiceId'))).toEqual(sorted(held));
          expect(sorted(sumsBy(numbered(costs), 'InvoiceDetailId'))).toEqual(sorted(sumsBy(inDetail, 'InvoiceDetailId')));
          expect(sum([...sumsBy(costs, 'InvoiceId').values()])).toBe(sum([...sumsBy(details, 'InvoiceId').values()]));
          expect(documents.size).toBe(held.size);
          noted += [...documents.keys()].filter((number) => number.startsWith('CN')).length;
          taxed += costs.filter((row) => row['ChargeCategory'] === 'Tax').length;
        }
      }),
      { numRuns: 150 },
    );
    expect([noted > 20, taxed > 20]).toEqual([true, true]);
  });
});
