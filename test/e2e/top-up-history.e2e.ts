import { payerConfirms } from '../../src/billing/adapter/stripe/stand-in/setup-intent.operations.js';
import { DAY_MS, HOUR_MS, MINUTE_MS, type Duration } from '../../src/kernel/time.js';
import { Database } from '../../src/platform/database/prisma.js';
import { startTestApp, type ApiClient, type TestApp } from '../support/app.js';
import { becomes, methods, save, usd, wallet } from '../support/card-money.js';
import { Payments } from '../support/payments.js';
import { clockOf } from '../support/trading.js';
import { until } from '../support/until.js';
import { verifyApp } from '../support/verify.js';

let app: TestApp;
let payments: Payments;
beforeAll(async () => {
  app = await startTestApp();
  payments = new Payments(app);
});
afterAll(async () => {
  await payments.settled();
  await verifyApp(app);
  await app.close();
});

const advance = (ms: number): Promise<unknown> => clockOf(app).advance(ms as Duration);
const database = (): Database => app.application.get(Database);

describe('the payments into a wallet', () => {
  it('are listed newest first, page by page', async () => {
    const client = await app.signUp('Regular');
    const made: string[] = [];
    for (const usd of [10, 20, 30, 40]) {
      const { topUp } = await payments.topUp(client, usd);
      made.unshift(topUp.topUpId);
      await clockOf(app).advance(MINUTE_MS);
    }
    const listed: string[] = [];
    for (let after: string | null = null, more = true; more; ) {
      const { data }: { data?: any } = await client.ask(
        `query($after: String) { topUpHistory(first: 3, after: $after) {
          pageInfo { hasNextPage endCursor } edges { node { topUpId } } } }`,
        { after },
      );
      const { edges, pageInfo } = data.topUpHistory;
      listed.push(...edges.map(({ node }: any) => node.topUpId));
      [more, after] = [pageInfo.hasNextPage, pageInfo.endCursor];
    }
    expect(listed).toEqual(made);
  });
});

const organizationOf = async (client: ApiClient): Promise<string> =>
  (await database().topUp.findFirstOrThrow({ where: { topUpId: (await payments.topUp(client, 1))['topUp'].topUpId } })).organizationId;

describe('an automatic top-up', () => {
  const FIELDS = '... on SetAutoTopUpSuccess { autoTopUp { state until failureCode topUpId } } ... on ValidationRejection { issues { field } }';
  const setRule = async (client: ApiClient, paymentMethodId: string, perDayMax = 30): Promise<Record<string, any>> =>
    client.mutate(
      'setAutoTopUp',
      'SetAutoTopUpInput',
      { threshold: usd(5), amount: usd(10), perDayMax: usd(perDayMax), paymentMethodId },
      { fields: FIELDS },
    );
  const state = async (client: ApiClient): Promise<string> =>
    (await client.ask('{ autoTopUp { state } }')).data?.['autoTopUp'].state;
  /** Those that were declined. */
  const declined = (organizationId: string): Promise<number> =>
    database().topUp.count({ where: { organizationId, origin: 'automatic', status: 'failed' } });

  it('fills a low wallet, once however many look, and keeps to its day', async () => {
    const client = await app.signUp('Low');
    const rule = await setRule(client, await save(client), 20);
    expect(rule['autoTopUp']).toMatchObject({ state: 'READY' });
    await becomes(client, { balance: usd(10) });
    const [topUpId = ''] = Object.keys(await payments.history(client));
    const refund = async (dollars: number): Promise<unknown> =>
      client.mustMutate('refundTopUp', 'RefundTopUpInput', { topUpId, amount: usd(dollars) });
    await refund(4);
    expect(await wallet(client)).toMatchObject({ balance: usd(6) });
    await refund(2);
    await becomes(client, { balance: usd(14) });
    await refund(4);
    const [second = ''] = Object.keys(await payments.history(client)).filter((id) => id !== topUpId);
    await client.mustMutate('refundTopUp', 'RefundTopUpInput', { topUpId: second, amount: usd(10) });
    await until(() => state(client), (now) => now === 'DAY_LIMIT');
    expect(await wallet(client)).toMatchObject({ balance: usd(0) });
    await advance(DAY_MS);
    await becomes(client, { balance: usd(10) });
    await payments.settled();
    expect(Object.keys(await payments.history(client))).toHaveLength(3);
  });

  it('that is declined backs off, is tried four times, and stops', async () => {
    const client = await app.signUp('Poor');
    const organizationId = await organizationOf(client);
    const { autoTopUp } = await setRule(client, await save(client, 'pm_card_chargeCustomerFail'));
    expect(autoTopUp).toMatchObject({ state: 'BACKING_OFF', failureCode: 'generic_decline' });
    for (const [tries, hours] of [[2, 1], [3, 4], [4, 16]] as const) {
      await advance(hours * HOUR_MS + MINUTE_MS);
      await until(() => declined(organizationId), (made) => made === tries);
      await payments.settled();
    }
    await until(() => state(client), (now) => now === 'STOPPED');
    await advance(DAY_MS);
    await payments.topUp(client, 1);
    await payments.settled();
    expect(await declined(organizationId)).toBe(4);
    const method = await save(client);
    expect((await setRule(client, method))['autoTopUp'].state).toBe('READY');
    await becomes(client, { balance: usd(12) });
  });

  it('whose bank wants its customer to be asked waits for somebody', async () => {
    const client = await app.signUp('Asked');
    const method = await save(client, 'pm_card_authenticationRequired').catch(() => '');
    expect(method).toBe('');
    const { setupIntentId } = await database().paymentMethodSetup.findFirstOrThrow({ orderBy: { createdAt: 'desc' }, where: { status: 'requires_action' } });
    await payments.simulator.happen(payerConfirms(setupIntentId ?? '', 'pm_card_authenticationRequired'));
    const [saved] = await until(() => methods(client), ({ length }) => length > 0);
    const { autoTopUp } = await setRule(client, saved?.['paymentMethodId']);
    expect(autoTopUp).toMatchObject({ state: 'AUTHENTICATION_REQUIRED', failureCode: null });
    await advance(2 * HOUR_MS);
    await payments.settled();
    expect(Object.values(await payments.history(client))).toEqual(['FAILED']);
  });

  it('needs a method that is there, and a rule that makes sense', async () => {
    const client = await app.signUp('Wrong');
    expect(await setRule(client, 'pm_other')).toMatchObject({ code: 'NOT_FOUND' });
    expect(await setRule(client, 'pm_other', 9)).toMatchObject({ issues: [{ field: 'perDayMax' }] });
    const method = await save(client);
    await setRule(client, method);
    await becomes(client, { balance: usd(10) });
    await client.mustMutate('removePaymentMethod', 'PaymentMethodInput', { paymentMethodId: method });
    expect(await state(client)).toBe('METHOD_REMOVED');
  });
});
