import { archiveMeter } from './meter.operations.js';
import { aMeter, METER } from './meters.samples.testing.js';
import { errorOf, startHarness, startReceiver, TEST_NOW, TEST_SECRET, type StandInHarness } from './stand-in.testing.js';
import { StripeGateway } from '../stripe.gateway.js';

const DAY = 86_400;
const NOW = TEST_NOW / 1_000;

let harness: StandInHarness;
let customer: string;
let meterId: string;
beforeEach(async () => {
  harness = await startHarness();
  meterId = await aMeter(harness.stripe);
  customer = (await harness.stripe.customers.create()).id;
});
afterEach(() => harness.standIn.close());

const send = (value: string, more: object = {}): Promise<object> =>
  harness.stripe.billing.meterEvents.create({ event_name: METER.event_name, payload: { stripe_customer_id: customer, value }, ...more });
async function sums(start_time: number, end_time: number, value_grouping_window?: 'day' | 'hour'): Promise<readonly number[]> {
  const grouping = value_grouping_window === undefined ? {} : { value_grouping_window };
  const { data } = await harness.stripe.billing.meters.listEventSummaries(meterId, { customer, start_time, end_time, ...grouping });
  return data.map(({ aggregated_value: value }) => value);
}

it('a meter sums what its customers used, by hour, by day, or over all of a time', async () => {
  await send('25');
  await send('-5');
  await send('7', { timestamp: NOW - 3_600 });
  await send('100', { timestamp: NOW - 34 * DAY });
  const midnight = NOW - (NOW % DAY);
  expect(await sums(midnight, midnight + DAY, 'hour')).toEqual([20, 7]);
  expect(await sums(midnight, midnight + DAY, 'day')).toEqual([27]);
  expect(await sums(midnight - 40 * DAY, midnight + DAY)).toEqual([127]);
  expect(await errorOf(sums(midnight + 60, midnight + DAY, 'hour') as Promise<never>)).toMatchObject({ statusCode: 400, param: 'start_time' });
});

it('an identifier counts once in a day', async () => {
  await send('1', { identifier: 'mine' });
  const again = await errorOf(send('1', { identifier: 'mine' }));
  // As Stripe says it: without a code.
  expect([again.statusCode, again.code, again.message]).toEqual([400, undefined, 'An event already exists with identifier mine.']);
  harness.now = (TEST_NOW + DAY * 1_000) as typeof harness.now;
  await send('1', { identifier: 'mine' });
  expect(await errorOf(send('1', { identifier: 'mine' }))).toMatchObject({ statusCode: 400 });
  expect(await sums(NOW - (NOW % DAY), NOW - (NOW % DAY) + 2 * DAY)).toEqual([2]);
});

it.each([
  ['timestamp', 'timestamp_too_far_in_past', { timestamp: NOW - 35 * DAY - 1 }],
  ['timestamp', 'timestamp_in_future', { timestamp: NOW + 301 }],
  ['payload', 'meter_event_no_customer_defined', { payload: { value: '1' } }],
  ['payload', 'meter_event_value_not_found', { payload: { stripe_customer_id: 'cus_1' } }],
  ['payload', 'meter_event_invalid_value', { payload: { stripe_customer_id: 'cus_1', value: '1.5' } }],
])('a wrong %s is refused: %s', async (param, code, more) => {
  expect(await errorOf(send('1', more))).toMatchObject({ statusCode: 400, param, code });
});

it('an event name has one active meter', async () => {
  expect(await errorOf(harness.stripe.billing.meters.create(METER))).toMatchObject({ statusCode: 400, param: 'event_name' });
  await harness.standIn.happen(archiveMeter(METER.event_name));
  const { id } = await harness.stripe.billing.meters.create(METER);
  expect((await harness.stripe.billing.meters.list({ status: 'inactive' })).data.map((one) => one.id)).toEqual([meterId]);
  expect((await harness.stripe.billing.meters.list({ status: 'active' })).data.map((one) => one.id)).toEqual([id]);
});

it('what it finds out later is told by a signed notification, and the event says the rest', async () => {
  const receiver = await startReceiver();
  harness.standIn.connectWebhook(receiver.url);
  await send('5', { identifier: 'one', payload: { stripe_customer_id: 'cus_nobody', value: '5' } });
  await send('5', { identifier: 'two', event_name: 'unheard_of' });
  await harness.standIn.happen(archiveMeter(METER.event_name));
  await send('5', { identifier: 'three' });
  await harness.standIn.deliveriesSettled();
  await receiver.close();

  const gateway = new StripeGateway({ ...harness.standIn.connection, clock: () => harness.now, maxNetworkRetries: 0 });
  const told = await Promise.all(
    receiver.received
      .filter(({ body }) => body.includes('v2.core.event'))
      .map(async ({ body, headers }) => {
        expect(JSON.parse(String(body))).not.toHaveProperty('data');
        const event = gateway.verifyWebhook(body, String(headers['stripe-signature']), [TEST_SECRET]);
        if (!event.ok || event.value.about.kind !== 'meter-errors') throw new Error('expected a report');
        const errors = await gateway.meters.errorsOf(event.value.about.eventId);
        return [event.value.type, errors.ok ? errors.value : errors];
      }),
  );
  const report = 'v1.billing.meter.error_report_triggered';
  expect(told.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))).toEqual([
    [report, [{ identifier: 'one', code: 'meter_event_customer_not_found' }]],
    [report, [{ identifier: 'three', code: 'archived_meter' }]],
    ['v1.billing.meter.no_meter_found', [{ identifier: 'two', code: 'no_meter' }]],
  ]);
  expect(await sums(NOW - (NOW % DAY), NOW - (NOW % DAY) + DAY)).toEqual([]);
});
