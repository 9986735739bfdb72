import type { Stripe } from 'stripe';
import { openDispute } from './dispute.operations.js';
import { EXPAND, type Samples } from './payments.samples.testing.js';
import { TEST_MONEY } from './stand-in.testing.js';

const CARD = { payment_method: 'pm_card_visa' };

const aPayment = async (stripe: Stripe): Promise<Stripe.PaymentIntent> =>
  stripe.paymentIntents.create({ ...TEST_MONEY, ...CARD, confirm: true });

const aMethod = async (stripe: Stripe): Promise<string> => {
  const { id: customer } = await stripe.customers.create();
  const { payment_method: method } = await stripe.setupIntents.create({ ...CARD, customer, confirm: true });
  return String(method);
};

/** The buyers' side: customers, saved methods, refunds, disputes. */
export const BUYER_SAMPLES: Samples = {
  'disputes.retrieve': {
    prepare: async (stripe, _store, standIn) => {
      const { body } = await standIn.happen(openDispute((await aPayment(stripe)).id));
      return (body as Stripe.Dispute).id;
    },
    call: (stripe, id, more) => stripe.disputes.retrieve(id, more),
    required: null,
    mistyped: EXPAND,
    resource: 'dispute',
  },
  'payment_methods.detach': {
    prepare: aMethod,
    call: (stripe, id, more) => stripe.paymentMethods.detach(id, more),
    required: null,
    mistyped: EXPAND,
    resource: 'payment_method',
  },
  'payment_methods.retrieve': {
    prepare: aMethod,
    call: (stripe, id, more) => stripe.paymentMethods.retrieve(id, more),
    required: null,
    mistyped: EXPAND,
    resource: 'payment_method',
  },
  'refunds.retrieve': {
    prepare: async (stripe) => {
      const { id: payment_intent } = await aPayment(stripe);
      return (await stripe.refunds.create({ payment_intent })).id;
    },
    call: (stripe, id, more) => stripe.refunds.retrieve(id, more),
    required: null,
    mistyped: EXPAND,
    resource: 'refund',
  },
  'setup_intents.retrieve': {
    prepare: async (stripe) => (await stripe.setupIntents.create()).id,
    call: (stripe, id, more) => stripe.setupIntents.retrieve(id, more),
    required: null,
    mistyped: EXPAND,
    resource: 'setup_intent',
  },
};
