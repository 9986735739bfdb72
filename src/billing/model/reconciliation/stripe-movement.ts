import type { MicroUsd } from '../../../kernel/money.js';
import type { LedgerEvent } from '../ledger.events.js';

/** What should be in Stripe's balance because of one event of the books. */
export interface StripeMovement {
  /** Stripe's name for what it is about. */
  readonly reference: string;
  readonly kind: 'top-up' | 'transfer' | 'transfer-reversal';
  /** Above zero for what came in. */
  readonly amount: MicroUsd;
}

/** Whatever is posted to `external` has its counterpart at Stripe. */
export function movementOf(event: LedgerEvent): StripeMovement | null {
  switch (event.type) {
    case 'TopUpCredited':
      return { reference: event.paymentReference, kind: 'top-up', amount: event.amount };
    case 'PayoutSent':
      return { reference: event.transferId, kind: 'transfer', amount: -event.amount as MicroUsd };
    case 'PayoutReversed':
      return { reference: event.reversalId, kind: 'transfer-reversal', amount: event.amount };
    default:
      return null;
  }
}
