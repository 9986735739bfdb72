import type { Stripe } from 'stripe';
import { TEST_MONEY, errorOf, pay, startHarness, type StandInHarness } from './stand-in.testing.js';

let harness: StandInHarness;
beforeEach(async () => {
  harness = await startHarness();
});
afterEach(() => harness.standIn.close());

const intents = (): Stripe['paymentIntents'] => harness.stripe.paymentIntents;
const refunds = (): Stripe['refunds'] => harness.stripe.refunds;
const eventTypes = (): string[] => harness.store.list('events').map(({ type }) => type);

describe('the list of payments', () => {
  it('comes newest first, in pages', async () => {
    const ids: string[] = [];
    for (let count = 0; count < 5; count += 1) {
      ids.unshift((await intents().create(TEST_MONEY)).id);
    }
    const first = await intents().list({ limit: 2 });
    expect(first).toMatchObject({ has_more: true, object: 'list', url: '/v1/payment_intents' });
    const all: string[] = [];
    for await (const intent of intents().list({ limit: 2 })) all.push(intent.id);
    expect(all).toEqual(ids);
    const before = await intents().list({ ending_before: ids[3] as string, limit: 2 });
    expect(before.data.map(({ id }) => id)).toEqual([ids[1], ids[2]]);
    expect(before.has_more).toBe(true);
  });

  it('is filtered by customer and time', async () => {
    const { id: customer } = await harness.stripe.customers.create();
    const old = await intents().create({ ...TEST_MONEY, customer });
    harness.now = (harness.now + 10_000) as typeof harness.now;
    await intents().create(TEST_MONEY);
    const byCustomer = await intents().list({ customer, expand: ['data.customer'] });
    expect(byCustomer.data).toMatchObject([{ customer: { id: customer }, id: old.id }]);
    const byTime = await intents().list({ created: { lte: old.created } });
    expect(byTime.data.map(({ id }) => id)).toEqual([old.id]);
  });

  it.each([0, 101])('refuses pages of %d', async (limit) => {
    expect(await errorOf(intents().list({ limit }))).toMatchObject({
      code: 'parameter_invalid_integer',
      param: 'limit',
    });
  });
});

describe('a refund', () => {
  it('gives back part, then the rest, and never more', async () => {
    const { id: payment_intent } = await pay(harness, 'pm_card_visa');
    const part = await refunds().create({ payment_intent, amount: 1_000 });
    expect(part).toMatchObject({ amount: 1_000, payment_intent, status: 'succeeded' });
    const tooMuch = refunds().create({ payment_intent, amount: 1_501 });
    expect(await errorOf(tooMuch)).toMatchObject({ statusCode: 400, param: 'amount' });
    const rest = await refunds().create({ payment_intent, expand: ['charge'] });
    expect(rest).toMatchObject({
      amount: 1_500,
      charge: { amount_refunded: 2_500, refunded: true },
    });
    expect(await errorOf(refunds().create({ payment_intent }))).toMatchObject({
      code: 'charge_already_refunded',
    });
    expect(eventTypes().filter((type) => /refund/.test(type))).toHaveLength(4);
  });

  it('needs a charge that succeeded', async () => {
    const { payment_intent: declined } = await errorOf(pay(harness, 'pm_card_chargeDeclined'));
    const refund = refunds().create({ payment_intent: declined?.id ?? '' });
    expect(await errorOf(refund)).toMatchObject({ statusCode: 400 });
    expect(harness.store.list('refunds')).toHaveLength(0);
  });
});

describe('a saved card', () => {
  it('belongs to its customer', async () => {
    const { id: customer } = await harness.stripe.customers.create();
    const setup = await harness.stripe.setupIntents.create({
      customer,
      payment_method: 'pm_card_visa',
      confirm: true,
    });
    expect(setup.status).toBe('succeeded');
    const saved = setup.payment_method as string;
    expect((await pay(harness, saved, { customer, off_session: true })).status).toBe('succeeded');
    expect(await errorOf(pay(harness, saved))).toMatchObject({ param: 'payment_method' });
  });

  it('is declined while it is set up', async () => {
    const request = harness.stripe.setupIntents.create({
      payment_method: 'pm_card_chargeDeclined',
      confirm: true,
    });
    expect(await errorOf(request)).toMatchObject({
      statusCode: 402,
      code: 'card_declined',
      setup_intent: { status: 'requires_payment_method' },
    });
    expect(eventTypes()).toEqual(['setup_intent.created', 'setup_intent.setup_failed']);
  });
});

describe('what cannot be expanded', () => {
  it.each(['data.sourcex', 'datax.charge', 'data.charge.customerx', 'url'])('%s is refused, also of a list without rows', async (path) => {
    const list = intents().list({ customer: (await harness.stripe.customers.create()).id, expand: [path] });
    expect(await errorOf(list)).toMatchObject({ statusCode: 400, param: 'expand' });
  });

  it('is refused also within what is not there yet', async () => {
    const { id } = await intents().create({ amount: 500, currency: 'usd' });
    const request = intents().retrieve(id, { expand: ['latest_charge.customerx'] });
    expect(await errorOf(request)).toMatchObject({ statusCode: 400, param: 'expand' });
  });
});
