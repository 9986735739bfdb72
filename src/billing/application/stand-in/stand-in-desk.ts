import type { EventOrder, PlannedFault, PlannedHappening, StandInView } from '../../model/stand-in.js';

/** What became of something that was to happen: the thing is not there, or is not in a state for it. */
export type DeskAnswer =
  | { readonly kind: 'done' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'refused'; readonly message: string };

/** Whoever sits at the stand-in for Stripe and lets things go wrong there. No money moves, whatever is done. */
export interface StandInDesk {
  /** What can be made to fail by name, such as `transfers.create`. */
  readonly operations: readonly string[];
  look(): StandInView;
  /** Makes requests fail; kept in memory, and gone with the process. */
  fail(fault: PlannedFault): void;
  /** Returns how many were taken away. */
  clearFaults(): number;
  /** Ends a payment that waits, as the bank or the payer would. */
  finish(paymentId: string, outcome: 'succeeded' | 'failed'): Promise<DeskAnswer>;
  happen(happening: PlannedHappening): Promise<DeskAnswer>;
  /** Keeps back what is not on its way yet, until it is released or the process ends. */
  hold(): void;
  /** Sends what waits, one after the other, each as often as said; returns how many events that are. */
  release(order: EventOrder, times: number): number;
  /** Sends one once more, also while others are kept back; does not wait for it. False: there is no such event. */
  resend(eventId: string): boolean;
}
