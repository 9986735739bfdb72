import type { Stripe } from 'stripe';
import { ok } from '../../../../kernel/result.js';
import { missingResource } from './api-error.js';
import { createCustomer, retrieveCustomer } from './customer.operations.js';
import type { Operation } from './operation.js';
import { listPaymentIntents } from './payment-intent.list.js';
import {
  cancelPaymentIntent,
  confirmPaymentIntent,
  createPaymentIntent,
  retrievePaymentIntent,
} from './payment-intent.operations.js';
import { createRefund } from './refund.operations.js';
import { createSetupIntent } from './setup-intent.operations.js';

const retrieveEvent: Operation<Stripe.EventRetrieveParams> = {
  modelled: ['expand'],
  handle: ({ id, work }) => {
    const event = work.get('events', id);
    return event === undefined ? missingResource('event', id, 'id', 404) : ok(event);
  },
};

/**
 * What answers each route of data/stripe/routes.json. The parameters were checked against the
 * schema of the operation before, which was derived from the type that its handler names.
 */
export const OPERATIONS: ReadonlyMap<string, Operation<never>> = new Map<string, Operation<never>>([
  ['customers.create', createCustomer],
  ['customers.retrieve', retrieveCustomer],
  ['payment_intents.create', createPaymentIntent],
  ['payment_intents.list', listPaymentIntents],
  ['payment_intents.retrieve', retrievePaymentIntent],
  ['payment_intents.confirm', confirmPaymentIntent],
  ['payment_intents.cancel', cancelPaymentIntent],
  ['setup_intents.create', createSetupIntent],
  ['refunds.create', createRefund],
  ['events.retrieve', retrieveEvent],
]);
