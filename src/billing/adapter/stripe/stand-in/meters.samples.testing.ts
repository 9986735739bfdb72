import type { Stripe } from 'stripe';
import { present } from '../../../../kernel/assert.js';
import { EXPAND, type Samples } from './payments.samples.testing.js';
import type { StandInStore } from './store.js';

export const METER = {
  ...{ event_name: 'headroom_overage_tokens', display_name: 'Overage', default_aggregation: { formula: 'sum' } },
  customer_mapping: { type: 'by_id', event_payload_key: 'stripe_customer_id' },
  value_settings: { event_payload_key: 'value' },
} as const satisfies Stripe.Billing.MeterCreateParams;

let names = 0;
const newName = (): string => `meter_${(names += 1)}`;

/** The meter of our name, made when it is not there. */
export async function aMeter(stripe: Stripe): Promise<string> {
  const { data } = await stripe.billing.meters.list({ limit: 100, status: 'active' });
  const found = data.find(({ event_name: name }) => name === METER.event_name);
  return (found ?? (await stripe.billing.meters.create(METER))).id;
}

/** A report of an event that no meter was there for. */
export async function aReport(stripe: Stripe, store: StandInStore): Promise<string> {
  await stripe.billing.meterEvents.create({ event_name: newName(), payload: { value: '1' } });
  return present(store.list('core_events').at(-1), 'report').id;
}

/** Meters, what is sent to them and what is told of it. */
export const METER_SAMPLES: Samples = {
  'billing.meter_events.create': {
    prepare: aMeter,
    call: async (stripe, _id, more) => {
      const { id: customer } = await stripe.customers.create();
      const payload = { stripe_customer_id: customer, value: '25' };
      return stripe.billing.meterEvents.create({ event_name: METER.event_name, payload, ...more });
    },
    required: 'payload',
    mistyped: { timestamp: 'soon' },
    resource: 'billing.meter_event',
  },
  'billing.meters.create': {
    prepare: async () => newName(),
    call: (stripe, event_name, more) => stripe.billing.meters.create({ ...METER, event_name, ...more }),
    required: 'display_name',
    mistyped: { default_aggregation: 'sum' },
    resource: 'billing.meter',
  },
  'billing.meters.list': {
    prepare: aMeter,
    call: (stripe, _id, more) => stripe.billing.meters.list({ ...more }),
    required: null,
    mistyped: { limit: 'many' },
    resource: 'list',
  },
  'billing.meters.listEventSummaries': {
    prepare: aMeter,
    call: async (stripe, id, more) => {
      const { id: customer } = await stripe.customers.create();
      return stripe.billing.meters.listEventSummaries(id, { customer, start_time: 0, end_time: 60, ...more });
    },
    required: 'end_time',
    mistyped: { start_time: 'soon' },
    resource: 'list',
  },
  'v2.core.events.retrieve': {
    prepare: (stripe, store) => aReport(stripe, store),
    call: (stripe, id, more) => stripe.v2.core.events.retrieve(id, more),
    required: null,
    mistyped: EXPAND,
    resource: 'v2.core.event',
  },
};
