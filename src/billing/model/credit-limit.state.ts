import type { OrganizationId, ReservationId } from '../../kernel/ids.js';
import type { MicroUsd } from '../../kernel/money.js';
import type { Window } from '../../kernel/window.js';

/**
 * What may still come back of an invoice's charge for a reservation, once a credit note was asked for. What comes of
 * service credits beyond that goes to whoever issued the note: its customer has it already.
 */
export interface CreditLimit {
  readonly invoiceNumber: string;
  readonly reservationId: ReservationId;
  readonly issuerId: OrganizationId;
  /** From the first to the last hour of capacity that the invoice charged; null: none. */
  readonly delivered: Window | null;
  /** The same of use above the reservation. */
  readonly used: Window | null;
  /** By credit notes, all in all, also those that are set aside here and not issued yet. */
  readonly givenBack: MicroUsd;
  /** Not below zero. Until {@link isCounted} as if nothing had been credited before it was watched. */
  readonly left: MicroUsd;
  /** A version of the books not long before it was watched. */
  readonly watchedAfter: number;
  /** Whether what was credited before it was watched has been taken off. */
  readonly isCounted: boolean;
  /** What of credits went to whoever issued the notes. */
  readonly passedOn: MicroUsd;
}

/** The limit that a credit counts on, and what of it does not stay. */
export interface LimitedCredit {
  readonly invoiceNumber: string;
  readonly passedOn: MicroUsd;
}
