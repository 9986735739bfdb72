import type { Stripe } from 'stripe';
import { assertNever } from '../../../../kernel/assert.js';
import { ok } from '../../../../kernel/result.js';
import { apiError, invalidRequest, missingResource } from './api-error.js';
import { checkCustomer } from './customer.operations.js';
import { metadataOf, orNull, type Answer, type Call, type Happening, type Operation, type OperationTable } from './operation.js';
import {
  attach,
  declineFields,
  findOwnMethod,
  type FoundMethod,
} from './payment-method.js';
import type { TestDecline } from './test-methods.js';

type CreateParams = Stripe.SetupIntentCreateParams;

interface Confirmation extends Pick<Call<unknown>, 'work' | 'make'> {
  readonly returnUrl: string | undefined;
  /** The payer is there and authenticates. */
  readonly isPresent: boolean;
}

const createSetupIntent: Operation<CreateParams> = {
  modelled: [
    'automatic_payment_methods',
    'confirm',
    'customer',
    'description',
    'expand',
    'metadata',
    'payment_method',
    'return_url',
    'usage',
  ],
  handle: create,
};

const retrieveSetupIntent: Operation<Stripe.SetupIntentRetrieveParams> = {
  modelled: ['expand'],
  handle: ({ id, work }) => {
    const intent = work.get('setup_intents', id);
    return intent === undefined ? missingResource('setup_intent', id, 'intent', 404) : ok(intent);
  },
};

export const SETUP_INTENT_OPERATIONS: OperationTable = {
  'setup_intents.create': createSetupIntent,
  'setup_intents.retrieve': retrieveSetupIntent,
};

/** What the payer's browser does with the client secret: names a method and, if asked, authenticates. */
export function payerConfirms(setupIntentId: string, paymentMethod: string): Happening {
  return (context) => {
    const { work } = context;
    const intent = work.get('setup_intents', setupIntentId);
    if (intent === undefined) return missingResource('setup_intent', setupIntentId, 'intent', 404);
    const customer = typeof intent.customer === 'string' ? intent.customer : null;
    const method = findOwnMethod(paymentMethod, customer, context);
    if (!method.ok) return method;
    const named = { ...intent, payment_method: method.value?.object.id ?? null };
    return settle(named, method.value, { ...context, returnUrl: undefined, isPresent: true });
  };
}


function create(call: Call<CreateParams>): Answer {
  const { params, work } = call;
  const customer = checkCustomer(params.customer, work);
  if (!customer.ok) return customer;
  const method = findOwnMethod(params.payment_method, customer.value, call);
  if (!method.ok) return method;
  const intent = newIntent(call, method.value);
  work.put('setup_intents', intent);
  work.emit('setup_intent.created', intent);
  if (params.confirm !== true) return ok(intent);
  return settle(intent, method.value, { ...call, returnUrl: params.return_url, isPresent: false });
}

function newIntent(
  { params, work, make }: Call<CreateParams>,
  method: FoundMethod | null,
): Stripe.SetupIntent {
  const id = work.id('seti');
  return make.setupIntent({
    id,
    created: work.now,
    automatic_payment_methods: params.automatic_payment_methods ?? { enabled: true },
    client_secret: `${id}_${work.id('secret')}`,
    customer: orNull(params.customer),
    description: orNull(params.description),
    metadata: metadataOf(params.metadata),
    payment_method: method === null ? null : method.object.id,
    status: method === null ? 'requires_payment_method' : 'requires_confirmation',
    usage: params.usage ?? 'off_session',
  });
}

function settle(
  intent: Stripe.SetupIntent,
  method: FoundMethod | null,
  call: Confirmation,
): Answer {
  if (method === null) {
    const message =
      "You cannot confirm this SetupIntent because it's missing a payment method. " +
      'Update the SetupIntent with a payment method and then confirm it again.';
    return invalidRequest('setup_intent_unexpected_state', message);
  }
  const { behaviour } = method.test;
  switch (behaviour.outcome) {
    case 'declines':
      return behaviour.canBeSaved
        ? succeed(intent, method, call)
        : decline(intent, method, { refusal: behaviour.decline, call });
    case 'authenticates':
      return call.isPresent ? succeed(intent, method, call) : requireAction(intent, call);
    case 'succeeds':
    case 'processes':
      return succeed(intent, method, call);
    default:
      return assertNever(behaviour);
  }
}

function succeed(
  intent: Stripe.SetupIntent,
  method: FoundMethod,
  { work }: Confirmation,
): Answer {
  const saved: Stripe.SetupIntent = { ...intent, status: 'succeeded' };
  work.put('setup_intents', saved);
  work.emit('setup_intent.succeeded', saved);
  if (typeof saved.customer === 'string') attach(method.object, saved.customer, work);
  return ok(saved);
}

function requireAction(
  intent: Stripe.SetupIntent,
  { returnUrl, work }: Confirmation,
): Answer {
  const waiting: Stripe.SetupIntent = {
    ...intent,
    next_action:
      returnUrl === undefined
        ? { type: 'use_stripe_sdk', use_stripe_sdk: {} }
        : {
            type: 'redirect_to_url',
            redirect_to_url: { return_url: returnUrl, url: 'https://authenticate.invalid/' },
          },
    status: 'requires_action',
  };
  work.put('setup_intents', waiting);
  work.emit('setup_intent.requires_action', waiting);
  return ok(waiting);
}

function decline(
  intent: Stripe.SetupIntent,
  method: FoundMethod,
  { refusal, call }: { readonly refusal: TestDecline; readonly call: Confirmation },
): Answer {
  const error = { ...declineFields(refusal), payment_method: method.object };
  const failed: Stripe.SetupIntent = {
    ...intent,
    last_setup_error: error,
    payment_method: null,
    status: 'requires_payment_method',
  };
  call.work.put('setup_intents', failed);
  call.work.emit('setup_intent.setup_failed', failed);
  return apiError(402, { ...error, setup_intent: failed });
}
