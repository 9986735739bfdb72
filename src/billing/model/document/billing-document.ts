import { divideHalfEven, MICRO_USD_PER_USD } from '../../../kernel/money.js';
import { DAY_MS, type Instant } from '../../../kernel/time.js';
import { CHARGE_KINDS, isEarned, type ChargeKind } from '../charge.js';
import type { ChargeRow } from '../export/books.tables.js';
import { compareGroups, type TokenGroup } from '../overage-parts.js';
import { PAYMENT_TERM_DAYS } from '../payment-terms.js';
import type { DocumentTax } from './document-tax.js';
import type { Party } from './party.js';

/** One line of a document: all charges of one kind for one reservation, overage by token class and served tier. */
export interface DocumentLine {
  readonly kind: ChargeKind;
  readonly reservationId: string;
  /** Of overage: which tokens it is for; null otherwise, and where nobody knows. */
  readonly group: TokenGroup | null;
  /** Micro-USD, exact; above zero is charged, below is credited. */
  readonly exact: bigint;
  /** Cents, rounded half to even. */
  readonly cents: bigint;
  /** How many lines of the ledger it stands for, or is a part of. */
  readonly count: number;
  readonly from: Instant | null;
  readonly to: Instant | null;
}

/**
 * `invoice`: a month's charges and credits. `statement`: what a seller earned, written by the exchange in
 * its place (self-billing). `credit_note`: what an invoice charged too much.
 */
export type DocumentKind = 'invoice' | 'statement' | 'credit_note';

/** When and why an invoice was made void. */
export interface Voiding {
  readonly at: Instant;
  readonly reason: string;
}

export interface BillingDocument {
  readonly kind: DocumentKind;
  /** Null: a draft. */
  readonly number: string | null;
  readonly month: string;
  readonly issuedAt: Instant | null;
  readonly dueAt: Instant | null;
  /** Of a draft: the days that its invoice would have, issued now; null: it was issued. */
  readonly draftTermDays: number | null;
  /** What of an invoice was drawn on the credit line, exact. */
  readonly onCreditLine: bigint;
  /** The invoice that a credit note corrects. */
  readonly refersTo: string | null;
  readonly reason: string | null;
  /** It was made void; null: it counts. */
  readonly voided: Voiding | null;
  readonly issuer: Party;
  readonly customer: Party;
  readonly lines: readonly DocumentLine[];
  /** What the lines sum to, rounded once: the amount of the document to the cent, before tax. */
  readonly totalCents: bigint;
  /** What the total differs from the sum of the lines as they are shown. */
  readonly roundingCents: bigint;
  readonly exact: bigint;
  /** On top of the lines; null: none was determined. */
  readonly tax: DocumentTax | null;
}

/** What is to be paid: tax is whole cents, and is not rounded again. */
export const payableCents = ({ totalCents, tax }: Pick<BillingDocument, 'totalCents' | 'tax'>): bigint =>
  totalCents + (tax?.cents ?? 0n);

/** Days from the issue of an invoice to when it is due; of a draft those that will be in force, of old invoices as usual. */
export function termDaysOf({ issuedAt, dueAt, draftTermDays }: Pick<BillingDocument, 'issuedAt' | 'dueAt' | 'draftTermDays'>): number {
  if (issuedAt === null || dueAt === null) return draftTermDays ?? PAYMENT_TERM_DAYS;
  return Math.round((dueAt - issuedAt) / DAY_MS);
}

export const MICRO_USD_PER_CENT = MICRO_USD_PER_USD / 100n;

/** Cents are made here and nowhere else. */
export const centsOf = (exact: bigint): bigint => divideHalfEven(exact, MICRO_USD_PER_CENT);

interface Group {
  exact: bigint;
  count: number;
  from: Instant | null;
  to: Instant | null;
}

/** Gathers charges page by page: memory grows with reservations, not with charges. */
export class LineGroups {
  private readonly groups = new Map<string, Group>();

  /** What is charged and what is credited under one name are two lines. */
  add(charge: ChargeRow): void {
    if (charge.parts.length === 0) this.put(charge, charge.amount, null);
    for (const { tokenClass, tier, amount } of charge.parts) this.put(charge, amount, { tokenClass, tier });
  }

  private put({ kind, reservationId, servedFrom, servedTo }: ChargeRow, amount: bigint, tokens: TokenGroup | null): void {
    const key = JSON.stringify([reservationId, kind, amount > 0n, tokens]);
    const group = this.groups.get(key) ?? { exact: 0n, count: 0, from: null, to: null };
    group.exact += amount;
    group.count += 1;
    if (servedFrom !== null) {
      group.from = Math.min(servedFrom, group.from ?? servedFrom) as Instant;
      const end = servedTo ?? servedFrom;
      group.to = Math.max(end, group.to ?? end) as Instant;
    }
    this.groups.set(key, group);
  }

  /** By reservation, then by kind. */
  lines(): readonly DocumentLine[] {
    return [...this.groups]
      .map(([key, group]) => {
        const [reservationId, kind, , tokens] = JSON.parse(key) as [string, ChargeKind, boolean, TokenGroup | null];
        return { kind, reservationId, group: tokens, ...group, cents: centsOf(group.exact) };
      })
      .sort((one, other) => compareLines(one, other));
  }
}

/** By market and reservation, then by kind as CHARGE_KINDS has them, by token class and tier, what is charged first. */
function compareLines(one: DocumentLine, other: DocumentLine): number {
  if (one.reservationId !== other.reservationId) {
    return one.reservationId < other.reservationId ? -1 : 1;
  }
  const kinds = CHARGE_KINDS.indexOf(one.kind) - CHARGE_KINDS.indexOf(other.kind);
  if (kinds !== 0) return kinds;
  const groups = compareTokens(one.group, other.group);
  return groups === 0 ? (one.exact > other.exact ? -1 : 1) : groups;
}

/** Charges of before classes were told apart come first. */
function compareTokens(one: TokenGroup | null, other: TokenGroup | null): number {
  if (one === null || other === null) return Number(one !== null) - Number(other !== null);
  return compareGroups(one, other);
}

/** Lines as they are shown, what they come to, and what rounding leaves between the two. */
export function totalled(
  lines: readonly DocumentLine[],
): Pick<BillingDocument, 'lines' | 'totalCents' | 'roundingCents' | 'exact'> {
  const exact = lines.reduce((sum, line) => sum + line.exact, 0n);
  const shown = lines.reduce((sum, line) => sum + line.cents, 0n);
  const totalCents = centsOf(exact);
  return { lines, totalCents, roundingCents: totalCents - shown, exact };
}

/** A line is of charges or of credits, never of both. */
export const isEarnedLine = ({ kind, exact: amount }: Pick<DocumentLine, 'kind' | 'exact'>): boolean =>
  isEarned({ kind, amount });

/** The shares that were taken of a sale before its seller was paid; hundredths of a per cent. */
export interface SaleShares {
  readonly royalty: number;
  readonly fee: number;
}

export interface EarnedLine extends DocumentLine {
  readonly grossCents: bigint;
  readonly royaltyCents: bigint;
  readonly feeCents: bigint;
}

const WHOLE = 10_000n;

/** What a seller is paid of a sale, of the overage on it and of a fee for its cancellation: each in the same shares. */
const SHARED: ReadonlySet<ChargeKind> = new Set(['proceeds', 'overage', 'cancellation']);

/**
 * What was paid, and by the shares of the sale what it was before them; the exact amount is what they were taken
 * of. To the cent, so that gross less royalty less fee is what was paid.
 */
export function earnedLine(line: DocumentLine, shares: SaleShares | null): EarnedLine {
  const cents = -line.cents;
  if (!SHARED.has(line.kind) || shares === null) {
    return { ...line, grossCents: cents, royaltyCents: 0n, feeCents: 0n };
  }
  const [royalty, fee] = [BigInt(shares.royalty), BigInt(shares.fee)];
  const kept = WHOLE - royalty - fee;
  const gross = kept <= 0n ? -line.exact : divideHalfEven(-line.exact * WHOLE, kept);
  // Three that are rounded: what is left is a share that was taken, and no share falls below zero.
  const grossCents = greater(centsOf(gross), cents);
  const taken = grossCents - cents;
  const royaltyCents = fee === 0n ? taken : lesser(centsOf(divideHalfEven(gross * royalty, WHOLE)), taken);
  return { ...line, grossCents, royaltyCents, feeCents: taken - royaltyCents };
}

const lesser = (one: bigint, other: bigint): bigint => (one < other ? one : other);
const greater = (one: bigint, other: bigint): bigint => (one > other ? one : other);
