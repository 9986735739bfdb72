import { assert } from '../../kernel/assert.js';
import { DAY_MS, parseMonth, type Instant } from '../../kernel/time.js';
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
  readonly issuedAt: Instant;
  readonly through: number;
  /** Of the invoice's event in the register. */
  readonly place: number;
}

/** A stretch of the charges of one month, by their place in the books: what one invoice holds of it. */
export interface Span {
  /** Whose charges these are. */
  readonly month: string;
  /** The invoice that holds what came before; null: the stretch begins with the first. */
  readonly after: Closing | null;
  /** The invoice that holds the stretch; null while there is none: it has no end yet. */
  readonly through: Closing | null;
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

/**
 * The same by stretches, of an invoice that was issued as well as of a draft: what to read of each
 * month, so that no charge has to be looked at that is not on it. Late months first.
 */
export function spansOf(month: string, closings: readonly Closing[]): readonly Span[] {
  const own = closings.findIndex((closing) => closing.month === month);
  const through = closings[own] ?? null;
  const before = own === -1 ? closings : closings.slice(0, own);
  const late = before
    .filter((closing) => closing.month < month)
    .map((closing) => ({ month: closing.month, after: lastHolding(closing, before), through }));
  return [...late.sort((a, b) => (a.month < b.month ? -1 : 1)), { month, after: null, through }];
}

/** Of the invoices that could hold charges of a closed month, the one that was read last. */
function lastHolding(own: Closing, closings: readonly Closing[]): Closing {
  return closings
    .slice(closings.indexOf(own))
    .filter((closing) => closing.month >= own.month)
    .reduce((last, closing) => (closing.through > last.through ? closing : last));
}

/** Clocks of two processes differ by less. */
const CLOCK_SKEW_MS = DAY_MS;

/**
 * The version of the books behind which all charges are that {@link dueOn} could put on an invoice of the month:
 * what is read for an invoice follows the months since the one before, and not the age of the books.
 */
export function readAfter(month: string, closings: readonly Closing[]): number {
  const late = closings
    .filter((closing) => closing.month <= month)
    .map((closing) => lastHolding(closing, closings).through);
  const isClosed = closings.some((closing) => closing.month === month);
  return Math.min(...late, ...(isClosed ? [] : [bookedBefore(month, closings)]));
}

/** Also where an invoice was made void while the books were read: what it held is due again, and may not be among it. */
export function isIncomplete(
  { month, after, isUnsettled }: { readonly month: string; readonly after: number; readonly isUnsettled: boolean },
  closings: readonly Closing[],
): boolean {
  return isUnsettled || after > readAfter(month, closings);
}

/** No charge is booked before its month: none of those that invoices were read from which were issued before it. */
function bookedBefore(month: string, closings: readonly Closing[]): number {
  const start = parseMonth(month);
  assert(start.ok, `${month} is no month`);
  const earlier = closings.filter(({ issuedAt }) => issuedAt + CLOCK_SKEW_MS <= start.value);
  return earlier.reduce((last, { through }) => Math.max(last, through), 0);
}
