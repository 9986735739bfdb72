import { centsOf } from './document/billing-document.js';
import { CHARGE_KINDS, type ChargeKind } from './charge.js';
import type { InvoiceLine } from './invoice-register.events.js';
import type { InvoiceTax } from './tax/invoice-tax.js';

/** What an invoice at Stripe holds of ours. */
export interface MirroredItem {
  /** Tells it from the invoice's others. */
  readonly name: string;
  readonly description: string;
  readonly cents: bigint;
}

export interface MirroredInvoice {
  readonly items: readonly MirroredItem[];
  readonly totalCents: bigint;
}

export const MIRRORED_STATES = ['open', 'paid', 'void'] as const;
export type MirroredState = (typeof MIRRORED_STATES)[number];

/**
 * An item for each kind of charge, what is charged and what is credited apart: Stripe takes 250 items, a
 * month may have more reservations. Stripe counts cents: each item is rounded half to even, the total is
 * rounded once, as on our document, and what lies between is an item of its own. Null for a month that
 * comes to nothing or less: Stripe would keep that as a balance and take it off the next invoice. Tax is whole
 * cents, and an item: Stripe does not work it out again.
 */
export function mirrorOf(lines: readonly Pick<InvoiceLine, 'kind' | 'amount'>[], tax: Pick<InvoiceTax, 'amount'> | null): MirroredInvoice | null {
  const taxCents = centsOf(tax?.amount ?? 0n);
  const netCents = centsOf(sumOf(lines));
  const totalCents = netCents + taxCents;
  if (totalCents <= 0n) return null;
  const items = CHARGE_KINDS.flatMap((kind) => {
    const own = lines.filter((line) => line.kind === kind);
    return [itemOf(kind, 'charged', own.filter(({ amount }) => amount > 0n)), itemOf(kind, 'credited', own.filter(({ amount }) => amount < 0n))];
  });
  const shown = items.reduce((sum, { cents }) => sum + cents, 0n);
  const rounding = { name: 'rounding', description: 'Rounding', cents: netCents - shown };
  const taxed = { name: 'tax', description: 'Tax', cents: taxCents };
  return { totalCents, items: [...items, rounding, taxed].filter(({ cents }) => cents !== 0n) };
}

/**
 * What credit notes of an exact sum come to at Stripe: rounded once for all of them, so that many small
 * ones are not lost, and never more than the invoice.
 */
export function creditedCents(totalCents: bigint, credited: bigint): bigint {
  const cents = centsOf(credited);
  return cents < totalCents ? cents : totalCents;
}

/** What Stripe says of an invoice of ours: all of it credited, it is paid there. */
export function statusThere({ status, totalCents, credited }: {
  readonly status: MirroredState;
  readonly totalCents: bigint;
  readonly credited: bigint;
}): MirroredState {
  return status === 'open' && creditedCents(totalCents, credited) === totalCents ? 'paid' : status;
}

function itemOf(kind: ChargeKind, side: 'charged' | 'credited', lines: readonly Pick<InvoiceLine, 'amount'>[]): MirroredItem {
  const word = kind.replaceAll(/[-_]/g, ' ');
  return { name: `${kind} ${side}`, description: `${word[0]?.toUpperCase()}${word.slice(1)}, ${side} (${lines.length})`, cents: centsOf(sumOf(lines)) };
}

const sumOf = (lines: readonly Pick<InvoiceLine, 'amount'>[]): bigint => lines.reduce((sum, { amount }) => sum + amount, 0n);
