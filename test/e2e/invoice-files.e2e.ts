import type { Pool } from 'pg';
import { unzipSync } from 'fflate';
import { DAY_MS, endOfMonth, HOUR_MS, monthOf, plus, type Instant } from '../../src/kernel/time.js';
import { POOL } from '../../src/platform/platform.module.js';
import { startTestApp, type ApiClient, type TestApp } from '../support/app.js';
import { exported, requestExport, type ExportedFile } from '../support/exports.js';
import { clockOf, span, Trading, walletOf } from '../support/trading.js';
import { until } from '../support/until.js';
import { verifyApp } from '../support/verify.js';

let app: TestApp;
let market: Trading;
let admin: ApiClient;
let buyer: ApiClient;
let reservationId: string;
let month: string;
let number: string;

const profile = { legalName: 'Muster GmbH', street: 'Musterweg 1', postalCode: '10115', city: 'Berlin', country: 'DE', email: 'billing@example.com', locale: 'en-US' };

beforeAll(async () => {
  app = await startTestApp();
  const clock = clockOf(app);
  const end = endOfMonth(endOfMonth(clock.now()));
  const from = end - 36 * HOUR_MS;
  await clock.advanceTo((from - 1.5 * HOUR_MS) as Instant);
  market = await Trading.open(app, { nameplate: [{ window: span(from, from + 100 * HOUR_MS), quantity: '10000' }] });
  month = monthOf(from as Instant);
  admin = await app.signUp('Operators');
  await app.application.get<Pool>(POOL).query(`UPDATE member SET is_platform_admin = true
    WHERE organization_id = (SELECT organization_id FROM organization WHERE name = 'Operators')`);
  buyer = await market.buyer('Muster');
  await admin.mustMutate('setExchangeProfile', 'SetBillingProfileInput', { ...profile, legalName: 'Headroom Exchange' });
  await buyer.mustMutate('setBillingProfile', 'SetBillingProfileInput', profile);
  // 1,000 tokens/s for four hours at 1,000 micro-USD: 4 USD.
  reservationId = await market.buy(buyer, await market.list(0, 4, 1_000), 0, 4, 1_000);
  await market.pass(6);
  await until(() => walletOf(buyer), ({ inEscrow }) => inEscrow === '0');
  await market.pass(36);
  number = await issue();
  await clock.advanceTo(plus(end as Instant, 2 * DAY_MS));
});
afterAll(async () => {
  await verifyApp(app);
  await app.close();
});

async function issue(): Promise<string> {
  const issued = await buyer.mustMutate('issueInvoice', 'IssueInvoiceInput', { month }, { fields: '... on IssueInvoiceSuccess { number }' });
  return issued['number'] as string;
}

const namesIn = ({ bytes }: ExportedFile): readonly string[] => Object.keys(unzipSync(bytes)).sort();
const textIn = ({ bytes }: ExportedFile, name: string): string => Buffer.from(unzipSync(bytes)[name] ?? []).toString();

describe('a credit note in a month without charges', () => {
  it('is an e-invoice all the same: the month never has an invoice', async () => {
    const later = monthOf(clockOf(app).now());
    const file = { dataset: 'E_INVOICES', format: 'UBL_ZIP', month: later };
    expect(later).not.toBe(month);
    expect(await requestExport(buyer, file)).toMatchObject({ code: 'NOT_INVOICED' });
    const note = await admin.mustMutate('issueCreditNote', 'IssueCreditNoteInput', { invoiceNumber: number, reservationId, amount: '1000000', reason: 'an outage' }, {
      fields: '... on IssueCreditNoteSuccess { number }',
    });
    const credited = async (): Promise<any> => (await buyer.ask('{ creditNotes(first: 1) { edges { node { number } } } }')).data?.['creditNotes'].edges[0]?.node;
    expect(await until(credited, (one) => one !== undefined)).toEqual({ number: note['number'] });
    const made = await exported(app, buyer, file);
    expect(namesIn(made)).toEqual(['README.txt', `credit-note-${note['number']}.xml`]);
    const xml = textIn(made, `credit-note-${note['number']}.xml`);
    for (const said of [`<cbc:ID>${note['number']}</cbc:ID>`, '381', number, '>1.00<']) expect(xml).toContain(said);
    expect(textIn(made, 'README.txt')).toBe(`invoice-draft-${later}: there is no e-invoice, since it is a draft.\n`);
    expect(await requestExport(market.provider, file)).toMatchObject({ code: 'NOT_INVOICED' });
  });
});
