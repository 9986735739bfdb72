import type { OrganizationId } from '../../kernel/ids.js';
import type { MicroUsd } from '../../kernel/money.js';
import type { Instant } from '../../kernel/time.js';
import type { Closing } from './closing.js';
import type { AskedCreditNote } from './invoice-register.events.js';
import type { InvoiceTax } from './tax/invoice-tax.js';

/** A draft is in no register: it is what would be issued now. */
export type InvoiceStatus = 'issued' | 'paid' | 'void';

/** What may still become of an invoice. */
export interface Standing {
  readonly organizationId: OrganizationId;
  readonly month: string;
  readonly dueAt: Instant | null;
  /** What of it was paid with the credit line when it was issued. */
  readonly onCreditLine: MicroUsd;
  /** Null: it has none. */
  readonly tax: Pick<InvoiceTax, 'amount' | 'items'> | null;
  status: InvoiceStatus;
  /** When it was made void; null: it was not. */
  voidedAt: Instant | null;
  /** It was due before it was paid, and that was said. */
  isOverdue: boolean;
  /** What credit notes gave back, by reservation. */
  readonly credited: Map<string, MicroUsd>;
  /** What of that was sold, and bore tax. */
  creditedSold: MicroUsd;
}

/** Which invoices there are. */
export interface InvoiceRegister {
  /** Events until now: the next one has the version after it. */
  count: number;
  /** How many numbers each series has given; of statements, each series of each seller. */
  readonly series: Map<string, number>;
  /** Months that are closed, in the order in which they were. */
  readonly closings: Map<OrganizationId, Closing[]>;
  /** Of an invoice that is void: the months that were closed when it was issued, its own last. */
  readonly voided: Map<string, readonly Closing[]>;
  readonly invoices: Map<string, Standing>;
  /** Credit notes that are asked for and neither issued nor refused yet. */
  readonly asked: Map<string, AskedCreditNote>;
}

export function emptyRegister(): InvoiceRegister {
  return { count: 0, series: new Map(), closings: new Map(), voided: new Map(), invoices: new Map(), asked: new Map() };
}

export function closingsOf(
  { closings }: Pick<InvoiceRegister, 'closings'>,
  organizationId: OrganizationId,
): readonly Closing[] {
  return closings.get(organizationId) ?? [];
}

/** Months that were closed when an invoice of an organization counted, or count with it; null: it has no such invoice. */
export function closingsWith(
  { closings, invoices, voided }: InvoiceRegister,
  organizationId: OrganizationId,
  number: string,
): readonly Closing[] | null {
  if (invoices.get(number)?.organizationId !== organizationId) return null;
  return voided.get(number) ?? closings.get(organizationId) ?? [];
}

/** How many invoices of a month were made void. */
export function voidedOf({ invoices }: InvoiceRegister, organizationId: OrganizationId, month: string): number {
  return [...invoices.values()].filter(
    (one) => one.status === 'void' && one.month === month && one.organizationId === organizationId,
  ).length;
}

/** When an invoice of a month was made void last; null: none was. */
export function voidedAt({ invoices }: InvoiceRegister, organizationId: OrganizationId, month: string): Instant | null {
  const own = [...invoices.values()].filter((one) => one.month === month && one.organizationId === organizationId);
  return own.reduce<Instant | null>((last, one) => (one.voidedAt === null || (last ?? 0) > one.voidedAt ? last : one.voidedAt), null);
}

/** Numbers of an organization's invoices that are neither paid nor void, oldest first. */
export function unpaidOf(
  { invoices }: InvoiceRegister,
  organizationId: OrganizationId,
): readonly string[] {
  return [...invoices]
    .filter(([, one]) => one.organizationId === organizationId && one.status === 'issued')
    .map(([number]) => number);
}
