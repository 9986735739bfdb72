import type { Stripe } from 'stripe';
import { ok } from '../../../../kernel/result.js';
import { invalidRequest, missingResource } from './api-error.js';
import { bookBalance } from './balance-transaction.js';
import type { Answer, Call, Happening, Operation, OperationTable } from './operation.js';

type Context = Pick<Call<unknown>, 'work' | 'make'>;

/** https://docs.stripe.com/disputes/responding: a week for a card in most cases. */
const EVIDENCE_SECONDS = 7 * 24 * 3_600;
/** Of a dispute in the United States, in cents; it is not given back. */
const DISPUTE_FEE = 1_500;

const retrieveDispute: Operation<Stripe.DisputeRetrieveParams> = {
  modelled: ['expand'],
  handle: ({ id, work }) => {
    const dispute = work.get('disputes', id);
    return dispute === undefined ? missingResource('dispute', id, 'dispute', 404) : ok(dispute);
  },
};

export const DISPUTE_OPERATIONS: OperationTable = { 'disputes.retrieve': retrieveDispute };

/** The holder of a card disputes a payment: its amount, or a part, is withdrawn at once. */
export function openDispute(paymentIntentId: string, amount?: number): Happening {
  return (context) => {
    const { work, make } = context;
    const charge = work
      .newest('charges')
      .find((one) => one.payment_intent === paymentIntentId && one.status === 'succeeded');
    if (charge === undefined) return missingResource('charge', paymentIntentId, 'charge');
    if (charge.disputed) return invalidRequest('charge_disputed', 'This payment has been disputed already.', 'charge');
    const disputed = amount ?? charge.amount - charge.amount_refunded;
    if (disputed > charge.amount) return tooMuch(disputed, charge.amount);
    const id = work.id('dp');
    const opened: Stripe.Dispute = {
      ...make.fixture<Stripe.Dispute>('dispute'),
      ...{ id, amount: disputed, charge: charge.id, created: work.now, currency: charge.currency },
      ...{ payment_intent: charge.payment_intent, reason: 'fraudulent', status: 'needs_response' },
      ...{ is_charge_refundable: false, metadata: {} },
    };
    const due_by = work.now + EVIDENCE_SECONDS;
    const dispute = { ...opened, evidence_details: { ...opened.evidence_details, due_by } };
    work.put('charges', { ...charge, disputed: true });
    work.put('disputes', dispute);
    work.emit('charge.dispute.created', dispute);
    return ok(moved(dispute, -disputed, context));
  };
}

/**
 * The bank has decided; what was withdrawn comes back when the dispute is won. Of one that is lost a part may
 * come back, too, such as what was refunded before: "partially won" in the dashboard.
 */
export function closeDispute(disputeId: string, outcome: 'won' | 'lost', part = 0): Happening {
  return (context) =>
    change(disputeId, context, (dispute) => {
      const back = outcome === 'won' ? dispute.amount : part;
      if (back > dispute.amount) return tooMuch(back, dispute.amount);
      const closed: Stripe.Dispute = { ...dispute, status: outcome };
      context.work.put('disputes', closed);
      const final = back > 0 ? moved(closed, back, context) : closed;
      context.work.emit('charge.dispute.closed', final);
      return ok(final);
    });
}

/** Evidence was submitted in the dashboard. */
export function reviewDispute(disputeId: string): Happening {
  return (context) =>
    change(disputeId, context, (dispute) => {
      const reviewed: Stripe.Dispute = { ...dispute, status: 'under_review' };
      context.work.put('disputes', reviewed);
      context.work.emit('charge.dispute.updated', reviewed);
      return ok(reviewed);
    });
}

function tooMuch(amount: number, most: number): Answer {
  return invalidRequest(null, `${amount} cents are more than the ${most} that there are.`, 'amount');
}

function change(
  disputeId: string,
  { work }: Context,
  how: (dispute: Stripe.Dispute) => Answer,
): Answer {
  const dispute = work.get('disputes', disputeId);
  if (dispute === undefined) return missingResource('dispute', disputeId, 'dispute', 404);
  if (dispute.status === 'won' || dispute.status === 'lost') {
    return invalidRequest(null, `This dispute is already closed: ${dispute.status}.`, 'dispute');
  }
  return how(dispute);
}

/** Money leaves the balance because of a dispute, or comes back. */
function moved(dispute: Stripe.Dispute, amount: number, context: Context): Stripe.Dispute {
  const { work } = context;
  const isBack = amount > 0;
  const transaction = bookBalance(context, {
    ...{ type: 'adjustment', amount, currency: dispute.currency, source: dispute.id },
    ...{ fee: isBack ? 0 : DISPUTE_FEE, reportingCategory: isBack ? 'dispute_reversal' : 'dispute' },
    description: isBack ? `Chargeback reversal for ${dispute.id}` : `Chargeback withdrawal for ${dispute.id}`,
  });
  const booked = work.get('balance_transactions', transaction);
  const known = dispute.balance_transactions;
  const changed = { ...dispute, balance_transactions: booked === undefined ? known : [...known, booked] };
  work.put('disputes', changed);
  work.emit(isBack ? 'charge.dispute.funds_reinstated' : 'charge.dispute.funds_withdrawn', changed);
  return changed;
}
