import type { Stripe } from 'stripe';
import type { StripeStandIn } from './stand-in.server.js';
import type { StandInStore } from './store.js';
import { TEST_MONEY as MONEY } from './stand-in.testing.js';

/** How the spec of the routes calls one of them. */
export interface Sample {
  /** An object for the route to work on, when its path names one. */
  readonly prepare: (stripe: Stripe, store: StandInStore, standIn: StripeStandIn) => Promise<string>;
  readonly call: (stripe: Stripe, id: string, more: object) => Promise<object>;
  /** A parameter that the route requires. */
  readonly required: string | null;
  readonly mistyped: object;
  readonly resource: string;
}

/** By the name of the route. */
export type Samples = Readonly<Record<string, Sample>>;

const CARD = { payment_method: 'pm_card_visa' };

export const nothing = async (): Promise<string> => '';
const anIntent = async (stripe: Stripe): Promise<string> =>
  (await stripe.paymentIntents.create({ ...MONEY, ...CARD })).id;
const aPayment = async (stripe: Stripe): Promise<string> =>
  (await stripe.paymentIntents.create({ ...MONEY, ...CARD, confirm: true })).id;
export const EXPAND = { expand: 'customer' };

export const PAYMENT_SAMPLES: Samples = {
  'customers.create': {
    prepare: nothing,
    call: (stripe, _id, more) => stripe.customers.create({ name: 'A', ...more }),
    required: null,
    mistyped: { metadata: 'none' },
    resource: 'customer',
  },
  'customers.retrieve': {
    prepare: async (stripe) => (await stripe.customers.create()).id,
    call: (stripe, id, more) => stripe.customers.retrieve(id, more),
    required: null,
    mistyped: EXPAND,
    resource: 'customer',
  },
  'payment_intents.create': {
    prepare: nothing,
    call: (stripe, _id, more) => stripe.paymentIntents.create({ ...MONEY, ...more }),
    required: 'amount',
    mistyped: { amount: 'a lot' },
    resource: 'payment_intent',
  },
  'payment_intents.list': {
    prepare: nothing,
    call: (stripe, _id, more) => stripe.paymentIntents.list(more),
    required: null,
    mistyped: { limit: 'all' },
    resource: 'list',
  },
  'payment_intents.retrieve': {
    prepare: anIntent,
    call: (stripe, id, more) => stripe.paymentIntents.retrieve(id, more),
    required: null,
    mistyped: EXPAND,
    resource: 'payment_intent',
  },
  'payment_intents.confirm': {
    prepare: anIntent,
    call: (stripe, id, more) => stripe.paymentIntents.confirm(id, more),
    required: null,
    mistyped: { error_on_requires_action: 'maybe' },
    resource: 'payment_intent',
  },
  'payment_intents.cancel': {
    prepare: anIntent,
    call: (stripe, id, more) => stripe.paymentIntents.cancel(id, more),
    required: null,
    mistyped: { cancellation_reason: 'bored' },
    resource: 'payment_intent',
  },
  'checkout.sessions.create': {
    prepare: nothing,
    call: (stripe, _id, more) => stripe.checkout.sessions.create({ mode: 'setup', success_url: 'http://here.test/back', ...more }),
    required: null,
    mistyped: { setup_intent_data: 'none' },
    resource: 'checkout.session',
  },
  'setup_intents.create': {
    prepare: nothing,
    call: (stripe, _id, more) => stripe.setupIntents.create({ ...CARD, ...more }),
    required: null,
    mistyped: { confirm: 'maybe' },
    resource: 'setup_intent',
  },
  'refunds.create': {
    prepare: aPayment,
    call: (stripe, id, more) => stripe.refunds.create({ payment_intent: id, ...more }),
    required: 'payment_intent',
    mistyped: { amount: 'all' },
    resource: 'refund',
  },
  'refunds.list': {
    prepare: nothing,
    call: (stripe, _id, more) => stripe.refunds.list(more),
    required: null,
    mistyped: { limit: 'all' },
    resource: 'list',
  },
  'events.retrieve': {
    prepare: async (stripe, store) => {
      await stripe.customers.create();
      return store.list('events')[0]?.id ?? '';
    },
    call: (stripe, id, more) => stripe.events.retrieve(id, more),
    required: null,
    mistyped: EXPAND,
    resource: 'event',
  },
};
