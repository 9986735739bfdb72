import type { RawWindow } from './pool-book.js';
import type { Place } from './raw-event.js';
import type { RawConstraints } from './raw-terms.js';

/** What a holder wants ordered in place of what is lost. */
export interface RawRebooking {
  readonly limitPrice: string;
  readonly constraints: RawConstraints;
  readonly timeInForce: { readonly kind: string; readonly restsFor?: number };
  readonly minimumFill: string;
  readonly isAllOrNone: boolean;
}
export interface RebookingSet extends Place {
  readonly type: 'RebookingSet';
  readonly reservationId: string;
  readonly rebooking: RawRebooking | null;
}
export interface RebookingAttempted extends Place {
  readonly type: 'RebookingAttempted';
  readonly curtailmentId: string;
  readonly reservationId: string;
  readonly holderId: string;
  readonly orderId: string;
  readonly window: RawWindow;
  readonly quantity: string;
  readonly limitPrice: string;
  readonly refusal: string | null;
  readonly attemptedAt: number;
}
