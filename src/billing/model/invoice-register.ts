import { assert } from '../../kernel/assert.js';
import { accept, reject, type Decider, type Decision } from '../../kernel/decider.js';
import type { OrganizationId } from '../../kernel/ids.js';
import { microUsd, type MicroUsd } from '../../kernel/money.js';
import { endOfMonth, parseMonth, type Instant } from '../../kernel/time.js';
import type { Charge } from './charge.js';
import { dueOn, type BookedCharge, type Closing } from './closing.js';

/** A charge as an invoice shows it: with when it was booked. */
export interface InvoiceLine extends Omit<Charge, 'month'> {
  readonly postedAt: Instant;
}

export interface IssueInvoice {
  readonly type: 'IssueInvoice';
  readonly organizationId: OrganizationId;
  /** UTC, such as `2026-11`. */
  readonly month: string;
  /** All of the organization's of this month and those before, in the order of the books. */
  readonly charges: readonly BookedCharge[];
  /** Version of the books when they were read. */
  readonly through: number;
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
  /** Version of the books up to which they were looked at. */
  readonly through: number;
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
  /** In the order in which they were issued. */
  readonly closings: Map<OrganizationId, Closing[]>;
}

export function closingsOf(
  { closings }: InvoiceRegister,
  organizationId: OrganizationId,
): readonly Closing[] {
  return closings.get(organizationId) ?? [];
}

/** What a month's invoice holds, issued now. */
export function linesOf(
  month: string,
  charges: readonly BookedCharge[],
  closings: readonly Closing[],
): readonly InvoiceLine[] {
  return dueOn(month, charges, closings).map(
    ({ kind, reservationId, amount, served, evidence, postedAt }) => {
      return { kind, reservationId, amount, served, evidence, postedAt };
    },
  );
}

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

const PREFIX = 'HR-';
const numberOf = (ordinal: number): string => `${PREFIX}${String(ordinal).padStart(8, '0')}`;

/** Which invoice of the exchange a number names, from 1: also the version of its event. */
export const ordinalOf = (number: string): number => Number(number.slice(PREFIX.length));

function decide(
  { organizationId, month, charges, through, isUnsettled, now }: IssueInvoice,
  register: InvoiceRegister,
): Decision<InvoiceIssued, InvoiceRejection> {
  const closings = closingsOf(register, organizationId);
  const known = closings.find((closing) => closing.month === month);
  if (known !== undefined) return reject({ code: 'ALREADY_ISSUED', number: known.number });
  const start = parseMonth(month);
  assert(start.ok, `${month} is no month`);
  const endsAt = endOfMonth(start.value);
  if (now < endsAt) return reject({ code: 'MONTH_NOT_OVER', endsAt });
  if (isUnsettled) return reject({ code: 'NOT_SETTLED' });
  const lines = linesOf(month, charges, closings);
  if (lines.length === 0) return reject({ code: 'NOTHING_TO_INVOICE' });
  const number = numberOf(register.count + 1);
  const facts = { number, organizationId, month, through, ...totalsOf(lines), lines };
  return accept({ type: 'InvoiceIssued', ...facts, issuedAt: now });
}

export const invoiceDecider: Decider<InvoiceRegister, IssueInvoice, InvoiceIssued, InvoiceRejection> = {
  initialState: () => ({ count: 0, closings: new Map() }),
  decide,
  evolve: (register, { organizationId, month, number, through }) => {
    register.count += 1;
    const closings = [...closingsOf(register, organizationId), { month, number, through }];
    register.closings.set(organizationId, closings);
    return register;
  },
};
