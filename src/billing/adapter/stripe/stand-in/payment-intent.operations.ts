import type { Stripe } from 'stripe';
import { ok, type Result } from '../../../../kernel/result.js';
import { invalidRequest, missingResource, type ApiError } from './api-error.js';
import { checkCustomer } from './customer.operations.js';
import {
  PASSED,
  firstRefusal,
  metadataOf,
  orNull,
  type Answer,
  type Call,
  type Operation,
  type OperationTable,
} from './operation.js';
import { confirmIntent } from './payment-intent.life.js';
import { listPaymentIntents } from './payment-intent.list.js';
import { findOwnMethod, type FoundMethod } from './payment-method.js';

type CreateParams = Stripe.PaymentIntentCreateParams;
type ConfirmParams = Stripe.PaymentIntentConfirmParams;
type Status = Stripe.PaymentIntent['status'];

/** The account of the stand-in is American: US dollars, from 50 cents, at most eight digits. */
const CURRENCY = 'usd';
const AMOUNT_MIN = 50;
const AMOUNT_MAX = 99_999_999;
/** They say how to confirm, and mean nothing when nothing is confirmed. */
const CONFIRM_ONLY = ['error_on_requires_action', 'off_session', 'return_url'] as const;
const CONFIRMABLE: readonly Status[] = [
  'requires_payment_method',
  'requires_confirmation',
  'requires_action',
];

const createPaymentIntent: Operation<CreateParams> = {
  modelled: [
    ...CONFIRM_ONLY,
    'amount',
    'automatic_payment_methods',
    'confirm',
    'currency',
    'customer',
    'description',
    'expand',
    'metadata',
    'payment_method',
    'receipt_email',
    'setup_future_usage',
    'statement_descriptor_suffix',
  ],
  handle: create,
};

const retrievePaymentIntent: Operation<Stripe.PaymentIntentRetrieveParams> = {
  modelled: ['expand'],
  handle: ({ id, work }) => {
    const intent = work.get('payment_intents', id);
    return intent === undefined ? missingIntent(id) : ok(intent);
  },
};

const confirmPaymentIntent: Operation<ConfirmParams> = {
  modelled: [...CONFIRM_ONLY, 'expand', 'payment_method'],
  handle: confirm,
};

const cancelPaymentIntent: Operation<Stripe.PaymentIntentCancelParams> = {
  modelled: ['cancellation_reason', 'expand'],
  handle: cancel,
};

export const PAYMENT_INTENT_OPERATIONS: OperationTable = {
  'payment_intents.cancel': cancelPaymentIntent,
  'payment_intents.confirm': confirmPaymentIntent,
  'payment_intents.create': createPaymentIntent,
  'payment_intents.list': listPaymentIntents,
  'payment_intents.retrieve': retrievePaymentIntent,
};

function create(call: Call<CreateParams>): Answer {
  const { params, work } = call;
  const refusal = firstRefusal(
    () => checkMoney(params),
    () => checkConfirmOnly(params),
    () => checkCustomer(params.customer, work),
  );
  if (refusal !== null) return refusal;
  const method = findOwnMethod(params.payment_method, orNull(params.customer), call);
  if (!method.ok) return method;
  const intent = newIntent(call, method.value);
  work.put('payment_intents', intent);
  work.emit('payment_intent.created', intent);
  return params.confirm === true ? confirmWith(intent, method.value, call) : ok(intent);
}

function newIntent(
  { params, work, make }: Call<CreateParams>,
  method: FoundMethod | null,
): Stripe.PaymentIntent {
  const id = work.id('pi');
  return make.paymentIntent({
    id,
    created: work.now,
    amount: params.amount,
    automatic_payment_methods: params.automatic_payment_methods ?? { enabled: true },
    client_secret: `${id}_${work.id('secret')}`,
    currency: params.currency,
    customer: orNull(params.customer),
    description: orNull(params.description),
    metadata: metadataOf(params.metadata),
    payment_method: method === null ? null : method.object.id,
    receipt_email: orNull(params.receipt_email),
    setup_future_usage: orNull(params.setup_future_usage),
    statement_descriptor_suffix: orNull(params.statement_descriptor_suffix),
    status: method === null ? 'requires_payment_method' : 'requires_confirmation',
  });
}

function confirm(call: Call<ConfirmParams>): Answer {
  const { id, params, work } = call;
  const intent = work.get('payment_intents', id);
  if (intent === undefined) return missingIntent(id);
  if (!CONFIRMABLE.includes(intent.status)) return unexpectedState('confirm', intent);
  const customer = typeof intent.customer === 'string' ? intent.customer : null;
  const known = typeof intent.payment_method === 'string' ? intent.payment_method : undefined;
  const method = findOwnMethod(params.payment_method ?? known, customer, call);
  return method.ok ? confirmWith(intent, method.value, call) : method;
}

function confirmWith(
  intent: Stripe.PaymentIntent,
  method: FoundMethod | null,
  call: Call<Pick<ConfirmParams, (typeof CONFIRM_ONLY)[number]>>,
): Answer {
  const { params } = call;
  if (method === null) {
    const message =
      "You cannot confirm this PaymentIntent because it's missing a payment method. You can " +
      'either update the PaymentIntent with a payment method and then confirm it again, or ' +
      'confirm it again directly with a payment method or ConfirmationToken.';
    return invalidRequest('payment_intent_unexpected_state', message);
  }
  const confirmation = {
    method,
    isOffSession: params.off_session !== undefined && params.off_session !== false,
    failsOnAction: params.error_on_requires_action === true,
    returnUrl: orNull(params.return_url),
  };
  return confirmIntent(intent, confirmation, call);
}

function cancel({ id, params, work }: Call<Stripe.PaymentIntentCancelParams>): Answer {
  const intent = work.get('payment_intents', id);
  if (intent === undefined) return missingIntent(id);
  if (!CONFIRMABLE.includes(intent.status)) return unexpectedState('cancel', intent);
  const canceled: Stripe.PaymentIntent = {
    ...intent,
    canceled_at: work.now,
    cancellation_reason: orNull(params.cancellation_reason),
    next_action: null,
    status: 'canceled',
  };
  work.put('payment_intents', canceled);
  work.emit('payment_intent.canceled', canceled);
  return ok(canceled);
}

function checkMoney({ amount, currency }: CreateParams): Result<unknown, ApiError> {
  if (currency !== CURRENCY) {
    const message = `Invalid currency: ${currency}. This account supports: ${CURRENCY}`;
    return invalidRequest(null, message, 'currency');
  }
  if (amount < 1) {
    const message = 'This value must be greater than or equal to 1.';
    return invalidRequest('parameter_invalid_integer', message, 'amount');
  }
  if (amount < AMOUNT_MIN) {
    return invalidRequest('amount_too_small', 'Amount must be at least $0.50 usd', 'amount');
  }
  if (amount > AMOUNT_MAX) {
    const message = 'Amount must be no more than $999,999.99';
    return invalidRequest('amount_too_large', message, 'amount');
  }
  return PASSED;
}

function checkConfirmOnly(params: CreateParams): Result<unknown, ApiError> {
  const early = CONFIRM_ONLY.find((name) => params[name] !== undefined);
  if (early === undefined || params.confirm === true) return PASSED;
  const message =
    `The parameter '${early}' cannot be passed when creating a PaymentIntent ` +
    "unless 'confirm' is set to true.";
  return invalidRequest(null, message, early);
}

export function missingIntent(id: string): Result<never, ApiError> {
  return missingResource('payment_intent', id, 'intent', 404);
}

function unexpectedState(
  action: 'confirm' | 'cancel',
  { status }: Stripe.PaymentIntent,
): Result<never, ApiError> {
  const message =
    `You cannot ${action} this PaymentIntent because it has a status of ${status}. Only a ` +
    `PaymentIntent with one of the following statuses may be ${action}ed: ` +
    `${CONFIRMABLE.join(', ')}.`;
  return invalidRequest('payment_intent_unexpected_state', message);
}
