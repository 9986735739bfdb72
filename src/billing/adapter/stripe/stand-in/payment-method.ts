import type { Stripe } from 'stripe';
import { present } from '../../../../kernel/assert.js';
import { ok, type Result } from '../../../../kernel/result.js';
import { invalidRequest, missingResource, type ApiError } from './api-error.js';
import type { Call } from './operation.js';
import { TEST_METHODS, type TestDecline, type TestMethod } from './test-methods.js';
import type { UnitOfWork } from './unit-of-work.js';

/** A payment method with what is behind it. */
export interface FoundMethod {
  readonly object: Stripe.PaymentMethod;
  readonly test: TestMethod;
}

type Context = Pick<Call<unknown>, 'work' | 'make'>;

/** Takes one of Stripe's test methods, which makes a new object, or one made before. */
export function findPaymentMethod(id: string, context: Context): Result<FoundMethod, ApiError> {
  const { work } = context;
  const test = TEST_METHODS.get(id);
  if (test !== undefined) return ok({ object: createMethod(id, test, context), test });
  const object = work.get('payment_methods', id);
  const name = work.get('test_methods', id)?.name;
  if (object === undefined || name === undefined) {
    return missingResource('PaymentMethod', id, 'payment_method');
  }
  if (work.get('detached_methods', id) !== undefined) {
    const message =
      'The provided PaymentMethod was previously used with a PaymentIntent without Customer ' +
      'attachment or was detached from a Customer, and may not be used again.';
    return invalidRequest(null, message, 'payment_method');
  }
  return ok({ object, test: present(TEST_METHODS.get(name), `the test method ${name}`) });
}

/** The method that a parameter names, if it names one. A saved one belongs to one customer. */
export function findOwnMethod(
  id: string | undefined,
  customer: string | null,
  context: Context,
): Result<FoundMethod | null, ApiError> {
  if (id === undefined) return ok(null);
  const method = findPaymentMethod(id, context);
  if (!method.ok) return method;
  const { object } = method.value;
  if (object.customer === null || object.customer === customer) return method;
  const message =
    `The customer does not have a payment method with the ID ${object.id}. ` +
    'The payment method must be attached to the customer.';
  return invalidRequest('resource_missing', message, 'payment_method');
}

export function attach(method: Stripe.PaymentMethod, customer: string, work: UnitOfWork): void {
  if (method.customer === customer) return;
  const attached: Stripe.PaymentMethod = { ...method, customer };
  work.put('payment_methods', attached);
  work.emit('payment_method.attached', attached);
}

/** What an API error, an intent and a charge say about one decline. */
export function declineFields(decline: TestDecline): {
  readonly type: 'card_error';
  readonly code: string;
  readonly message: string;
  readonly decline_code?: string;
} {
  const { code, declineCode, message } = decline;
  const reason = declineCode === null ? {} : { decline_code: declineCode };
  return { type: 'card_error', code, message, ...reason };
}

function createMethod(
  name: string,
  test: TestMethod,
  { work, make }: Context,
): Stripe.PaymentMethod {
  const common = { id: work.id('pm'), created: work.now, type: test.type };
  const object =
    test.type === 'card'
      ? make.paymentMethod({ ...common, card: make.card(test.brand, test.last4) })
      : make.paymentMethod({ ...common, us_bank_account: bankAccount(test) });
  work.put('payment_methods', object);
  work.put('test_methods', { id: object.id, name });
  return object;
}

function bankAccount({ brand, last4 }: TestMethod): Stripe.PaymentMethod.UsBankAccount {
  return {
    account_holder_type: 'individual',
    account_type: 'checking',
    bank_name: brand,
    financial_connections_account: null,
    fingerprint: null,
    last4,
    networks: { preferred: 'ach', supported: ['ach'] },
    routing_number: '110000000',
    status_details: {},
  };
}
