import type { Pool } from 'pg';
import { TaxBooks } from '../../src/billing/application/tax/tax-books.service.js';
import { DAY_MS, endOfMonth, HOUR_MS, monthOf, SECOND_MS, type Duration, type Instant } from '../../src/kernel/time.js';
import { POOL } from '../../src/platform/platform.module.js';
import { startTestApp, type ApiClient, type TestApp } from '../support/app.js';
import { calls, save } from '../support/card-money.js';
import { signUpOperator } from '../support/operators.js';
import { Payments, replace } from '../support/payments.js';
import { clockOf, span, Trading, walletOf } from '../support/trading.js';
import { until } from '../support/until.js';
import { verifyApp } from '../support/verify.js';

let app: TestApp;
let market: Trading;
let admin: ApiClient;
let buyer: ApiClient;
let forgotten: ApiClient;
let reservationId: string;
let month: string;
let year: number;

/** Four hours of five at 333 micro-USD. */
const CHARGES = 6_660n;

beforeAll(async () => {
  app = await startTestApp({ settings: { STRIPE_MIRROR_INVOICES: 'true' } });
  const clock = clockOf(app);
  // Noon of the day before the last of a month.
  const end = endOfMonth(endOfMonth(clock.now()));
  const from = end - 36 * HOUR_MS;
  await clock.advanceTo((from - 1.5 * HOUR_MS) as Instant);
  market = await Trading.open(app, { nameplate: [{ window: span(from, from + 100 * HOUR_MS), quantity: '100' }] });
  [month, year] = [monthOf(from as Instant), new Date(end).getUTCFullYear()];
  admin = await signUpOperator(app);
  buyer = await market.buyer('Corrected');
  // Makes it a customer at Stripe.
  await save(buyer);
  forgotten = await market.buyer('Forgotten');
  await market.buy(forgotten, await market.list(0, 4, 5, 333), 0, 4, 5);
  reservationId = await market.buy(buyer, await market.list(0, 4, 5, 333), 0, 4, 5);
  await market.pass(6);
  await until(() => walletOf(buyer), ({ inEscrow }) => inEscrow === '0');
  await market.pass(36);
});
afterAll(async () => {
  await verifyApp(app);
  await app.close();
});

const numberOf = (ordinal: number, kind = 'HR'): string => `${kind}-${year}-00000${ordinal}`;
const balance = async (): Promise<bigint> => BigInt((await walletOf(buyer))['balance'] ?? '');
const issue = (): Promise<any> =>
  buyer.mutate('issueInvoice', 'IssueInvoiceInput', { month }, { fields: '... on IssueInvoiceSuccess { number }' });
async function invoice(): Promise<any> {
  const { data } = await buyer.ask('query($month: String!) { invoice(month: $month) { number charges credits } }', { month });
  return data?.['invoice'];
}
const makeVoid = (number: string, reason = 'wrong address', key = admin.nextKey(), client = admin): Promise<any> =>
  client.mutate('voidInvoice', 'VoidInvoiceInput', { number, reason }, {
    key,
    fields: '... on VoidInvoiceSuccess { number } ... on ValidationRejection { issues { field } }',
  });
const askFor = async (field: string, type: string, input: object, fields: string): Promise<any> => {
  const selection = `{ __typename ... on Rejection { code message } ${fields} }`;
  const { data, errors } = await admin.ask(`query($input: ${type}!) { answer: ${field}(input: $input) ${selection} }`, { input });
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data?.['answer'];
};
const seeVoid = (number: string, reason = 'wrong'): Promise<any> =>
  askFor('voidInvoicePreview', 'VoidInvoiceInput', { number, reason }, '... on VoidInvoicePreview { number month noLongerDue } ... on ValidationRejection { issues { field } }');
const BOOKS = '{ kind entries { account amount balance } }';
const seeNote = (invoiceNumber: string, amount: bigint, of = reservationId): Promise<any> =>
  askFor('creditNotePreview', 'IssueCreditNoteInput', { invoiceNumber, reservationId: of, amount: String(amount), reason: 'an hour' },
    `... on CreditNotePreview { number paid owed issuer ${BOOKS} customer ${BOOKS} } ... on InvoiceRejection { available } ... on ValidationRejection { issues { field } }`);
async function fileOf(number: string): Promise<any> {
  const { data } = await admin.ask(`query($number: ID!) { issuedInvoice(number: $number) {
    number status voidReason organizationName reservations { reservationId charged givenBack available } creditNotes { number month amount } } }`, { number });
  return data?.['issuedInvoice'];
}
async function documentOf(number: string, client = buyer): Promise<any> {
  const { data } = await client.ask(`query($number: ID!) { invoiceDocument(number: $number) {
    number month status voidReason replacedBy charges lines { kind reservationId amount version served { start end } } } }`, { number });
  return data?.['invoiceDocument'];
}
interface Note {
  readonly amount: bigint;
  readonly key?: string;
  readonly of?: string;
  readonly client?: ApiClient;
}
const giveBack = (invoiceNumber: string, { amount, key = admin.nextKey(), of = reservationId, client = admin }: Note): Promise<any> =>
  client.mutate('issueCreditNote', 'IssueCreditNoteInput', { invoiceNumber, reservationId: of, amount: String(amount), reason: 'an hour was not served' }, {
    key,
    fields: '... on IssueCreditNoteSuccess { number } ... on InvoiceRejection { available } ... on ValidationRejection { issues { field } }',
  });

describe('an invoice that is made void', () => {
  it('opens its month again, and its number is never given again', async () => {
    // Nothing is told to be paid for as long as its tax cannot be charged.
    const restore = replace(app.application.get(TaxBooks), 'charge', () => () => Promise.reject(new Error('down')));
    expect((await issue())['number']).toBe(numberOf(1));
    expect((await makeVoid(numberOf(1), ' '))['issues']).toEqual([{ field: 'reason' }]);
    expect(await makeVoid(numberOf(9))).toMatchObject({ code: 'INVOICE_NOT_FOUND' });
    await expect(makeVoid(numberOf(1), 'mine', buyer.nextKey(), buyer)).rejects.toThrow('FORBIDDEN');
    expect((await seeVoid(numberOf(1), ' '))['issues']).toEqual([{ field: 'reason' }]);
    expect(await seeVoid(numberOf(9))).toMatchObject({ code: 'INVOICE_NOT_FOUND' });
    expect(await seeVoid(numberOf(1))).toEqual({ __typename: 'VoidInvoicePreview', number: numberOf(1), month, noLongerDue: '0' });
    const answers = [await makeVoid(numberOf(1), 'wrong', 'void'), await makeVoid(numberOf(1), 'wrong', 'void')];
    expect(answers).toEqual(answers.map(() => ({ __typename: 'VoidInvoiceSuccess', number: numberOf(1) })));
    expect(await makeVoid(numberOf(1))).toMatchObject({ code: 'INVOICE_VOID' });
    expect(await giveBack(numberOf(1), { amount: 1n })).toMatchObject({ code: 'INVOICE_VOID' });
    expect(await seeVoid(numberOf(1))).toMatchObject({ code: 'INVOICE_VOID' });
    expect(await seeNote(numberOf(1), 1n)).toMatchObject({ code: 'INVOICE_VOID' });
    expect(await until(() => fileOf(numberOf(1)), (file) => file?.status === 'VOID')).toMatchObject({
      ...{ voidReason: 'wrong', organizationName: 'Corrected', creditNotes: [] },
      reservations: [{ reservationId, charged: `${CHARGES}`, givenBack: '0', available: `${CHARGES}` }],
    });
    expect(await invoice()).toMatchObject({ number: null, charges: `${CHARGES}` });
    const { lines, ...head } = await documentOf(numberOf(1));
    expect(head).toEqual({ number: numberOf(1), month, status: 'VOID', voidReason: 'wrong', replacedBy: null, charges: `${CHARGES}` });
    expect(lines.filter(({ amount }: any) => BigInt(amount) > 0n)).toMatchObject([{ kind: 'DELIVERY', reservationId, amount: `${CHARGES}` }]);
    expect(lines[0].served.start).toMatch(/Z$/);
    expect([await documentOf(numberOf(1), market.provider), await documentOf(numberOf(9))]).toEqual([null, null]);
    expect((await issue())['number']).toBe(numberOf(2));
    const replaced = await until(() => documentOf(numberOf(1)), ({ replacedBy }) => replacedBy !== null);
    expect(replaced).toEqual({ ...head, lines, replacedBy: numberOf(2) });
    expect(await documentOf(numberOf(2))).toMatchObject({ voidReason: null, replacedBy: null, lines });
    expect(await invoice()).toMatchObject({ number: numberOf(2), charges: `${CHARGES}` });
    restore();
    const standing = async (): Promise<any> =>
      (await buyer.ask('{ invoices(first: 5) { edges { node { number status } } } }')).data?.['invoices'].edges.map(({ node }: any) => node);
    const listed = await until(standing, (all) => all.some(({ status }: any) => status === 'PAID'));
    const inOrder = listed.sort((a: any, b: any) => (a.number < b.number ? -1 : 1));
    expect(inOrder).toEqual([{ number: numberOf(1), status: 'VOID' }, { number: numberOf(2), status: 'PAID' }]);
    expect(await makeVoid(numberOf(2))).toMatchObject({ code: 'INVOICE_PAID' });
    expect(await seeVoid(numberOf(2))).toMatchObject({ code: 'INVOICE_PAID' });
    const { data } = await admin.ask('{ issuedInvoices(first: 5) { edges { node { number status organizationName } } } }');
    expect(data?.['issuedInvoices'].edges.map(({ node }: any) => node)).toEqual([
      { number: numberOf(2), status: 'PAID', organizationName: 'Corrected' },
      { number: numberOf(1), status: 'VOID', organizationName: 'Corrected' },
    ]);
  });
});

describe('a credit note', () => {
  const notesOf = (client: ApiClient): Promise<any> =>
    client.ask('{ creditNotes(first: 5) { edges { node { number invoiceNumber reservationId amount reason } } } }');

  it('gives back what its invoice charged too much, once and no more than it charged', async () => {
    const before = await balance();
    expect((await giveBack(numberOf(2), { amount: 0n }))['issues']).toEqual([{ field: 'amount' }]);
    expect(await giveBack(numberOf(9), { amount: 1n })).toMatchObject({ code: 'INVOICE_NOT_FOUND' });
    await expect(giveBack(numberOf(2), { amount: 1n, client: buyer })).rejects.toThrow('FORBIDDEN');
    const tooHigh = { code: 'CREDIT_TOO_HIGH', available: `${CHARGES}` };
    expect(await giveBack(numberOf(2), { amount: CHARGES + 1n })).toMatchObject(tooHigh);
    const other = { amount: 1n, of: 'llama-3.3-70b@fp8~none' };
    expect(await giveBack(numberOf(2), other)).toMatchObject({ code: 'CREDIT_TOO_HIGH', available: '0' });
    expect((await seeNote(numberOf(2), 0n))['issues']).toEqual([{ field: 'amount' }]);
    expect(await seeNote(numberOf(9), 1n)).toMatchObject({ code: 'INVOICE_NOT_FOUND' });
    expect(await seeNote(numberOf(2), CHARGES + 1n)).toMatchObject(tooHigh);
    const seen = await seeNote(numberOf(2), 60n);
    expect(seen).toMatchObject({ number: numberOf(1, 'CN'), paid: '60', owed: '0' });
    const arrives = { account: 'wallet', amount: '60', balance: `${before + 60n}` };
    expect(seen.customer).toMatchObject([{ kind: 'TransferReceived', entries: [{ account: 'clearing', amount: '-60' }, arrives] }]);
    expect(seen.issuer).toMatchObject([{ kind: 'CreditCharged' }]);
    const sum = seen.issuer[0].entries.reduce((total: bigint, { amount }: any) => total + BigInt(amount), 0n);
    expect(sum).toBe(0n);
    // More than the exchange has: it owes the rest.
    const all = await seeNote(numberOf(2), CHARGES);
    expect(BigInt(all.paid) + BigInt(all.owed)).toBe(CHARGES);
    expect(BigInt(all.owed)).toBeGreaterThan(0n);
    expect(await balance()).toBe(before);
    const answers = await Promise.all(Array.from({ length: 4 }, () => giveBack(numberOf(2), { amount: 60n, key: 'back' })));
    const number = numberOf(1, 'CN');
    expect(answers).toEqual(answers.map(() => ({ __typename: 'IssueCreditNoteSuccess', number })));
    expect(await giveBack(numberOf(2), { amount: CHARGES - 59n })).toMatchObject({ ...tooHigh, available: `${CHARGES - 60n}` });
    // Paid by the exchange, out of what it earned by the sale.
    await until(balance, (now) => now === before + 60n);
    const { data } = await until(() => notesOf(buyer), (found) => found.data?.creditNotes.edges.length === 1);
    expect(data.creditNotes.edges[0].node).toEqual({
      ...{ number, invoiceNumber: numberOf(2), reservationId, amount: '60', reason: 'an hour was not served' },
    });
    expect((await notesOf(market.provider)).data?.creditNotes.edges).toEqual([]);
    const only = async (of: string): Promise<any> =>
      (await buyer.ask('query($of: ID) { creditNotes(invoiceNumber: $of) { edges { node { number month } } } }', { of })).data?.['creditNotes'].edges;
    expect(await only(numberOf(2))).toEqual([{ node: { number, month } }]);
    expect(await only(numberOf(1))).toEqual([]);
    expect(await fileOf(numberOf(2))).toMatchObject({
      reservations: [{ reservationId, charged: `${CHARGES}`, givenBack: '60', available: `${CHARGES - 60n}` }],
      creditNotes: [{ number, month, amount: '60' }],
    });
    expect(await fileOf(numberOf(9))).toBeNull();
    // The invoice says what it said.
    expect(await invoice()).toEqual({ number: numberOf(2), charges: `${CHARGES}`, credits: '0' });
  });
});

describe('what became of an invoice', () => {
  it('became of its copy at Stripe, and no more than cents of it', async () => {
    const { stripe } = new Payments(app);
    // 60 of 6,660 were given back before: the rest makes it a cent, and so does all of it.
    await giveBack(numberOf(2), { amount: CHARGES - 60n });
    await until(() => calls(buyer, 'create_credit_note'), ({ length }) => length === 1);
    await clockOf(app).advance((31 * SECOND_MS) as Duration);
    const kinds = ['create_invoice', 'void_invoice', 'pay_invoice', 'create_credit_note'] as const;
    const made = async (): Promise<readonly any[]> => (await Promise.all(kinds.map((kind) => calls(buyer, kind)))).flat();
    const all = await until(made, (rows) => rows.every(({ status }) => status === 'SUCCEEDED'));
    expect(all.map(({ kind, subject }) => [kind, subject]).sort()).toEqual([
      ['CREATE_CREDIT_NOTE', numberOf(2, 'CN')],
      ['CREATE_INVOICE', numberOf(1)],
      ['CREATE_INVOICE', numberOf(2)],
      ['PAY_INVOICE', numberOf(2)],
      ['VOID_INVOICE', numberOf(1)],
    ]);
    const there = (await stripe.invoices.list({ limit: 10 })).data.map((one) => ({
      ...{ number: one.metadata?.['headroom_number'], status: one.status, total: one.total },
      credited: one.post_payment_credit_notes_amount,
    }));
    expect(there.sort((one, other) => ((one.number ?? '') < (other.number ?? '') ? -1 : 1))).toEqual([
      { number: numberOf(1), status: 'void', total: 1, credited: 0 },
      { number: numberOf(2), status: 'paid', total: 1, credited: 1 },
    ]);
  });
});

describe('a month whose invoice was made void, and that nobody looks at again', () => {
  it('is a draft for three days, whatever looks at it meanwhile, and has another invoice then by itself', async () => {
    const restore = replace(app.application.get(TaxBooks), 'charge', () => () => Promise.reject(new Error('down')));
    const clock = clockOf(app);
    // So that the month's own grace ends an hour before that of what is made void.
    await clock.advance((2 * HOUR_MS) as Duration);
    const asked = await forgotten.mustMutate('issueInvoice', 'IssueInvoiceInput', { month }, { fields: '... on IssueInvoiceSuccess { number }' });
    const number = String(asked['number']);
    expect(await makeVoid(number)).toMatchObject({ number });
    const voidedAt = clock.now();
    restore();
    const looks = async (): Promise<number> => {
      const { rows } = await app.application.get<Pool>(POOL).query<{ done: number }>(
        `SELECT count(*)::int AS done FROM eventstore.outbox WHERE job = 'close-month' AND completed_at IS NOT NULL AND payload LIKE '%' || $1 || '%'`,
        [(await forgotten.ask('{ viewer { organization { organizationId } } }')).data?.['viewer'].organization.organizationId],
      );
      return rows[0]?.done ?? 0;
    };
    expect(await looks()).toBe(0);
    // The month's own grace ends; what was made void has one of its own.
    await clock.advanceTo((voidedAt + 3 * DAY_MS - HOUR_MS) as Instant);
    await until(looks, (done) => done > 0);
    const shown = await until(() => documentOf(number, forgotten), (document) => document?.status === 'VOID');
    expect(shown).toMatchObject({ status: 'VOID', replacedBy: null });
    await clock.advanceTo((voidedAt + 3 * DAY_MS + SECOND_MS) as Instant);
    const { replacedBy, charges } = await until(() => documentOf(number, forgotten), (document) => document.replacedBy !== null);
    expect(replacedBy).toMatch(/^HR-/);
    expect(charges).toBe(`${CHARGES}`);
  }, 180_000);
});
