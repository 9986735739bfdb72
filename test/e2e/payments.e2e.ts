import type { Fault } from '../../src/billing/adapter/stripe/stand-in/fault-queue.js';
import { LedgerService } from '../../src/billing/application/ledger.service.js';
import { streamId } from '../../src/eventstore/event.js';
import { PostgresEventStore } from '../../src/eventstore/postgres-event-store.js';
import { DAY_MS, HOUR_MS, SECOND_MS, type Duration } from '../../src/kernel/time.js';
import { Database } from '../../src/platform/database/prisma.js';
import { startTestApp, type ApiClient, type TestApp } from '../support/app.js';
import { Payments, replace } from '../support/payments.js';
import { clockOf, Trading, walletOf } from '../support/trading.js';
import { until } from '../support/until.js';
import { verifyApp } from '../support/verify.js';

let app: TestApp;
let payments: Payments;

beforeAll(async () => {
  app = await startTestApp();
  payments = new Payments(app);
  payments.impatient();
});
afterAll(async () => {
  const { projections } = await verifyApp(app);
  expect(projections).toBeGreaterThan(3);
  await app.close();
});

const operation = 'payment_intents.create';
const advance = (ms: number): Promise<unknown> => clockOf(app).advance(ms as Duration);
const balanceOf = async (client: ApiClient): Promise<string | undefined> => (await walletOf(client))['balance'];

/** Every credit to a client's wallet from outside. */
async function creditsOf(client: ApiClient): Promise<readonly string[]> {
  const { data } = await client.ask(
    '{ ledgerEntries(first: 50) { edges { node { kind account amount } } } }',
  );
  const nodes: Record<string, string>[] = data?.['ledgerEntries'].edges.map(({ node }: any) => node);
  return nodes
    .filter(({ kind, account }) => kind === 'TopUpCredited' && account === 'wallet')
    .map(({ amount }) => amount as string);
}

/** One payment at Stripe, one credit, and a top-up that succeeded. */
async function chargedOnce(client: ApiClient, topUpId: string, amount: string): Promise<void> {
  await until(() => payments.history(client), (history) => history[topUpId] === 'SUCCEEDED');
  await until(() => creditsOf(client), (credits) => credits.length > 0);
  expect(await creditsOf(client)).toEqual([amount]);
  expect(await balanceOf(client)).toBe(amount);
  expect(await payments.intentsOf(topUpId)).toHaveLength(1);
}

describe('a top-up', () => {
  it('that is sent twenty times charges once and is answered the same', async () => {
    const client = await app.signUp('Impatient');
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => payments.topUp(client, 10, { key: 'once' })),
    );
    const { topUpId } = answers[0]?.['topUp'];
    for (const { topUp } of answers) expect(topUp).toMatchObject({ topUpId, amount: '10000000' });
    await chargedOnce(client, topUpId, '10000000');
    await expect(payments.topUp(client, 11, { key: 'once' })).rejects.toThrow('IDEMPOTENCY_MISMATCH');
    const stranger = await app.signUp('Same key');
    const theirs = await payments.topUp(stranger, 11, { key: 'once' });
    expect(theirs['topUp']).toMatchObject({ amount: '11000000', status: 'SUCCEEDED' });
  });

  it.each([
    ['pm_card_chargeDeclined', 'generic_decline'],
    ['pm_card_chargeDeclinedInsufficientFunds', 'insufficient_funds'],
    ['pm_card_chargeDeclinedExpiredCard', 'expired_card'],
    ['pm_unknown', 'resource_missing'],
  ])('by %s is declined, for good', async (paymentMethod, reason) => {
    const client = await app.signUp('Declined');
    const declined = await payments.topUp(client, 10, { paymentMethod, key: 'card' });
    expect(declined).toMatchObject({
      __typename: 'PaymentDeclinedRejection',
      code: 'PAYMENT_DECLINED',
      reason,
    });
    expect(await payments.topUp(client, 10, { paymentMethod, key: 'card' })).toEqual(declined);
    expect(await payments.history(client)).toEqual({ [declined['topUpId']]: 'FAILED' });
    await payments.settled();
    expect(await payments.topUp(client, 10, { paymentMethod, key: 'card' })).toEqual(declined);
    expect(await balanceOf(client)).toBe('0');
    expect((await payments.topUp(client, 10))['topUp'].status).toBe('SUCCEEDED');
  });

  it.each([
    // amount          payment method   wrong fields
    ['0', 'pm_card_visa', ['amount']],
    ['-1000000', 'pm_card_visa', ['amount']],
    ['499999', 'pm_card_visa', ['amount']],
    ['490000', 'pm_card_visa', ['amount']],
    ['1005000', 'pm_card_visa', ['amount']],
    ['1000001', 'pm_card_visa', ['amount']],
    ['1000000000000', 'pm_card_visa', ['amount']],
    ['1000000', '', ['paymentMethod']],
    ['1000000', 'visa', ['paymentMethod']],
    ['1000000', 'pm_x; drop table', ['paymentMethod']],
    ['1000000', `pm_${'x'.repeat(300)}`, ['paymentMethod']],
    ['1', 'card', ['amount', 'paymentMethod']],
  ])('of %s by %j is refused and leaves nothing', async (amount, paymentMethod, fields) => {
    const client = await app.signUp('Wrong');
    const before = await payments.intentCount();
    const fieldsToRead = '... on ValidationRejection { issues { field reason accepted } }';
    const refused = await client.mutate(
      'topUpWallet',
      'TopUpWalletInput',
      { amount, paymentMethod },
      { fields: fieldsToRead },
    );
    expect(refused['issues'].map(({ field }: any) => field)).toEqual(fields);
    expect(refused['issues'].every(({ reason, accepted }: any) => reason !== '' && accepted !== '')).toBe(true);
    expect(await payments.history(client)).toEqual({});
    expect(await payments.intentCount()).toBe(before);
  });

  it.each([['1.5'], ['1e9'], ['1000000000000001'], [''], ['NaN'], [1_000_000], [null]])(
    'of %j is no amount at all',
    async (amount) => {
      const client = await app.signUp('Wrong');
      const input = { amount, paymentMethod: 'pm_card_visa' };
      await expect(client.mutate('topUpWallet', 'TopUpWalletInput', input)).rejects.toThrow('BAD_USER_INPUT');
    },
  );
});

describe('a crash between Stripe’s answer and our commit', () => {
  it('is healed by the same key: one payment, one credit', async () => {
    const client = await app.signUp('Crashed');
    const restore = replace(app.application.get(LedgerService), 'execute', (execute) => (...args) => {
      if (args[1].type === 'CreditTopUp') throw new Error('killed');
      return execute(...args);
    });
    await expect(payments.topUp(client, 10, { key: 'crash' })).rejects.toThrow('INTERNAL');
    const [topUpId = ''] = Object.keys(await payments.history(client));
    expect(await payments.history(client)).toEqual({ [topUpId]: 'PENDING' });
    expect(await payments.intentsOf(topUpId)).toHaveLength(1);
    expect(await balanceOf(client)).toBe('0');
    restore();
    const again = await payments.topUp(client, 10, { key: 'crash' });
    expect(again['topUp']).toMatchObject({ topUpId, status: 'SUCCEEDED' });
    // The webhooks that met the crash come again.
    await payments.settled();
    await chargedOnce(client, topUpId, '10000000');
  });

  it('is healed by the job when nobody asks again', async () => {
    const client = await app.signUp('Left');
    let crashes = 0;
    const restore = replace(app.application.get(LedgerService), 'execute', (execute) => (...args) => {
      if (args[1].type !== 'CreditTopUp') return execute(...args);
      crashes += 1;
      throw new Error('killed');
    });
    await expect(payments.topUp(client, 10)).rejects.toThrow('INTERNAL');
    expect(crashes).toBeGreaterThan(0);
    restore();
    await advance(31 * SECOND_MS);
    const [topUpId = ''] = Object.keys(await payments.history(client));
    await chargedOnce(client, topUpId, '10000000');
  });
});

describe('a top-up that Stripe gave no answer to', () => {
  const faults: [string, Fault][] = [
    ['500', { status: 500 }],
    ['503', { status: 503 }],
    ['429', { status: 429 }],
    ['409', { status: 409 }],
    // The SDK asks once more by itself when its connection was cut.
    ['a cut connection', { reset: true, times: 2 }],
    ['silence', { timeout: true }],
    // Not the card's fault, and not the customer's.
    ['a refused key of ours', { status: 401 }],
    ['a key of ours without permission', { status: 403 }],
  ];

  it.each(faults)('is pending after %s, and finished by the job', async (_what, fault) => {
    const client = await app.signUp('Waiting');
    payments.simulator.failNext({ ...fault, operation });
    const { topUp } = await payments.topUp(client, 10);
    expect(topUp).toMatchObject({ status: 'PENDING', failureCode: null });
    expect(await payments.intentsOf(topUp.topUpId)).toHaveLength(0);
    expect(await balanceOf(client)).toBe('0');
    await advance(31 * SECOND_MS);
    await chargedOnce(client, topUp.topUpId, '10000000');
  });

  it.each(faults)('is charged once when %s came after the charge', async (_what, fault) => {
    const client = await app.signUp('Waiting');
    payments.simulator.failNext({ ...fault, operation, when: 'after' });
    const { topUp } = await payments.topUp(client, 10, { key: 'after' });
    expect(['PENDING', 'SUCCEEDED']).toContain(topUp.status);
    const again = await payments.topUp(client, 10, { key: 'after' });
    expect(again['topUp'].status).toBe('SUCCEEDED');
    await payments.settled();
    await advance(31 * SECOND_MS);
    await chargedOnce(client, topUp.topUpId, '10000000');
  });

  it('is for people to look at after the last look, and can still succeed', async () => {
    const client = await app.signUp('Forsaken');
    payments.simulator.failNext({ status: 500, operation, times: 9 });
    const { topUp } = await payments.topUp(client, 10, { key: 'forsaken' });
    expect(topUp.status).toBe('PENDING');
    for (let look = 1; look <= 8; look += 1) {
      await until(() => payments.looksPlanned(topUp.topUpId), (planned) => planned === look);
      expect(await payments.history(client)).toEqual({ [topUp.topUpId]: 'PENDING' });
      await advance(30 * 2 ** (look - 1) * SECOND_MS);
    }
    await until(() => payments.history(client), (history) => history[topUp.topUpId] === 'NEEDS_REVIEW');
    expect(await payments.intentsOf(topUp.topUpId)).toHaveLength(0);
    expect(await balanceOf(client)).toBe('0');
    const again = await payments.topUp(client, 10, { key: 'forsaken' });
    expect(again['topUp'].status).toBe('SUCCEEDED');
    await chargedOnce(client, topUp.topUpId, '10000000');
  });
});

describe('a hold whose buyer’s money Stripe gives no answer about', () => {
  it('holds its capacity, and lets go of it once when it runs out', async () => {
    const market = await Trading.open(app);
    const listingId = await market.list(100, 101, 10, 1_000);
    const [client, other] = [await app.signUp('Held'), await market.buyer('Next', 1)];
    const { reservationId = '' } = await market.reserve(client, listingId, 100, 101, 10);
    payments.simulator.failNext({ status: 500, operation, times: 9 });
    const { topUp } = await payments.topUp(client, 10);
    const pay = (): Promise<any> => client.mutate('payReservation', 'PayReservationInput', { reservationId });
    expect([topUp.status, await pay()]).toMatchObject(['PENDING', { code: 'INSUFFICIENT_FUNDS' }]);
    const input = { listingId, window: market.window(100, 101), quantity: '10' };
    expect(await other.mutate('reserve', 'ReserveInput', input)).toMatchObject({ code: 'CAPACITY_EXHAUSTED' });
    for (let look = 1; look <= 8; look += 1) {
      await until(() => payments.looksPlanned(topUp.topUpId), (planned) => planned === look);
      await advance(30 * 2 ** (look - 1) * SECOND_MS);
    }
    await until(() => payments.history(client), (history) => history[topUp.topUpId] === 'NEEDS_REVIEW');
    const store = app.application.get(PostgresEventStore);
    const ends = async (): Promise<readonly unknown[]> =>
      (await store.readStream(streamId('market', 'llama-3.3-70b@fp8'), 0, 1_000)).filter(({ type, data }) => type === 'HoldReleased' && data.includes(reservationId)).map(({ data }) => JSON.parse(data).reason);
    expect(await until(ends, (all) => all.length > 0)).toEqual(['expired']);
    expect(await pay()).toMatchObject({ code: expect.stringMatching(/^(HOLD_EXPIRED|NOT_FOUND)$/) });
    expect(await market.buy(other, listingId, 100, 101, 10)).not.toBe(reservationId);
    expect([await ends(), await balanceOf(client), await payments.intentsOf(topUp.topUpId)]).toEqual([['expired'], '0', []]);
  });
});

describe('a top-up that is older than Stripe’s memory of its key', () => {
  const DEAF = 'http://127.0.0.1:9/';
  const aDay = DAY_MS + HOUR_MS;

  it('is looked up where Stripe has named the payment, never asked for again', async () => {
    const client = await app.signUp('Bank');
    const first = await payments.topUp(client, 10, { paymentMethod: 'pm_usBankAccount_success', key: 'bank' });
    const { topUpId } = first['topUp'];
    expect(first['topUp'].status).toBe('PROCESSING');
    await payments.settled();
    await advance(aDay);
    // Banks take days: it is looked at again, and no person is asked to.
    await until(() => payments.looksPlanned(topUpId), (planned) => planned === 2);
    expect(await payments.history(client)).toEqual({ [topUpId]: 'PROCESSING' });
    expect(await app.application.get(Database).stripeCall.findUnique({ where: { callId: topUpId } })).toMatchObject({ status: 'pending' });
    expect(await balanceOf(client)).toBe('0');
    const again = await payments.topUp(client, 10, { paymentMethod: 'pm_usBankAccount_success', key: 'bank' });
    expect(again['topUp'].topUpId).toBe(topUpId);
    const [intent, ...more] = await payments.intentsOf(topUpId);
    expect(more).toEqual([]);
    await payments.simulator.finishPayment(intent?.id ?? '', 'succeeded');
    await chargedOnce(client, topUpId, '10000000');
  });

  it('is found by its name where it has not, and never asked for again', async () => {
    const client = await app.signUp('Lost');
    payments.simulator.connectWebhook(DEAF);
    payments.simulator.failNext({ reset: true, times: 2, when: 'after', operation });
    const { topUp } = await payments.topUp(client, 10, { key: 'lost' });
    expect(topUp.status).toBe('PENDING');
    await advance(aDay);
    await chargedOnce(client, topUp.topUpId, '10000000');
    payments.provider.listening(app.url);
    await payments.settled();
    await chargedOnce(client, topUp.topUpId, '10000000');
  });

  it('has failed where Stripe has none, and another can be made', async () => {
    const client = await app.signUp('Never');
    payments.simulator.failNext({ status: 500, operation });
    const { topUp } = await payments.topUp(client, 10, { key: 'never' });
    expect(topUp.status).toBe('PENDING');
    await advance(aDay);
    await until(() => payments.history(client), (history) => history[topUp.topUpId] === 'FAILED');
    expect(await payments.topUp(client, 10, { key: 'never' })).toMatchObject({ reason: 'never_made' });
    expect(await payments.intentsOf(topUp.topUpId)).toHaveLength(0);
    expect((await payments.topUp(client, 10, { key: 'next' }))['topUp'].status).toBe('SUCCEEDED');
  });
});
