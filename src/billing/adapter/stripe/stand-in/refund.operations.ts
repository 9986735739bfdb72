import type { Stripe } from 'stripe';
import { ok, type Result } from '../../../../kernel/result.js';
import { invalidRequest, missingResource, type ApiError } from './api-error.js';
import { bookBalance } from './balance-transaction.js';
import { isInRange, listAnswer } from './listing.js';
import { metadataOf, orNull, type Answer, type Call, type Happening, type Operation, type OperationTable } from './operation.js';
import type { UnitOfWork } from './unit-of-work.js';

type CreateParams = Stripe.RefundCreateParams;

/** https://docs.stripe.com/api/refunds/create */
const createRefund: Operation<CreateParams> = {
  modelled: ['amount', 'charge', 'expand', 'metadata', 'payment_intent', 'reason'],
  handle: create,
};

const retrieveRefund: Operation<Stripe.RefundRetrieveParams> = {
  modelled: ['expand'],
  handle: ({ id, work }) => {
    const refund = work.get('refunds', id);
    return refund === undefined ? missingResource('refund', id, 'refund', 404) : ok(refund);
  },
};

const listRefunds: Operation<Stripe.RefundListParams> = {
  modelled: ['created', 'ending_before', 'expand', 'limit', 'payment_intent', 'starting_after'],
  handle: ({ params, work }) => {
    const { payment_intent: intent, created } = params;
    const all = work
      .newest('refunds')
      .filter((refund) => (intent === undefined || refund.payment_intent === intent) && isInRange(refund.created, created));
    return listAnswer(all, params, { url: '/v1/refunds', kind: 'refund' });
  },
};

export const REFUND_OPERATIONS: OperationTable = {
  'refunds.create': createRefund,
  'refunds.list': listRefunds,
  'refunds.retrieve': retrieveRefund,
};

/** The bank of the card sends a refund back. */
export function failRefund(refundId: string): Happening {
  return (context) => {
    const { work } = context;
    const refund = work.get('refunds', refundId);
    if (refund === undefined) return missingResource('refund', refundId, 'refund', 404);
    if (refund.status === 'failed') return invalidRequest(null, 'This refund has failed already.', 'refund');
    const failure_balance_transaction = bookBalance(context, {
      ...{ type: 'refund_failure', reportingCategory: 'refund_failure', amount: refund.amount, fee: 0 },
      ...{ currency: refund.currency, source: refund.id, description: 'REFUND FAILURE' },
    });
    const failure_reason = 'lost_or_stolen_card';
    const failed: Stripe.Refund = { ...refund, status: 'failed', failure_reason, failure_balance_transaction };
    work.put('refunds', failed);
    work.emit('refund.failed', failed);
    return ok(failed);
  };
}

function create(call: Call<CreateParams>): Answer {
  const { params, work, make } = call;
  const found = findCharge(call);
  if (!found.ok) return found;
  const charge = found.value;
  if (isChargedBack(charge, work)) {
    const message = `Charge ${charge.id} has been charged back; cannot issue a refund.`;
    return invalidRequest('charge_disputed', message, 'charge');
  }
  const amount = refundable(charge, params.amount);
  if (!amount.ok) return amount;
  const id = work.id('re');
  const refund = make.refund({
    id,
    balance_transaction: bookBalance(call, {
      ...{ type: 'refund', reportingCategory: 'refund', amount: -amount.value, fee: 0, source: id },
      ...{ currency: charge.currency, description: 'REFUND FOR CHARGE' },
    }),
    created: work.now,
    amount: amount.value,
    charge: charge.id,
    currency: charge.currency,
    metadata: metadataOf(params.metadata),
    payment_intent: charge.payment_intent,
    reason: orNull(params.reason),
    status: 'succeeded',
  });
  const refunded = charge.amount_refunded + amount.value;
  const updated: Stripe.Charge = {
    ...charge,
    amount_refunded: refunded,
    refunded: refunded === charge.amount,
  };
  work.put('refunds', refund);
  work.put('charges', updated);
  work.emit('refund.created', refund);
  work.emit('charge.refunded', updated);
  return ok(refund);
}

function findCharge({ params, work }: Call<CreateParams>): Result<Stripe.Charge, ApiError> {
  const { charge: chargeId, payment_intent: intentId } = params;
  if (chargeId === undefined) {
    return intentId === undefined ? noTarget() : chargeOfIntent(intentId, work);
  }
  if (intentId !== undefined) {
    const message = 'You may only specify one of these parameters: charge, payment_intent.';
    return invalidRequest('parameters_exclusive', message, 'charge');
  }
  const charge = work.get('charges', chargeId);
  return charge === undefined ? missingResource('charge', chargeId, 'charge') : ok(charge);
}

function noTarget(): Result<never, ApiError> {
  const message =
    'One of the following params should be provided for this request: payment_intent or charge.';
  return invalidRequest('parameter_missing', message, 'payment_intent');
}

function chargeOfIntent(id: string, work: UnitOfWork): Result<Stripe.Charge, ApiError> {
  const intent = work.get('payment_intents', id);
  if (intent === undefined) return missingResource('payment_intent', id, 'payment_intent');
  const latest = intent.latest_charge;
  const charge = typeof latest === 'string' ? work.get('charges', latest) : undefined;
  if (charge !== undefined) return ok(charge);
  const message = `This PaymentIntent (${id}) does not have a successful charge to refund.`;
  return invalidRequest('resource_missing', message, 'payment_intent');
}

/** By a dispute that was not won, also over a part of it. */
function isChargedBack({ id, disputed }: Stripe.Charge, work: UnitOfWork): boolean {
  return disputed && work.newest('disputes').some((dispute) => dispute.charge === id && dispute.status !== 'won');
}

/** What is asked for, or all that is left. */
function refundable(
  charge: Stripe.Charge,
  asked: number | undefined,
): Result<number, ApiError> {
  if (charge.status !== 'succeeded') {
    const message = `Charge ${charge.id} has not succeeded and cannot be refunded.`;
    return invalidRequest('charge_not_refundable', message, 'charge');
  }
  const left = charge.amount - charge.amount_refunded;
  if (left === 0) {
    const message = `Charge ${charge.id} has already been refunded.`;
    return invalidRequest('charge_already_refunded', message);
  }
  const amount = asked ?? left;
  if (amount < 1) {
    const message = 'This value must be greater than or equal to 1.';
    return invalidRequest('parameter_invalid_integer', message, 'amount');
  }
  if (amount <= left) return ok(amount);
  const message = `Refund amount (${amount}) is greater than unrefunded amount on charge (${left})`;
  return invalidRequest(null, message, 'amount');
}
