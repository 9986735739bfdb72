import type { Stripe } from 'stripe';
import { assertNever, present } from '../../../../kernel/assert.js';
import { ok } from '../../../../kernel/result.js';
import { apiError } from './api-error.js';
import { bookBalance, processingFee } from './balance-transaction.js';
import type { Answer, Call } from './operation.js';
import { attach, declineFields, type FoundMethod } from './payment-method.js';
import { TEST_METHODS, type TestDecline, type TestMethod } from './test-methods.js';

type Context = Pick<Call<unknown>, 'work' | 'make'>;

export interface Confirmation {
  readonly method: FoundMethod;
  /** The payer is not there to authenticate. */
  readonly isOffSession: boolean;
  readonly failsOnAction: boolean;
  readonly returnUrl: string | null;
}

const AUTHENTICATION_REQUIRED: TestDecline = {
  code: 'authentication_required',
  declineCode: 'authentication_required',
  message: 'Your card was declined. This transaction requires authentication.',
};

const AUTHENTICATION_FAILED: TestDecline = {
  code: 'payment_intent_authentication_failure',
  declineCode: null,
  message:
    'We are unable to authenticate your payment method. ' +
    'Please choose a different payment method and try again.',
};

/** Charges the method; the intent it is given must be one that can be confirmed. */
export function confirmIntent(
  unconfirmed: Stripe.PaymentIntent,
  confirmation: Confirmation,
  context: Context,
): Answer {
  const { object: method, test } = confirmation.method;
  const intent = { ...unconfirmed, payment_method: method.id, next_action: null };
  const { behaviour } = test;
  switch (behaviour.outcome) {
    case 'succeeds':
      return ok(succeed(intent, context));
    case 'declines':
      return decline(intent, behaviour.decline, context);
    case 'processes':
      return ok(process(intent, context));
    case 'authenticates':
      return confirmation.isOffSession || confirmation.failsOnAction
        ? decline(intent, AUTHENTICATION_REQUIRED, context)
        : ok(requireAction(intent, confirmation.returnUrl, context));
    default:
      return assertNever(behaviour);
  }
}

/** What happens later and elsewhere: the bank answers, or the payer has authenticated. */
export function finishIntent(
  intent: Stripe.PaymentIntent,
  outcome: 'succeeded' | 'failed',
  context: Context,
): Answer {
  if (outcome === 'succeeded') return ok(succeed(intent, context));
  const { behaviour } = behindOf(intent, context);
  const refusal = behaviour.outcome === 'processes' ? behaviour.finally : null;
  return decline(intent, refusal ?? AUTHENTICATION_FAILED, context);
}

function succeed(intent: Stripe.PaymentIntent, context: Context): Stripe.PaymentIntent {
  const { work } = context;
  const charge = newCharge(intent, 'succeeded', context);
  const paid: Stripe.PaymentIntent = {
    ...intent,
    amount_received: intent.amount,
    last_payment_error: null,
    latest_charge: charge.id,
    next_action: null,
    status: 'succeeded',
  };
  work.put('charges', charge);
  work.put('payment_intents', paid);
  work.emit('charge.succeeded', charge);
  work.emit('payment_intent.succeeded', paid);
  saveForLater(paid, context);
  return paid;
}

function process(intent: Stripe.PaymentIntent, context: Context): Stripe.PaymentIntent {
  const { work } = context;
  const charge = newCharge(intent, 'pending', context);
  const processing: Stripe.PaymentIntent = {
    ...intent,
    latest_charge: charge.id,
    status: 'processing',
  };
  work.put('charges', charge);
  work.put('payment_intents', processing);
  work.emit('charge.pending', charge);
  work.emit('payment_intent.processing', processing);
  return processing;
}

function requireAction(
  intent: Stripe.PaymentIntent,
  returnUrl: string | null,
  { work }: Context,
): Stripe.PaymentIntent {
  const waiting: Stripe.PaymentIntent = {
    ...intent,
    next_action:
      returnUrl === null
        ? { type: 'use_stripe_sdk', use_stripe_sdk: {} }
        : {
            type: 'redirect_to_url',
            // A host of the reserved domain `invalid`: nothing is there to be visited.
            redirect_to_url: { return_url: returnUrl, url: 'https://authenticate.invalid/' },
          },
    status: 'requires_action',
  };
  work.put('payment_intents', waiting);
  work.emit('payment_intent.requires_action', waiting);
  return waiting;
}

function decline(intent: Stripe.PaymentIntent, refusal: TestDecline, context: Context): Answer {
  const { work } = context;
  const method = work.get('payment_methods', methodIdOf(intent));
  const charge = newCharge(intent, 'failed', context, refusal);
  const error = { ...declineFields(refusal), charge: charge.id };
  const failed: Stripe.PaymentIntent = {
    ...intent,
    last_payment_error: { ...error, payment_method: present(method, 'the declined method') },
    latest_charge: charge.id,
    next_action: null,
    payment_method: null,
    status: 'requires_payment_method',
  };
  work.put('charges', charge);
  work.put('payment_intents', failed);
  work.emit('charge.failed', charge);
  work.emit('payment_intent.payment_failed', failed);
  return apiError(402, { ...failed.last_payment_error, ...error, payment_intent: failed });
}

function newCharge(
  intent: Stripe.PaymentIntent,
  status: 'succeeded' | 'pending' | 'failed',
  context: Context,
  refusal: TestDecline | null = null,
): Stripe.Charge {
  const { make } = context;
  const test = behindOf(intent, context);
  const isPaid = status === 'succeeded';
  const identity = identityOf(intent, context);
  const change = {
    ...{ type: 'charge', reportingCategory: 'charge', amount: intent.amount, currency: intent.currency },
    ...{ fee: processingFee(test.type, intent.amount), source: identity.id, description: intent.description },
  } as const;
  return make.charge({
    ...identity,
    ...failureOf(refusal),
    balance_transaction: isPaid ? bookBalance(context, change) : null,
    amount: intent.amount,
    amount_captured: isPaid ? intent.amount : 0,
    captured: isPaid,
    currency: intent.currency,
    customer: intent.customer,
    description: intent.description,
    metadata: intent.metadata,
    paid: isPaid,
    payment_intent: intent.id,
    payment_method: methodIdOf(intent),
    payment_method_details:
      test.type === 'card' ? make.chargedCard(test.brand, test.last4) : { type: test.type },
    status,
  });
}

/** The bank's answer settles the charge that waited for it; anything else is a new one. */
function identityOf(
  intent: Stripe.PaymentIntent,
  { work }: Context,
): Pick<Stripe.Charge, 'id' | 'created'> {
  const { latest_charge: latest } = intent;
  const charge = typeof latest === 'string' ? work.get('charges', latest) : undefined;
  if (charge?.status === 'pending') return { id: charge.id, created: charge.created };
  return { id: work.id('ch'), created: work.now };
}

function failureOf(
  refusal: TestDecline | null,
): Pick<Stripe.Charge, 'failure_code' | 'failure_message' | 'outcome'> {
  const unsaid = { advice_code: null, network_advice_code: null, network_decline_code: null };
  if (refusal === null) {
    const outcome = {
      ...unsaid,
      network_status: 'approved_by_network',
      reason: null,
      seller_message: 'Payment complete.',
      type: 'authorized',
    };
    return { failure_code: null, failure_message: null, outcome };
  }
  const outcome = {
    ...unsaid,
    network_status: 'declined_by_network',
    reason: refusal.declineCode,
    seller_message: 'The bank refused the payment.',
    type: 'issuer_declined',
  };
  return { failure_code: refusal.code, failure_message: refusal.message, outcome };
}

function saveForLater(intent: Stripe.PaymentIntent, { work }: Context): void {
  const { customer } = intent;
  if (intent.setup_future_usage === null || typeof customer !== 'string') return;
  const method = work.get('payment_methods', methodIdOf(intent));
  if (method !== undefined) attach(method, customer, work);
}

function behindOf(intent: Stripe.PaymentIntent, { work }: Context): TestMethod {
  const name = work.get('test_methods', methodIdOf(intent))?.name ?? '';
  return present(TEST_METHODS.get(name), 'the test method of the intent');
}

/** The stand-in stores ids only: objects appear where a request asks to expand them. */
function methodIdOf(intent: Stripe.PaymentIntent): string {
  const { payment_method: method } = intent;
  return typeof method === 'string' ? method : present(method, 'the payment method').id;
}
