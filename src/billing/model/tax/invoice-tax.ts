import { divideHalfEven, MICRO_USD_PER_USD, microUsd, ZERO_USD, type MicroUsd } from '../../../kernel/money.js';
import type { ChargeKind } from '../charge.js';

/** What the exchange sells, and so what tax is charged on. */
export const TAXED_KINDS = ['delivery', 'cancellation', 'overage'] as const satisfies readonly ChargeKind[];
export type TaxedKind = (typeof TAXED_KINDS)[number];

/** What Stripe is asked the tax of: all of a month's charges of one kind, less their part of the credits. */
export interface TaxItem {
  readonly kind: TaxedKind;
  /** Above zero. */
  readonly cents: bigint;
}

/** The tax of one authority at one rate. */
export interface TaxLine {
  /** As the authority is called, such as `Germany` or `New York`. */
  readonly jurisdiction: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly state: string | null;
  /** Such as `vat`; null where none is charged. */
  readonly taxType: string | null;
  /** Per cent, as decimal text; null where there is no rate. */
  readonly percentage: string | null;
  readonly taxable: MicroUsd;
  readonly amount: MicroUsd;
  /** Why it is what it is, in Stripe's words, such as `standard_rated` or `reverse_charge`. */
  readonly reason: string;
}

/** The tax of an invoice, and what it was calculated from. */
export interface InvoiceTax {
  /** Stripe's id of the calculation. */
  readonly calculationId: string;
  readonly items: readonly TaxItem[];
  readonly lines: readonly TaxLine[];
  /** Sum of the lines; whole cents. */
  readonly amount: MicroUsd;
}

/** Why an invoice waits for its tax. */
export const TAX_WAITS = [
  'NO_ADDRESS',
  'ADDRESS_REFUSED',
  'TAX_ID_REFUSED',
  'NO_ANSWER',
  'NEEDS_REVIEW',
  'DRAFT_CHANGED',
] as const;
export type TaxWait = (typeof TAX_WAITS)[number];

/** What is known of the tax of a draft. */
export type DraftTax =
  /** No tax is charged here. */
  | { readonly kind: 'off' }
  | { readonly kind: 'waiting'; readonly reason: TaxWait }
  | { readonly kind: 'calculated'; readonly tax: InvoiceTax };

interface Charged {
  readonly kind: ChargeKind;
  readonly amount: bigint;
}

const MICRO_USD_PER_CENT = MICRO_USD_PER_USD / 100n;
export const wholeCents = (cents: bigint): MicroUsd => microUsd(cents * MICRO_USD_PER_CENT);

/** What is sold; what an organization earns, or pays as damages, is no sale of the exchange's. */
export function isTaxed({ kind, amount }: Charged): boolean {
  return amount > 0n && TAXED_KINDS.some((one) => one === kind);
}

/** A service credit makes cheaper what was sold. */
const isRebate = ({ kind, amount }: Charged): boolean => kind === 'credit' && amount < 0n;

/** Whether a line of a document is part of what tax is calculated on. */
export const isSold = ({ kind, exact: amount }: { readonly kind: ChargeKind; readonly exact: bigint }): boolean =>
  isTaxed({ kind, amount }) || isRebate({ kind, amount });

/**
 * What tax is calculated on, in cents. This is where the one rounding happens: the sum of what was sold,
 * less service credits, is rounded half to even, and parted among the kinds so that the parts sum to it.
 * None where nothing is left: Stripe takes amounts above zero.
 */
export function taxItemsOf(lines: readonly Charged[]): readonly TaxItem[] {
  const gross = sumOf(lines.filter(isTaxed));
  const cents = divideHalfEven(gross + sumOf(lines.filter(isRebate)), MICRO_USD_PER_CENT);
  if (cents <= 0n) return [];
  const items: TaxItem[] = [];
  let [seen, parted] = [0n, 0n];
  for (const kind of TAXED_KINDS) {
    seen += sumOf(lines.filter((line) => line.kind === kind && isTaxed(line)));
    const upTo = divideHalfEven(cents * seen, gross);
    if (upTo > parted) items.push({ kind, cents: upTo - parted });
    parted = upTo;
  }
  return items;
}

/** Whether a calculation is of these lines, to the cent. */
export function isOf({ items }: InvoiceTax, lines: readonly Charged[]): boolean {
  const now = taxItemsOf(lines);
  return items.length === now.length && now.every(({ kind, cents }) => items.some((item) => item.kind === kind && item.cents === cents));
}

/** What a credit note gives back of an invoice's tax, and of what it was calculated on; whole cents. */
export interface ReturnedTax {
  /** What of the note was sold, and bears tax; exact. */
  readonly sold: MicroUsd;
  readonly taxable: MicroUsd;
  readonly amount: MicroUsd;
}

/** What was sold by an invoice, less service credits on it: all of it, and for one reservation. */
export interface SoldBy {
  readonly invoice: MicroUsd;
  readonly reservation: MicroUsd;
}

/** What of an amount that is given back was sold, and bears tax. */
export function soldPart(amount: MicroUsd, { reservation }: SoldBy): MicroUsd {
  return amount < reservation ? amount : reservation;
}

/**
 * In the proportion of what was sold, rounded half to even on the running sum: however it is parted, all
 * of the notes give back what one over the whole would, and never more than was charged.
 */
export function returnedTax(
  { amount, items }: Pick<InvoiceTax, 'amount' | 'items'>,
  sold: MicroUsd,
  { before, after }: { readonly before: MicroUsd; readonly after: MicroUsd },
): ReturnedTax {
  const own = microUsd(after - before);
  if (own === 0n || sold === 0n) return { sold: own, taxable: ZERO_USD, amount: ZERO_USD };
  // Notes of before service credits counted may have given back more.
  const upTo = (given: bigint, whole: bigint): bigint => divideHalfEven(whole * (given < sold ? given : sold), sold);
  const part = (whole: bigint): MicroUsd => wholeCents(upTo(after, whole) - upTo(before, whole));
  return { sold: own, taxable: part(taxableCents(items)), amount: part(amount / MICRO_USD_PER_CENT) };
}

export const taxableCents = (items: readonly TaxItem[]): bigint => items.reduce((sum, { cents }) => sum + cents, 0n);

const sumOf = (lines: readonly Charged[]): bigint => lines.reduce((sum, { amount }) => sum + amount, 0n);
