import { unzipSync } from 'fflate';
import { PartyService } from '../../src/billing/application/documents/party.service.js';
import { InvoiceService } from '../../src/billing/application/invoice.service.js';
import { TaxService } from '../../src/billing/application/tax/tax.service.js';
import { present } from '../../src/kernel/assert.js';
import { endOfMonth, HOUR_MS, monthOf, SECOND_MS, type Duration, type Instant } from '../../src/kernel/time.js';
import { Database } from '../../src/platform/database/prisma.js';
import { startTestApp, type ApiClient, type TestApp } from '../support/app.js';
import { calls } from '../support/card-money.js';
import { signUpOperator } from '../support/operators.js';
import { Payments, replace } from '../support/payments.js';
import { exported, microOf, sumOf, tableOf, type ExportedFile } from '../support/exports.js';
import { clockOf, span, Trading, walletOf } from '../support/trading.js';
import { until } from '../support/until.js';
import { verifyApp } from '../support/verify.js';

let app: TestApp;
let market: Trading;
let payments: Payments;
let admin: ApiClient;
let month: string;

/** Four hours of five at 10.000333 USD. */
const PRICE = 10_000_333;
const CHARGES = 20n * BigInt(PRICE);
/** 19 per cent of 200.01 USD, which is what the charges come to in cents. */
const TAX = 38_000_000n;

beforeAll(async () => {
  app = await startTestApp({ settings: { STRIPE_TAX: 'true', STRIPE_MIRROR_INVOICES: 'true' } });
  const clock = clockOf(app);
  // Noon of the day before the last of a month.
  const end = endOfMonth(endOfMonth(clock.now()));
  const from = end - 36 * HOUR_MS;
  await clock.advanceTo((from - 1.5 * HOUR_MS) as Instant);
  market = await Trading.open(app, { nameplate: [{ window: span(from, from + 100 * HOUR_MS), quantity: '100' }] });
  month = monthOf(from as Instant);
  payments = new Payments(app);
  const database = app.application.get(Database);
  const { organizationId } = await database.organization.findFirstOrThrow({ where: { isPlatform: true } });
  await database.billingProfile.create({ data: { ...PROFILE, organizationId, legalName: 'Headroom Exchange', taxId: 'DE987654321', updatedAt: new Date(0) } });
  admin = await signUpOperator(app);
});
afterAll(async () => {
  await verifyApp(app);
  await app.close();
});

const PROFILE = {
  ...{ legalName: 'Taxed GmbH', street: 'Unter den Linden 1', postalCode: '10117', city: 'Berlin', country: 'DE' },
  ...{ taxId: null, email: 'books@example.com', locale: 'de-DE' },
} as const;
const WAIT = 'waitingForTax { reason message }';
const TAXES = 'taxes { jurisdiction country percentage taxable amount reason }';
const invoiceOf = async (client: ApiClient): Promise<any> =>
  (await client.ask(`query($month: String!) { invoice(month: $month) { number charges credits taxAmount total taxCalculationId ${TAXES} ${WAIT} } }`, { month })).data?.['invoice'];
const issue = (client: ApiClient): Promise<any> =>
  client.mutate('issueInvoice', 'IssueInvoiceInput', { month }, { fields: '... on IssueInvoiceSuccess { number } ... on InvoiceRejection { taxWait }' });
const liveAt = (client: ApiClient, changes: object): Promise<any> =>
  client.mutate('setBillingProfile', 'SetBillingProfileInput', { ...PROFILE, ...changes });
/** Whom the invoice of the month names as its customer. */
async function namedOn(client: ApiClient): Promise<unknown> {
  const organizationId = (await client.ask('{ viewer { organization { organizationId } } }')).data?.['viewer'].organization.organizationId;
  const invoices = app.application.get(InvoiceService);
  const closing = present((await invoices.closings(organizationId)).find((one) => one.month === month), 'closing');
  const { parties } = (await invoices.issued(closing)).invoice;
  return app.application.get(PartyService).customerOf(present(parties, 'parties'));
}
const soon = (): Promise<unknown> => clockOf(app).advance((31 * SECOND_MS) as Duration);
const balance = async (client: ApiClient): Promise<bigint> => BigInt((await walletOf(client))['balance'] ?? '');

describe('an invoice with tax', () => {
  let taxed: ApiClient;
  let distant: ApiClient;
  const reservations = new Map<ApiClient, string>();

  it('waits until it is known where its customer is, and says what is to be mended', async () => {
    taxed = await market.buyer('Taxed', 1_000);
    // Enough for what it buys, and not for the tax of it.
    distant = await market.buyer('Distant', 201);
    for (const [buyer, at] of [[taxed, 0], [distant, 4]] as const) {
      reservations.set(buyer, await market.buy(buyer, await market.list(at, at + 4, 5, PRICE), at, at + 4, 5));
    }
    await market.pass(10);
    for (const buyer of [taxed, distant]) await until(() => walletOf(buyer), ({ inEscrow }) => inEscrow === '0');
    await market.pass(36);
    expect(await invoiceOf(taxed)).toMatchObject({ number: null, charges: `${CHARGES}`, taxAmount: '0', taxes: [], waitingForTax: null });
    expect(await issue(taxed)).toMatchObject({ code: 'WAITING_FOR_TAX', taxWait: 'NO_ADDRESS' });
    expect((await invoiceOf(taxed)).waitingForTax).toMatchObject({ reason: 'NO_ADDRESS', message: expect.stringContaining('billing profile') });
    // There is no such country: it is refused at once.
    expect(await liveAt(taxed, { country: 'XX' })).toMatchObject({ code: 'VALIDATION_FAILED' });
    // There is no such place: only Stripe knows, refuses it, and the month goes on waiting.
    await liveAt(taxed, { country: 'US', postalCode: '00000' });
    await until(() => invoiceOf(taxed), (one) => one.waitingForTax?.reason === 'ADDRESS_REFUSED');
    expect(await issue(taxed)).toMatchObject({ code: 'WAITING_FOR_TAX', taxWait: 'ADDRESS_REFUSED' });
    expect((await invoiceOf(taxed)).number).toBeNull();
  });

  it('is issued once that is mended, without anybody asking, and its tax is charged once', async () => {
    const before = await balance(taxed);
    await liveAt(taxed, {});
    const invoice = await until(() => invoiceOf(taxed), (one) => one.number !== null);
    expect(invoice).toMatchObject({
      ...{ charges: `${CHARGES}`, credits: '0', taxAmount: `${TAX}`, total: `${CHARGES + TAX}`, waitingForTax: null },
      taxCalculationId: expect.stringMatching(/^taxcalc_/),
      taxes: [{ jurisdiction: 'Germany', country: 'DE', percentage: '19.0', taxable: '200010000', amount: `${TAX}`, reason: 'standard_rated' }],
    });
    await until(() => balance(taxed), (now) => now === before - TAX);
    expect(await issue(taxed)).toMatchObject({ code: 'ALREADY_ISSUED' });
    const standing = async (): Promise<any> => (await taxed.ask('{ invoices(first: 5) { edges { node { number status tax } } } }')).data?.['invoices'].edges.map(({ node }: any) => node);
    expect(await until(standing, (all) => all[0]?.status === 'PAID')).toEqual([{ number: invoice.number, status: 'PAID', tax: `${TAX}` }]);
    // What was asked with the other address is asked no more.
    const asked = await calls(taxed, 'calculate_tax');
    expect(asked.map(({ status, failureCode }) => [status, failureCode]).sort()).toEqual([['FAILED', 'superseded'], ['SUCCEEDED', null]]);
    expect(await until(() => calls(taxed, 'record_tax'), ([one]) => one?.['status'] === 'SUCCEEDED')).toMatchObject([{ subject: invoice.number }]);
  });

  it('has its tax on every file of the month, and they sum to it', async () => {
    const file = (dataset: string, format: string, of = month): Promise<ExportedFile> => exported(app, taxed, { dataset, format, month: of });
    const total = CHARGES + TAX;
    expect(sumOf(tableOf(await file('INVOICE_LINES', 'CSV')), 'amount_usd')).toBe(total);
    const costs = tableOf(await file('FOCUS_COST_AND_USAGE', 'CSV'));
    expect(sumOf(costs, 'BilledCost')).toBe(total);
    expect(costs.filter((row) => row['ChargeCategory'] === 'Tax')).toMatchObject([{ x_ChargeKind: 'tax', ChargeDescription: 'Tax, Germany: vat 19.0 %' }]);
    expect(sumOf(tableOf(await file('FOCUS_INVOICE_DETAIL', 'CSV')), 'BilledCost')).toBe(total);
    // It is booked when the invoice is issued: in the month after.
    const journal = tableOf(await file('JOURNAL_ENTRIES', 'CSV', monthOf(clockOf(app).now())));
    expect(sumOf(journal.filter((row) => row['account_code'] === '6900'), 'debit')).toBe(TAX);
    const [pdf] = Object.values(unzipSync((await file('DOCUMENTS', 'PDF_ZIP')).bytes));
    expect(Buffer.from(pdf ?? []).subarray(0, 5).toString()).toBe('%PDF-');
    const [ubl = new Uint8Array()] = Object.values(unzipSync((await file('E_INVOICES', 'UBL_ZIP')).bytes));
    const xml = Buffer.from(ubl).toString();
    for (const part of ['<cbc:Percent>19</cbc:Percent>', '>38.00</cbc:TaxAmount>', '>238.01</cbc:PayableAmount>', 'DE987654321']) expect(xml).toContain(part);
    expect(Object.keys(unzipSync((await file('E_INVOICES', 'FACTUR_X_ZIP')).bytes))).toHaveLength(1);
  });

  it('gives tax back with credit notes, in proportion, and Stripe is told', async () => {
    const { number } = await invoiceOf(taxed);
    const before = await balance(taxed);
    const amount = CHARGES / 4n;
    const input = { invoiceNumber: number, reservationId: reservations.get(taxed), amount: `${amount}`, reason: 'an hour was not served' };
    expect(await admin.mutate('issueCreditNote', 'IssueCreditNoteInput', input, { fields: '... on IssueCreditNoteSuccess { number }' })).toMatchObject({ number: expect.stringMatching(/^CN/) });
    const notes = async (): Promise<any> => (await taxed.ask('{ creditNotes(first: 5) { edges { node { amount tax } } } }')).data?.['creditNotes'].edges.map(({ node }: any) => node);
    expect(await until(notes, ({ length }) => length === 1)).toEqual([{ amount: `${amount}`, tax: `${TAX / 4n}` }]);
    // The exchange pays what it has, and owes the rest; the tax is back in full.
    await until(() => balance(taxed), (now) => now >= before + TAX / 4n);
    await until(() => calls(taxed, 'reverse_tax'), ([one]) => one?.['status'] === 'SUCCEEDED');
    // Of the month it is issued in, in both files, as one document of two lines.
    for (const dataset of ['FOCUS_COST_AND_USAGE', 'FOCUS_INVOICE_DETAIL']) {
      const { facts, bytes } = await exported(app, taxed, { dataset, format: 'CSV', month: monthOf(clockOf(app).now()) });
      const rows = tableOf({ facts, bytes }).filter(({ InvoiceId }) => InvoiceId?.startsWith('CN-'));
      expect(rows.map((row) => [row['ChargeCategory'], microOf(row['BilledCost'] ?? '')])).toEqual([['Credit', -amount], ['Tax', -TAX / 4n]]);
      expect(facts['rowsDone']).toBe(facts['rowsExpected']);
    }
  });

  it('is not issued while Stripe does not answer, and follows when it does', async () => {
    payments.impatient();
    payments.simulator.failNext({ status: 500, operation: 'tax.calculations.create', times: 1 });
    await liveAt(distant, { country: 'US', postalCode: '10001', city: 'New York', locale: 'en-US' });
    expect(await issue(distant)).toMatchObject({ code: 'WAITING_FOR_TAX', taxWait: 'NO_ANSWER' });
    expect((await invoiceOf(distant)).waitingForTax).toMatchObject({ reason: 'NO_ANSWER' });
    await soon();
    const invoice = await until(() => invoiceOf(distant), (one) => one.number !== null);
    expect(invoice.taxes.map((one: any) => [one.jurisdiction, one.percentage, one.amount])).toEqual([
      ['New York', '4.0', '8000000'],
      ['New York City', '4.5', '9000000'],
    ]);
    expect(BigInt(invoice.total)).toBe(CHARGES + 17_000_000n);
  });

  it('that is not covered is owed, and forgiven when the invoice is made void; the next one has its own', async () => {
    const owed = CHARGES + 17_000_000n - 201_000_000n;
    await until(() => walletOf(distant), (now) => now['owed'] === `${owed}`);
    const { number, taxCalculationId } = await invoiceOf(distant);
    const made = await admin.mutate('voidInvoice', 'VoidInvoiceInput', { number, reason: 'wrong street' }, { fields: '... on VoidInvoiceSuccess { number }' });
    expect(made['number']).toBe(number);
    await until(() => walletOf(distant), (now) => now['owed'] === '0' && now['balance'] === `${17_000_000n - owed}`);
    await until(() => calls(distant, 'reverse_tax'), ([one]) => one?.['status'] === 'SUCCEEDED');
    // Its profile changes between the tax and the document: both are of one moment.
    const restore = replace(app.application.get(TaxService), 'of', (of) => async (draft) => {
      const tax = await of(draft);
      await liveAt(distant, { country: 'US', postalCode: '10002', city: 'New York', street: 'Elsewhere 5', locale: 'en-US' });
      return tax;
    });
    await issue(distant);
    restore();
    const again = await until(() => invoiceOf(distant), (one) => one.number !== null && one.number !== number);
    expect(again).toMatchObject({ taxAmount: '17000000', taxCalculationId: expect.stringMatching(/^taxcalc_/) });
    expect(again.taxCalculationId).not.toBe(taxCalculationId);
    expect(await namedOn(distant)).toMatchObject({ address: { street: PROFILE.street, postalCode: '10001' } });
    await until(() => walletOf(distant), (now) => now['owed'] === `${owed}`);
    await until(() => calls(distant, 'record_tax'), (all) => all.length === 2 && all.every(({ status }) => status === 'SUCCEEDED'));
  });
});
