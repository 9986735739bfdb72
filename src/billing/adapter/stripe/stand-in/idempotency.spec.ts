import type { Stripe } from 'stripe';
import { TEST_MONEY, errorOf, pay, startHarness, type StandInHarness } from './stand-in.testing.js';

let harness: StandInHarness;
beforeEach(async () => {
  harness = await startHarness();
});
afterEach(() => harness.standIn.close());

const intents = (): Stripe['paymentIntents'] => harness.stripe.paymentIntents;

describe('an idempotency key', () => {
  const HOUR_MS = 3_600_000;

  it('replays the first answer', async () => {
    const options = { idempotencyKey: 'k1' };
    const first = await pay(harness, 'pm_card_visa');
    const params = { ...TEST_MONEY, payment_method: 'pm_card_visa', confirm: true };
    const one = await intents().create(params, options);
    const two = await intents().create(params, options);
    expect(two.id).toBe(one.id);
    expect(two.id).not.toBe(first.id);
    expect(two.lastResponse.headers).toMatchObject({
      'idempotent-replayed': 'true',
      'original-request': one.lastResponse.requestId,
    });
    expect(harness.store.list('payment_intents')).toHaveLength(2);
  });

  it('replays a decline, and does nothing twice when asked at once', async () => {
    const params = { ...TEST_MONEY, payment_method: 'pm_card_chargeDeclined', confirm: true };
    const errors = await Promise.all(
      Array.from({ length: 5 }, () =>
        errorOf(intents().create(params, { idempotencyKey: 'k' })),
      ),
    );
    expect(new Set(errors.map((error) => error.payment_intent?.id)).size).toBe(1);
    expect(harness.store.list('payment_intents')).toHaveLength(1);
    expect(harness.store.list('charges')).toHaveLength(1);
  });

  it('is refused with other parameters and on another route', async () => {
    const options = { idempotencyKey: 'k' };
    await intents().create(TEST_MONEY, options);
    const other = intents().create({ ...TEST_MONEY, amount: 2_501 }, options);
    expect(await errorOf(other)).toMatchObject({ statusCode: 400, rawType: 'idempotency_error' });
    const elsewhere = await errorOf(harness.stripe.customers.create({}, options));
    expect(elsewhere.message).toContain('/v1/payment_intents');
    expect(harness.store.list('payment_intents')).toHaveLength(1);
  });

  it('does not remember refused parameters', async () => {
    const options = { idempotencyKey: 'k' };
    await errorOf(intents().create({ ...TEST_MONEY, amount: 'x' as never }, options));
    expect(await intents().create(TEST_MONEY, options)).toMatchObject(TEST_MONEY);
  });

  it('is forgotten after a day', async () => {
    const options = { idempotencyKey: 'k' };
    const { id } = await intents().create(TEST_MONEY, options);
    harness.now = (harness.now + 24 * HOUR_MS - 1_000) as typeof harness.now;
    expect((await intents().create(TEST_MONEY, options)).id).toBe(id);
    harness.now = (harness.now + 1_000) as typeof harness.now;
    expect((await intents().create(TEST_MONEY, options)).id).not.toBe(id);
    expect(harness.store.list('idempotency_keys')).toHaveLength(1);
  });
});
