import { divideHalfEven, MICRO_USD_PER_USD } from '../../../kernel/money.js';
import type { InvoiceTax, TaxLine } from '../tax/invoice-tax.js';

/** The tax of one authority as a document shows it. */
export interface DocumentTaxLine extends Pick<TaxLine, 'jurisdiction' | 'country' | 'state' | 'taxType' | 'percentage' | 'reason'> {
  readonly taxableCents: bigint;
  readonly cents: bigint;
}

export interface DocumentTax {
  readonly lines: readonly DocumentTaxLine[];
  /** Sum of the lines; a credit note's is below zero. */
  readonly cents: bigint;
}

/**
 * How EN 16931 calls a tax (UNTDID 5305): standard rate, reverse charge, zero rate, exempt, and not
 * subject to it.
 */
export type TaxCategory = 'S' | 'AE' | 'Z' | 'E' | 'O';

const MICRO_USD_PER_CENT = MICRO_USD_PER_USD / 100n;

/** Whole cents as they are. */
export function documentTaxOf({ lines, amount }: Pick<InvoiceTax, 'lines' | 'amount'>): DocumentTax {
  const shown = lines.map(({ taxable, amount: own, ...line }) => ({
    ...line,
    ...{ taxableCents: taxable / MICRO_USD_PER_CENT, cents: own / MICRO_USD_PER_CENT },
  }));
  return { lines: shown, cents: amount / MICRO_USD_PER_CENT };
}

/** What a credit note gives back of it, parted over its lines in their proportion; the parts sum to it. */
export function returnedTaxOf(
  whole: Pick<InvoiceTax, 'lines' | 'amount'>,
  returned: { readonly taxable: bigint; readonly tax: bigint },
): DocumentTax {
  const { lines, cents: all } = documentTaxOf(whole);
  const cents = -returned.tax / MICRO_USD_PER_CENT;
  const most = lines.reduce((largest, { taxableCents }) => (taxableCents > largest ? taxableCents : largest), 0n);
  let [seen, parted] = [0n, 0n];
  const parts = lines.map((line) => {
    seen += line.cents;
    const upTo = all === 0n ? 0n : divideHalfEven(cents * seen, all);
    const own = upTo - parted;
    parted = upTo;
    const taxable = -returned.taxable / MICRO_USD_PER_CENT;
    return { ...line, taxableCents: most === 0n ? 0n : divideHalfEven(taxable * line.taxableCents, most), cents: own };
  });
  return { lines: parts, cents };
}

/** One tax decides for all that was sold: it has one tax code. */
export function categoryOf({ lines }: DocumentTax): TaxCategory {
  const has = (...reasons: readonly string[]): boolean => lines.some(({ reason }) => reasons.includes(reason));
  if (lines.some(({ cents }) => cents !== 0n) || has('standard_rated', 'reduced_rated', 'proportionally_rated')) return 'S';
  if (has('reverse_charge')) return 'AE';
  if (has('zero_rated')) return 'Z';
  return has('product_exempt', 'product_exempt_holiday', 'customer_exempt', 'portion_product_exempt') ? 'E' : 'O';
}

/** All rates on one base, together; per cent as decimal text. */
export function rateOf(tax: DocumentTax): string {
  if (categoryOf(tax) !== 'S') return '0';
  const rates = tax.lines.map(({ percentage }) => Math.round(Number(percentage ?? 0) * 10_000));
  return String(rates.reduce((sum, rate) => sum + rate, 0) / 10_000);
}

export const isReversed = ({ lines }: DocumentTax): boolean => lines.some(({ reason }) => reason === 'reverse_charge');
