import { ZERO_USD, type MicroUsd } from '../../../kernel/money.js';
import { DAY_MS, type Instant } from '../../../kernel/time.js';
import { owedForWithdrawals } from '../card-money.state.js';
import { balanceOf, type Account, type Balances, type Ledger } from '../ledger.state.js';
import type { Bill } from './controls.state.js';

/** What is drawn stands below zero: the organization owes it to the exchange. */
export const CREDIT_LINE = 'credit-line-receivable' satisfies Account;

export function drawnOf(books: Balances): MicroUsd {
  return -balanceOf(books, CREDIT_LINE) as MicroUsd;
}

/** What the wallet could not cover: overage, penalties, credits, taxes, and what Stripe took back. */
export function owedOf(books: Balances): MicroUsd {
  return -balanceOf(books, 'receivable') as MicroUsd;
}

export const outstanding = ({ amount, repaid }: Bill): MicroUsd => (amount - repaid) as MicroUsd;

/** What is due with invoices. */
export function billedOf(bills: readonly Bill[]): MicroUsd {
  return bills.reduce((sum, bill) => sum + outstanding(bill), 0n) as MicroUsd;
}

/** The first bill that was not paid in time: the line is frozen by it. */
export function overdueBill(bills: readonly Bill[], now: Instant): Bill | null {
  return bills.find((bill) => bill.dueAt <= now && outstanding(bill) > 0n) ?? null;
}

/** What may be spent: the wallet, and what of the line is not drawn. */
export interface Available {
  readonly balance: MicroUsd;
  readonly creditUnused: MicroUsd;
  /** Number of the invoice that is overdue; null: the line is not frozen. */
  readonly frozenBy: string | null;
}

/** Nothing can be drawn while something is overdue, or while what Stripe took back is owed. */
export function availableFor(
  ledger: Pick<Ledger, 'balances' | 'controls' | 'withdrawals'>,
  now: Instant,
): Available {
  const balance = balanceOf(ledger, 'wallet');
  const { creditLine, bills } = ledger.controls;
  const frozenBy = overdueBill(bills, now)?.invoiceNumber ?? null;
  const isClosed = creditLine === null || now < creditLine.from;
  if (isClosed || frozenBy !== null || owedForWithdrawals(ledger) > 0n) {
    return { balance, creditUnused: ZERO_USD, frozenBy };
  }
  const unused = creditLine.limit - drawnOf(ledger);
  return { balance, creditUnused: (unused > 0n ? unused : 0n) as MicroUsd, frozenBy };
}

/** Lines that pay an amount: the wallet first, and what it does not hold from the line. */
export function paying(
  books: Balances,
  amount: MicroUsd,
): readonly (readonly [account: Account, amount: bigint])[] {
  const wallet = balanceOf(books, 'wallet');
  const own = wallet < amount ? wallet : amount;
  return [
    ['wallet', -own],
    [CREDIT_LINE, own - amount],
  ];
}

/** What is due, by how long it has been. */
export const AGES = ['current', '1-30', '31-60', '61-90', '91+'] as const;
export type Age = (typeof AGES)[number];

/** A bill is current until the instant it is due, and one day old a day later. */
export function ageOf({ dueAt }: Pick<Bill, 'dueAt'>, now: Instant): Age {
  if (now < dueAt) return 'current';
  const days = Math.floor((now - dueAt) / DAY_MS) + 1;
  if (days <= 30) return '1-30';
  if (days <= 60) return '31-60';
  return days <= 90 ? '61-90' : '91+';
}

/** What is outstanding, by age; they sum to what is billed. */
export function agesOf(bills: readonly Bill[], now: Instant): Readonly<Record<Age, MicroUsd>> {
  const ages = { current: 0n, '1-30': 0n, '31-60': 0n, '61-90': 0n, '91+': 0n };
  for (const bill of bills) ages[ageOf(bill, now)] += outstanding(bill);
  return ages as Readonly<Record<Age, MicroUsd>>;
}
