/** What the books and Stripe say of one thing, in its unit; null where one says nothing. */
export interface Sides {
  readonly reference: string;
  readonly ours: bigint | null;
  readonly theirs: bigint | null;
}

export const DIFFERENCE_KINDS = ['missing-here', 'missing-there', 'amount-differs', 'status-differs'] as const;
/**
 * - `missing-here`: Stripe has it, the books do not.
 * - `missing-there`: the books have it, Stripe does not.
 * - `status-differs`: an invoice that is open, paid or void on one side only.
 */
export type DifferenceKind = (typeof DIFFERENCE_KINDS)[number];

/** Invoices and metered days are in no balance: they have names of their own among the differences. */
export const INVOICE_REFERENCE = 'invoice/';
export const METER_REFERENCE = 'meter/';

/** What a difference is counted in: metered days are counted in weighted tokens, everything else is money. */
export const DIFFERENCE_UNITS = ['micro-usd', 'weighted-tokens'] as const;
export type DifferenceUnit = (typeof DIFFERENCE_UNITS)[number];

export function unitOf(reference: string): DifferenceUnit {
  return reference.startsWith(METER_REFERENCE) ? 'weighted-tokens' : 'micro-usd';
}

export interface Difference extends Sides {
  readonly kind: DifferenceKind;
}

/**
 * Changes of Stripe's balance that are between Stripe and the exchange: its fees, and what goes to the
 * exchange's own bank. They are in no customer's books, and are told as sums.
 */
const OWN_TYPES: ReadonlySet<string> = new Set([
  'advance',
  'advance_funding',
  'network_cost',
  'payout',
  'payout_cancel',
  'payout_failure',
  'reserve_hold',
  'reserve_release',
  'reserve_transaction',
  'reserved_funds',
  'stripe_fee',
  'stripe_fx_fee',
  'tax_fee',
  'topup',
  'topup_reversal',
]);

/** Whether the books should have a counterpart of it: also of what nobody has heard of yet. */
export const isBooked = (type: string): boolean => !OWN_TYPES.has(type);

/** Null when both say the same. */
export function differenceOf(sides: Sides): Difference | null {
  const { ours, theirs } = sides;
  if (ours === theirs) return null;
  if (ours === null) return { ...sides, kind: 'missing-here' };
  return { ...sides, kind: theirs === null ? 'missing-there' : 'amount-differs' };
}
