import type { Stripe } from 'stripe';
import { ok } from '../../../../kernel/result.js';
import { invalidRequest, missingResource } from './api-error.js';
import { checkCustomer } from './customer.operations.js';
import { metadataOf, orNull, type Answer, type Call, type Happening, type Operation, type OperationTable } from './operation.js';
import { payerConfirms } from './setup-intent.operations.js';

type CreateParams = Stripe.Checkout.SessionCreateParams;

/** Stripe ends a session by itself after a day. */
const LIFE_SECONDS = 86_400;

/** https://docs.stripe.com/api/checkout/sessions/create */
const createSession: Operation<CreateParams> = {
  modelled: ['allowed_payment_method_types', 'cancel_url', 'customer', 'expand', 'metadata', 'mode', 'setup_intent_data', 'success_url'],
  handle: create,
};

export const CHECKOUT_OPERATIONS: OperationTable = { 'checkout.sessions.create': createSession };

/** What the payer does on Stripe's page: names a card. One that is declined leaves the page open. */
export function payerChecksOut(sessionId: string, paymentMethod: string): Happening {
  return (context) => {
    const { work } = context;
    const session = work.get('checkout_sessions', sessionId);
    if (session === undefined) return missingResource('checkout.session', sessionId, 'session', 404);
    if (session.status !== 'open' || session.expires_at <= work.now) {
      return invalidRequest('checkout_session_expired', 'This session is complete, or has expired.');
    }
    const answer = payerConfirms(String(session.setup_intent), paymentMethod)(context);
    if (!answer.ok) return answer;
    // A decline is an answer, too: the intent says why and waits for another card.
    const intent = answer.value as Stripe.SetupIntent;
    if (intent.status !== 'succeeded') return answer;
    const complete: Stripe.Checkout.Session = { ...session, status: 'complete', url: null };
    work.put('checkout_sessions', complete);
    work.emit('checkout.session.completed', complete);
    return ok(complete);
  };
}

function create({ params, work, make }: Call<CreateParams>): Answer {
  const { mode, success_url: success, cancel_url: cancel, setup_intent_data: data } = params;
  if (mode !== 'setup') {
    return invalidRequest('not_modelled_by_stand_in', 'Stripe takes other modes; its local stand-in models setup.', 'mode');
  }
  const customer = checkCustomer(params.customer, work);
  if (!customer.ok) return customer;
  if (success === undefined || !URL.canParse(success)) return invalidRequest('url_invalid', 'Not a valid URL', 'success_url');
  if (cancel !== undefined && !URL.canParse(cancel)) return invalidRequest('url_invalid', 'Not a valid URL', 'cancel_url');
  const intentId = work.id('seti');
  const common = { customer: orNull(params.customer), created: work.now };
  const intent = make.setupIntent({
    ...{ ...common, id: intentId, client_secret: `${intentId}_${work.id('secret')}`, status: 'requires_payment_method' },
    metadata: metadataOf(data?.metadata),
    usage: 'off_session',
  });
  work.put('setup_intents', intent);
  work.emit('setup_intent.created', intent);
  const id = work.id('cs_test');
  const session: Stripe.Checkout.Session = {
    ...make.fixture<Stripe.Checkout.Session>('checkout.session'),
    ...{ ...common, id, mode, success_url: success, cancel_url: orNull(cancel), setup_intent: intentId },
    expires_at: work.now + LIFE_SECONDS,
    metadata: metadataOf(params.metadata),
    // The page is served by whoever is to be returned to, in Stripe's place.
    url: `${new URL(success).origin}/stripe-stand-in/checkout/${id}`,
  };
  work.put('checkout_sessions', session);
  return ok(session);
}
