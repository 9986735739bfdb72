import type { MicroUsd } from '../../../kernel/money.js';
import type { LedgerEvent } from '../ledger.events.js';

/** What should be in Stripe's balance because of one event of the books. */
export interface StripeMovement {
  /** Stripe's name for what it is about. */
  readonly reference: string;
  readonly kind: 'top-up' | 'refund' | 'refund-returned' | 'withdrawal' | 'reinstatement' | 'transfer' | 'transfer-reversal';
  /** Above zero for what came in. */
  readonly amount: MicroUsd;
}

/** A refund that comes back is another movement of the same refund. */
export const returnOf = (refundId: string): string => `${refundId}/back`;

/** Whatever is posted to `external` has its counterpart at Stripe. */
export function movementOf(event: LedgerEvent): StripeMovement | null {
  switch (event.type) {
    case 'TopUpCredited':
      return { reference: event.paymentReference, kind: 'top-up', amount: event.amount };
    case 'PayoutSent':
      return { reference: event.transferId, kind: 'transfer', amount: -event.amount as MicroUsd };
    case 'PayoutReversed':
      return { reference: event.reversalId, kind: 'transfer-reversal', amount: event.amount };
    case 'RefundPaid':
      return { reference: event.refundId, kind: 'refund', amount: -event.amount as MicroUsd };
    case 'RefundReturned': {
      // What never left did not come back either.
      const hasLeft = event.postings.some(({ account }) => account === 'external');
      return hasLeft ? { reference: returnOf(event.refundId), kind: 'refund-returned', amount: event.amount } : null;
    }
    case 'FundsWithdrawn':
      return { reference: event.movementId, kind: 'withdrawal', amount: -event.amount as MicroUsd };
    case 'FundsReinstated':
      return { reference: event.movementId, kind: 'reinstatement', amount: event.amount };
    default:
      return null;
  }
}
