import { partOfQuote, spendRefused, type Refusal } from '../../api/graphql/refusals.js';
import { assertNever, present } from '../../kernel/assert.js';
import type { JointPaymentOutcome } from '../application/joint-payment.service.js';
import type { PaymentRefusal } from '../application/payment.service.js';

type Lapsed = Extract<JointPaymentOutcome, { readonly kind: 'lapsed' }>;

/** What became of the holds that were to be paid, in the order asked for. */
export function showJointPayment(
  outcome: JointPaymentOutcome,
  reservationIds: readonly string[],
): object {
  switch (outcome.kind) {
    case 'paid': {
      const { wallet: walletBalance, reservationIds: paid } = outcome;
      return { __typename: 'PayReservationsSuccess', reservationIds: paid, walletBalance };
    }
    case 'refused': {
      const { index, refusal } = outcome;
      const reservationId = present(reservationIds[index], 'the hold that was refused');
      return showRefused(refusal, index, reservationId);
    }
    case 'lapsed':
      return showLapsed(outcome, reservationIds);
    case 'not-allowed':
      return spendRefused(outcome.refusal);
    default:
      return assertNever(outcome);
  }
}

function showRefused(refusal: PaymentRefusal, index: number, reservationId: string): Refusal {
  const { code, reason, ...more } = told(refusal);
  const message = `reservationIds[${index}], ${reservationId}, cannot be paid: ${reason}; nothing was charged`;
  const about = { index, reservationId, state: null, quoteId: null, ...more };
  return { __typename: 'PaymentRefusedRejection', code, message, ...about };
}

interface Told {
  readonly code: string;
  readonly reason: string;
  readonly state?: string;
  readonly quoteId?: string;
}

function told(refusal: PaymentRefusal): Told {
  switch (refusal.kind) {
    case 'not-found': {
      const reason = 'your organization has no such reservation that is held, scheduled or active';
      return { code: 'NOT_FOUND', reason };
    }
    case 'wrong-state': {
      const { state } = refusal;
      return { code: 'WRONG_STATE', reason: `it is ${state}, and only a hold can be paid`, state };
    }
    case 'quoted': {
      const { code, message: reason, quoteId } = partOfQuote(refusal.quoteId);
      return { code, reason, quoteId };
    }
    case 'expired':
      return { code: 'HOLD_EXPIRED', reason: 'the hold has ended: reserve again' };
    default:
      return assertNever(refusal);
  }
}

function showLapsed({ lapsed }: Lapsed, reservationIds: readonly string[]): Refusal {
  const index = present(lapsed[0], 'a hold that ended');
  const reservationId = present(reservationIds[index], 'the hold that ended');
  const isLapsed = (_id: string, place: number): boolean => lapsed.includes(place);
  const lapsedIds = reservationIds.filter(isLapsed);
  const paidIds = reservationIds.filter((id, place) => !isLapsed(id, place));
  const message = `${lapsedIds.length} holds ended while they were paid, and their price came back; ${paidIds.length} are yours`;
  const about = { index, reservationId, lapsedIds, paidIds };
  return { __typename: 'HoldsLapsedRejection', code: 'HOLDS_LAPSED', message, ...about };
}
