import type { ReservationId } from '../../kernel/ids.js';
import { microUsd, ZERO_USD, type MicroUsd } from '../../kernel/money.js';
import { HOUR_MS, plus, type Instant } from '../../kernel/time.js';
import { contains, type Window } from '../../kernel/window.js';
import type { CreditLimit, LimitedCredit } from './credit-limit.state.js';
import { hourOf, isCorrectionOfUse, type CreditableLine } from './creditable.js';
import type { Ledger } from './ledger.state.js';

/** What is known of an invoice's charge for a reservation. */
export function limitNamed(
  { creditLimits }: Pick<Ledger, 'creditLimits'>,
  { reservationId, invoiceNumber }: Named,
): CreditLimit | undefined {
  return creditLimits.get(reservationId)?.find((one) => one.invoiceNumber === invoiceNumber);
}

interface AboutHour {
  readonly reservationId: ReservationId;
  readonly evidence: string | null;
}

/** The limit of the invoice that charged an hour; of several that one which leaves most. */
function limitOf({ creditLimits }: Pick<Ledger, 'creditLimits'>, { reservationId, evidence }: AboutHour): CreditLimit | null {
  const limits = creditLimits.get(reservationId);
  const hour = hourOf({ served: null, evidence });
  if (limits === undefined || hour === null) return null;
  const isOfUse = isCorrectionOfUse(evidence);
  const charged = limits.filter((limit) => {
    const span = isOfUse ? limit.used : limit.delivered;
    return span !== null && contains(span, hour);
  });
  return charged.reduce<CreditLimit | null>((most, one) => (most === null || one.left > most.left ? one : most), null);
}

/** What of a credit that arrives stays with its customer, and what goes on. */
export function limitArriving(
  ledger: Pick<Ledger, 'creditLimits'>,
  credit: AboutHour & { readonly amount: MicroUsd },
): (LimitedCredit & Pick<CreditLimit, 'issuerId'>) | null {
  const limit = limitOf(ledger, credit);
  if (limit === null) return null;
  const { invoiceNumber, issuerId, left } = limit;
  return { invoiceNumber, issuerId, passedOn: microUsd(credit.amount > left ? credit.amount - left : 0n) };
}

/** Of a credit that was too much and is taken back: what has to come from where some of it went. */
export function limitLeaving(
  ledger: Pick<Ledger, 'creditLimits'>,
  credit: AboutHour & { readonly amount: MicroUsd },
): (LimitedCredit & Pick<CreditLimit, 'issuerId'>) | null {
  const limit = limitOf(ledger, credit);
  if (limit === null) return null;
  const { invoiceNumber, issuerId, passedOn: went } = limit;
  return { invoiceNumber, issuerId, passedOn: credit.amount < went ? credit.amount : went };
}

type Named = Pick<CreditLimit, 'reservationId' | 'invoiceNumber'>;

function changeLimit(ledger: Ledger, { reservationId, invoiceNumber }: Named, change: (limit: CreditLimit) => Partial<CreditLimit>): Ledger {
  const limits = ledger.creditLimits.get(reservationId) ?? [];
  ledger.creditLimits.set(reservationId, limits.map((one) => (one.invoiceNumber === invoiceNumber ? { ...one, ...change(one) } : one)));
  return ledger;
}

/** How a limit is after a credit of which some stayed and some went on; both below zero where it was taken back. */
export function countCredit(
  ledger: Ledger,
  reservationId: ReservationId,
  { invoiceNumber, stayed, passedOn: more }: { readonly invoiceNumber: string; readonly stayed: bigint; readonly passedOn: bigint },
): Ledger {
  return changeLimit(ledger, { reservationId, invoiceNumber }, ({ left, passedOn }) => ({ left: microUsd(left - stayed), passedOn: microUsd(passedOn + more) }));
}

/** What is not owed any more came back as well. */
export function countForgiven(ledger: Ledger, { forgiven, ...about }: AboutHour & { readonly forgiven: MicroUsd }): void {
  const limit = limitOf(ledger, about);
  if (limit === null) return;
  const stayed = forgiven < limit.left ? forgiven : limit.left;
  countCredit(ledger, about.reservationId, { invoiceNumber: limit.invoiceNumber, stayed, passedOn: 0n });
}

/** A note is to be issued that gives back so much: no other note or credit has that room. */
export function setNoteAside(ledger: Ledger, about: Named, amount: MicroUsd): Ledger {
  return changeLimit(ledger, about, ({ givenBack, left }) => ({ givenBack: microUsd(givenBack + amount), left: microUsd(left - amount) }));
}

/** In place of what was known of the same invoice; what went on stays so. */
export function putLimit(ledger: Ledger, limit: Omit<CreditLimit, 'passedOn'>, voided: readonly string[]): Ledger {
  const known = limitNamed(ledger, limit);
  const gone = new Set([limit.invoiceNumber, ...voided]);
  const others = (ledger.creditLimits.get(limit.reservationId) ?? []).filter(({ invoiceNumber }) => !gone.has(invoiceNumber));
  ledger.creditLimits.set(limit.reservationId, [...others, { ...limit, passedOn: known?.passedOn ?? ZERO_USD }]);
  return ledger;
}

/** Which hours an invoice charged for a reservation: for capacity, and for use above it. */
export function chargedSpans(lines: readonly CreditableLine[], reservationId: string): Pick<CreditLimit, 'delivered' | 'used'> {
  const own = lines.filter((line) => line.reservationId === reservationId && line.amount > 0n);
  return { delivered: spanOf(own.filter(({ kind }) => kind === 'delivery')), used: spanOf(own.filter(({ kind }) => kind === 'overage')) };
}

function spanOf(lines: readonly CreditableLine[]): Window | null {
  const spans = lines.flatMap(({ served }) => (served === null ? [] : [{ start: served.start, end: served.end ?? plus(served.start, HOUR_MS) }]));
  return spans.reduce<Window | null>((all, { start, end }) => (all === null ? { start, end } : hull(all, start, end)), null);
}

const hull = (all: Window, start: Instant, end: Instant): Window => ({
  start: start < all.start ? start : all.start,
  end: end > all.end ? end : all.end,
});
