import { fromSegments, isZero, restrict, segmentsOf, type Segment } from '../../kernel/step-function.js';
import { quantity as toQuantity, type Quantity } from '../../kernel/quantity.js';
import { ceilToGrid } from '../../kernel/time.js';
import type { Window } from '../../kernel/window.js';
import type { ReservationCurtailed } from './curtailment.events.js';
import { rectanglesOf } from './rectangles.js';

/** One order in place of one rectangle of what was lost. */
export interface Replacement {
  readonly window: Window;
  readonly quantity: Quantity;
  /** It had begun, and nothing is left of it from the next grid line on. */
  readonly isOver: boolean;
}

/**
 * What is ordered for a holder who lost something: one order for each rectangle of it, from the first
 * grid line after the curtailment on. It depends on the event alone, so that asking again asks the same.
 */
export function replacementsOf({
  lostTitle,
  grid,
  curtailedAt,
  window: { end },
  rebooking,
}: ReservationCurtailed): readonly Replacement[] {
  const [first] = lostTitle;
  if (rebooking === null || first === undefined) return [];
  const from = ceilToGrid(curtailedAt, grid);
  const left = from < end ? restrict(fromSegments(lostTitle), { start: from, end }) : null;
  if (left === null || isZero(left)) return [replacement(first, true)];
  return rectanglesOf(segmentsOf(left)).map((one) => replacement(one, false));
}

function replacement({ window, value }: Segment, isOver: boolean): Replacement {
  return { window, quantity: toQuantity(value), isOver };
}
