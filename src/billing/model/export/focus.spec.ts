import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { big, END, focusRows, period, purchaseAt, R, START } from '../../../../test/support/focus.js';
import { microUsd, type MicroUsd } from '../../../kernel/money.js';
import { DAY_MS, HOUR_MS, plus } from '../../../kernel/time.js';
import { CHARGE_KINDS } from '../charge.js';
import type { InvoiceLayout } from '../invoice-register.events.js';
import { termsOn } from '../payment-terms.js';
import type { TaxLine } from '../tax/invoice-tax.js';
import { INVOICE_LINES, type ChargeRow } from './books.tables.js';
import { creditNoteCosts, creditNoteDetails } from './credit-note.rows.js';
import { servedBy, type FocusCharge } from './focus-charge.js';
import { FocusRows } from './focus-rows.js';
import { BILLING_PERIOD, CONTRACT_COMMITMENT, COST_AND_USAGE, INVOICE_DETAIL, rowOf, type Facts } from './focus.columns.js';
import { billingPeriod, invoiceDetail, taxDetail } from './focus.tables.js';
import { focusTaxRow, invoiceTaxRow, taxesOf } from './tax.rows.js';
import { formatDecimal, type Table } from './table.js';

const SOME_USE = { requests: 1n, input: 5n, cachedInput: 1n, output: 9n, reasoning: 2n };
type Listed = readonly [name: string, type: string, isNullable: boolean];
const SPECIFIED = JSON.parse(readFileSync('data/focus/columns.json', 'utf8')) as Record<string, Record<string, readonly Listed[]>>;
const TYPES: Readonly<Record<string, string>> = { text: 'String', decimal: 'Decimal', instant: 'Date/Time', json: 'JSON' };

describe('the columns', () => {
  it.each([
    ['CostAndUsage', COST_AND_USAGE],
    ['InvoiceDetail', INVOICE_DETAIL],
    ['BillingPeriod', BILLING_PERIOD],
    ['ContractCommitment', CONTRACT_COMMITMENT],
  ] as const)('of %s are those of the specification, by name, type and nullability', (dataset, table) => {
    const { mandatory = [], recommended = [], conditional = [], conditionalThatApplyToUs = [] } = SPECIFIED[dataset] ?? {};
    expect(mandatory.length).toBeGreaterThan(5);
    hold(table, [...mandatory, ...recommended, ...conditional, ...conditionalThatApplyToUs]);
  });
});

/** Every column that is listed, and no other that is not our own. */
function hold({ columns }: Table, listed: readonly Listed[]): void {
  const ours = columns.filter(({ name }) => !name.startsWith('x_'));
  const shown = ours.map(({ name, type, isNullable }) => [name, TYPES[type.kind], isNullable]);
  const sorted = (rows: readonly (readonly unknown[])[]): unknown => [...rows].sort((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1));
  expect(sorted(shown)).toEqual(sorted(listed.map(([name, type, isNullable]) => [name, type, isNullable])));
  expect(new Set(columns.map(({ name }) => name)).size).toBe(columns.length);
}

const charges = fc
  .record({
    kind: fc.constantFrom(...CHARGE_KINDS),
    isLate: fc.boolean(),
    amount: fc.bigInt(1n, 10n ** 14n),
    isCredit: fc.boolean(),
    hour: fc.nat(700),
    hours: fc.integer({ min: 1, max: 24 }),
    unitPrice: fc.integer({ min: 1, max: 10 ** 7 }),
    quantity: fc.integer({ min: 1, max: 10 ** 6 }),
    weighted: fc.option(fc.bigInt(0n, 10n ** 16n)),
    parts: fc.array(fc.bigInt(0n, 10n ** 16n), { maxLength: 3 }),
    number: fc.constantFrom(null, 'HR-2026-000001'),
  })
  .map((given) => {
    const { kind, hour, hours, weighted } = given;
    const from = plus(START, hour * HOUR_MS);
    const earnsOnly = kind === 'proceeds' || kind === 'royalty' || kind === 'fee';
    const amount = (given.isCredit && kind !== 'delivery') || earnsOnly ? -given.amount : given.amount;
    const charge: ChargeRow = {
      ...{ version: 57, month: given.isLate ? '2026-10' : '2026-11', kind, reservationId: R, amount, evidence: null, parts: [] },
      servedFrom: kind === 'delivery' || kind === 'overage' || kind === 'credit' ? from : null,
      servedTo: kind === 'delivery' ? plus(from, hours * HOUR_MS) : null,
      postedAt: plus(from, 1),
    };
    const use = weighted === null ? null : { ...SOME_USE, weighted };
    const parts = given.parts.map((tokens, index) => ({ reservationId: `${R}-${index}`, teamId: index === 0 ? null : 'team', use: { ...SOME_USE, weighted: tokens } }));
    const facts: FocusCharge = { charge, purchase: purchaseAt(given.unitPrice, given.quantity), hostName: 'Host', use, parts };
    return { facts, period: period(given.number) };
  });

const CATEGORIES = ['Usage', 'Purchase', 'Tax', 'Credit', 'Adjustment'];
const PLACES = 10n ** 12n;
const isNull = (row: Facts, name: string): boolean => (row[name] ?? null) === null;

/** What the specification says of columns together; each holds for every row. */
const RULES: Readonly<Record<string, (row: Facts, facts: FocusCharge) => boolean>> = {
  'no mandatory column is null': (row) =>
    COST_AND_USAGE.columns.every(({ name, isNullable }) => isNullable || !isNull(row, name)),
  'ChargeCategory is one of the allowed': (row) => CATEGORIES.includes(String(row['ChargeCategory'])),
  'ChargeClass is null or Correction': (row) => isNull(row, 'ChargeClass') || row['ChargeClass'] === 'Correction',
  'ChargeClass is Correction exactly for what an earlier, closed month was charged': (row, { charge }) =>
    (row['ChargeClass'] === 'Correction') === charge.month < '2026-11',
  'ChargeFrequency of a Purchase is not Usage-Based': (row) =>
    row['ChargeCategory'] !== 'Purchase' || row['ChargeFrequency'] !== 'Usage-Based',
  'a charge period ends after it starts': (row) => big(row, 'ChargePeriodStart') < big(row, 'ChargePeriodEnd'),
  'a charge period is the time that was served': (row, { charge }) => row['ChargePeriodStart'] === servedBy(charge).start,
  'a billing period is the month': (row) => row['BillingPeriodStart'] === START && row['BillingPeriodEnd'] === END,
  'EffectiveCost is BilledCost: nothing is bought ahead': (row) => row['EffectiveCost'] === row['BilledCost'],
  'PricingQuantity and PricingUnit come together': (row) => isNull(row, 'PricingQuantity') === isNull(row, 'PricingUnit'),
  'ConsumedQuantity and ConsumedUnit come together': (row) => isNull(row, 'ConsumedQuantity') === isNull(row, 'ConsumedUnit'),
  'ConsumedQuantity is for Usage only, and for all of it': (row) =>
    isNull(row, 'ConsumedQuantity') === (row['ChargeCategory'] !== 'Usage'),
  'Usage and Purchase have price, quantity and SKU; nothing else has': (row) => {
    const isPriced = row['ChargeCategory'] === 'Usage' || row['ChargeCategory'] === 'Purchase';
    const names = ['PricingQuantity', 'ListUnitPrice', 'ContractedUnitPrice', 'PricingCategory', 'SkuId', 'SkuPriceId', 'SkuMeter'];
    return names.every((name) => isNull(row, name) !== isPriced);
  },
  'ContractedCost is ContractedUnitPrice x PricingQuantity, ListCost likewise, to the micro-dollar': (row) =>
    isNull(row, 'PricingQuantity') ||
    [['ContractedCost', 'ContractedUnitPrice'], ['ListCost', 'ListUnitPrice']].every(([cost = '', price = '']) => {
      const difference = big(row, cost) * PLACES - big(row, price) * big(row, 'PricingQuantity');
      return (difference < 0n ? -difference : difference) <= PLACES;
    }),
  'CapacityReservationStatus is Used or Unused for capacity, and null without': (row) =>
    isNull(row, 'CapacityReservationId')
      ? isNull(row, 'CapacityReservationStatus')
      : ['Used', 'Unused'].includes(String(row['CapacityReservationStatus'])),
  'what was not used has no tokens': (row) => row['CapacityReservationStatus'] !== 'Unused' || row['ConsumedQuantity'] === 0n,
  'ContractApplied is for delivered capacity only, and says the cost and the priced quantity of its row, as JSON numbers': (row, { charge }) => {
    if (charge.kind !== 'delivery') return isNull(row, 'ContractApplied');
    const numbers = [formatDecimal(big(row, 'BilledCost'), 6), formatDecimal(big(row, 'PricingQuantity'), 12)] as const;
    const { Elements } = JSON.parse(String(row['ContractApplied'])) as { Elements: readonly unknown[] };
    const unit = { ContractCommitmentAppliedUnit: row['PricingUnit'] };
    const costs = { ContractCommitmentAppliedCost: Number(numbers[0]), ContractCommitmentAppliedQuantity: Number(numbers[1]) };
    expect(Elements).toEqual([{ ContractId: R, ContractCommitmentId: R, ...costs, ...unit }]);
    return numbers.every((digits) => String(row['ContractApplied']).includes(`:${digits},`));
  },
  'InvoiceId and InvoiceDetailId come together': (row) => isNull(row, 'InvoiceId') === isNull(row, 'InvoiceDetailId'),
  'a credit is below zero': (row) => row['ChargeCategory'] !== 'Credit' || big(row, 'BilledCost') < 0n,
};

/** Rules that a row of no charge breaks; two are about the charge itself. */
function brokenBy(row: Facts): readonly string[] {
  const itsOwn = ['ChargeClass is Correction exactly for what an earlier, closed month was charged', 'a charge period is the time that was served'];
  const charge = { kind: 'credit' } as ChargeRow;
  const facts: FocusCharge = { charge, purchase: null, hostName: null, use: null, parts: [] };
  return Object.keys(RULES).filter((name) => !itsOwn.includes(name) && RULES[name]?.(row, facts) !== true);
}

describe('every row of Cost and Usage', () => {
  it.each(Object.keys(RULES))('%s', (name) => {
    fc.assert(
      fc.property(charges, ({ facts, period: of }) =>
        focusRows(of, facts).every((row) => RULES[name]?.(row, facts) ?? false),
      ),
    );
  });

  it('is a part of its charge: the rows sum to it', () => {
    fc.assert(
      fc.property(charges, ({ facts, period: of }) => {
        const rows = focusRows(of, facts);
        expect(rows.reduce((sum, row) => sum + big(row, 'BilledCost'), 0n)).toBe(facts.charge.amount);
        expect(rows.length).toBeLessThanOrEqual(2 + facts.parts.length);
        expect(new Set(rows.map((row) => `${String(row['CapacityReservationStatus'])} ${String(row['x_PartReservationId'])}`)).size).toBe(rows.length);
      }),
    );
  });

  it('has as much used as was used of it in all, however it is handed over: who used it changes no sum', () => {
    fc.assert(
      fc.property(charges, ({ facts, period: of }) => {
        const weighted = facts.parts.reduce((sum, { use }) => sum + use.weighted, facts.use?.weighted ?? 0n);
        const together: FocusCharge = { ...facts, use: { ...SOME_USE, weighted }, parts: [] };
        const used = (given: FocusCharge): bigint =>
          focusRows(of, given).filter((row) => row['CapacityReservationStatus'] === 'Used').reduce((sum, row) => sum + big(row, 'BilledCost'), 0n);
        expect(used(facts)).toBe(used(together));
      }),
    );
  });

  it('is the same in a file that remembers what charges of a reservation say alike', () => {
    fc.assert(
      fc.property(fc.array(charges, { minLength: 1, maxLength: 12 }), fc.constantFrom(null, 'HR-2026-000001'), (all, number) => {
        const file = new FocusRows(period(number));
        const rows = all.flatMap(({ facts }) => focusRows(period(number), facts)).map((row) => rowOf(COST_AND_USAGE, row));
        expect([...file.of(all.map(({ facts }) => facts))]).toEqual(rows);
      }),
    );
  });

  it('of capacity that was used in part has what was used, and the rest', () => {
    const charge: ChargeRow = {
      ...{ version: 1, month: '2026-11', kind: 'delivery', reservationId: R, amount: 1_000n, evidence: null, parts: [] },
      ...{ servedFrom: START, servedTo: plus(START, HOUR_MS), postedAt: plus(START, HOUR_MS) },
    };
    // 10 tokens/s for an hour are 36,000 weighted tokens; a quarter was used.
    const use = { requests: 3n, input: 0n, cachedInput: 0n, output: 9_000n, reasoning: 0n, weighted: 90_000_000n };
    const rows = focusRows(period('HR-2026-000001'), { charge, purchase: purchaseAt(100, 10), hostName: 'Host', use, parts: [] });
    expect(rows).toMatchObject([
      { BilledCost: 250n, CapacityReservationStatus: 'Used', ConsumedQuantity: 9_000n * PLACES, PricingQuantity: (5n * PLACES) / 2n, x_OutputTokens: 9_000n },
      { BilledCost: 750n, CapacityReservationStatus: 'Unused', ConsumedQuantity: 0n, InvoiceDetailId: 'HR-2026-000001-1', HostProviderName: 'Host' },
    ]);
  });
});

describe('the other tables', () => {
  const charge: ChargeRow = {
    ...{ version: 57, month: '2026-11', kind: 'overage', reservationId: R, amount: 5n, evidence: null, parts: [] },
    ...{ servedFrom: START, servedTo: null, postedAt: plus(START, 1) },
  };
  const invoice = { number: 'HR-2026-000001', issuedAt: END, dueAt: plus(END, 14 * DAY_MS), onCreditLine: 0n };
  const note = { number: 'CN-2026-000001', invoiceNumber: 'HR-2026-000001', reservationId: R, amount: 3n, tax: 2n, settles: null, issuedAt: END };
  const TAX: TaxLine = {
    ...{ jurisdiction: 'Germany', country: 'DE', state: null, taxType: 'vat', percentage: '19.0' },
    ...{ taxable: 10_000n as MicroUsd, amount: 1_900n as MicroUsd, reason: 'standard_rated' },
  };
  const taxed = { ...invoice, month: '2026-11', through: 60, tax: { calculationId: 'taxcalc_1', items: [], lines: [TAX], amount: TAX.amount } };
  const full = (table: Table, facts: Facts): void => {
    const row = rowOf(table, facts);
    table.columns.forEach(({ name, isNullable }, index) => {
      if (!isNullable) expect([name, row[index]]).toEqual([name, expect.anything()]);
    });
    expect(Object.keys(facts).filter((name) => !table.columns.some((column) => column.name === name))).toEqual([]);
  };

  it('have all that may not be null, and no name that is no column', () => {
    full(INVOICE_DETAIL, invoiceDetail(period(invoice.number), invoice, charge));
    full(INVOICE_DETAIL, invoiceDetail(period(null), null, charge));
    for (const facts of creditNoteDetails(period(null), note)) full(INVOICE_DETAIL, facts);
    for (const facts of creditNoteCosts(period(null), note)) full(COST_AND_USAGE, facts);
    full(INVOICE_DETAIL, taxDetail(period(invoice.number), invoice, [TAX, 0]));
    full(COST_AND_USAGE, focusTaxRow(period(invoice.number), taxed, [TAX, 0]));
    full(BILLING_PERIOD, billingPeriod(period(null), null));
    for (const row of focusRows(period('HR-2026-000001'), { charge, purchase: purchaseAt(1, 1), hostName: null, use: null, parts: [] })) full(COST_AND_USAGE, row);
  });

  it('name what a line of the invoice is for by properties of FOCUS, or by names of our own, and as plain values: FOCUS 1.4, InvoiceDetailGrain', () => {
    const grainsAt = (layout: InvoiceLayout): readonly Record<string, unknown>[] => {
      const of = { ...period(invoice.number), layout };
      const rows = [invoiceDetail(of, invoice, charge), invoiceDetail(of, null, charge), taxDetail(of, invoice, [TAX, 0]), ...creditNoteDetails(of, note)];
      return rows.map((row) => JSON.parse(String(row['InvoiceDetailGrain'])) as Record<string, unknown>);
    };
    const defined = ['ContractId', 'RegionId', 'ResourceId', 'ResourceType', 'ServiceName', 'SkuId', 'SkuMeter', 'SkuPriceId', 'SubAccountId'];
    for (const grain of grainsAt(4)) {
      expect(Object.keys(grain).filter((key) => !defined.includes(key) && !/^x_[A-Z]\w*$/.test(key))).toEqual([]);
      expect(Object.values(grain).filter((value) => typeof value === 'object' && value !== null)).toEqual([]);
    }
    expect(grainsAt(4).map((grain) => grain['x_CapacityReservationId'])).toEqual([R, R, undefined, R, R]);
    // Files of invoices from before say it as they did.
    expect(grainsAt(3).map((grain) => grain['CapacityReservationId'])).toEqual([R, R, undefined, R, R]);
  });

  it('have tax as a line of its own, by the same rules', () => {
    const row = focusTaxRow(period(invoice.number), taxed, [TAX, 0]);
    expect(row).toMatchObject({ ChargeCategory: 'Tax', BilledCost: 1_900n, InvoiceDetailId: 'HR-2026-000001-tax-1' });
    expect(brokenBy(row)).toEqual([]);
    expect(taxDetail(period(invoice.number), invoice, [TAX, 0])).toMatchObject({ ChargeCategory: 'Tax', BilledCost: 1_900n, InvoiceIssueStatus: 'Issued' });
    expect(invoiceTaxRow(period(invoice.number), taxed, TAX)).toHaveLength(INVOICE_LINES.columns.length);
    // What no tax is charged on is no line.
    expect(taxesOf({ ...taxed, tax: { ...taxed.tax, lines: [{ ...TAX, amount: 0n as MicroUsd }] } })).toEqual([]);
  });

  it('say which invoice a line refers to: its own, or the one that a credit note corrects', () => {
    expect(invoiceDetail(period(invoice.number), invoice, charge)).toMatchObject({ InvoiceId: invoice.number, ReferenceInvoiceId: invoice.number, InvoiceIssueStatus: 'Issued', PaymentDueDate: invoice.dueAt });
    expect(invoiceDetail(period(null), null, charge)).toMatchObject({ InvoiceId: 'DRAFT-2026-11', ReferenceInvoiceId: 'DRAFT-2026-11', InvoiceIssueStatus: 'Open', InvoiceIssueDate: null });
  });

  it('have a credit note as a document of its own, line for line the same in both, by the same rules', () => {
    const [costs, details] = [creditNoteCosts(period(null), note), creditNoteDetails(period(null), note)];
    expect(details).toMatchObject([
      { InvoiceId: note.number, InvoiceDetailId: `${note.number}-1`, ReferenceInvoiceId: invoice.number, BilledCost: -3n, PaymentCurrencyBilledCost: -3n, ChargeCategory: 'Credit' },
      { InvoiceId: note.number, InvoiceDetailId: `${note.number}-tax-1`, ReferenceInvoiceId: invoice.number, BilledCost: -2n, PaymentCurrencyBilledCost: -2n, ChargeCategory: 'Tax' },
    ]);
    expect(costs).toMatchObject(details.map(({ InvoiceId, InvoiceDetailId, BilledCost, ChargeCategory }) => ({ InvoiceId, InvoiceDetailId, BilledCost, ChargeCategory })));
    const settling = creditNoteDetails(period(null), { ...note, settles: 'R/usage/2' });
    const terms = [...details, ...settling].map(({ PaymentTerms }) => PaymentTerms);
    expect(new Set(terms)).toEqual(new Set(['Paid into the wallet when issued', 'Taken off what is owed, or paid into the wallet as it is given back']));
    expect(costs).toMatchObject(Array(2).fill({ ChargeClass: 'Correction', ChargePeriodStart: END, ChargePeriodEnd: plus(END, HOUR_MS) }));
    expect(costs.flatMap(brokenBy)).toEqual([]);
    // What has no tax, or gives nothing else back, is one line.
    expect([creditNoteCosts(period(null), { ...note, tax: 0n }), creditNoteDetails(period(null), { ...note, tax: 0n })]).toMatchObject([{ length: 1 }, { length: 1 }]);
  });

  it('say terms that lead from the issue to the date on which it is due, on the wallet and on a credit line', () => {
    const onLine = { ...invoice, dueAt: plus(END, 30 * DAY_MS), onCreditLine: 5n };
    const termsOf = (row: Facts): readonly unknown[] => [row['PaymentTerms'], row['PaymentDueDate']];
    const of = period(invoice.number);
    expect([invoiceDetail(of, invoice, charge), taxDetail(of, invoice, [TAX, 0])].map(termsOf)).toEqual([
      ['Net 14 days, from the wallet', plus(END, 14 * DAY_MS)],
      ['Net 14 days, from the wallet', plus(END, 14 * DAY_MS)],
    ]);
    expect([invoiceDetail(of, onLine, charge), taxDetail(of, onLine, [TAX, 0])].map(termsOf)).toEqual([
      ['Net 30 days, on the credit line', plus(END, 30 * DAY_MS)],
      ['Net 30 days, on the credit line', plus(END, 30 * DAY_MS)],
    ]);
    expect([invoiceDetail(period(null), null, charge), ...creditNoteDetails(of, { ...note, tax: 0n })].map(termsOf)).toEqual([
      ['Net 14 days, from the wallet', null],
      ['Paid into the wallet when issued', note.issuedAt],
    ]);
    // Of a draft those that will be in force.
    const draft = { ...period(null), draftTerms: termsOn({ termDays: 45, unbilled: microUsd(5n) }) };
    expect(termsOf(invoiceDetail(draft, null, charge))).toEqual(['Net 45 days, on the credit line', null]);
    expect(termsOn(null)).toEqual({ termDays: 14, isOnCreditLine: false });
  });

  it('say of a month whether its invoice is issued', () => {
    expect([billingPeriod(period(null), null), billingPeriod(period(invoice.number), invoice.issuedAt)]).toMatchObject([
      { BillingPeriodStatus: 'Open' },
      { BillingPeriodStatus: 'Closed', BillingPeriodLastUpdated: END },
    ]);
  });
});
