import type { Pool } from 'pg';
import { CreditWatch } from '../../src/billing/application/credit-watch.service.js';
import { LedgerService } from '../../src/billing/application/ledger.service.js';
import { InvoiceLineQueries } from '../../src/billing/projection/invoice-line.queries.js';
import { Books } from '../../src/billing/contract.js';
import { balanceOf } from '../../src/billing/model/ledger.state.js';
import { systemContext } from '../../src/eventstore/command-context.js';
import { OrganizationDirectory } from '../../src/identity/contract.js';
import type { OrganizationId, ReservationId } from '../../src/kernel/ids.js';
import type { MicroUsd } from '../../src/kernel/money.js';
import { ROLL_UP_AFTER } from '../../src/metering/application/usage.definition.js';
import { DAY_MS, endOfMonth, formatInstant, monthOf, plus, type Instant } from '../../src/kernel/time.js';
import { LogTail } from '../../src/eventstore/log-tail.js';
import { POOL } from '../../src/platform/platform.module.js';
import { startTestApp, type ApiClient, type TestApp } from '../support/app.js';
import { organizationOf } from '../support/finance.js';
import { gatewayRecord, recordAll } from '../support/gateway-records.js';
import { signUpOperator } from '../support/operators.js';
import { replace } from '../support/payments.js';
import { clockOf, HOUR, Trading, walletOf } from '../support/trading.js';
import { until } from '../support/until.js';
import { verifyApp } from '../support/verify.js';

// 1,000 tokens/s for four hours at 1 USD an hour. The first misses what was promised and is given back in whole.

let app: TestApp;
let market: Trading;
let admin: ApiClient;
let buyer: ApiClient;
let reservationId: string;
let month: string;
let number: string;
/** One hour of the same, of which nothing is missed: 1 USD. */
let other: string;
const USD = 1_000_000n;

beforeAll(async () => {
  app = await startTestApp();
  const clock = clockOf(app);
  // On the first of a month.
  await clock.advanceTo((endOfMonth(clock.now()) + HOUR) as Instant);
  market = await Trading.open(app);
  admin = await signUpOperator(app);
  buyer = await market.buyer('Credited');
  month = monthOf(market.start as Instant);
  reservationId = await market.buy(buyer, await market.list(0, 4, 1_000), 0, 4, 1_000);
  other = await market.buy(buyer, await market.list(1, 2, 1_000), 1, 2, 1_000);
  await market.pass(0.5);
  const organizationId = (await buyer.ask('{ viewer { organization { organizationId } } }')).data?.['viewer'].organization.organizationId;
  const whose = { organizationId, reservationId, servedAt: market.start + HOUR / 4 };
  await recordAll(app, [100, 900].flatMap((ttft) => Array.from({ length: ttft === 900 ? 10 : 90 }, () => gatewayRecord(whose, { ttft: ttft * 1_000 }))));
  await clock.advance(ROLL_UP_AFTER);
  const left = 'SELECT count(*)::int AS n FROM usage_pending';
  await until(async () => (await app.application.get<Pool>(POOL).query<{ n: number }>(left)).rows[0]?.n, (rows) => rows === 0);
  await market.pass(5);
  await until(() => walletOf(buyer), ({ inEscrow, balance }) => inEscrow === '0' && BigInt(balance ?? '') === 1_000n * USD - 4n * USD);
});
afterAll(async () => {
  await verifyApp(app);
  await app.close();
});

const LINE = 'kind reservationId amount evidence postedAt version served { start end }';
async function invoice(): Promise<any> {
  const { data } = await buyer.ask(`query($month: String!) { invoice(month: $month) { number charges credits lines { ${LINE} } } }`, { month });
  return data?.['invoice'];
}
function booksOf() {
  const { application } = app;
  return {
    ...{ books: application.get(Books), ledger: application.get(LedgerService) },
    exchange: () => application.get(OrganizationDirectory).platformOrganizationId(),
  };
}
const giveBack = (amount: bigint, of = reservationId, key = admin.nextKey()): Promise<any> =>
  admin.mutate('issueCreditNote', 'IssueCreditNoteInput', { invoiceNumber: number, reservationId: of, amount: String(amount), reason: 'an outage' }, {
    fields: '... on IssueCreditNoteSuccess { number } ... on InvoiceRejection { available message }',
    key,
  });
async function reservations(): Promise<any> {
  const { data } = await admin.ask(`query($number: ID!) { issuedInvoice(number: $number) {
    reservations { reservationId charged serviceCredits givenBack available } } }`, { number });
  return data?.['issuedInvoice']?.reservations.filter((one: any) => one.reservationId !== other);
}

/** Read models and what follows from events stay where they are until what is returned is called. */
function hold(tail: LogTail): () => void {
  const whole = tail.read.bind(tail);
  let letGo = (): void => undefined;
  const gate = new Promise<void>((resolve) => (letGo = resolve));
  tail.read = async (...args) => {
    await gate;
    return whole(...args);
  };
  return () => {
    tail.read = whole;
    letGo();
  };
}

const QUERY = `query($month: String, $number: ID, $first: Int!, $after: String) { invoiceLines(month: $month, number: $number, first: $first, after: $after) {
  edges { node { ${LINE} } } pageInfo { hasNextPage endCursor } } }`;
async function walk(client: ApiClient, of: object, first: number): Promise<any[]> {
  const nodes: any[] = [];
  for (let after: string | null = null; ; ) {
    const { data, errors }: { data?: any; errors?: unknown } = await client.ask(QUERY, { ...of, first, after });
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    const { edges, pageInfo } = data.invoiceLines;
    expect(edges.length).toBeLessThanOrEqual(first);
    nodes.push(...edges.map(({ node }: any) => node));
    if (!pageInfo.hasNextPage) return nodes;
    after = pageInfo.endCursor;
  }
}

describe('lines of an invoice, page by page', () => {
  it('are those of the draft while the month has no invoice', async () => {
    const { lines, number: none } = await invoice();
    expect([none, lines.length > 2]).toEqual([null, true]);
    for (const first of [1, 2, 100]) expect(await walk(buyer, { month }, first)).toEqual(lines);
  });

  it.each([[{}], [{ month: '2026-13' }], [{ month: '2026-11', number: 'HR-2026-000001' }]])('are of one month or one number, not of %j', async (of) => {
    await expect(walk(buyer, of, 2)).rejects.toThrow('BAD_USER_INPUT');
  });
});

describe('a charge that a service credit gave back in part', () => {
  beforeAll(async () => {
    await clockOf(app).advanceTo(plus(endOfMonth(market.start as Instant), 3 * DAY_MS));
    number = (await until(invoice, (one) => one.number !== null)).number;
    await until(reservations, (all) => all !== undefined);
  });

  it('is given back by credit notes as far as it is left, and no further', async () => {
    expect(await invoice()).toMatchObject({ charges: `${5n * USD}`, credits: `${USD}` });
    const whole = { reservationId, charged: `${4n * USD}`, serviceCredits: `${USD}` };
    expect(await reservations()).toEqual([{ ...whole, givenBack: '0', available: `${3n * USD}` }]);
    expect(await giveBack(3n * USD + 1n)).toMatchObject({ code: 'CREDIT_TOO_HIGH', available: `${3n * USD}`, message: expect.stringContaining('3.00') });
    expect(await giveBack(2n * USD)).toMatchObject({ number: expect.stringMatching(/^CN-/) });
    expect(await giveBack(USD + 1n)).toMatchObject({ code: 'CREDIT_TOO_HIGH', available: `${USD}` });
    expect(await giveBack(USD)).toMatchObject({ number: expect.stringMatching(/^CN-/) });
    expect(await giveBack(1n)).toMatchObject({ code: 'CREDIT_TOO_HIGH', available: '0' });
    expect(await until(reservations, ([one]) => one.available === '0')).toEqual([{ ...whole, givenBack: `${3n * USD}`, available: '0' }]);
  });

  it('and of which notes gave back the rest has no room for a later credit: that goes to who gave the notes, and comes back from there', async () => {
    const { books, ledger, exchange } = booksOf();
    const [toId, provider] = await Promise.all([buyer, market.provider].map(organizationOf));
    const balance = (whose: OrganizationId): Promise<bigint> => ledger.read(whose, (own) => balanceOf(own, 'wallet'));
    const exchangeId = await exchange();
    // The exchange has little of its own: with this it has paid what its notes gave back.
    await ledger.execute(exchangeId, { type: 'CreditTopUp', topUpId: 'own', amount: (10n * USD) as MicroUsd, paymentReference: 'pi_own' }, systemContext('test', 'own'));
    await until(() => balance(toId!), (own) => own === 999n * USD);
    const before = await Promise.all([toId!, provider!, exchangeId].map(balance));
    const hour = (market.start + HOUR) as Instant;
    const claim = { reservationId: reservationId as ReservationId, hour, parts: [], evidence: `${reservationId}/${formatInstant(hour)}/1` };
    await books.claimCredit(provider!, { ...claim, creditId: 'late/1', toId: toId!, amount: USD as MicroUsd });
    const moved = async (): Promise<readonly bigint[]> =>
      (await Promise.all([toId!, provider!, exchangeId].map(balance))).map((now, index) => now - (before[index] ?? 0n));
    await until(moved, ([, , gained]) => gained === USD);
    expect(await moved()).toEqual([0n, -USD, USD]);
    // Judged again: it was too much.
    await books.claimCredit(toId!, { ...claim, creditId: 'late/2', toId: provider!, amount: 400_000n as MicroUsd });
    await until(moved, ([, , gained]) => gained === USD - 400_000n);
    await until(moved, ([, given]) => given === 400_000n - USD);
    expect(await moved()).toEqual([0n, 400_000n - USD, USD - 400_000n]);
    // Nothing of it is on an invoice of the customer's, and what is told of the charge is as it was.
    expect(await reservations()).toMatchObject([{ serviceCredits: `${USD}`, givenBack: `${3n * USD}`, available: '0' }]);
  });

  it('is counted in the books alone: what read models do not know yet is in no note twice', async () => {
    const { books, ledger } = booksOf();
    const [toId, provider] = await Promise.all([buyer, market.provider].map(organizationOf));
    const letRead = hold(LogTail.of(app.application.get<Pool>(POOL)));
    try {
      const hour = (market.start + HOUR) as Instant;
      const claim = { reservationId: other as ReservationId, hour, parts: [], evidence: `${other}/${formatInstant(hour)}/1` };
      await books.claimCredit(provider!, { ...claim, creditId: 'unread', toId: toId!, amount: 400_000n as MicroUsd });
      // As the process does it that is held still, too.
      const transfer = { transferId: 'unread/400000', toId: toId!, kind: 'credit', amount: 400_000n as MicroUsd, evidence: claim.evidence, parts: [] } as const;
      await books.receive(provider!, transfer, claim.reservationId, systemContext('transfer', transfer.transferId));
      expect(await giveBack(USD, other)).toMatchObject({ code: 'CREDIT_TOO_HIGH', available: '600000' });
      expect(await giveBack(500_000n, other)).toMatchObject({ number: expect.stringMatching(/^CN-/) });
      expect(await giveBack(100_001n, other)).toMatchObject({ code: 'CREDIT_TOO_HIGH', available: '100000' });
    } finally {
      letRead();
    }
    await until(() => ledger.read(toId!, (own) => balanceOf(own, 'wallet')), (own) => own === 1_000n * USD - 100_000n);
  });

  it('and is given back once, whoever dies before it is', async () => {
    let isFirst = true;
    const watch = app.application.get(CreditWatch);
    const restore = replace(watch, 'setAside', (original) => (...args) => {
      if (!isFirst) return original(...args);
      isFirst = false;
      return Promise.reject(new Error('gone'));
    });
    await giveBack(100_000n, other, 'dies').catch(() => null);
    const notes = async (): Promise<readonly any[]> => {
      const { data } = await buyer.ask('{ creditNotes(first: 10) { edges { node { number amount } } } }');
      return data?.['creditNotes'].edges.map(({ node }: any) => node);
    };
    const [note] = (await until(notes, (all) => all.some(({ amount }) => amount === '100000'))).slice(-1);
    restore();
    expect(await giveBack(100_000n, other, 'dies')).toMatchObject({ number: note.number });
    expect(await giveBack(1n, other)).toMatchObject({ code: 'CREDIT_TOO_HIGH', available: '0' });
    expect((await notes()).filter(({ amount }) => amount === '100000')).toHaveLength(1);
  });

  it('has its lines from the log as long as the read model has none', async () => {
    const whole = await walk(buyer, { number }, 2);
    const restore = replace(app.application.get(InvoiceLineQueries), 'page', () => () => Promise.resolve(null));
    expect(await walk(buyer, { number }, 2)).toEqual(whole);
    expect(await walk(market.provider, { number }, 2)).toEqual([]);
    restore();
    expect(whole.length).toBeGreaterThan(2);
  });

  it('is on lines that are told by pages, of a month as of a number, and to nobody else', async () => {
    const { lines } = await invoice();
    expect(lines.length).toBeGreaterThan(2);
    for (const first of [1, 2, 100]) expect(await walk(buyer, { month }, first)).toEqual(lines);
    expect(await walk(buyer, { number }, 2)).toEqual(lines);
    expect(await walk(market.provider, { number }, 2)).toEqual([]);
    expect(await walk(buyer, { number: 'HR-2026-999999' }, 2)).toEqual([]);
  });
});
