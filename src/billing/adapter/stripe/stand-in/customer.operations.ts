import type { Stripe } from 'stripe';
import { ok, type Result } from '../../../../kernel/result.js';
import { missingResource, type ApiError } from './api-error.js';
import { metadataOf, orNull, type Answer, type Call, type Operation, type OperationTable } from './operation.js';
import { attach, findPaymentMethod } from './payment-method.js';
import type { UnitOfWork } from './unit-of-work.js';

const createCustomer: Operation<Stripe.CustomerCreateParams> = {
  modelled: ['description', 'email', 'expand', 'metadata', 'name', 'payment_method', 'phone'],
  handle: create,
};

const retrieveCustomer: Operation<Stripe.CustomerRetrieveParams> = {
  modelled: ['expand'],
  handle: ({ id, work }) => {
    const customer = work.get('customers', id);
    return customer === undefined ? missingResource('customer', id, 'id', 404) : ok(customer);
  },
};

function create({ params, work, make }: Call<Stripe.CustomerCreateParams>): Answer {
  const customer = make.customer({
    id: work.id('cus'),
    created: work.now,
    description: orNull(params.description),
    email: orNull(params.email),
    metadata: metadataOf(params.metadata),
    name: orNull(params.name),
    phone: orNull(params.phone),
  });
  work.put('customers', customer);
  work.emit('customer.created', customer);
  if (params.payment_method === undefined) return ok(customer);
  const method = findPaymentMethod(params.payment_method, { work, make });
  if (!method.ok) return method;
  attach(method.value.object, customer.id, work);
  return ok(customer);
}

export const CUSTOMER_OPERATIONS: OperationTable = {
  'customers.create': createCustomer,
  'customers.retrieve': retrieveCustomer,
};

/** Checks the customer that a parameter names, if it names one. */
export function checkCustomer(
  id: string | undefined,
  work: UnitOfWork,
): Result<string | null, ApiError> {
  if (id === undefined) return ok(null);
  if (work.get('customers', id) !== undefined) return ok(id);
  return missingResource('customer', id, 'customer');
}
