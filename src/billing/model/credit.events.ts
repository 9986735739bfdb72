import type { ReservationId } from '../../kernel/ids.js';
import type { MicroUsd } from '../../kernel/money.js';
import type { CreditLimit, LimitedCredit } from './credit-limit.state.js';
import type { Posted } from './posting.js';
import type { CreditClaim, CreditPart, Transfer } from './transfer.js';

/**
 * A part of what an hour brought goes back, because it missed what was promised; `collected` is what
 * the wallet could cover.
 */
export interface CreditCharged extends Posted, CreditClaim {
  readonly type: 'CreditCharged';
  readonly collected: MicroUsd;
  readonly transfers: readonly Transfer[];
  /**
   * Of a credit that was too much and is taken back where credits are limited: on which limit it counts, and what of it had gone
   * on to whoever issued the credit note. That is not in the amount: it is in the claims.
   */
  readonly limited: LimitedCredit | null;
  readonly claims: readonly CreditPart[];
}

/** A credit note is asked for, or set aside: what may still come back of its invoice's charge for a reservation. */
export interface CreditsLimited extends Posted, Omit<CreditLimit, 'passedOn'> {
  readonly type: 'CreditsLimited';
  /** Invoices that were made void, and charged the same: credits do not count on them any more. */
  readonly voided: readonly string[];
}

/** A credit that was owed is paid from money that came in. */
export interface CreditCollected extends Posted {
  readonly type: 'CreditCollected';
  readonly creditId: string;
  readonly reservationId: ReservationId;
  readonly amount: MicroUsd;
  readonly transfers: readonly Transfer[];
}
