import { accept, reject } from '../../kernel/decider.js';
import type { OrganizationId } from '../../kernel/ids.js';
import { endOfMonth, monthOf, plus, type Instant } from '../../kernel/time.js';
import { HOUR_FINAL_AFTER } from '../../metering/contract.js';
import { booksAfter, dueOn, GRACE_PERIOD, isIncomplete, startOf, type BookedCharge, type Closing } from './closing.js';
import { INVOICE_LAYOUT, type FixedParties } from './invoice-register.events.js';
import type { InvoiceDecision, InvoiceRejection } from './invoice-register.rejections.js';
import { closingsOf, voidedAt, type InvoiceRegister } from './invoice-register.state.js';

/** What is known of a month as it is closed, with an invoice or without. */
export interface MonthFacts {
  readonly organizationId: OrganizationId;
  /** UTC, such as `2026-11`. */
  readonly month: string;
  /** All of the organization's of this month and those before, in the order of the books, of those between two versions. */
  readonly charges: readonly BookedCharge[];
  readonly after: number;
  readonly through: number;
  /** Delivery of that month that is not booked yet. */
  readonly isUnsettled: boolean;
  readonly parties: FixedParties;
}

/** Closes a month in which nothing was charged, once nothing can be. */
export interface CloseMonth extends MonthFacts {
  readonly type: 'CloseMonth';
  readonly now: Instant;
}

/** When nothing that was served in a month can change any more: its last hour is final. */
export const monthFinalAt = (month: string): Instant => plus(endOfMonth(startOf(month)), HOUR_FINAL_AFTER);

/** Months that are final by an instant, from that of another one on, oldest first. */
export function finalMonthsSince(since: Instant, now: Instant): readonly string[] {
  const months: string[] = [];
  for (let month = monthOf(since); monthFinalAt(month) <= now; month = monthOf(endOfMonth(startOf(month)))) months.push(month);
  return months;
}

/** Why a month takes nothing any more; null: it is open. */
export function whyClosed(closing: Closing | undefined): InvoiceRejection | null {
  if (closing === undefined) return null;
  const { number, issuedAt: closedAt } = closing;
  return number === null ? { code: 'MONTH_CLOSED', closedAt } : { code: 'ALREADY_ISSUED', number };
}

export function closeMonth(command: CloseMonth, register: InvoiceRegister): InvoiceDecision {
  const { organizationId, month, charges, through, parties, now } = command;
  const closings = closingsOf(register, organizationId);
  const closed = whyClosed(closings.find((closing) => closing.month === month));
  if (closed !== null) return reject(closed);
  const endsAt = endOfMonth(startOf(month));
  if (now < endsAt) return reject({ code: 'MONTH_NOT_OVER', endsAt });
  const finalAt = finalFor(command, register);
  if (now < finalAt) return reject({ code: 'MONTH_NOT_FINAL', finalAt });
  if (isIncomplete(command, closings)) return reject({ code: 'NOT_SETTLED' });
  // What came too late for another month is due on this one as well, until an invoice holds it.
  if (dueOn(month, charges, closings).length > 0) return reject({ code: 'SOMETHING_TO_INVOICE' });
  const facts = { organizationId, month, through, booksAfter: booksAfter(month, closings) };
  return accept({ type: 'MonthClosed', ...facts, parties, layout: INVOICE_LAYOUT, closedAt: now });
}

/** Whoever made its invoice void has a grace period to mend what was wrong. */
function finalFor({ organizationId, month }: CloseMonth, register: InvoiceRegister): Instant {
  const since = voidedAt(register, organizationId, month);
  const final = monthFinalAt(month);
  return since === null ? final : (Math.max(final, plus(since, GRACE_PERIOD)) as Instant);
}
