import type { BasisPoints, MicroUsd } from '../../../kernel/money.js';
import { endOfMonth, plus, type Instant } from '../../../kernel/time.js';
import { INVOICE_LAYOUT } from '../invoice-register.events.js';
import type { ChargeRow } from './books.tables.js';
import { focusRows, type FocusPeriod } from './focus-charge.js';
import { COST_AND_USAGE, type Facts } from './focus.columns.js';

const START = Date.parse('2026-11-01T00:00:00Z') as Instant;
const R = 'llama-3.3-70b@fp8~0198';
const PERIOD: FocusPeriod = {
  ...{ month: '2026-11', status: 'final', organizationId: 'org-1', organizationName: 'Buyer', exchangeName: 'Headroom', issuerName: 'Headroom' },
  ...{ window: { start: START, end: endOfMonth(START) }, invoiceNumber: 'HR-2026-000001', draftTerms: null, layout: INVOICE_LAYOUT, asOf: endOfMonth(START) },
};

describe('overage that is told by tokens', () => {
  it('is a row for each class and tier under one line of the invoice, each a meter of its own', () => {
    const part = { tokens: 7n, weight: 10_000 as BasisPoints };
    const parts = [
      { ...part, tokenClass: 'output', tier: 'batch', amount: 3n as MicroUsd },
      { ...part, tokenClass: 'reasoning', tier: null, amount: 2n as MicroUsd },
    ] as const;
    const charge: ChargeRow = {
      ...{ version: 57, month: '2026-11', kind: 'overage', reservationId: R, amount: 5n, evidence: null, parts },
      ...{ servedFrom: START, servedTo: null, postedAt: plus(START, 1) },
    };
    const rows = focusRows(PERIOD, { charge, purchase: null, hostName: null, use: null, parts: [] }).map((row) => Object.assign({}, ...row) as Facts);
    for (const row of rows) expect(Object.keys(row).filter((name) => !COST_AND_USAGE.columns.some((column) => column.name === name))).toEqual([]);
    expect(rows.map((row) => [row['BilledCost'], row['InvoiceDetailId']])).toEqual([[3n, 'HR-2026-000001-57'], [2n, 'HR-2026-000001-57']]);
    expect(rows.map(({ SkuId }) => String(SkuId).split('/').slice(-3).join('/'))).toEqual(['overage/output/batch', 'overage/reasoning/unreported']);
    expect(rows.map(({ SkuPriceDetails }) => JSON.parse(String(SkuPriceDetails)))).toMatchObject([
      { x_TokenClass: 'output', x_ServiceTier: 'batch', x_TokenWeight: 10_000 },
      { x_TokenClass: 'reasoning', x_ServiceTier: null },
    ]);
    // What comes back of it is named alike, and is no use: it has no meter, price or quantity.
    const back = { ...charge, kind: 'credit', amount: -5n, parts: parts.map((one) => ({ ...one, amount: -one.amount as MicroUsd })) } as const;
    const credits = focusRows(PERIOD, { charge: back, purchase: null, hostName: null, use: null, parts: [] }).map((row) => Object.assign({}, ...row) as Facts);
    expect(credits.map((row) => [row['BilledCost'], row['ChargeCategory'], row['ChargeDescription'], row['SkuId'], row['PricingQuantity']])).toEqual([
      [-3n, 'Credit', 'Service credit, llama-3.3-70b@fp8: output tokens, batch tier', undefined, undefined],
      [-2n, 'Credit', expect.stringContaining(': reasoning tokens, '), undefined, undefined],
    ]);
  });
});
