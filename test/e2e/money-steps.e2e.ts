import { CHART, chartAccountOf } from '../../src/billing/model/chart-of-accounts.js';
import type { Pool } from 'pg';
import { MoneySweepService } from '../../src/billing/application/sweep/money-sweep.service.js';
import { marketOf } from '../../src/kernel/ids.js';
import { MINUTE_MS } from '../../src/kernel/time.js';
import { POOL } from '../../src/platform/platform.module.js';
import { startTestApp, type ApiClient, type TestApp } from '../support/app.js';
import { untilQuiet } from '../support/log-checks.js';
import { save } from '../support/card-money.js';
import { breakAt, MONEY_STEPS, type Broken, type MoneyStep, type Side } from '../support/money-steps.js';
import { signUpOperator } from '../support/operators.js';
import { clockOf, HOUR, iso, Trading } from '../support/trading.js';
import { until } from '../support/until.js';
import { verifyApp } from '../support/verify.js';

let app: TestApp;
let market: Trading;
let admin: ApiClient;
let buyer: ApiClient;
let pool: Pool;
let sweeper: MoneySweepService;

beforeAll(async () => {
  app = await startTestApp();
  market = await Trading.open(app);
  pool = app.application.get<Pool>(POOL);
  sweeper = app.application.get(MoneySweepService);
  buyer = await market.buyer('Buyer', 1);
  admin = await signUpOperator(app, 'Runs the exchange');
});
afterAll(() => app.close());

/** Hours after the start that no test has used yet, and the clock has not reached. */
let next = 12;
const slot = (): readonly [number, number] => [(next += 2), next + 1];

/** What the wallet holds, what is set aside and what is in escrow. */
type Wallet = readonly [balance: bigint, reserved: bigint, inEscrow: bigint];

interface Purchase {
  /** As somebody would who gets no answer: asked again under the same key until there is one. */
  readonly ask: () => Promise<Record<string, any>>;
  /** Once the step is broken: lets it come to that. */
  readonly begin?: () => void;
  /** What becomes of the wallet by it, once all is over. */
  readonly wallet: Wallet;
}

const PAID: Wallet = [-320n, 0n, 320n];
const UNCHANGED: Wallet = [0n, 0n, 0n];

const retried = (name: string, type: string, input: Record<string, unknown>) => {
  const key = buyer.nextKey();
  return (): Promise<Record<string, any>> => buyer.mutate(name, type, input, { key });
};

/** Of 10 at 100, 4 are filled at 80: 320 are paid, 680 come back. */
async function order(): Promise<Purchase> {
  const hours = slot();
  await market.list(...hours, 4, 80);
  const bid = { marketId: marketOf(market.poolId), window: market.window(...hours), quantity: '10', limitPrice: '100' };
  const ask = retried('placeOrder', 'PlaceOrderInput', { ...bid, timeInForce: 'IOC' });
  return { ask, wallet: PAID };
}

/** 4 at 80, held and paid for. */
async function hold(): Promise<Purchase & { readonly reservationId: string }> {
  const hours = slot();
  const held = await market.reserve(buyer, await market.list(...hours, 4, 80), ...hours, 4);
  const reservationId = String(held['reservationId']);
  return {
    ...{ reservationId, wallet: PAID },
    ask: retried('payReservation', 'PayReservationInput', { reservationId }),
  };
}

/** Paid for in the moment in which the market gave it up: all of it comes back. */
async function lostHold(): Promise<Purchase> {
  const paid = await hold();
  const broken = breakAt(app, 'confirmPayment', 'before');
  await expect(paid.ask()).rejects.toThrow('INTERNAL');
  await clockOf(app).advanceTo((clockOf(app).now() + 20 * MINUTE_MS) as never);
  await until(
    () => pool.query(`SELECT 1 FROM reservation WHERE status = 'expired' AND reservation_id = $1`, [paid.reservationId]),
    (found) => found.rows.length === 1,
  );
  return { ...paid, begin: broken.mend, wallet: UNCHANGED };
}

/** Given back long before it begins: without a fee. */
async function cancelled(): Promise<Purchase> {
  const paid = await hold();
  await paid.ask();
  const input = { reservationId: paid.reservationId, feeAccepted: '1000000' };
  return { ...paid, ask: retried('cancelReservation', 'CancelReservationInput', input), wallet: UNCHANGED };
}

/** For hours that are over: refused before any money is moved, and the refusal is kept. */
async function refused(): Promise<Purchase> {
  const bid = { marketId: marketOf(market.poolId), window: market.window(-48, -47), quantity: '1', limitPrice: '1' };
  return { ask: retried('placeOrder', 'PlaceOrderInput', { ...bid, timeInForce: 'GTC' }), wallet: UNCHANGED };
}

async function quoted(): Promise<Purchase> {
  const hours = slot();
  await market.list(...hours, 4, 80);
  const input = { marketId: marketOf(market.poolId), window: market.window(...hours), quantity: '4' };
  const { quote } = await buyer.mustMutate('requestQuote', 'RequestQuoteInput', input, {
    fields: '... on RequestQuoteSuccess { quote { quoteId } }',
  });
  const ask = retried('acceptQuote', 'AcceptQuoteInput', { quoteId: quote.quoteId });
  return { ask, wallet: PAID };
}

const PURCHASES: Readonly<Record<MoneyStep, () => Promise<Purchase>>> = {
  ReserveFunds: order,
  wouldRefuse: order,
  sendOrder: order,
  splits: order,
  CaptureFill: order,
  ReleaseFunds: order,
  reservation: hold,
  FundEscrow: hold,
  confirmPayment: hold,
  ReleaseEscrow: lostHold,
  FundEscrows: quoted,
  acceptQuote: quoted,
  CancelEscrow: cancelled,
  KeepRefusal: refused,
};

async function wallet(): Promise<Wallet> {
  const { balance, reserved, inEscrow } = (await buyer.ask('{ wallet { balance reserved inEscrow } }')).data?.['wallet'];
  return [BigInt(balance), BigInt(reserved), BigInt(inEscrow)];
}

/** What was done is in the wallet, and stays. Something new wakes those who rest after a failure. */
async function untilIs(due: Wallet): Promise<void> {
  await market.list(...slot(), 1, 1);
  await until(wallet, (found) => `${found}` === `${due}`);
}

const hanging = async (): Promise<readonly Record<string, string>[]> => {
  const { data } = await admin.ask('{ hangingMoney(first: 9) { edges { node { account amount due foundAt } } } }');
  return data?.['hangingMoney'].edges.map(({ node }: { node: Record<string, string> }) => node);
};

describe.each(MONEY_STEPS)('the way of money, cut off at %s', (step) => {
  it.each<Side>(['before', 'after'])('%s it: it goes on where it was, and the key is answered', async (side) => {
    const [balance, reserved, inEscrow] = await wallet();
    const purchase = await PURCHASES[step]();
    const broken: Broken = breakAt(app, step, side);
    purchase.begin?.();
    const first = purchase.ask().catch((error: Error) => error);
    await until(() => Promise.resolve(broken.count()), (count) => count > 0);
    broken.mend();
    await first;
    const answer = await purchase.ask();
    const due: Wallet = [balance + purchase.wallet[0], reserved + purchase.wallet[1], inEscrow + purchase.wallet[2]];
    await untilIs(due);
    expect(await purchase.ask()).toEqual(answer);
    expect(await wallet()).toEqual(due);
  });
});

describe('money that hangs', () => {
  it('is found at the second look, by account, and is gone from the list once it is back', async () => {
    const broken = breakAt(app, 'ReleaseFunds', 'before');
    const [balance, , inEscrow] = await wallet();
    await (await order()).ask();
    await until(() => Promise.resolve(broken.count()), (count) => count > 0);
    const rows = `SELECT 1 FROM ledger_balance WHERE account LIKE 'reserved:%' AND balance = 680`;
    await until(() => pool.query(rows), (found) => found.rows.length === 1);
    await sweeper.sweep();
    expect(await hanging()).toEqual([]);
    await clockOf(app).advanceTo((clockOf(app).now() + HOUR) as never);
    await sweeper.sweep();
    const [found] = await hanging();
    expect(found).toMatchObject({ account: expect.stringMatching(/^reserved:/), amount: '680', due: '0' });
    const metrics = async (): Promise<string> => (await fetch(`${app.url}/metrics`)).text();
    expect(await metrics()).toMatch(/^headroom_hanging_money 1$/m);
    broken.mend();
    await untilIs([balance - 320n, 0n, inEscrow + 320n]);
    await untilQuiet(pool);
    await sweeper.sweep();
    expect(await hanging()).toEqual([]);
    expect(await metrics()).toMatch(/^headroom_hanging_money 0$/m);
  });

  it('is none of all that was cut off here, by the whole log and by every account', async () => {
    await clockOf(app).advanceTo((clockOf(app).now() + HOUR) as never);
    await sweeper.sweep();
    expect((await pool.query('SELECT account, amount, due FROM hanging_money')).rows).toEqual([]);
    expect((await verifyApp(app)).projections).toBeGreaterThan(4);
  });
});

describe('the audit of what is no event of the log', () => {
  /** Newest last. */
  async function told(client: ApiClient): Promise<readonly Record<string, any>[]> {
    const organizationId = (await client.ask('{ viewer { organization { organizationId } } }')).data?.['viewer'].organization.organizationId;
    const { rows } = await pool.query<Record<string, any>>(
      `SELECT action, actor, subject, details FROM audit_entry WHERE organization_id = $1
       AND action NOT LIKE 'organization.%' AND action NOT LIKE 'session.%' ORDER BY entry_id`,
      [organizationId],
    );
    return rows;
  }

  it('says who changed what from what to what, once for each key', async () => {
    const client = await app.signUp('Audited');
    const topUp = { amount: '5000000', paymentMethod: 'pm_card_visa' };
    for (const key of ['top-up', 'top-up']) await client.mustMutate('topUpWallet', 'TopUpWalletInput', topUp, { key });
    const first = await save(client);
    const second = await save(client, 'pm_card_mastercard');
    await client.mustMutate('makeDefaultPaymentMethod', 'PaymentMethodInput', { paymentMethodId: second });
    const rule = { threshold: '1000000', amount: '5000000', perDayMax: '20000000', paymentMethodId: second };
    for (const key of ['rule', 'rule']) await client.mustMutate('setAutoTopUp', 'SetAutoTopUpInput', rule, { key });
    await client.mustMutate('setAutoTopUp', 'SetAutoTopUpInput', { ...rule, amount: '6000000' });
    await client.ask('mutation { removeAutoTopUp(idempotencyKey: "remove") { __typename } }');
    await client.mustMutate('removePaymentMethod', 'PaymentMethodInput', { paymentMethodId: first });
    const profile = { legalName: 'Audited GmbH', street: 'Weg 1', postalCode: '10115', city: 'Berlin', country: 'DE', email: 'a@example.com', locale: 'de-DE' };
    await client.mustMutate('setBillingProfile', 'SetBillingProfileInput', profile);
    await client.mustMutate('setBillingProfile', 'SetBillingProfileInput', { ...profile, country: 'AT', legalName: 'Other GmbH' });
    const entries = await told(client);
    expect(new Set(entries.map(({ actor }) => actor)).size).toBe(1);
    expect(entries.map(({ action }) => action)).toEqual([
      ...['wallet.topped-up', 'payment-method.set-up', 'payment-method.set-up', 'payment-method.made-default'],
      ...['auto-top-up.set', 'auto-top-up.set', 'auto-top-up.removed', 'payment-method.removed'],
      ...['billing-profile.changed', 'billing-profile.changed'],
    ]);
    const of = (action: string): Record<string, any> => entries.findLast((one) => one['action'] === action)?.['details'];
    expect(of('wallet.topped-up')).toEqual({ amount: '5000000', paymentMethod: 'pm_card_visa' });
    expect(of('payment-method.made-default')).toEqual({ before: first });
    const { before, after } = of('auto-top-up.set');
    expect([JSON.parse(before), JSON.parse(after)]).toEqual([rule, { ...rule, amount: '6000000' }]);
    expect(of('auto-top-up.removed')).toMatchObject({ after: 'none' });
    // Of names and addresses only that they changed: they may be a person's.
    expect(of('billing-profile.changed')).toEqual({ changed: 'country legalName', country: 'DE -> AT' });
  });
});

describe('balances as of any instant', () => {
  interface Posted {
    readonly version: number;
    readonly at: number;
    readonly type: string;
    readonly data: { readonly kind?: string; readonly postings: readonly { readonly account: string; readonly amount: string }[] };
  }
  const balances = async (at: number): Promise<any> => {
    const { data, errors } = await buyer.ask('query($at: Instant!) { balances(at: $at) { version accounts { account balance currency } chart { code balance } } }', { at: iso(at) });
    return data?.['balances'] ?? errors?.[0];
  };

  /** Everything that was posted by then, added up; kinds of accounts together. */
  function fold(events: readonly Posted[], at: number): object {
    const last = events.filter((one) => one.at <= at).reduce((newest, one) => (one.at >= newest.at ? one : newest), { version: 0, at: 0 });
    const sums = new Map<string, bigint>();
    for (const { account, amount } of events.filter(({ version }) => version <= last.version).flatMap(({ data }) => data.postings)) {
      const kind = account.split(':')[0] ?? account;
      sums.set(kind, (sums.get(kind) ?? 0n) + BigInt(amount));
    }
    const held = [...sums].filter(([, sum]) => sum !== 0n).sort(([a], [b]) => (a < b ? -1 : 1));
    return { version: last.version, accounts: held.map(([account, sum]) => ({ account, balance: sum.toString(), currency: 'USD' })), chart: chartOf(events.filter(({ version }) => version <= last.version)) };
  }

  /** What the journal would say of each account of the chart. */
  function chartOf(events: readonly Posted[]): readonly object[] {
    const sums = new Map<string, bigint>();
    for (const { type, data } of events) {
      const transferKind = type === 'TransferReceived' ? (data.kind ?? null) : null;
      for (const { account, amount } of data.postings) {
        const { code } = chartAccountOf({ account, kind: type, transferKind });
        sums.set(code, (sums.get(code) ?? 0n) + BigInt(amount));
      }
    }
    return Object.values(CHART).map(({ code }) => ({ code, balance: (sums.get(code) ?? 0n).toString() }));
  }

  it('are the fold of the log up to it, at every transaction and between them', async () => {
    const { rows } = await pool.query<Posted>(
      `SELECT version, type, (extract(epoch FROM occurred_at) * 1000)::float8 AS at, data::json AS data FROM eventstore.events
       WHERE stream_id = 'ledger-' || $1 ORDER BY version`,
      [(await buyer.ask('{ viewer { organization { organizationId } } }')).data?.['viewer'].organization.organizationId],
    );
    expect(rows.length).toBeGreaterThan(40);
    const newest = rows.at(-1)?.at ?? 0;
    await until(() => balances(newest), (found) => found.version >= (rows.at(-1)?.version ?? 0));
    const instants = rows.flatMap(({ at }) => [at - 1, at]);
    for (const at of [0, ...instants.filter((_, index) => index % 3 === 0), newest]) expect(await balances(at)).toEqual(fold(rows, at));
  });

  it('of what is to come are refused', async () => {
    expect(await balances(clockOf(app).now() + HOUR)).toMatchObject({ message: expect.stringMatching(/^at: is later than now/) });
  });
});
