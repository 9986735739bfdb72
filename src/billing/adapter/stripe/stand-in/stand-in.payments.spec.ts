import type { Stripe } from 'stripe';
import { TEST_MONEY, errorOf, pay, startHarness, type StandInHarness } from './stand-in.testing.js';

let harness: StandInHarness;
beforeEach(async () => {
  // Nobody listens there: the specs read the events from the store.
  harness = await startHarness({ webhookUrl: 'http://127.0.0.1:9/' });
});
afterEach(() => harness.standIn.close());

const intents = (): Stripe['paymentIntents'] => harness.stripe.paymentIntents;
const eventTypes = (): string[] => harness.store.list('events').map(({ type }) => type);

describe('a payment with a card', () => {
  it('succeeds with a good card', async () => {
    const expand = ['latest_charge', 'payment_method'];
    const intent = await pay(harness, 'pm_card_visa', { expand });
    expect(intent).toMatchObject({
      amount: 2_500,
      amount_received: 2_500,
      last_payment_error: null,
      latest_charge: { amount: 2_500, captured: true, paid: true, status: 'succeeded' },
      livemode: false,
      payment_method: { card: { brand: 'visa', last4: '4242' }, type: 'card' },
      status: 'succeeded',
    });
    expect(eventTypes()).toEqual([
      'payment_intent.created',
      'charge.succeeded',
      'payment_intent.succeeded',
    ]);
  });

  it.each([
    ['pm_card_chargeDeclined', 'card_declined', 'generic_decline'],
    ['pm_card_visa_chargeDeclinedInsufficientFunds', 'card_declined', 'insufficient_funds'],
    ['pm_card_chargeDeclinedExpiredCard', 'expired_card', 'expired_card'],
    ['pm_card_chargeCustomerFail', 'card_declined', 'generic_decline'],
  ])('is declined with %s', async (method, code, declineCode) => {
    const error = await errorOf(pay(harness, method));
    expect(error).toMatchObject({ statusCode: 402, rawType: 'card_error', code });
    expect(error.decline_code).toBe(declineCode);
    const intent = await intents().retrieve(error.payment_intent?.id ?? '');
    expect(intent).toMatchObject({
      amount_received: 0,
      last_payment_error: { code, decline_code: declineCode },
      payment_method: null,
      status: 'requires_payment_method',
    });
    expect(eventTypes()).toEqual([
      'payment_intent.created',
      'charge.failed',
      'payment_intent.payment_failed',
    ]);
  });

});

describe('a payment that is not over', () => {
  it('goes on with another card after a decline', async () => {
    const { payment_intent: declined } = await errorOf(pay(harness, 'pm_card_chargeDeclined'));
    const intent = await intents().confirm(declined?.id ?? '', {
      payment_method: 'pm_card_visa',
    });
    expect(intent).toMatchObject({ last_payment_error: null, status: 'succeeded' });
  });

  it('waits to be confirmed, with and without a payment method', async () => {
    const bare = await intents().create(TEST_MONEY);
    expect(bare.status).toBe('requires_payment_method');
    const ready = await intents().create({ ...TEST_MONEY, payment_method: 'pm_card_visa' });
    expect(ready.status).toBe('requires_confirmation');
    expect((await intents().confirm(ready.id)).status).toBe('succeeded');
    expect(await errorOf(intents().confirm(bare.id))).toMatchObject({
      statusCode: 400,
      code: 'payment_intent_unexpected_state',
    });
  });

  it.each<['succeeded' | 'failed', string]>([
    ['succeeded', 'succeeded'],
    ['failed', 'requires_payment_method'],
  ])('that must be authenticated ends %s', async (outcome, status) => {
    const intent = await pay(harness, 'pm_card_authenticationRequired');
    expect(intent).toMatchObject({ next_action: { type: 'use_stripe_sdk' }, latest_charge: null });
    expect(intent.status).toBe('requires_action');
    await harness.standIn.finishPayment(intent.id, outcome);
    expect((await intents().retrieve(intent.id)).status).toBe(status);
  });

  it('cannot be authenticated by an absent payer', async () => {
    const absent = pay(harness, 'pm_card_authenticationRequired', { off_session: true });
    expect(await errorOf(absent)).toMatchObject({
      statusCode: 402,
      code: 'authentication_required',
    });
  });

  it.each([
    ['pm_usBankAccount_success', 'succeeded', 'succeeded'],
    ['pm_usBankAccount_accountClosed', 'failed', 'requires_payment_method'],
  ] as const)('from %s is answered later', async (method, outcome, status) => {
    const intent = await pay(harness, method);
    expect(intent.status).toBe('processing');
    await harness.standIn.finishPayment(intent.id, outcome);
    const settled = await intents().retrieve(intent.id);
    expect(settled.status).toBe(status);
    // One charge, which was pending before.
    expect(settled.latest_charge).toBe(intent.latest_charge);
    expect(harness.store.list('charges')).toHaveLength(1);
  });

});

describe('a payment that must not be', () => {
  it('is canceled once, and never after it succeeded', async () => {
    const open = await intents().create(TEST_MONEY);
    const canceled = await intents().cancel(open.id, {
      cancellation_reason: 'abandoned',
    });
    expect(canceled).toMatchObject({ cancellation_reason: 'abandoned', status: 'canceled' });
    const done = await pay(harness, 'pm_card_visa');
    for (const { id } of [open, done]) {
      expect(await errorOf(intents().cancel(id))).toMatchObject({
        statusCode: 400,
        code: 'payment_intent_unexpected_state',
      });
    }
  });

  it.each<[Partial<Stripe.PaymentIntentCreateParams>, string | undefined, string]>([
    [{ amount: 49 }, 'amount_too_small', 'amount'],
    [{ amount: 0 }, 'parameter_invalid_integer', 'amount'],
    [{ amount: -500 }, 'parameter_invalid_integer', 'amount'],
    [{ amount: 100_000_000 }, 'amount_too_large', 'amount'],
    [{ currency: 'xyz' }, undefined, 'currency'],
    [{ off_session: true }, undefined, 'off_session'],
  ])('is refused with %p', async (params, code, param) => {
    const error = await errorOf(intents().create({ ...TEST_MONEY, ...params }));
    expect({ status: error.statusCode, code: error.code, param: error.param }).toEqual({
      status: 400,
      code,
      param,
    });
    expect(harness.store.list('payment_intents')).toHaveLength(0);
  });
});
