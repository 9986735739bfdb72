import type { Instant } from '../../kernel/time.js';
import type { Charge } from './charge.js';

/** A charge with its place in the books. */
export interface BookedCharge extends Charge {
  /** Of the organization's books. */
  readonly version: number;
  readonly postedAt: Instant;
}

/** A month's invoice was issued, from the books as they were at a version. */
export interface Closing {
  readonly month: string;
  readonly number: string;
  readonly through: number;
}

/**
 * What goes on the invoice of a month: its own charges, and those that were booked too late for the
 * invoice of their own. Every charge is on one invoice, however invoices and charges interleave, and
 * no invoice changes once it is issued.
 *
 * @param closings of the organization, in the order in which they were issued
 */
export function dueOn(
  month: string,
  charges: readonly BookedCharge[],
  closings: readonly Closing[],
): readonly BookedCharge[] {
  return charges.filter((charge) => {
    const place = placeOf(charge, closings);
    if (place === 'invoiced') return false;
    return charge.month === month || (place === 'late' && charge.month < month);
  });
}

/** `late`: its own month is closed, and no invoice since could have held it. */
function placeOf(
  { month, version }: BookedCharge,
  closings: readonly Closing[],
): 'open' | 'late' | 'invoiced' {
  const own = closings.findIndex((closing) => closing.month === month);
  if (own === -1) return 'open';
  const isHeld = closings
    .slice(own)
    .some((closing) => closing.month >= month && version <= closing.through);
  return isHeld ? 'invoiced' : 'late';
}
