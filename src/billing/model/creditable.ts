import type { ReservationId } from '../../kernel/ids.js';
import { microUsd, type MicroUsd } from '../../kernel/money.js';
import { monthOf, parseInstant, type Instant } from '../../kernel/time.js';
import type { ChargeKind } from './charge.js';
import { isTaxed, type SoldBy } from './tax/invoice-tax.js';

/** A charge above zero, a credit below, on an invoice or on none yet. */
export interface CreditableLine {
  readonly kind: ChargeKind;
  readonly reservationId: string;
  readonly amount: bigint;
  readonly served: { readonly start: Instant; readonly end: Instant | null } | null;
  readonly evidence: string | null;
  /** Of the customer's books; null on invoices from before lines said so. */
  readonly version: number | null;
}

/** What an invoice charged for a reservation, and what service credits gave back of that. */
export interface Creditable {
  readonly charged: MicroUsd;
  readonly serviceCredits: MicroUsd;
}

/** A service credit, or what came back of use that was counted too high; no share of a sale, and no damages. */
export const isServiceCredit = ({ kind, amount }: Pick<CreditableLine, 'kind' | 'amount'>): boolean => kind === 'credit' && amount < 0n;

/** Reservations that the organization bought itself: of others it got a part of the price. */
export type Held = ReadonlySet<string>;
const NONE: Held = new Set();

/** A credit that was too much and is taken back is no charge: its hour is charged again. Of whoever sold it is what was given back. */
const isTakenBack = ({ kind, amount, reservationId }: CreditableLine, held: Held): boolean => kind === 'credit' && amount > 0n && held.has(reservationId);

/** Both kinds of evidence end with the hour and its revision. */
const HOUR = /\/([^/]+)\/\d+$/;

/** The hour that a credit is for; null: it does not say. */
export function hourOf({ served, evidence }: Pick<CreditableLine, 'served' | 'evidence'>): Instant | null {
  if (served !== null) return served.start;
  const hour = parseInstant(HOUR.exec(evidence ?? '')?.[1] ?? '');
  return hour.ok ? hour.value : null;
}

/** Of use that was counted too high; else a credit follows from a judgement. */
export const isCorrectionOfUse = (evidence: string | null): boolean => /\/usage\/[^/]+\/\d+$/.test(evidence ?? '');

/** Whether a line is the charge of an hour. */
function isChargeOf({ kind, amount, served }: CreditableLine, hour: Instant): boolean {
  if (amount <= 0n || kind === 'credit' || served === null) return false;
  return served.start <= hour && (served.end === null ? hour === served.start : hour < served.end);
}

/**
 * The service credits on what an invoice charged: those for the hours that it charged, wherever they stand,
 * and those on the invoice itself that name no hour. A credit for an hour of an earlier invoice is that one's.
 *
 * @param lines of the invoice
 * @param later what was credited since and is not among them
 * @param held of these what was taken back counts as well, and is above zero
 */
export function serviceCreditsOn(lines: readonly CreditableLine[], later: readonly CreditableLine[], held: Held = NONE): readonly CreditableLine[] {
  const charges = new Map<string, CreditableLine[]>();
  for (const line of lines.filter(({ amount }) => amount > 0n)) {
    const known = charges.get(line.reservationId);
    if (known === undefined) charges.set(line.reservationId, [line]);
    else known.push(line);
  }
  const isCharged = (credit: CreditableLine, hour: Instant): boolean =>
    (charges.get(credit.reservationId) ?? []).some((line) => isChargeOf(line, hour));
  const isOn = (credit: CreditableLine, isOwn: boolean): boolean => {
    const hour = hourOf(credit);
    return hour === null ? isOwn : isCharged(credit, hour);
  };
  const counts = (line: CreditableLine): boolean => isServiceCredit(line) || isTakenBack(line, held);
  return [...lines.filter((line) => counts(line) && isOn(line, true)), ...later.filter((line) => counts(line) && isOn(line, false))];
}

/** By reservation, in the order of the invoice: only what was charged can be given back. */
export function creditableBy(
  lines: readonly CreditableLine[],
  later: readonly CreditableLine[],
  held: Held = NONE,
): ReadonlyMap<ReservationId, Creditable> {
  const charged = sumsByReservation(lines.filter((line) => line.amount > 0n && !isTakenBack(line, held)));
  const credited = sumsByReservation(serviceCreditsOn(lines, later, held));
  const creditsOn = (id: string): bigint => -(credited.get(id) ?? 0n);
  return new Map(
    [...charged].map(([id, sum]) => [id as ReservationId, { charged: microUsd(sum), serviceCredits: microUsd(creditsOn(id) > 0n ? creditsOn(id) : 0n) }]),
  );
}

/** Of credits those that are not on an invoice with these lines. */
export function creditsSince<Credit extends CreditableLine & { readonly postedAt: Instant }>(
  credits: readonly Credit[],
  lines: readonly CreditableLine[],
  issuedAt: number,
): readonly Credit[] {
  const own = new Set(lines.map(({ version }) => version));
  // Lines of before they said which they are cannot be told apart: what was booked by then is on them.
  const from = own.has(null) ? issuedAt : 0;
  return credits.filter(({ version, postedAt }) => !own.has(version) && postedAt > from);
}

/** What can still be given back of a charge; service credits that come after a note may leave less than nothing. */
export function leftOf({ charged, serviceCredits }: Creditable, givenBack: MicroUsd): MicroUsd {
  const left = charged - serviceCredits - givenBack;
  return microUsd(left > 0n ? left : 0n);
}

/**
 * What of an invoice was sold and can be given back by notes: what service credits of its own took is not, since
 * its tax was calculated without it.
 */
export function soldBy(lines: readonly CreditableLine[], reservationId: string): SoldBy {
  const sold = sumsByReservation(lines.filter(isTaxed));
  const credited = sumsByReservation(serviceCreditsOn(lines, []));
  const own = (id: string): bigint => {
    const left = (sold.get(id) ?? 0n) + (credited.get(id) ?? 0n);
    return left > 0n ? left : 0n;
  };
  const invoice = [...sold.keys()].reduce((sum, id) => sum + own(id), 0n);
  return { invoice: microUsd(invoice), reservation: microUsd(own(reservationId)) };
}

/** The first month of what an invoice charged: no credit on it was booked before. */
export function firstMonthOf(month: string, lines: readonly CreditableLine[]): string {
  return lines.reduce((first, { served }) => {
    const own = served === null ? month : monthOf(served.start);
    return own < first ? own : first;
  }, month);
}

/** In the order in which they are first named. */
export function sumsByReservation(lines: readonly Pick<CreditableLine, 'reservationId' | 'amount'>[]): ReadonlyMap<string, bigint> {
  const all = new Map<string, bigint>();
  for (const { reservationId, amount } of lines) all.set(reservationId, (all.get(reservationId) ?? 0n) + amount);
  return all;
}
