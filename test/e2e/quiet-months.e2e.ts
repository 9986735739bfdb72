import { unzipSync } from 'fflate';
import type { Pool } from 'pg';
import { InvoiceService } from '../../src/billing/application/invoice.service.js';
import { LedgerService } from '../../src/billing/application/ledger.service.js';
import { MonthCloseService } from '../../src/billing/application/month-close.service.js';
import { systemContext } from '../../src/eventstore/command-context.js';
import { OrganizationDirectory } from '../../src/identity/contract.js';
import type { OrganizationId } from '../../src/kernel/ids.js';
import { DAY_MS, endOfMonth, HOUR_MS, monthOf, plus, SECOND_MS, type Instant } from '../../src/kernel/time.js';
import { POOL } from '../../src/platform/platform.module.js';
import { startTestApp, type ApiClient, type TestApp } from '../support/app.js';
import { exported, requestExport, tableOf, type ExportedFile } from '../support/exports.js';
import { overage, splitOf } from '../support/ledger.js';
import { replace } from '../support/payments.js';
import { clockOf, iso } from '../support/trading.js';
import { until } from '../support/until.js';
import { verifyApp } from '../support/verify.js';

let app: TestApp;
let buyer: ApiClient;
/** Has no books, and files. */
let reader: ApiClient;
let admin: ApiClient;
let month: string;
let monthEnd: Instant;
let finalAt: Instant;
let closedAt: string;
const files = new Map<string, Record<string, any>>();

const ROWS = ['LEDGER_ENTRIES', 'USAGE_HOURS', 'INVOICE_LINES', 'JOURNAL_ENTRIES', 'FOCUS_COST_AND_USAGE', 'FOCUS_INVOICE_DETAIL', 'FOCUS_BILLING_PERIOD', 'FOCUS_CONTRACT_COMMITMENT'];
const profile = { legalName: 'Exchange GmbH', street: 'Musterweg 1', postalCode: '10115', city: 'Berlin', country: 'DE', email: 'billing@example.com', locale: 'en-US' };

const file = (dataset: string, format = 'CSV', client = buyer, which = month): Promise<ExportedFile> => exported(app, client, { dataset, format, month: which });
const topUp = (): Promise<unknown> => buyer.mustMutate('topUpWallet', 'TopUpWalletInput', { amount: '5000000', paymentMethod: 'pm_card_visa' });

async function monthSeenBy(client: ApiClient, which = month): Promise<Record<string, any>> {
  const { data, errors } = await client.ask('query($month: String!) { invoice(month: $month) { number closedAt issuedAt lines { kind } } }', { month: which });
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data?.['invoice'];
}

const ownerOf = async (client: ApiClient): Promise<OrganizationId> =>
  (await client.ask('{ viewer { organization { organizationId } } }')).data?.['viewer'].organization.organizationId;

/** What the register has of it, in the order of its events. */
async function registered(client: ApiClient): Promise<readonly string[]> {
  const { rows } = await app.application.get<Pool>(POOL).query<{ type: string }>(
    `SELECT type FROM eventstore.events WHERE stream_id = 'invoice-register' AND data LIKE '%' || $1 || '%' ORDER BY version`,
    [await ownerOf(client)],
  );
  return rows.map(({ type }) => type);
}

beforeAll(async () => {
  app = await startTestApp();
  month = monthOf(clockOf(app).now());
  monthEnd = endOfMonth(clockOf(app).now());
  finalAt = plus(monthEnd, 45 * DAY_MS);
  admin = await app.signUp('Operators');
  await app.application.get<Pool>(POOL).query('UPDATE member SET is_platform_admin = true');
  await admin.mustMutate('setExchangeProfile', 'SetBillingProfileInput', profile);
  buyer = await app.signUp('Buyer');
  reader = await app.signUp('Reader');
  await topUp();
});
afterAll(async () => {
  await verifyApp(app);
  await app.close();
});

describe('a month in which nothing was charged', () => {
  it('is a draft until nothing can be charged for it any more', async () => {
    expect((await file('LEDGER_ENTRIES')).facts).toMatchObject({ isFinal: false, closedAt: null, fileName: `headroom-ledger-entries-${month}-draft.csv` });
    await clockOf(app).advanceTo(plus(finalAt, -HOUR_MS));
    const draft = await file('FOCUS_BILLING_PERIOD');
    expect(tableOf(draft)).toMatchObject([{ BillingPeriodStatus: 'Open', x_PeriodStatus: 'draft' }]);
    expect((await file('USAGE_HOURS', 'CSV', reader)).facts).toMatchObject({ isFinal: false, closedAt: null });
    await app.application.get(MonthCloseService).sweep(0);
    expect(await monthSeenBy(buyer)).toEqual({ number: null, closedAt: null, issuedAt: null, lines: [] });
    expect(await buyer.mutate('issueInvoice', 'IssueInvoiceInput', { month }, { fields: '' })).toMatchObject({ code: 'NOTHING_TO_INVOICE' });
  });

  it('is closed then, whoever dies on the way', async () => {
    const dying = { sweep: 0, before: 0, after: 0 };
    const months = app.application.get(MonthCloseService);
    const invoices = app.application.get(InvoiceService);
    const mendSweep = replace(months, 'sweep', (sweep) => async (...asked) => {
      await sweep(...asked);
      dying.sweep += 1;
      if (dying.sweep === 1) throw new Error('killed after the sweep');
    });
    const mend = replace(invoices, 'execute', (execute) => async (...asked) => {
      if (asked[0].type !== 'CloseMonth') return execute(...asked);
      dying.before += 1;
      if (dying.before <= 2) throw new Error('killed before the month was closed');
      const done = await execute(...asked);
      dying.after += 1;
      if (dying.after <= 2) throw new Error('killed when it was');
      return done;
    });
    await clockOf(app).advanceTo(plus(finalAt, SECOND_MS));
    closedAt = (await until(() => monthSeenBy(buyer), (shown) => shown['closedAt'] !== null))['closedAt'];
    await until(() => monthSeenBy(reader), (shown) => shown['closedAt'] !== null);
    await until(() => Promise.resolve(dying), ({ after }) => after > 2);
    mendSweep();
    mend();
    expect(closedAt >= iso(finalAt)).toBe(true);
    expect(await monthSeenBy(buyer)).toEqual({ number: null, closedAt, issuedAt: null, lines: [] });
    expect([await registered(buyer), await registered(reader)]).toEqual([['MonthClosed'], ['MonthClosed']]);
  });

  it('has no invoice, and says so', async () => {
    const issued = await buyer.mutate('issueInvoice', 'IssueInvoiceInput', { month }, { fields: '... on InvoiceRejection { closedAt }' });
    expect(issued).toMatchObject({ code: 'MONTH_CLOSED', closedAt });
    expect(await requestExport(buyer, { dataset: 'E_INVOICES', format: 'UBL_ZIP', month })).toMatchObject({ code: 'NOT_INVOICED', message: expect.stringContaining('nothing was charged') });
    const pdf = await fetch(`${app.url}/exports/invoice.pdf?month=${month}`, { headers: buyer.headers() });
    expect([pdf.status, await pdf.text()]).toEqual([404, expect.stringContaining('nothing was charged')]);
    const csv = await fetch(`${app.url}/exports/invoice.csv?month=${month}`, { headers: buyer.headers() });
    expect(csv.headers.get('content-disposition')).toContain(`headroom-final-${month}.csv`);
    const documents = unzipSync((await file('DOCUMENTS', 'PDF_ZIP')).bytes);
    expect(Object.keys(documents)).toEqual(['README.txt']);
    expect(Buffer.from(documents['README.txt'] ?? []).toString()).toBe(`${month}: there is no invoice, since nothing was charged in the month.\n`);
  });

  it('has files that are final', async () => {
    for (const dataset of ROWS) files.set(dataset, (await file(dataset)).facts);
    const name = (dataset: string): string => `headroom-${dataset.toLowerCase().replaceAll('_', '-')}-${month}-final.csv`;
    for (const [dataset, facts] of files) expect(facts).toMatchObject({ isFinal: true, invoiceNumber: null, closedAt, fileName: name(dataset) });
    const [entry] = tableOf(await file('LEDGER_ENTRIES'));
    expect(entry).toMatchObject({ month, period_status: 'final', amount_usd: '-5' });
    const period = { BillingPeriodStatus: 'Closed', x_PeriodStatus: 'final', InvoiceIssuerName: 'Exchange GmbH', BillingPeriodLastUpdated: `${closedAt.slice(0, 19)}Z` };
    expect(tableOf(await file('FOCUS_BILLING_PERIOD'))).toMatchObject([period]);
  });

  it('stays as it is, whatever happens later; what is charged for it all the same is on the next invoice', async () => {
    await admin.mustMutate('setExchangeProfile', 'SetBillingProfileInput', { ...profile, legalName: 'Another GmbH' });
    await topUp();
    const hour = plus(monthEnd, -DAY_MS);
    expect(monthOf(hour)).toBe(month);
    const parties = { sellerId: await ownerOf(reader), providerId: await ownerOf(reader), exchangeId: await app.application.get(OrganizationDirectory).platformOrganizationId() };
    const charged = await app.application.get(LedgerService).execute(await ownerOf(buyer), overage('late', hour, 1_000, splitOf(parties)), systemContext('test', 'late'));
    expect(charged.accepted).toBe(true);
    const running = monthOf(clockOf(app).now());
    expect(await monthSeenBy(buyer)).toMatchObject({ closedAt, lines: [] });
    expect(await monthSeenBy(buyer, running)).toMatchObject({ number: null, lines: [{ kind: 'OVERAGE' }] });
    await clockOf(app).advanceTo(plus(endOfMonth(clockOf(app).now()), 3 * DAY_MS + SECOND_MS));
    expect(await until(() => monthSeenBy(buyer, running), ({ number }) => number !== null)).toMatchObject({ lines: [{ kind: 'OVERAGE' }], closedAt: null });
    for (const [dataset, { sha256, bytes }] of files) expect([dataset, (await file(dataset)).facts]).toMatchObject([dataset, { sha256, bytes, closedAt }]);
  });

  it('may lie between months with an invoice', async () => {
    const between = monthOf(monthEnd);
    expect(await monthSeenBy(buyer, between)).toMatchObject({ number: null, closedAt: null });
    await clockOf(app).advance((100 * DAY_MS) as never);
    expect(await until(() => monthSeenBy(buyer, between), (shown) => shown['closedAt'] !== null)).toMatchObject({ number: null, lines: [] });
    expect((await registered(buyer)).filter((type) => type === 'InvoiceIssued')).toHaveLength(1);
  });
});
