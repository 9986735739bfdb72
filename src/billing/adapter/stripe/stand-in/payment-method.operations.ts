import type { Stripe } from 'stripe';
import { ok } from '../../../../kernel/result.js';
import { invalidRequest, missingResource } from './api-error.js';
import type { Answer, Call, Operation, OperationTable } from './operation.js';

const retrievePaymentMethod: Operation<Stripe.PaymentMethodRetrieveParams> = {
  modelled: ['expand'],
  handle: ({ id, work }) => {
    const method = work.get('payment_methods', id);
    return method === undefined ? missingMethod(id) : ok(method);
  },
};

const detachPaymentMethod: Operation<Stripe.PaymentMethodDetachParams> = {
  modelled: ['expand'],
  handle: detach,
};

export const PAYMENT_METHOD_OPERATIONS: OperationTable = {
  'payment_methods.detach': detachPaymentMethod,
  'payment_methods.retrieve': retrievePaymentMethod,
};

/** For good: a method that was detached is of no customer any more. */
function detach({ id, work }: Pick<Call<unknown>, 'id' | 'work'>): Answer {
  const method = work.get('payment_methods', id);
  if (method === undefined) return missingMethod(id);
  if (method.customer === null) {
    const message =
      'The payment method you provided is not attached to a customer so detachment is impossible.';
    return invalidRequest(null, message, 'payment_method');
  }
  const detached: Stripe.PaymentMethod = { ...method, customer: null };
  work.put('payment_methods', detached);
  work.put('detached_methods', { id });
  work.emit('payment_method.detached', detached);
  return ok(detached);
}

function missingMethod(id: string): Answer {
  return missingResource('PaymentMethod', id, 'payment_method', 404);
}
