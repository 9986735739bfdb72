import { assert } from '../../kernel/assert.js';
import { accept, reject, type Decider, type Decision } from '../../kernel/decider.js';
import type { OrganizationId } from '../../kernel/ids.js';
import { microUsd, type MicroUsd } from '../../kernel/money.js';
import { endOfMonth, parseMonth, type Instant } from '../../kernel/time.js';
import type { Charge } from './charge.js';

/** A charge as an invoice shows it: with when it was booked. */
export interface InvoiceLine extends Omit<Charge, 'month'> {
  readonly postedAt: Instant;
}

export interface IssueInvoice {
  readonly type: 'IssueInvoice';
  readonly organizationId: OrganizationId;
  /** UTC, such as `2026-11`. */
  readonly month: string;
  readonly lines: readonly InvoiceLine[];
  /** Delivery of that month that is not booked yet. */
  readonly isUnsettled: boolean;
  readonly now: Instant;
}

/** Numbers have no gaps, across all organizations: one stream, one order. */
export interface InvoiceIssued {
  readonly type: 'InvoiceIssued';
  readonly number: string;
  readonly organizationId: OrganizationId;
  readonly month: string;
  /** Sum of the lines above zero. */
  readonly charges: MicroUsd;
  /** Sum of the lines below zero, as a positive amount. */
  readonly credits: MicroUsd;
  readonly lines: readonly InvoiceLine[];
  readonly issuedAt: Instant;
}

/** Why no invoice is issued, in the order in which reasons are looked for. */
export type InvoiceRejection =
  | { readonly code: 'ALREADY_ISSUED'; readonly number: string }
  | { readonly code: 'MONTH_NOT_OVER'; readonly endsAt: Instant }
  | { readonly code: 'NOT_SETTLED' }
  | { readonly code: 'NOTHING_TO_INVOICE' };

/** Which invoices there are. */
export interface InvoiceRegister {
  count: number;
  /** Number by organization and month. */
  readonly numbers: Map<string, string>;
}

const keyOf = (organizationId: OrganizationId, month: string): string =>
  `${organizationId} ${month}`;

/** Charges and credits of some lines, both as positive amounts. */
export function totalsOf(lines: readonly Pick<InvoiceLine, 'amount'>[]): {
  readonly charges: MicroUsd;
  readonly credits: MicroUsd;
} {
  const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((all, one) => all + one, 0n);
  const amounts = lines.map(({ amount }) => amount as bigint);
  return {
    charges: microUsd(sum(amounts.filter((amount) => amount > 0n))),
    credits: microUsd(-sum(amounts.filter((amount) => amount < 0n))),
  };
}

function decide(
  { organizationId, month, lines, isUnsettled, now }: IssueInvoice,
  register: InvoiceRegister,
): Decision<InvoiceIssued, InvoiceRejection> {
  const known = register.numbers.get(keyOf(organizationId, month));
  if (known !== undefined) return reject({ code: 'ALREADY_ISSUED', number: known });
  const start = parseMonth(month);
  assert(start.ok, `${month} is no month`);
  const endsAt = endOfMonth(start.value);
  if (now < endsAt) return reject({ code: 'MONTH_NOT_OVER', endsAt });
  if (isUnsettled) return reject({ code: 'NOT_SETTLED' });
  if (lines.length === 0) return reject({ code: 'NOTHING_TO_INVOICE' });
  const number = `HR-${String(register.count + 1).padStart(8, '0')}`;
  const issued = { number, organizationId, month, ...totalsOf(lines), lines, issuedAt: now };
  return accept({ type: 'InvoiceIssued', ...issued });
}

export const invoiceDecider: Decider<InvoiceRegister, IssueInvoice, InvoiceIssued, InvoiceRejection> = {
  initialState: () => ({ count: 0, numbers: new Map() }),
  decide,
  evolve: (register, { organizationId, month, number }) => {
    register.count += 1;
    register.numbers.set(keyOf(organizationId, month), number);
    return register;
  },
};
