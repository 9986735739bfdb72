import { inspect } from 'node:util';
import type { PaymentFailure, TopUpRequest } from './payment-gateway.js';
import type { Fault } from './stand-in/fault-queue.js';
import { TEST_SECRET, startHarness, startReceiver } from './stand-in/stand-in.testing.js';
import type { StandInHarness } from './stand-in/stand-in.testing.js';
import { ok } from '../../../kernel/result.js';
import { HOUR_MS, plus } from '../../../kernel/time.js';
import { StripeClient } from './stripe.client.js';
import { StripeGateway } from './stripe.gateway.js';
import { refundSchema } from './stripe.payment.js';

const TOP_UP: TopUpRequest = {
  organizationId: 'org_1',
  topUpId: 'top_1',
  amountCents: 12_345n,
  currency: 'usd',
  paymentMethod: 'pm_card_visa',
  customerId: null,
  isOffSession: false,
  idempotencyKey: 'top_1',
};
const FACTS = {
  organizationId: 'org_1',
  topUpId: 'top_1',
  amountCents: 12_345n,
  currency: 'usd',
};

let harness: StandInHarness;
let gateway: StripeGateway;
const connect = (more: object = {}): StripeGateway =>
  new StripeGateway({
    ...harness.standIn.connection,
    clock: () => harness.now,
    maxNetworkRetries: 0,
    ...more,
  });

beforeEach(async () => {
  harness = await startHarness();
  gateway = connect();
});
afterEach(() => harness.standIn.close());

async function failureOf(request: TopUpRequest, from = gateway): Promise<PaymentFailure> {
  const result = await from.createTopUp(request);
  if (result.ok) throw new Error('expected a failure');
  return result.error;
}

describe('a top-up', () => {
  it('succeeds, says whose it is, and leaves no way to a redirect', async () => {
    const result = await gateway.createTopUp(TOP_UP);
    expect(result).toMatchObject({ ok: true, value: { ...FACTS, status: 'succeeded' } });
    const [intent] = harness.store.list('payment_intents');
    expect(intent).toMatchObject({
      amount: 12_345,
      automatic_payment_methods: { allow_redirects: 'never', enabled: true },
      metadata: { headroom_organization_id: 'org_1', headroom_top_up_id: 'top_1' },
    });
    expect(await gateway.retrieveTopUp(intent?.id ?? '')).toEqual(result);
  });

  it.each([
    ['pm_card_chargeDeclined', 'card_declined', 'generic_decline'],
    ['pm_card_visa_chargeDeclinedInsufficientFunds', 'card_declined', 'insufficient_funds'],
    ['pm_card_chargeDeclinedExpiredCard', 'expired_card', 'expired_card'],
  ])('declined with %s is final', async (paymentMethod, code, declineCode) => {
    const failure = await failureOf({ ...TOP_UP, paymentMethod });
    const [intent] = harness.store.list('payment_intents');
    expect(failure).toMatchObject({
      kind: 'declined',
      code,
      declineCode,
      paymentIntentId: intent?.id,
    });
    expect(await gateway.retrieveTopUp(intent?.id ?? '')).toMatchObject({
      value: { ...FACTS, status: 'failed', failure: { code, declineCode } },
    });
  });

  it.each([
    ['pm_usBankAccount_success', 'processing'],
    ['pm_card_authenticationRequired', 'requires_action'],
  ])('with %s is %s and ends later', async (paymentMethod, status) => {
    const begun = await gateway.createTopUp({ ...TOP_UP, paymentMethod });
    if (!begun.ok) throw new Error(begun.error.message);
    expect(begun.value.status).toBe(status);
    await harness.standIn.finishPayment(begun.value.paymentIntentId, 'succeeded');
    const ended = await gateway.retrieveTopUp(begun.value.paymentIntentId);
    expect(ended).toMatchObject({ ok: true, value: { status: 'succeeded' } });
  });

});

describe('a top-up asked for again or wrongly', () => {
  it('is made once, however often the same key is sent', async () => {
    const [first, ...rest] = await Promise.all(
      Array.from({ length: 5 }, () => gateway.createTopUp(TOP_UP)),
    );
    for (const result of rest) expect(result).toEqual(first);
    expect(harness.store.list('charges')).toHaveLength(1);
  });

  it.each<[string, Partial<TopUpRequest>, string, string | null]>([
    ['too small', { amountCents: 49n }, 'amount_out_of_range', 'amount'],
    ['too large', { amountCents: 100_000_000n }, 'amount_out_of_range', 'amount'],
    ['past what a number can hold', { amountCents: 2n ** 64n }, 'amount_out_of_range', 'amount'],
    ['of an unknown card', { paymentMethod: 'pm_1' }, 'resource_missing', 'payment_method'],
    ['of an empty card', { paymentMethod: '' }, 'parameter_invalid_empty', 'payment_method'],
  ])('%s is our mistake', async (_what, wrong, code, parameter) => {
    expect(await failureOf({ ...TOP_UP, ...wrong })).toMatchObject({
      kind: 'invalid',
      code,
      parameter,
    });
    expect(harness.store.list('payment_intents')).toHaveLength(0);
  });

  it('with a used key and other content is our mistake', async () => {
    await gateway.createTopUp(TOP_UP);
    expect(await failureOf({ ...TOP_UP, amountCents: 1_000n })).toMatchObject({
      kind: 'invalid',
      code: 'idempotency_error',
    });
  });

  it('is found by its name when its key is forgotten, among others and also when it failed', async () => {
    for (const [name, paymentMethod] of [['top_1', 'pm_card_visa'], ['top_2', 'pm_card_chargeDeclined'], ['top_3', 'pm_card_visa']] as const) {
      await gateway.createTopUp({ ...TOP_UP, topUpId: name, paymentMethod, idempotencyKey: name });
    }
    const at = (topUpId: string, before = 0): ReturnType<StripeGateway['findTopUp']> =>
      gateway.findTopUp({ topUpId, customerId: null }, { start: plus(harness.now, -HOUR_MS - before), end: plus(harness.now, HOUR_MS - before) });
    expect(await at('top_1')).toMatchObject({ ok: true, value: { topUpId: 'top_1', status: 'succeeded' } });
    expect(await at('top_2')).toMatchObject({ ok: true, value: { topUpId: 'top_2', status: 'failed' } });
    expect([await at('top_4'), await at('top_1', 2 * HOUR_MS)]).toEqual([ok(null), ok(null)]);
  });

  it.each(['', 'pi_no', '../customers', 'cus_1'])('%p is not found', async (id) => {
    const result = await gateway.retrieveTopUp(id);
    expect(result).toMatchObject({ ok: false, error: { kind: 'invalid' } });
  });
});

describe('trouble on the way', () => {
  const ALWAYS = 10;
  const faults: [string, Fault, string, object][] = [
    ['500', { status: 500 }, 'server-error', {}],
    ['503', { status: 503 }, 'server-error', {}],
    ['409', { status: 409 }, 'key-in-use', {}],
    ['429', { status: 429 }, 'rate-limited', {}],
    ['a cut connection', { reset: true, times: ALWAYS }, 'connection', {}],
    ['no answer', { timeout: true }, 'timeout', { timeoutMs: 50 }],
  ];

  it.each(faults)('%s is retryable, and charged nothing', async (_what, fault, reason, more) => {
    harness.standIn.failNext({ ...fault, operation: 'payment_intents.create' });
    expect(await failureOf(TOP_UP, connect(more))).toMatchObject({ kind: 'retryable', reason });
    expect(harness.store.list('charges')).toHaveLength(0);
  });

  it.each(faults)('%s after the charge is healed by the key', async (_what, fault, _, more) => {
    harness.standIn.failNext({ ...fault, when: 'after', times: 1 });
    await connect(more).createTopUp(TOP_UP);
    expect(harness.store.list('charges')).toHaveLength(1);
    expect(await gateway.createTopUp(TOP_UP)).toMatchObject({
      ok: true,
      value: { ...FACTS, status: 'succeeded' },
    });
    expect(harness.store.list('charges')).toHaveLength(1);
  });

  it('an answer that cannot be read leaves open what was done, and says where and not what', async () => {
    const client = new StripeClient(harness.standIn.connection);
    const answer = await client.ask(async () => ({ id: 7, status: 'secret' }), (given) => ok(refundSchema.parse(given)));
    expect(answer).toMatchObject({ ok: false, error: { kind: 'retryable', reason: 'unreadable', message: expect.stringContaining('id invalid_type') } });
    expect(JSON.stringify(answer)).not.toContain('secret');
  });

  it('is retried by the SDK as often as it is told', async () => {
    harness.standIn.failNext({ status: 500 });
    const result = await connect({ maxNetworkRetries: 1 }).createTopUp(TOP_UP);
    expect(result.ok).toBe(true);
  });

  it('nobody listening is retryable', async () => {
    await harness.standIn.close();
    expect(await failureOf(TOP_UP)).toMatchObject({ kind: 'retryable', reason: 'connection' });
  });

  it.each([
    [401, 'authentication_failed'],
    [403, 'permission_denied'],
  ])('a key refused with %d is a wrong setting', async (status, code) => {
    harness.standIn.failNext({ status });
    expect(await failureOf(TOP_UP)).toMatchObject({ kind: 'invalid', code });
  });
});

describe('the secret key', () => {
  const secretKey = 'sk_live_verySecret';

  it('is in no answer and no view of the gateway', async () => {
    const wrong = connect({ secretKey });
    expect(wrong.isLive).toBe(true);
    const failure = await failureOf(TOP_UP, wrong);
    expect(failure).toMatchObject({ kind: 'invalid', code: 'authentication_failed' });
    const inspected = inspect(wrong, { depth: 10, showHidden: true });
    const shown = inspected + JSON.stringify([wrong, failure]);
    expect(shown).not.toContain(secretKey);
  });
});

it('a webhook of the stand-in is one that the gateway verifies', async () => {
  const receiver = await startReceiver();
  harness.standIn.connectWebhook(receiver.url);
  await gateway.createTopUp(TOP_UP);
  const paymentIntentId = harness.store.list('payment_intents')[0]?.id;
  await harness.standIn.deliveriesSettled();
  const events = receiver.received.map(({ body, headers }) =>
    gateway.verifyWebhook(body, headers['stripe-signature'] as string, [TEST_SECRET]),
  );
  await receiver.close();
  const payments = events.flatMap((event) =>
    event.ok && event.value.about.kind === 'top-up' ? [event.value.about.payment] : [],
  );
  expect(payments).toContainEqual({ ...FACTS, paymentIntentId, status: 'succeeded' });
  expect(events.every(({ ok }) => ok)).toBe(true);
});
