import { assert, present } from '../../kernel/assert.js';
import { DAY_MS, endOfMonth, parseMonth, type Duration, type Instant } from '../../kernel/time.js';
import type { Charge } from './charge.js';

/** A charge with its place in the books. */
export interface BookedCharge extends Charge {
  /** Of the organization's books. */
  readonly version: number;
  readonly postedAt: Instant;
}

/** How long after its end a month waits for use that is reported late, and one whose invoice was made void for what is mended. */
export const GRACE_PERIOD = (3 * DAY_MS) as Duration;

/** A month is closed, from the books as they were at a version: by its invoice, or without one where nothing was charged in it. */
export interface Closing {
  readonly month: string;
  /** Of the invoice; null: there is none. */
  readonly number: string | null;
  /** Of a month without an invoice: when it was closed. */
  readonly issuedAt: Instant;
  readonly through: number;
  /** Of the event in the register that says so. */
  readonly place: number;
}

/** The closing of a month by its invoice. */
export type InvoiceClosing = Closing & { readonly number: string };

export const isInvoice = (closing: Closing): closing is InvoiceClosing => closing.number !== null;

/** A stretch of the charges of one month, by their place in the books: what one invoice holds of it. */
export interface Span {
  /** Whose charges these are. */
  readonly month: string;
  /** Who holds what came before; null: the stretch begins with the first. */
  readonly after: Closing | null;
  /** Who holds the stretch; null while the month is open: it has no end yet. */
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
  const isHeld = holding(own, closings).some(({ through }) => version <= through);
  return isHeld ? 'invoiced' : 'late';
}

/**
 * Those that could hold charges of the month that one of them closed: it, and invoices since, of the month or later ones. Who
 * closed a later month without an invoice held nothing, so that nothing is lost with an invoice that is made void.
 */
function holding(own: number, closings: readonly Closing[]): readonly Closing[] {
  return closings
    .slice(own)
    .filter((closing, since) => since === 0 || (isInvoice(closing) && closing.month >= present(closings[own], 'a closing').month));
}

/**
 * The same by stretches, of an invoice that was issued as well as of a draft: what to read of each
 * month, so that no charge has to be looked at that is not on it. Late months first. A month that was closed without
 * an invoice has none: what became known late of others is told with the next invoice, whatever is made void.
 */
export function spansOf(month: string, closings: readonly Closing[]): readonly Span[] {
  const own = closings.findIndex((closing) => closing.month === month);
  const through = closings[own] ?? null;
  const whole = { month, after: null, through };
  if (through?.number === null) return [whole];
  const before = own === -1 ? closings : closings.slice(0, own);
  const late = before
    .filter((closing) => closing.month < month)
    .map((closing) => ({ month: closing.month, after: lastHolding(closing, before), through }));
  return [...late.sort((a, b) => (a.month < b.month ? -1 : 1)), whole];
}

/** Of those that could hold charges of a closed month, the one that was read last. */
function lastHolding(own: Closing, closings: readonly Closing[]): Closing {
  return holding(closings.indexOf(own), closings).reduce((last, closing) => (closing.through > last.through ? closing : last));
}

/** Version of the books at which the month before was closed: what was booked in that month since belongs to this one. Null: it is open. */
export function booksAfter(month: string, closings: readonly Closing[]): number | null {
  const previous = closings.find((closing) => endOfMonth(startOf(closing.month)) === startOf(month));
  return previous?.through ?? null;
}

export function startOf(month: string): Instant {
  const start = parseMonth(month);
  assert(start.ok, `${month} is no month`);
  return start.value;
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

/** No charge is booked before its month: none of those that were read for months which were closed before it. */
function bookedBefore(month: string, closings: readonly Closing[]): number {
  const start = startOf(month);
  const earlier = closings.filter(({ issuedAt }) => issuedAt + CLOCK_SKEW_MS <= start);
  return earlier.reduce((last, { through }) => Math.max(last, through), 0);
}
