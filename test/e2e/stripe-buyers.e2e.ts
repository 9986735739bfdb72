import { closeDispute, openDispute, reviewDispute } from '../../src/billing/adapter/stripe/stand-in/dispute.operations.js';
import { failRefund } from '../../src/billing/adapter/stripe/stand-in/refund.operations.js';
import { payerConfirms } from '../../src/billing/adapter/stripe/stand-in/setup-intent.operations.js';
import { LedgerService } from '../../src/billing/application/ledger.service.js';
import { Database } from '../../src/platform/database/prisma.js';
import { DAY_MS, SECOND_MS, type Duration } from '../../src/kernel/time.js';
import { startTestApp, type ApiClient, type TestApp } from '../support/app.js';
import { Payments, replace } from '../support/payments.js';
import { becomes, calls, methods, save, setUp, usd, wallet } from '../support/card-money.js';
import { clockOf } from '../support/trading.js';
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
  await payments.settled();
  await verifyApp(app);
  await app.close();
});

const advance = (ms: number): Promise<unknown> => clockOf(app).advance(ms as Duration);
const database = (): Database => app.application.get(Database);

const organizationOf = async (client: ApiClient): Promise<string> =>
  (await database().topUp.findFirstOrThrow({ where: { topUpId: (await payments.topUp(client, 1))['topUp'].topUpId } })).organizationId;

describe('a customer', () => {
  const operation = 'customers.create';

  it('is made once, however many ask for it at once', async () => {
    const client = await app.signUp('Once');
    await Promise.all([setUp(client, null), setUp(client, null), setUp(client, 'pm_card_visa')]);
    expect(await calls(client, 'create_customer')).toMatchObject([{ status: 'SUCCEEDED' }]);
    expect(await database().stripeCustomer.count({ where: { organizationId: await organizationOf(client) } })).toBe(1);
  });

  it.each([
    ['before Stripe did it', 'before' as const, { status: 500 }],
    ['after Stripe did it', 'after' as const, { reset: true, times: 2 } as const],
  ])('is made once when the answer is lost %s', async (_what, when, fault) => {
    const client = await app.signUp('Lost');
    payments.simulator.failNext({ ...fault, when, operation });
    expect(await setUp(client, null, 'lost')).toMatchObject({ clientSecret: null, setup: { status: 'PENDING' } });
    await until(() => setUp(client, null, 'lost'), ({ clientSecret }) => /^seti_\w+_secret_\w+$/.test(clientSecret));
    expect(await calls(client, 'create_customer')).toMatchObject([{ status: 'SUCCEEDED' }]);
  });
});

describe('a payment method', () => {
  it('is saved by the payer in the browser, and shown without anything secret', async () => {
    const client = await app.signUp('Browser');
    const { clientSecret, setup } = await setUp(client, null, 'mine');
    expect(setup.status).toBe('PENDING');
    expect((await setUp(client, null, 'mine'))['clientSecret']).toBe(clientSecret);
    const { setupIntentId } = await database().paymentMethodSetup.findUniqueOrThrow({ where: { setupId: setup.setupId } });
    await payments.simulator.happen(payerConfirms(setupIntentId ?? '', 'pm_card_authenticationRequired'));
    const [saved] = await until(() => methods(client), ([one]) => one?.['isDefault'] === true);
    expect(saved).toMatchObject({ brand: 'visa', last4: '3184', status: 'ACTIVE', isDefault: true });
    await payments.settled();
    expect(await setUp(client, null, 'mine')).toMatchObject({ clientSecret: null, setup: { status: 'SUCCEEDED' } });
    const tables = await Promise.all([
      database().stripeCall.findMany(),
      database().paymentMethodSetup.findMany(),
      database().stripeEvent.findMany(),
      database().$queryRaw`SELECT body FROM eventstore.answers`,
    ]);
    expect(JSON.stringify(tables, (_key, value) => (typeof value === 'bigint' ? String(value) : value))).not.toContain(clientSecret);
  });

  it.each([
    ['pm_card_chargeDeclined', 'generic_decline'],
    ['pm_unknown', 'resource_missing'],
  ])('%s is declined, and nothing is saved', async (card, reason) => {
    const client = await app.signUp('Declined');
    const declined = await setUp(client, card, 'card');
    expect(declined).toMatchObject({ code: 'PAYMENT_METHOD_DECLINED', reason });
    expect(await setUp(client, card, 'card')).toEqual(declined);
    expect(await methods(client)).toEqual([]);
  });

  it('whose setup gets no answer is for people to look at, and can still succeed', async () => {
    const client = await app.signUp('Forsaken');
    // The customer is there and nothing else is under way: each failure is one attempt at the setup.
    await until(() => setUp(client, null, 'first'), ({ clientSecret }) => clientSecret !== null);
    payments.simulator.failNext({ status: 500, operation: 'setup_intents.create', times: 9 });
    const { setup } = await setUp(client, null, 'forsaken');
    const mine = async (): Promise<Record<string, any> | undefined> =>
      (await calls(client, 'set_up_payment_method')).find(({ subject }) => subject === setup.setupId);
    for (let look = 1; look <= 8; look += 1) {
      const { callId, status } = (await mine()) ?? {};
      expect(status).toBe('PENDING');
      await until(() => payments.looksPlanned(callId), (planned) => planned === look);
      await advance(30 * 2 ** (look - 1) * SECOND_MS);
    }
    await until(mine, (one) => one?.['status'] === 'NEEDS_REVIEW');
    expect((await setUp(client, null, 'forsaken'))['clientSecret']).toMatch(/_secret_/);
    expect(await mine()).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('is no method of anybody else', async () => {
    const [mine, theirs] = [await app.signUp('Mine'), await app.signUp('Theirs')];
    const paymentMethodId = await save(mine);
    for (const mutation of ['makeDefaultPaymentMethod', 'removePaymentMethod']) {
      expect(await theirs.mutate(mutation, 'PaymentMethodInput', { paymentMethodId })).toMatchObject({ code: 'NOT_FOUND' });
    }
    const declined = await payments.topUp(theirs, 10, { paymentMethod: paymentMethodId });
    expect(declined).toMatchObject({ code: 'PAYMENT_DECLINED', reason: 'resource_missing' });
    expect((await payments.topUp(mine, 10, { paymentMethod: paymentMethodId }))['topUp'].status).toBe('SUCCEEDED');
  });

  it('that is removed is gone for good, also when Stripe answers late', async () => {
    const client = await app.signUp('Removed');
    const [first, second] = [await save(client), await save(client, 'pm_card_mastercard')];
    payments.simulator.failNext({ reset: true, times: 2, when: 'after', operation: 'payment_methods.detach' });
    const fields = '... on RemovePaymentMethodSuccess { paymentMethod { status } }';
    const removal = { paymentMethodId: first };
    expect(await client.mutate('removePaymentMethod', 'PaymentMethodInput', removal, { fields })).toMatchObject({
      paymentMethod: { status: expect.stringMatching(/REMOV/) },
    });
    await payments.settled();
    expect(await methods(client)).toMatchObject([{ paymentMethodId: second, isDefault: false }]);
    await client.mustMutate('makeDefaultPaymentMethod', 'PaymentMethodInput', { paymentMethodId: second });
    expect(await methods(client)).toMatchObject([{ paymentMethodId: second, isDefault: true }]);
    await advance(31 * SECOND_MS);
    await until(() => calls(client, 'detach_payment_method'), ([one]) => one?.['status'] === 'SUCCEEDED');
    expect(await payments.topUp(client, 10, { paymentMethod: first })).toMatchObject({ code: 'PAYMENT_DECLINED' });
  });
});

describe('a refund', () => {
  const operation = 'refunds.create';
  const FIELDS = '... on RefundTopUpSuccess { refundId } ... on RefundFailedRejection { reason } ... on ValidationRejection { issues { field } }';
  const refund = (client: ApiClient, topUpId: string, dollars: number, key = client.nextKey()): Promise<Record<string, any>> =>
    client.mutate('refundTopUp', 'RefundTopUpInput', { topUpId, amount: usd(dollars) }, { key, fields: FIELDS });
  const statuses = async (client: ApiClient): Promise<readonly string[]> =>
    (await client.ask('{ topUpRefunds(first: 10) { edges { node { status } } } }')).data?.['topUpRefunds'].edges.map(({ node }: any) => node.status);

  async function funded(name: string): Promise<{ client: ApiClient; topUpId: string }> {
    const client = await app.signUp(name);
    return { client, topUpId: (await payments.topUp(client, 10))['topUp'].topUpId };
  }

  it('leaves the wallet once, however often it is asked for', async () => {
    const { client, topUpId } = await funded('Back');
    const answers = await Promise.all([1, 2, 3].map(() => refund(client, topUpId, 4, 'back')));
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    await until(() => statuses(client), ([status]) => status === 'PAID');
    expect(await wallet(client)).toEqual({ balance: usd(6), owed: '0', refunding: '0' });
    expect(await refund(client, topUpId, 7)).toMatchObject({ code: 'REFUND_TOO_HIGH' });
    expect(await refund(client, topUpId, 0.001)).toMatchObject({ code: 'VALIDATION_FAILED' });
    const other = await funded('Other');
    expect(await refund(other.client, topUpId, 1)).toMatchObject({ code: 'NOT_FOUND' });
  });

  it.each([
    ['no answer', { status: 500 } as const, 'before' as const],
    ['an answer that is lost', { reset: true, times: 2 } as const, 'after' as const],
  ])('with %s is set aside meanwhile, and sent once', async (_what, fault, when) => {
    const { client, topUpId } = await funded('Aside');
    payments.simulator.failNext({ ...fault, when, operation });
    payments.simulator.failNext({ status: 500, operation });
    await refund(client, topUpId, 4);
    expect((await wallet(client))['balance']).toBe(usd(6));
    await advance(31 * SECOND_MS);
    await advance(61 * SECOND_MS);
    await until(() => statuses(client), ([status]) => status === 'PAID');
    expect(await wallet(client)).toEqual({ balance: usd(6), owed: '0', refunding: '0' });
  });

  it('that is for people to look at ends by a message of Stripe’s', async () => {
    const { client, topUpId } = await funded('Told');
    await refund(client, topUpId, 4);
    const [call] = await until(() => calls(client, 'refund_top_up'), ([one]) => one?.['status'] === 'SUCCEEDED');
    const { callId, stripeId } = await database().stripeCall.findUniqueOrThrow({ where: { callId: call?.['callId'] } });
    await database().stripeCall.update({ where: { callId }, data: { status: 'needs_review', stripeId: null } });
    expect(await payments.tell(payments.event('refund.updated', await payments.stripe.refunds.retrieve(stripeId ?? '')))).toBe(200);
    expect(await database().stripeCall.findUnique({ where: { callId } })).toMatchObject({ status: 'succeeded', stripeId });
  });

  it('that Stripe never made is in the wallet again once its key is forgotten', async () => {
    const { client, topUpId } = await funded('Never');
    // Whoever asks, and the job that is there in case they die, both in vain.
    payments.simulator.failNext({ status: 500, operation, times: 2 });
    await refund(client, topUpId, 4);
    const callId = (await calls(client, 'refund_top_up'))[0]?.['callId'] as string;
    await until(() => database().stripeCall.findUniqueOrThrow({ where: { callId } }), ({ attempts }) => attempts === 2);
    expect(await wallet(client)).toEqual({ balance: usd(6), owed: '0', refunding: usd(4) });
    await advance(DAY_MS);
    await until(() => calls(client, 'refund_top_up'), ([one]) => one?.['status'] === 'FAILED' && one['failureCode'] === 'never_made');
    await becomes(client, { balance: usd(10), refunding: '0' });
  });

  it('is sent when whoever asked died before Stripe was asked', async () => {
    const { client, topUpId } = await funded('Killed');
    const ledger = app.application.get(LedgerService);
    let isDead = false;
    const restore = replace(ledger, 'execute', (execute) => async (...args) => {
      const outcome = await execute(...args);
      if (args[1].type !== 'ReserveRefund' || isDead) return outcome;
      isDead = true;
      throw new Error('killed');
    });
    await expect(refund(client, topUpId, 4)).rejects.toThrow('INTERNAL');
    restore();
    await until(() => statuses(client), ([status]) => status === 'PAID');
    expect(await wallet(client)).toEqual({ balance: usd(6), owed: '0', refunding: '0' });
  });

  it('that its bank sends back is in the wallet again', async () => {
    const { client, topUpId } = await funded('Sent back');
    await refund(client, topUpId, 4);
    const [call] = await until(() => calls(client, 'refund_top_up'), ([one]) => one?.['status'] === 'SUCCEEDED');
    const { stripeId } = await database().stripeCall.findUniqueOrThrow({ where: { callId: call?.['callId'] } });
    await payments.simulator.happen(failRefund(stripeId ?? ''));
    await becomes(client, { balance: usd(10), refunding: '0' });
    await until(() => statuses(client), ([status]) => status === 'RETURNED');
  });

  it('that was made in the dashboard takes what is there, and is not refunded again', async () => {
    const { client, topUpId } = await funded('Dashboard');
    const [intent] = await payments.intentsOf(topUpId);
    await payments.stripe.refunds.create({ payment_intent: intent?.id ?? '', amount: 300 });
    await becomes(client, { balance: usd(7) });
    expect(await refund(client, topUpId, 8)).toMatchObject({ code: 'REFUND_TOO_HIGH' });
  });
});

describe('a dispute', () => {
  const disputes = async (client: ApiClient): Promise<readonly Record<string, any>[]> =>
    (await client.ask('{ paymentDisputes(first: 10) { edges { node { disputeId status amount evidenceDueAt } } } }')).data?.[
      'paymentDisputes'
    ].edges.map(({ node }: any) => node);

  async function disputed(name: string): Promise<{ client: ApiClient; topUpId: string; disputeId: string }> {
    const client = await app.signUp(name);
    const { topUpId } = (await payments.topUp(client, 10))['topUp'];
    await payments.topUp(client, 5);
    const { topUp } = await payments.topUp(client, 1);
    await client.mustMutate('refundTopUp', 'RefundTopUpInput', { topUpId: topUp.topUpId, amount: usd(1) });
    const other = await payments.topUp(client, 5);
    await client.mustMutate('refundTopUp', 'RefundTopUpInput', { topUpId: other['topUp'].topUpId, amount: usd(5) });
    const [intent] = await payments.intentsOf(topUpId);
    await payments.simulator.happen(openDispute(intent?.id ?? ''));
    const [one] = await until(() => disputes(client), ({ length }) => length > 0);
    return { client, topUpId, disputeId: one?.['disputeId'] };
  }

  it('takes the money at once, and gives it back when it is won', async () => {
    const { client, topUpId, disputeId } = await disputed('Won');
    expect(await wallet(client)).toMatchObject({ balance: usd(5), owed: '0' });
    const refused = await client.mutate('refundTopUp', 'RefundTopUpInput', { topUpId, amount: usd(1) });
    expect(refused).toMatchObject({ code: 'TOP_UP_DISPUTED' });
    await payments.simulator.happen(reviewDispute(disputeId));
    await until(() => disputes(client), ([one]) => one?.['status'] === 'under_review');
    await payments.simulator.happen(closeDispute(disputeId, 'won'));
    await becomes(client, { balance: usd(15), owed: '0' });
    await payments.settled();
    expect(await disputes(client)).toMatchObject([{ status: 'won', amount: usd(10) }]);
  });

  it('that is lost takes it for good; what is not there is owed, and is paid first', async () => {
    const client = await app.signUp('Lost');
    const { topUpId } = (await payments.topUp(client, 10))['topUp'];
    const second = (await payments.topUp(client, 6))['topUp'].topUpId;
    const [intent] = await payments.intentsOf(topUpId);
    await client.mustMutate('refundTopUp', 'RefundTopUpInput', { topUpId: second, amount: usd(6) });
    await client.mustMutate('refundTopUp', 'RefundTopUpInput', { topUpId, amount: usd(3) });
    const opened = await payments.simulator.happen(openDispute(intent?.id ?? '', 1_000));
    await becomes(client, { balance: '0', owed: usd(3) });
    await payments.simulator.happen(closeDispute((opened.body as { id: string }).id, 'lost'));
    await until(() => disputes(client), ([one]) => one?.['status'] === 'lost');
    await payments.topUp(client, 5);
    await becomes(client, { balance: usd(2), owed: '0' });
  });

  it('ends the same whatever is told, in which order and how often', async () => {
    const { client, disputeId } = await disputed('Any order');
    await payments.simulator.happen(closeDispute(disputeId, 'won'));
    await payments.settled();
    const types = ['closed', 'funds_withdrawn', 'created', 'funds_reinstated', 'closed', 'updated'];
    await Promise.all(
      types.map((type) => payments.tell(payments.event(`charge.dispute.${type}`, { object: 'dispute', id: disputeId }))),
    );
    expect(await wallet(client)).toMatchObject({ balance: usd(15), owed: '0' });
    expect(await disputes(client)).toMatchObject([{ status: 'won' }]);
  });

  it('of nothing of ours is noted as unmatched', async () => {
    const event = payments.event('charge.dispute.created', { object: 'dispute', id: 'dp_unknown' });
    expect(await payments.tell(event)).toBe(200);
    expect(await payments.noted(event['id'])).toMatchObject({ matched: false });
  });
});
