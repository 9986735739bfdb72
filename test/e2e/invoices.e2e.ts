import { Market } from '../../src/allocation/contract.js';
import { InvoiceService } from '../../src/billing/application/invoice.service.js';
import { LedgerService } from '../../src/billing/application/ledger.service.js';
import { Books } from '../../src/billing/contract.js';
import { balanceOf } from '../../src/billing/model/ledger.state.js';
import { systemContext } from '../../src/eventstore/command-context.js';
import { OrganizationDirectory } from '../../src/identity/contract.js';
import { present } from '../../src/kernel/assert.js';
import type { OrganizationId, ReservationId } from '../../src/kernel/ids.js';
import { endOfMonth, HOUR_MS, MINUTE_MS, monthOf, type Instant } from '../../src/kernel/time.js';
import { Database } from '../../src/platform/database/prisma.js';
import { startTestApp, type ApiClient, type TestApp } from '../support/app.js';
import { BY_HAND, splitOf } from '../support/ledger.js';
import { Membership } from '../support/membership.js';
import { replace } from '../support/payments.js';
import { clockOf, span, Trading, walletOf } from '../support/trading.js';
import { until } from '../support/until.js';
import { verifyApp } from '../support/verify.js';

let app: TestApp;
let market: Trading;
/** Noon on the first of a month that is still to come, to start with; hours are counted from it. */
let start: number;
let month: string;
/** Hours from the start to the end of the month. */
let monthEnd: number;

beforeAll(async () => {
  app = await startTestApp();
  const clock = clockOf(app);
  await clock.advanceTo((endOfMonth(clock.now()) + 11.5 * HOUR_MS) as Instant);
  start = endOfMonth((clock.now() - 24 * HOUR_MS) as Instant) + 13 * HOUR_MS;
  const window = span(start, start + 900 * HOUR_MS);
  market = await Trading.open(app, { nameplate: [{ window, quantity: '10000' }] });
  expect(market.start).toBe(start);
  month = monthOf(start as Instant);
  monthEnd = (endOfMonth(start as Instant) - start) / HOUR_MS;
});
afterAll(async () => {
  const { projections } = await verifyApp(app);
  expect(projections).toBeGreaterThan(3);
  await app.close();
});

const numberOf = (ordinal: number): string => `HR-${new Date(start + monthEnd * HOUR_MS).getUTCFullYear()}-00000${ordinal}`;
const monthAfter = (): string => monthOf(endOfMonth(start as Instant));
const ISSUED = '... on IssueInvoiceSuccess { number } ... on InvoiceRejection { existing: number endsAt } ';
const issue = (client: ApiClient, which: string, key = client.nextKey()): Promise<Record<string, any>> =>
  client.mutate('issueInvoice', 'IssueInvoiceInput', { month: which }, {
    key,
    fields: `${ISSUED} ... on ValidationRejection { issues { field accepted } }`,
  });

async function invoiceOf(client: ApiClient, which = month): Promise<Record<string, any>> {
  const { data, errors } = await client.ask(
    `query($month: String!) { invoice(month: $month) { number month charges credits issuedAt
      lines { kind reservationId amount served { start end } postedAt } } }`,
    { month: which },
  );
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data?.['invoice'];
}

const csvOf = async (client: ApiClient, which = month): Promise<Response> =>
  fetch(`${app.url}/exports/invoice.csv?month=${which}`, { headers: client.headers() });

/** Four hours of a quantity, at 333 micro-USD. */
async function buy(buyer: ApiClient, from: number, quantity = 7): Promise<string> {
  const listingId = await market.list(from, from + 4, quantity, 333);
  return market.buy(buyer, listingId, from, from + 4, quantity);
}

/** What the first test buys. */
const EARLY = 9_324n;
const exchangeId = (): Promise<OrganizationId> =>
  app.application.get(OrganizationDirectory).platformOrganizationId();

/** What the provider and the exchange have in their wallets, who are paid and buy nothing. */
async function earnings(): Promise<bigint> {
  const books = app.application.get(LedgerService);
  const exchange = await books.read(await exchangeId(), (ledger) => balanceOf(ledger, 'wallet'));
  return exchange + BigInt((await walletOf(market.provider))['balance'] ?? '');
}

const settled = (client: ApiClient): Promise<unknown> =>
  until(() => walletOf(client), ({ inEscrow }) => inEscrow === '0');

describe('a month that runs', () => {
  it('has a draft and no invoice', async () => {
    const buyer = await market.buyer('Early');
    const reservationId = await buy(buyer, 2);
    expect(await invoiceOf(buyer)).toMatchObject({ number: null, charges: '0', lines: [], issuedAt: null });
    await market.pass(4);
    const draft = await until(() => invoiceOf(buyer), ({ lines }) => lines.length === 1);
    // Two of four hours: 7 x 333 x 2.
    const window = market.window(2, 4);
    expect(draft).toMatchObject({ number: null, charges: '4662', credits: '0' });
    expect(draft['lines']).toMatchObject([{ kind: 'DELIVERY', reservationId, amount: '4662', served: window }]);
    const endsAt = new Date(start + monthEnd * HOUR_MS).toISOString();
    expect(await issue(buyer, month)).toMatchObject({ code: 'MONTH_NOT_OVER', endsAt, existing: null });
  });

  it.each([['2026-13'], ['2026-1'], ['26-11'], [''], ['2026-11-01'], ['=1'], ['2026-11\n']])(
    'is not %j',
    async (wrong) => {
      const buyer = await app.signUp('Wrong month');
      expect((await issue(buyer, wrong))['issues']).toMatchObject([{ field: 'month' }]);
      await expect(invoiceOf(buyer, wrong)).rejects.toThrow('BAD_USER_INPUT');
      expect((await csvOf(buyer, encodeURIComponent(wrong))).status).toBe(400);
    },
  );

  it('is not the last one that can be written either', async () => {
    const buyer = await app.signUp('Far future');
    expect(await issue(buyer, '9999-12')).toMatchObject({ code: 'MONTH_NOT_OVER' });
  });
});

describe('a month that is over', () => {
  let one: ApiClient;
  let two: ApiClient;
  let late: ApiClient;
  let hold: Record<string, string>;

  beforeAll(async () => {
    [one, two] = [await market.buyer('One'), await market.buyer('Two')];
    late = await market.buyer('Late');
    await buy(one, 10);
    await buy(one, 12, 11);
    await buy(two, 11);
    await buy(late, 14, 3);
    await market.pass(20);
    await Promise.all([one, two, late].map(settled));
    // Money that arrives is booked when it arrives: all of it, before the month ends.
    await until(earnings, (sum) => sum === EARLY + 7n * 1_332n + 11n * 1_332n + 7n * 1_332n + 3n * 1_332n);
    // Five minutes before the end: a hold on the hour that runs, and on the one after it.
    const listingId = await market.list(monthEnd - 1, monthEnd + 1, 5, 1_000);
    await clockOf(app).advanceTo((start + monthEnd * HOUR_MS - 5 * MINUTE_MS) as Instant);
    hold = await market.reserve(late, listingId, monthEnd - 1, monthEnd + 1, 5);
    await market.pass(monthEnd);
  });

  it('is invoiced with numbers that have no gap, whoever asks at once', async () => {
    const [first, second] = await Promise.all([issue(one, month, 'close'), issue(two, month, 'close')]);
    const numbers = [first['number'], second['number']].sort();
    expect(numbers).toEqual([numberOf(1), numberOf(2)]);
    const again = await Promise.all(Array.from({ length: 5 }, () => issue(one, month, 'close')));
    for (const answer of again) expect(answer).toEqual(first);
    expect(await issue(one, month)).toMatchObject({ code: 'ALREADY_ISSUED', existing: first['number'] });
    await expect(issue(one, monthAfter(), 'close')).rejects.toThrow('IDEMPOTENCY_MISMATCH');
    expect((await issue(late, month))['number']).toBe(numberOf(3));
  });

  it('is told at once, listed, and exported line by line', async () => {
    const invoice = await invoiceOf(one);
    // 7 x 4 x 333 and 11 x 4 x 333.
    expect(invoice).toMatchObject({ month, charges: '23976', credits: '0' });
    expect([numberOf(1), numberOf(2)]).toContain(invoice['number']);
    const amounts = invoice['lines'].map(({ amount }: any) => BigInt(amount));
    expect(amounts.reduce((sum: bigint, amount: bigint) => sum + amount, 0n)).toBe(23_976n);
    const listed = await until(
      async () => (await one.ask('{ invoices(first: 5) { edges { node { number month charges credits } } } }')).data?.['invoices'].edges,
      (edges) => edges.length === 1,
    );
    expect(listed[0].node).toEqual({ number: invoice['number'], month, charges: '23976', credits: '0' });

    const response = await csvOf(one);
    const disposition = `attachment; filename="headroom-${invoice['number']}-${month}.csv"`;
    expect(response.headers.get('content-disposition')).toBe(disposition);
    expect(response.headers.get('cache-control')).toBe('no-store');
    const rows = (await response.text()).trim().split('\r\n').map((row) => row.split(','));
    expect(rows).toHaveLength(invoice['lines'].length + 1);
    expect(rows.slice(1).map((row) => [row[0], row[5], row[12]])).toEqual(
      invoice['lines'].map(({ reservationId, amount }: any) => [invoice['number'], reservationId, amount]),
    );
  });

  it('is charged to buyers exactly as it is credited to those who are paid', async () => {
    const monthStart = Date.parse(`${month}-01T00:00:00Z`) as Instant;
    const exchange = await app.application.get(InvoiceService).find(await exchangeId(), monthStart);
    const earned = exchange.credits + BigInt((await invoiceOf(market.provider))['credits']);
    const buyers = await Promise.all([one, two, late].map((client) => invoiceOf(client)));
    expect(earned).toBe(buyers.reduce((sum, { charges }) => sum + BigInt(charges), EARLY));
  });

  it('never changes: what comes late is on the next one', async () => {
    const before = await invoiceOf(late);
    expect(before['charges']).toBe('3996');
    await late.mustMutate('payReservation', 'PayReservationInput', { reservationId: hold['reservationId'] });
    await market.pass(monthEnd + 1);
    await settled(late);
    expect(await invoiceOf(late)).toEqual(before);
    const draft = await invoiceOf(late, monthAfter());
    expect(draft['lines'].map(({ amount, served }: any) => [amount, served.start])).toEqual([
      ['5000', market.window(monthEnd - 1, monthEnd).start],
      ['5000', market.window(monthEnd, monthEnd + 1).start],
    ]);
    const next = endOfMonth((start + monthEnd * HOUR_MS) as Instant);
    await clockOf(app).advanceTo(next);
    const { number } = await issue(late, monthAfter());
    expect(number).toMatch(/^HR-\d{4}-\d{6}$/);
    expect(await invoiceOf(late, monthAfter())).toMatchObject({ number, charges: '10000' });
    expect(await invoiceOf(late)).toEqual(before);
  });

  it('of nothing has no invoice, and takes no number', async () => {
    const idle = await market.buyer('Idle');
    expect(await issue(idle, month)).toMatchObject({ code: 'NOTHING_TO_INVOICE', existing: null });
    expect((await issue(two, monthAfter()))['code']).toBe('NOTHING_TO_INVOICE');
  });

  it('is invoiced by itself when its grace period is over, and no number is left out', async () => {
    const { number } = await until(() => invoiceOf(market.provider), (invoice) => invoice['number'] !== null);
    expect(await issue(market.provider, month)).toMatchObject({ code: 'ALREADY_ISSUED', existing: number });
    const numbers = async (): Promise<string[]> =>
      (await app.application.get(Database).invoice.findMany({ orderBy: { number: 'asc' } })).map((row) => row.number);
    const listed = await until(numbers, (all) => all.includes(number));
    const series = listed.filter((one) => one.slice(0, 7) === numberOf(1).slice(0, 7));
    expect(series).toEqual(series.map((_one, index) => numberOf(index + 1)));
  });

  it('waits until all delivery in it is settled', async () => {
    const books = app.application.get(Books);
    const down = (): Promise<never> => Promise.reject(new Error('down'));
    const restore = replace(books, 'confirmOrRelease', () => down);
    const buyer = await market.buyer('Unsettled');
    const now = clockOf(app).now();
    const window = { start: now, end: (now + HOUR_MS) as Instant };
    const facts = { window, grid: HOUR_MS, amount: 1_000n as never, split: splitOf() };
    const reservationId = 'llama-3.3-70b@fp8~unconfirmed' as ReservationId;
    const organizationId = await organizationOf(buyer);
    await app.application
      .get(LedgerService)
      .execute(organizationId, { type: 'FundEscrow', reservationId, ...facts, spending: BY_HAND }, systemContext('test', 'unsettled'));
    await clockOf(app).advanceTo(endOfMonth(now));
    expect(await issue(buyer, monthOf(now), 'wait')).toMatchObject({ code: 'NOT_SETTLED' });
    restore();
    await settled(buyer);
    expect(await issue(buyer, monthOf(now), 'wait')).toMatchObject({ code: 'NOT_SETTLED' });
    expect(await issue(buyer, monthOf(now))).toMatchObject({ code: 'NOTHING_TO_INVOICE' });
    expect(await app.application.get(Market).reservation(reservationId)).toBeNull();
  });
});

describe('another organization', () => {
  it('sees none of it', async () => {
    const [owner, stranger] = [await market.buyer('Owner', 100), await app.signUp('Stranger')];
    const invoice = await invoiceOf(market.provider);
    expect(invoice['number']).toMatch(/^HR-/);
    const { data } = await owner.ask('{ topUpHistory(first: 1) { edges { cursor } } ledgerEntries(first: 1) { edges { cursor } } }');
    const cursors = [data?.['topUpHistory'], data?.['ledgerEntries']].map(({ edges }) => edges[0]?.cursor);
    const seen = await stranger.ask(
      `query($top: String, $entry: String, $month: String!) {
        wallet { balance inEscrow owed }
        topUpHistory(first: 50) { edges { node { topUpId } } }
        after: topUpHistory(first: 50, after: $top) { edges { node { topUpId } } }
        ledgerEntries(first: 50) { edges { node { version } } }
        entriesAfter: ledgerEntries(first: 50, after: $entry) { edges { node { version } } }
        invoices(first: 50) { edges { node { number } } }
        invoice(month: $month) { number charges credits lines { amount } } }`,
      { top: cursors[0] ?? null, entry: cursors[1] ?? null, month },
    );
    expect(seen.errors).toBeUndefined();
    expect(seen.data).toEqual({
      wallet: { balance: '0', inEscrow: '0', owed: '0' },
      ...{ topUpHistory: { edges: [] }, after: { edges: [] } },
      ...{ ledgerEntries: { edges: [] }, entriesAfter: { edges: [] } },
      invoices: { edges: [] },
      invoice: { number: null, charges: '0', credits: '0', lines: [] },
    });
    const csv = await csvOf(stranger);
    expect(csv.headers.get('content-disposition')).toContain('headroom-draft-');
    expect((await csv.text()).trim().split('\r\n')).toHaveLength(1);
    expect((await fetch(`${app.url}/exports/invoice.csv?month=${month}`)).status).toBe(401);
  });

  it('nor do members whose work it is not', async () => {
    const owner = await market.buyer('Roles', 100);
    const people = new Membership(app);
    const trader = (await people.join(owner, 'TRADER')).client;
    const finance = (await people.join(owner, 'FINANCE')).client;
    expect((await csvOf(trader)).status).toBe(403);
    expect((await csvOf(finance)).status).toBe(200);
    for (const query of ['{ invoices(first: 1) { edges { cursor } } }', '{ ledgerEntries(first: 1) { edges { cursor } } }']) {
      expect((await trader.ask(query)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
      expect((await finance.ask(query)).errors).toBeUndefined();
    }
    const input = { amount: '1000000', paymentMethod: 'pm_card_visa' };
    await expect(trader.mutate('topUpWallet', 'TopUpWalletInput', input)).rejects.toThrow('FORBIDDEN');
    expect((await finance.mutate('topUpWallet', 'TopUpWalletInput', input))['__typename']).toBe('TopUpWalletSuccess');
  });
});

/** Of a client that has topped up. */
async function organizationOf(client: ApiClient): Promise<OrganizationId> {
  const { data } = await client.ask('{ topUpHistory(first: 1) { edges { node { topUpId } } } }');
  const { topUpId } = data?.['topUpHistory'].edges[0].node;
  const row = await app.application.get(Database).topUp.findUnique({ where: { topUpId } });
  return present(row, 'top-up').organizationId as OrganizationId;
}
