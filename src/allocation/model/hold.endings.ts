import { addOver, segmentsOf, ZERO, type StepFunction } from '../../kernel/step-function.js';
import type { HoldReleased } from './market.events.js';
import type { HeldReservation, MarketState } from './market.state.js';

/** What ended, and the event that says so. */
export interface EndedHold {
  readonly hold: HeldReservation;
  readonly event: HoldReleased;
}

/** Several holds on one listing end together: each event says what is offered after it. */
export function endHolds(
  { listings }: MarketState,
  holds: readonly HeldReservation[],
  reason: HoldReleased['reason'],
): readonly EndedHold[] {
  const remaining = new Map<string, StepFunction>();
  return holds.map((hold) => {
    const { reservationId, listingId, window, quantity } = hold;
    const listing = listings.get(listingId);
    const before = remaining.get(listingId) ?? listing?.remaining ?? ZERO;
    const after = addOver(before, window, quantity);
    remaining.set(listingId, after);
    const listingRemaining = listing === undefined ? null : segmentsOf(after);
    const event = { type: 'HoldReleased', reservationId, listingId, reason, listingRemaining } as const;
    return { hold, event };
  });
}
