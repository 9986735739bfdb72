import type { Stripe } from 'stripe';
import { isInRange, listAnswer } from './listing.js';
import type { Operation } from './operation.js';

type ListParams = Stripe.PaymentIntentListParams;

export const listPaymentIntents: Operation<ListParams> = {
  modelled: ['created', 'customer', 'ending_before', 'expand', 'limit', 'starting_after'],
  handle: ({ params, work }) => {
    const all = work.newest('payment_intents').filter((intent) => isWanted(intent, params));
    return listAnswer(all, params, { url: '/v1/payment_intents', kind: 'payment_intent' });
  },
};

function isWanted(intent: Stripe.PaymentIntent, { customer, created }: ListParams): boolean {
  return (customer === undefined || intent.customer === customer) && isInRange(intent.created, created);
}
