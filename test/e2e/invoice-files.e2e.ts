import { unzipSync } from 'fflate';
import { extractText, getDocumentProxy } from 'unpdf';
import { TaxBooks } from '../../src/billing/application/tax/tax-books.service.js';
import { DAY_MS, endOfMonth, HOUR_MS, monthOf, plus, type Instant } from '../../src/kernel/time.js';
import { startTestApp, type ApiClient, type TestApp } from '../support/app.js';
import { exported, requestExport, tableOf, type ExportedFile } from '../support/exports.js';
import { signUpOperator } from '../support/operators.js';
import { replace } from '../support/payments.js';
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
/** The month's first invoice, which is void. */
let voided: string;
/** Files of it, made while it counted. */
const before = new Map<string, Record<string, any>>();
const ROWS = ['INVOICE_LINES', 'LEDGER_ENTRIES', 'FOCUS_COST_AND_USAGE', 'FOCUS_INVOICE_DETAIL', 'FOCUS_CONTRACT_COMMITMENT'];

const profile = { legalName: 'Muster GmbH', street: 'Musterweg 1', postalCode: '10115', city: 'Berlin', country: 'DE', email: 'billing@example.com', locale: 'en-US' };

beforeAll(async () => {
  app = await startTestApp();
  const clock = clockOf(app);
  const end = endOfMonth(endOfMonth(clock.now()));
  const from = end - 36 * HOUR_MS;
  await clock.advanceTo((from - 1.5 * HOUR_MS) as Instant);
  market = await Trading.open(app, { nameplate: [{ window: span(from, from + 100 * HOUR_MS), quantity: '10000' }] });
  month = monthOf(from as Instant);
  admin = await signUpOperator(app);
  buyer = await market.buyer('Muster');
  await admin.mustMutate('setExchangeProfile', 'SetBillingProfileInput', { ...profile, legalName: 'Headroom Exchange GmbH' });
  await buyer.mustMutate('setBillingProfile', 'SetBillingProfileInput', profile);
  // 1,000 tokens/s for four hours at 1,000 micro-USD: 4 USD.
  reservationId = await market.buy(buyer, await market.list(0, 4, 1_000), 0, 4, 1_000);
  await market.pass(6);
  await until(() => walletOf(buyer), ({ inEscrow }) => inEscrow === '0');
  await market.pass(36);
  // Nothing is told to be paid for as long as its tax cannot be charged.
  const restore = replace(app.application.get(TaxBooks), 'charge', () => () => Promise.reject(new Error('down')));
  voided = await issue();
  for (const dataset of ROWS) before.set(dataset, (await exported(app, buyer, { dataset, format: 'CSV', month })).facts);
  await admin.mustMutate('voidInvoice', 'VoidInvoiceInput', { number: voided, reason: 'wrong address' });
  restore();
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

async function pageOf(pdf: Uint8Array): Promise<string> {
  const { text } = await extractText(await getDocumentProxy(new Uint8Array(pdf)), { mergePages: true });
  return text.replace(/\s+/g, ' ');
}
const pdfAt = (query: string, client = buyer): Promise<Response> => fetch(`${app.url}/exports/invoice.pdf?${query}`, { headers: client.headers() });
const bytesOf = async (response: Response): Promise<Buffer> => Buffer.from(await response.arrayBuffer());

describe('an invoice that is named by its number', () => {
  it.each(ROWS)('has the rows that it had when it counted, also when it is void, to the byte: %s', async (dataset) => {
    const { facts } = await exported(app, buyer, { dataset, format: 'CSV', number: voided });
    const { sha256, fileName } = before.get(dataset) ?? {};
    expect(facts).toMatchObject({ sha256, fileName, month, invoiceNumber: voided, isFinal: true });
    const counts = await exported(app, buyer, { dataset, format: 'CSV', month });
    expect(counts.facts['invoiceNumber']).toBe(number);
    expect((await exported(app, buyer, { dataset, format: 'CSV', number })).facts['sha256']).toBe(counts.facts['sha256']);
  });

  it('has a document that says that it is void, and why, where it is', async () => {
    const file = await exported(app, buyer, { dataset: 'DOCUMENTS', format: 'PDF_ZIP', number: voided });
    expect(file.facts).toMatchObject({ invoiceNumber: voided, fileName: `headroom-documents-${voided}-void.pdf.zip` });
    expect(namesIn(file)).toEqual([`invoice-${voided}.pdf`]);
    const pdf = Buffer.from(unzipSync(file.bytes)[`invoice-${voided}.pdf`] ?? []);
    for (const said of [voided, 'VOID', 'wrong address']) expect(await pageOf(pdf)).toContain(said);
    const response = await pdfAt(`number=${voided}`);
    expect([response.status, response.headers.get('content-disposition')]).toEqual([200, `attachment; filename="headroom-invoice-${voided}.pdf"`]);
    expect((await bytesOf(response)).equals(pdf)).toBe(true);
    const csv = await fetch(`${app.url}/exports/invoice.csv?number=${voided}`, { headers: buyer.headers() });
    expect([csv.status, await csv.text()]).toEqual([200, expect.stringContaining(voided)]);
  });

  it('is as it is in its month when it counts', async () => {
    const page = await bytesOf(await pdfAt(`number=${number}`));
    expect(page.equals(await bytesOf(await pdfAt(`month=${month}`)))).toBe(true);
    expect(await pageOf(page)).not.toContain('VOID');
    expect(namesIn(await exported(app, buyer, { dataset: 'E_INVOICES', format: 'UBL_ZIP', number: voided }))).toEqual([`invoice-${voided}.xml`]);
  });

  it('may be a credit note, which has a document and no rows', async () => {
    const [note] = (await buyer.ask('{ creditNotes(first: 1) { edges { node { number } } } }')).data?.['creditNotes'].edges.map(({ node }: any) => node.number);
    const made = await exported(app, buyer, { dataset: 'E_INVOICES', format: 'FACTUR_X_ZIP', number: note });
    expect(made.facts).toMatchObject({ isFinal: true, invoiceNumber: note });
    expect(namesIn(made)).toEqual([`credit-note-${note}.pdf`]);
    expect(await pageOf(await bytesOf(await pdfAt(`number=${note}`)))).toContain(note);
    expect(await requestExport(buyer, { dataset: 'INVOICE_LINES', format: 'CSV', number: note })).toMatchObject({ issues: [{ field: 'number' }] });
  });

  it('is one’s own, and in place of a month', async () => {
    for (const what of [{}, { month, number }]) {
      expect(await requestExport(buyer, { dataset: 'DOCUMENTS', format: 'PDF_ZIP', ...what })).toMatchObject({ issues: [{ field: 'month' }] });
      expect((await pdfAt(new URLSearchParams(what).toString())).status).toBe(400);
    }
    for (const whose of [voided, number, 'HR-2026-999999']) {
      expect(await requestExport(market.provider, { dataset: 'DOCUMENTS', format: 'PDF_ZIP', number: whose })).toMatchObject({ code: 'NOT_FOUND' });
      expect((await pdfAt(`number=${whose}`, market.provider)).status).toBe(404);
    }
  });

  it('names its issuer in FOCUS as its document does, whatever the exchange is called later', async () => {
    const told = async (what: { month?: string; number?: string }): Promise<ReadonlySet<string>> => {
      const files = ['FOCUS_COST_AND_USAGE', 'FOCUS_INVOICE_DETAIL', 'FOCUS_BILLING_PERIOD', 'FOCUS_CONTRACT_COMMITMENT'].map((dataset) => exported(app, buyer, { dataset, format: 'CSV', ...what }));
      const tables = (await Promise.all(files)).map(tableOf);
      if (what.number !== undefined) expect(tables.every((rows) => rows.length > 0)).toBe(true);
      return new Set(tables.flat().map((row) => row['InvoiceIssuerName'] ?? 'none'));
    };
    expect(await told({ number })).toEqual(new Set(['Headroom Exchange GmbH']));
    expect(await pageOf(await bytesOf(await pdfAt(`number=${number}`)))).toContain('Headroom Exchange GmbH');
    await admin.mustMutate('setExchangeProfile', 'SetBillingProfileInput', { ...profile, legalName: 'Headroom SE' });
    expect(await told({ number })).toEqual(new Set(['Headroom Exchange GmbH']));
    expect(await told({ month: monthOf(clockOf(app).now()) })).toEqual(new Set(['Headroom SE']));
    const [usage] = tableOf(await exported(app, buyer, { dataset: 'FOCUS_COST_AND_USAGE', format: 'CSV', number }));
    expect(usage).toMatchObject({ ServiceProviderName: 'Headroom' });
  });
});
