import { unzipSync } from 'fflate';
import { ExportStore } from '../../src/billing/application/export/export-store.js';
import { OutboxRelay } from '../../src/eventstore/outbox-relay.js';
import { endOfMonth, HOUR_MS, MINUTE_MS, monthOf, type Instant } from '../../src/kernel/time.js';
import type { Clock } from '../../src/platform/clock/clock.js';
import { Database } from '../../src/platform/database/prisma.js';
import { WALL_CLOCK } from '../../src/platform/platform.module.js';
import { startTestApp, type ApiClient, type TestApp } from '../support/app.js';
import { exported, kindsOn, lookAt, parquetOf, requestExport, sumOf, tableOf, type ExportedFile } from '../support/exports.js';
import { Membership } from '../support/membership.js';
import { signUpOperator } from '../support/operators.js';
import { program } from '../support/pools.js';
import { replace } from '../support/payments.js';
import { clockOf, iso, span, Trading, walletOf } from '../support/trading.js';
import { until } from '../support/until.js';
import { verifyApp } from '../support/verify.js';

let app: TestApp;
let market: Trading;
let buyer: ApiClient;
let gateway: ApiClient;
let reservationId: string;
let month: string;
let number: string;
/** Hours from the start to the end of the month. */
let monthEnd: number;

const file = (dataset: string, format: string, which = month, client = buyer): Promise<ExportedFile> => exported(app, client, { dataset, format, month: which });
async function use(hour: number, outputTokens: number): Promise<void> {
  const id = `request-${hour}-${outputTokens}`;
  const event = {
    ...{ specversion: '1.0', type: 'ai.headroom.usage.v1', source: '/gateway/exports', id },
    ...{ time: iso(market.start + hour * HOUR_MS + MINUTE_MS), datacontenttype: 'application/json' },
    data: { reservationId, inputTokens: 100, cachedInputTokens: 40, outputTokens, reasoningTokens: 0 },
  };
  const headers = { ...gateway.headers(), 'content-type': 'application/cloudevents+json' };
  const response = await fetch(`${app.url}/v1/usage`, { method: 'POST', headers, body: JSON.stringify(event) });
  expect([response.status, await response.text()]).toMatchObject([202, expect.anything()]);
}

const revisions = async (): Promise<number> => app.application.get(Database).usageRevision.count({ where: { reservationId } });

beforeAll(async () => {
  app = await startTestApp();
  const clock = clockOf(app);
  // Noon of the day before the last of a month: two days are in it, and the rest in the next.
  const end = endOfMonth(endOfMonth(clock.now()));
  await clock.advanceTo((end - 37.5 * HOUR_MS) as Instant);
  const from = end - 36 * HOUR_MS;
  market = await Trading.open(app, { nameplate: [{ window: span(from, from + 900 * HOUR_MS), quantity: '10000' }] });
  expect(market.start).toBe(from);
  [month, monthEnd] = [monthOf(from as Instant), 36];
  buyer = await market.buyer('=HYPERLINK("https://example.com")');
  gateway = await program(app, buyer, ['USAGE_WRITE']);
  const listing = await market.list(0, 4, 7, 333);
  reservationId = await market.buy(buyer, listing, 0, 4, 7);
  await market.pass(2);
  await use(0, 12_000);
  await use(1, 90_000);
  await market.pass(6);
  await until(() => walletOf(buyer), ({ inEscrow }) => inEscrow === '0');
  await until(revisions, (count) => count === 2);
});
afterAll(async () => {
  await verifyApp(app);
  await app.close();
});

const sumAll = (found: readonly { readonly amount: string }[]): bigint => found.reduce((all, { amount }) => all + BigInt(amount), 0n);
describe('an export', () => {
  it('that cannot be made is refused with what would be accepted', async () => {
    const wrong = await requestExport(buyer, { dataset: 'JOURNAL_ENTRIES', format: 'PARQUET', month: '2026-13' });
    expect(wrong).toMatchObject({
      code: 'VALIDATION_FAILED',
      issues: [{ field: 'format', accepted: 'CSV' }, { field: 'month', accepted: expect.stringContaining(month) }],
    });
    const future = monthOf(endOfMonth(clockOf(app).now()));
    expect((await requestExport(buyer, { dataset: 'DOCUMENTS', format: 'PDF_ZIP', month: future }))['issues']).toMatchObject([
      { field: 'month', reason: 'has not begun' },
    ]);
    expect(await requestExport(buyer, { dataset: 'E_INVOICES', format: 'UBL_ZIP', month })).toMatchObject({ code: 'NOT_INVOICED' });
  });

  it('is one, whoever repeats its key', async () => {
    const what = { dataset: 'LEDGER_ENTRIES', format: 'JSONL', month };
    const answers = await Promise.all([1, 2, 3].map(() => requestExport(buyer, what, 'same')));
    expect(new Set(answers.map((answer) => answer['export'].exportId)).size).toBe(1);
    await expect(requestExport(buyer, { ...what, format: 'CSV' }, 'same')).rejects.toThrow('IDEMPOTENCY_MISMATCH');
    await until(() => lookAt(buyer, answers[0]?.['export'].exportId), ({ status }) => status === 'READY');
  });

  it('of a month that runs says that it is a draft', async () => {
    const entries = await file('LEDGER_ENTRIES', 'CSV');
    expect(entries.facts).toMatchObject({ isFinal: false, invoiceNumber: null, fileName: `headroom-ledger-entries-${month}-draft.csv` });
    const rows = tableOf(entries);
    expect(new Set(rows.map((row) => row['period_status']))).toEqual(new Set(['draft']));
    expect(entries.facts['rowsDone']).toBe(String(rows.length));
    expect(sumOf(rows, 'amount_usd')).toBe(0n);
    const detail = tableOf(await file('FOCUS_INVOICE_DETAIL', 'CSV'));
    expect(detail[0]).toMatchObject({ InvoiceId: `DRAFT-${month}`, InvoiceIssueStatus: 'Open', x_PeriodStatus: 'draft' });
  });

  it('is for those whose work it is, and can be fetched by whoever has its link', async () => {
    const people = new Membership(app);
    const [trader, finance] = [(await people.join(buyer, 'TRADER')).client, (await people.join(buyer, 'FINANCE')).client];
    const what = { dataset: 'USAGE_HOURS', format: 'JSONL', month };
    await expect(requestExport(trader, what)).rejects.toThrow('FORBIDDEN');
    const { facts, bytes } = await exported(app, finance, what);
    expect(bytes.toString().trim().split('\n').map((line) => JSON.parse(line).output_tokens)).toEqual(['12000', '90000']);
    const key = await program(app, buyer, ['BILLING_READ']);
    const path = (await lookAt(key, facts['exportId']))['download'].path as string;
    expect((await fetch(app.url + path)).status).toBe(200);
    expect((await fetch(app.url + path)).headers.get('content-disposition')).toContain(facts['fileName']);
    const stranger = await app.signUp('Stranger');
    expect(await lookAt(stranger, facts['exportId'])).toBeNull();
    const tampered = [path.replace(/(?<=signature=)./, (first) => (first === '_' ? '-' : '_')), path.replace(/expires=\d/, 'expires=9'), path.split('?')[0] as string];
    for (const one of tampered) {
      const response = await fetch(app.url + one);
      expect([response.status, ((await response.json()) as { detail: string }).detail]).toEqual([403, 'the link is not one of ours: ask for another']);
    }
  });

  it('has links that expire, and another is to be had', async () => {
    const { facts } = await file('FOCUS_BILLING_PERIOD', 'CSV');
    const restore = replace(app.application.get<Clock>(WALL_CLOCK), 'now', (now: () => Instant) => () => (now() - 16 * MINUTE_MS) as Instant);
    const { path } = (await lookAt(buyer, facts['exportId']))['download'];
    restore();
    expect((await fetch(app.url + path)).status).toBe(410);
    const again = (await lookAt(buyer, facts['exportId']))['download'].path as string;
    expect((await fetch(app.url + again)).status).toBe(200);
  });

  it('that fails on the way begins again, and leaves no half file', async () => {
    const store = app.application.get(ExportStore);
    let failures = 2;
    const restore = replace(store, 'finish', (finish: ExportStore['finish']) => async (...args: Parameters<ExportStore['finish']>) => {
      failures -= 1;
      if (failures >= 0) throw new Error('down');
      return finish.apply(store, args);
    });
    const { facts } = await file('INVOICE_LINES', 'PARQUET');
    restore();
    const row = await app.application.get(Database).export.findUniqueOrThrow({ where: { exportId: facts['exportId'] }, include: { parts: true } });
    expect(row.attempts).toBe(3);
    expect(new Set(row.parts.map(({ attempt }) => attempt))).toEqual(new Set([row.attempt]));
  });

  it('that a process died with is taken over, and what it writes late is no part of it', async () => {
    const store = app.application.get(ExportStore);
    const database = app.application.get(Database);
    const data = {
      ...{ exportId: 'left-behind', organizationId: 'x', dataset: 'usage_hours', format: 'csv', month, status: 'queued' },
      ...{ requestedBy: 'member:x', requestedAt: new Date(0) },
    };
    await database.export.create({ data });
    const dead = await store.claim('left-behind', 'dead');
    expect(await store.claim('left-behind', 'eager')).toBeNull();
    await database.export.update({ where: { exportId: 'left-behind' }, data: { aliveAt: new Date(0) } });
    const heir = await store.claim('left-behind', 'heir');
    expect(heir?.attempts).toBe(2);
    await expect(store.putPart(dead as never, 0, Buffer.from('x'))).rejects.toThrow('another process');
    await store.putPart(heir as never, 0, Buffer.from('y'));
    const forget = { queue: 'billing', job: 'forget-export', dedupeKey: 'nobody tells', payload: '{"exportId":"left-behind"}' } as const;
    await expect(store.finish(dead as never, { fileName: 'x', invoiceNumber: null, closedAt: null, bytes: 1n, sha256: 'x', rows: 1n, notes: [] }, new Date(0), [{ ...forget, runAt: 0 as Instant }])).rejects.toThrow();
    expect(await database.$queryRaw`SELECT 1 FROM eventstore.outbox WHERE dedupe_key = 'nobody tells'`).toEqual([]);
    await database.export.delete({ where: { exportId: 'left-behind' } });
    await until(() => app.application.get(OutboxRelay).countOpen(), (open) => open === 0);
  });
});

describe('a month that is closed', () => {
  const DATASETS = [
    ...[['LEDGER_ENTRIES', 'CSV'], ['LEDGER_ENTRIES', 'PARQUET'], ['USAGE_HOURS', 'CSV'], ['USAGE_HOURS', 'PARQUET']],
    ...[['INVOICE_LINES', 'CSV'], ['INVOICE_LINES', 'JSONL'], ['JOURNAL_ENTRIES', 'CSV'], ['FOCUS_COST_AND_USAGE', 'CSV']],
    ...[['FOCUS_COST_AND_USAGE', 'PARQUET'], ['FOCUS_INVOICE_DETAIL', 'PARQUET'], ['FOCUS_BILLING_PERIOD', 'PARQUET']],
    ...[['FOCUS_CONTRACT_COMMITMENT', 'PARQUET'], ['DOCUMENTS', 'PDF_ZIP'], ['E_INVOICES', 'UBL_ZIP'], ['E_INVOICES', 'FACTUR_X_ZIP']],
  ] as const;
  const first = new Map<string, string>();
  /** No more at once than may be under way. */
  const all = async (): Promise<readonly ExportedFile[]> => {
    const made = [DATASETS.slice(0, 8), DATASETS.slice(8)].map((some) => () => Promise.all(some.map(([dataset, format]) => file(dataset, format))));
    return [...(await made[0]?.() ?? []), ...(await made[1]?.() ?? [])];
  };
  const profile = { legalName: 'Muster GmbH', street: 'Musterweg 1', postalCode: '10115', city: 'Berlin', country: 'DE', taxId: 'DE123456789', email: 'billing@example.com', locale: 'de-DE' };

  beforeAll(async () => {
    expect(await buyer.mutate('setBillingProfile', 'SetBillingProfileInput', { ...profile, country: 'Germany', locale: 'xx' }, { fields: '... on ValidationRejection { issues { field } }' })).toMatchObject({
      issues: [{ field: 'country' }, { field: 'locale' }],
    });
    await buyer.mustMutate('setBillingProfile', 'SetBillingProfileInput', profile);
    const operator = await signUpOperator(app);
    const { taxId: _taxId, ...address } = profile;
    await operator.mustMutate('setExchangeProfile', 'SetBillingProfileInput', { ...address, legalName: 'Headroom Exchange' });
    expect((await operator.ask('{ exchangeProfile { legalName taxId } billingProfile { legalName } }')).data).toEqual({ exchangeProfile: { legalName: 'Headroom Exchange', taxId: null }, billingProfile: null });
    await market.pass(monthEnd);
    // The month is over, and this use of its is reported within the days of grace.
    await use(3, 50_000);
    await until(() => kindsOn(buyer, month), (kinds) => kinds.filter((kind) => kind === 'OVERAGE').length === 2);
    const issued = await buyer.mustMutate('issueInvoice', 'IssueInvoiceInput', { month }, { fields: '... on IssueInvoiceSuccess { number }' });
    expect((number = issued['number'])).toMatch(/^HR-\d{4}-000001$/);
    // What they say of themselves from now on is not on it, however soon, and however late it is looked at.
    await buyer.mustMutate('setBillingProfile', 'SetBillingProfileInput', { ...profile, legalName: 'Moved GmbH', city: 'Hamburg', country: 'FR', locale: 'fr-FR' });
  });

  it('gives files that say so, and the same again', async () => {
    for (const { facts } of await all()) {
      expect([facts['isFinal'], facts['invoiceNumber']]).toEqual([true, number]);
      expect(facts['fileName']).toContain(`-${month}-${number}.`);
      first.set(`${facts['dataset']} ${facts['format']}`, facts['sha256']);
    }
    expect(first.size).toBe(DATASETS.length);
  });

  it('has costs that sum to the invoice, whichever file is asked', async () => {
    const { data } = await buyer.ask('query($month: String!) { invoice(month: $month) { charges credits lines { amount version } } }', { month });
    const total = BigInt(data?.['invoice'].charges) - BigInt(data?.['invoice'].credits);
    expect(total).toBeGreaterThan(0n);
    const lines = tableOf(await file('INVOICE_LINES', 'CSV'));
    expect(sumOf(lines, 'amount_usd')).toBe(total);
    const costs = tableOf(await file('FOCUS_COST_AND_USAGE', 'CSV'));
    for (const column of ['BilledCost', 'EffectiveCost', 'ListCost', 'ContractedCost']) expect(sumOf(costs, column)).toBe(total);
    expect(sumOf(tableOf(await file('FOCUS_INVOICE_DETAIL', 'CSV')), 'BilledCost')).toBe(total);
    const journal = tableOf(await file('JOURNAL_ENTRIES', 'CSV'));
    expect(sumOf(journal, 'debit')).toBe(sumOf(journal, 'credit'));
    const expenses = [...journal, ...tableOf(await file('JOURNAL_ENTRIES', 'CSV', monthOf(clockOf(app).now())))].filter((row) => row['account_code']?.startsWith('6'));
    expect(sumOf(expenses, 'debit') - sumOf(expenses, 'credit')).toBe(total);
  });

  it('traces each line to an event and postings that sum to zero', async () => {
    const { data } = await buyer.ask('query($month: String!) { invoice(month: $month) { lines { amount version kind } } }', { month });
    const stranger = await app.signUp('Nobody');
    for (const { version, amount, kind } of data?.['invoice'].lines) {
      const fields = 'kind amount stream version eventType eventHash entries { amount } parts { tokenClass tier amount }';
      const traced = await buyer.ask(`query($version: Int!) { chargeEvidence(version: $version) { ${fields} } }`, { version });
      const { entries, parts, ...found } = traced.data?.['chargeEvidence'];
      expect(found).toMatchObject({ kind, amount, version, eventHash: expect.stringMatching(/^[0-9a-f]{64}$/) });
      expect(found.stream).toMatch(/^ledger-/);
      expect(sumAll(entries)).toBe(0n);
        expect(sumAll(parts)).toBe(kind === 'OVERAGE' && BigInt(amount) > 0n ? BigInt(amount) : 0n);
      expect((await stranger.ask('query($version: Int!) { chargeEvidence(version: $version) { kind } }', { version })).data?.['chargeEvidence']).toBeNull();
    }
  });

  it('keeps what was used and what was not apart', async () => {
    const costs = await parquetOf(await file('FOCUS_COST_AND_USAGE', 'PARQUET'));
    const used = costs.filter((row) => row['CapacityReservationStatus'] === 'Used');
    const unused = costs.filter((row) => row['CapacityReservationStatus'] === 'Unused');
    // 7 tokens/s for an hour are 25,200 weighted tokens: 12,006.4 of the first were used, and the second and the fourth all.
    expect(used.reduce((all, row) => all + Number(row['ConsumedQuantity']), 0)).toBeCloseTo(12_006.4 + 2 * 25_200, 6);
    // 6,993 micro-USD for three hours; the use above is overage.
    const cost = used.reduce((all, row) => all + Number(row['BilledCost']), 0);
    expect(cost).toBeCloseTo((0.002331 * (12_006.4 + 2 * 25_200)) / 25_200, 5);
    expect(unused.length).toBeGreaterThan(0);
    expect(used[0]?.['ChargePeriodStart']).toBeInstanceOf(Date);
    expect(used[0]?.['SkuPriceDetails']).toMatchObject({ x_Model: 'llama-3.3-70b' });
    const overage = costs.filter((row) => row['x_ChargeKind'] === 'overage');
    expect(overage).toMatchObject(overage.map(() => ({ ChargeCategory: 'Usage', ChargeClass: null, PricingUnit: '1M Tokens', SkuId: expect.stringMatching(/overage\/(input|output)\/unreported$/) })));
  });

  it('stays as it was when use is reported late; that belongs to the next', async () => {
    await use(2, 100_000);
    await until(revisions, (count) => count === 4);
    await until(() => buyer.ask('{ ledgerEntries(first: 1) { edges { node { kind } } } }'), ({ data }) => data?.['ledgerEntries'].edges[0].node.kind === 'OverageCharged');
    const again = (await all()).map(({ facts }) => [`${facts['dataset']} ${facts['format']}`, facts['sha256']]);
    expect(new Map(again as [string, string][])).toEqual(first);
    const later = tableOf(await file('USAGE_HOURS', 'CSV', monthOf(clockOf(app).now())));
    expect(later).toMatchObject([{ row_type: 'hour', output_tokens: '100000', period_status: 'draft' }]);
    const costs = tableOf(await file('FOCUS_COST_AND_USAGE', 'CSV', monthOf(clockOf(app).now())));
    expect(new Set(costs.map((row) => `${row['x_ChargeKind']} ${row['ChargeClass']} ${row['InvoiceId']}`))).toEqual(new Set(['overage Correction ']));
  });

  it('has documents: PDF, UBL and Factur-X', async () => {
    const pdfs = unzipSync((await file('DOCUMENTS', 'PDF_ZIP')).bytes);
    expect(Object.keys(pdfs)).toEqual([`invoice-${number}.pdf`]);
    expect(Buffer.from(Object.values(pdfs)[0] ?? []).subarray(0, 5).toString()).toBe('%PDF-');
    const response = await fetch(`${app.url}/exports/invoice.pdf?month=${month}`, { headers: buyer.headers() });
    expect(Buffer.from(await response.arrayBuffer()).equals(Buffer.from(Object.values(pdfs)[0] ?? []))).toBe(true);
    const ubl = Object.values(unzipSync((await file('E_INVOICES', 'UBL_ZIP')).bytes)).map((bytes) => Buffer.from(bytes).toString());
    expect(ubl).toHaveLength(1);
    for (const said of [`<cbc:ID>${number}</cbc:ID>`, 'Muster GmbH']) expect(ubl[0]).toContain(said);
    expect(ubl[0]).not.toMatch(/Moved GmbH|Hamburg/);
    const statement = unzipSync((await file('DOCUMENTS', 'PDF_ZIP', month, market.provider)).bytes);
    expect(Object.keys(statement).sort()).toEqual([`invoice-draft-${month}.pdf`, `statement-draft-${month}.pdf`]);
  });

  it('is closed by itself when its grace period is over', async () => {
    const provider = (): Promise<any> => market.provider.ask('query($month: String!) { invoice(month: $month) { number } }', { month });
    expect((await provider()).data.invoice.number).toBeNull();
    await market.pass(monthEnd + 72);
    expect((await until(provider, ({ data }) => data.invoice.number !== null)).data.invoice.number).toMatch(/^HR-\d{4}-0000\d\d$/);
    const electronic = { dataset: 'E_INVOICES', format: 'UBL_ZIP', month };
    expect(await requestExport(market.provider, electronic)).toMatchObject({ code: 'NO_ADDRESS', message: expect.stringContaining('customer') });
  });

  it('is paid when nothing is owed, and not before', async () => {
    const head = async (client: ApiClient): Promise<any> =>
      (await client.ask('{ invoices(first: 5) { edges { node { number status dueAt paidAt } } } }')).data?.['invoices'].edges[0]?.node;
    expect(await until(() => head(buyer), (node) => node?.status === 'PAID')).toMatchObject({ number });
  });
});
