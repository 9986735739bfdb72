import { Stripe } from 'stripe';
import {
  TEST_SECRET,
  startHarness,
  startReceiver,
  type StandInHarness,
  type WebhookReceiver,
} from './stand-in.testing.js';
import { signWebhook } from './webhook-delivery.js';

const PAYMENT = { amount: 500, currency: 'usd', payment_method: 'pm_card_visa', confirm: true };

let receiver: WebhookReceiver;
let harness: StandInHarness;
beforeEach(async () => {
  receiver = await startReceiver();
  harness = await startHarness({ webhookUrl: receiver.url, retryDelaysMs: [0, 0] });
});
afterEach(async () => {
  await harness.standIn.close();
  await receiver.close();
});

const pendingOf = (): number[] =>
  harness.store.list('events').map(({ pending_webhooks }) => pending_webhooks);
const statesOf = (): string[] => harness.store.list('deliveries').map(({ state }) => state);

describe('webhooks', () => {
  it('arrive with a signature that the SDK verifies', async () => {
    const intent = await harness.stripe.paymentIntents.create(PAYMENT);
    await harness.standIn.deliveriesSettled();
    const events = receiver.received.map(({ body, headers }) =>
      Stripe.webhooks.constructEvent(
        body,
        headers['stripe-signature'] ?? '',
        TEST_SECRET,
        300,
        undefined,
        harness.now,
      ),
    );
    expect(events.map(({ type }) => type).sort()).toEqual([
      'charge.succeeded',
      'payment_intent.created',
      'payment_intent.succeeded',
    ]);
    const succeeded = events.find(({ type }) => type === 'payment_intent.succeeded');
    expect(succeeded).toMatchObject({
      api_version: Stripe.API_VERSION,
      data: { object: { id: intent.id, status: 'succeeded' } },
      livemode: false,
      pending_webhooks: 1,
      request: { id: intent.lastResponse.requestId },
    });
    const retrieved = await harness.stripe.events.retrieve(succeeded?.id ?? '');
    expect(retrieved.pending_webhooks).toBe(0);
  });

  it('are signed as the SDK signs', () => {
    const body = '{"id":"evt_1"}';
    const timestamp = Math.floor(harness.now / 1_000);
    expect(signWebhook(body, TEST_SECRET, harness.now)).toBe(
      Stripe.webhooks.generateTestHeaderString({ payload: body, secret: TEST_SECRET, timestamp }),
    );
  });

});

describe('webhooks that are kept back', () => {
  /** What they are about, in the order in which they came. */
  const subjects = (): string[] => receiver.received.map(({ body }) => (JSON.parse(body.toString()) as { data: { object: { id: string } } }).data.object.id);
  const make = async (): Promise<string> => (await harness.stripe.customers.create()).id;

  it('come when they are released, the last first and each as often as was said, and what is made then comes by itself', async () => {
    harness.standIn.desk.hold();
    const made = [await make(), await make(), await make()];
    await harness.standIn.deliveriesSettled();
    expect([subjects(), harness.standIn.desk.look()]).toMatchObject([[], { isHolding: true, eventsWaiting: 3 }]);
    const reversed = made.toReversed();
    expect(harness.standIn.desk.release('reversed', 2)).toBe(3);
    await harness.standIn.deliveriesSettled();
    expect(subjects()).toEqual([...reversed, ...reversed]);
    expect(harness.standIn.desk.look()).toMatchObject({ isHolding: false, eventsWaiting: 0 });
    const last = await make();
    await harness.standIn.deliveriesSettled();
    expect(subjects().at(-1)).toBe(last);
  });

  it('are sent one by one by hand meanwhile, and come again as any other when they are refused', async () => {
    harness.standIn.desk.hold();
    const made = [await make(), await make()];
    const { events } = harness.standIn.desk.look();
    receiver.answerWith(200, 500);
    expect(harness.standIn.desk.resend(events.find(({ subject }) => subject === made[1])?.eventId ?? '')).toBe(true);
    expect(harness.standIn.desk.resend('evt_none')).toBe(false);
    await harness.standIn.deliveriesSettled();
    expect(subjects()).toEqual([made[1]]);
    harness.standIn.desk.release('as_made', 1);
    await harness.standIn.deliveriesSettled();
    expect(subjects()).toEqual([made[1], made[0], made[0]]);
    expect(statesOf()).toEqual(['delivered', 'delivered']);
  });
});

describe('webhooks that fail', () => {
  it('come again after a failure, until they are taken', async () => {
    receiver.answerWith(500, 302);
    await harness.stripe.customers.create();
    await harness.standIn.deliveriesSettled();
    expect(receiver.received).toHaveLength(3);
    expect(new Set(receiver.received.map(({ body }) => body.toString())).size).toBe(1);
    expect([pendingOf(), statesOf()]).toEqual([[0], ['delivered']]);
  });

  it('are given up after the last attempt, and can be asked for again', async () => {
    receiver.answerWith(500, 500, 500);
    await harness.stripe.customers.create();
    await harness.standIn.deliveriesSettled();
    expect(receiver.received).toHaveLength(3);
    expect([pendingOf(), statesOf()]).toEqual([[1], ['abandoned']]);
    await harness.standIn.redeliver(harness.store.list('events')[0]?.id ?? '');
    expect(receiver.received).toHaveLength(4);
    expect([pendingOf(), statesOf()]).toEqual([[0], ['delivered']]);
  });

  it('are not made while no endpoint is known', async () => {
    const alone = await startHarness();
    await alone.stripe.customers.create();
    alone.standIn.connectWebhook(receiver.url);
    await alone.stripe.customers.create();
    await alone.standIn.deliveriesSettled();
    expect(alone.store.list('events').map(({ pending_webhooks }) => pending_webhooks)).toEqual([
      0, 0,
    ]);
    expect(receiver.received).toHaveLength(1);
    await alone.standIn.close();
  });
});
