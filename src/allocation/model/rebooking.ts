import { fromSegments, isZero, restrict, segmentsOf, type Segment } from '../../kernel/step-function.js';
import { quantity as toQuantity, type Quantity } from '../../kernel/quantity.js';
import { ceilToGrid, plus, type Instant } from '../../kernel/time.js';
import type { Window } from '../../kernel/window.js';
import type { ReservationCurtailed } from './curtailment.events.js';
import type { Rebooking } from './curtailment.state.js';
import { wholeLots } from './lot-size.rules.js';
import type { OrderTerms, TimeInForce } from './order.state.js';
import { rectanglesOf } from './rectangles.js';

/** One order in place of one rectangle of what was lost. */
export interface Replacement {
  readonly window: Window;
  readonly quantity: Quantity;
  /** Why nothing is ordered: it had begun and ends with its grid cell, or is less than a lot. */
  readonly refusal: 'WINDOW_OVER' | 'OFF_LOT' | null;
}

/**
 * What is ordered for a holder who lost something: one order for each rectangle of it, from the first
 * grid line after the curtailment on, in the smallest lots there are, never more than was lost. It
 * depends on the event alone, so that asking again asks the same.
 */
export function replacementsOf({
  lostTitle,
  grid,
  curtailedAt,
  window: { end },
  rebooking,
  rebookingLotSize,
}: ReservationCurtailed): readonly Replacement[] {
  const [first] = lostTitle;
  if (rebooking === null || first === undefined) return [];
  const from = ceilToGrid(curtailedAt, grid);
  const left = from < end ? restrict(fromSegments(lostTitle), { start: from, end }) : null;
  if (left === null || isZero(left)) return [replacement(first, 'WINDOW_OVER')];
  const rectangles = rectanglesOf(inLots(segmentsOf(left), rebookingLotSize));
  if (rectangles.length === 0) return [replacement(first, 'OFF_LOT')];
  return rectangles.map((one) => replacement(one, null));
}

export type ReplacementTerms = Pick<OrderTerms, 'limitPrice' | 'constraints' | 'minimumFill'> & {
  readonly timeInForce: TimeInForce;
};

/** What its holder wants, of an order for one rectangle. */
export function termsFor(
  { limitPrice, constraints, timeInForce, minimumFill, isAllOrNone }: Rebooking,
  { quantity, curtailedAt }: { readonly quantity: Quantity; readonly curtailedAt: Instant },
): ReplacementTerms {
  const isWhole = isAllOrNone || minimumFill > quantity;
  return {
    ...{ limitPrice, constraints, minimumFill: isWhole ? quantity : minimumFill },
    // From the curtailment on, so that asking again asks the same.
    timeInForce: timeInForce.kind === 'GTD' ? { kind: 'GTD', until: plus(curtailedAt, timeInForce.restsFor) } : timeInForce,
  };
}

function inLots(segments: readonly Segment[], lotSize: Quantity): readonly Segment[] {
  const whole = segments.map(({ window, value }) => ({ window, value: wholeLots(value, lotSize) }));
  return segmentsOf(fromSegments(whole));
}

function replacement(
  { window, value }: Segment,
  refusal: Replacement['refusal'],
): Replacement {
  return { window, quantity: toQuantity(value), refusal };
}
