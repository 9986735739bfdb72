import {
  NO_LIMITS,
  type Scope,
  type Spender,
  type SpendLimits,
  type Subject,
} from '../../src/billing/model/controls/controls.state.js';
import type { Instant } from '../../src/kernel/time.js';
import { BY_HAND, reserve, usd, type Untimed } from './ledger.js';

/** Limits of a subject; what is left out has none. */
export const limits = (
  subject: Subject,
  set: Partial<Record<keyof SpendLimits, number>> | null,
): Untimed => {
  const amounts = Object.entries(set ?? {}).map(([name, amount]) => [name, usd(amount)] as const);
  const all = { ...NO_LIMITS, ...(Object.fromEntries(amounts) as Partial<SpendLimits>) };
  return { type: 'SetSpendLimits', subject, limits: set === null ? null : all };
};

export const TRADER: Spender = BY_HAND.spender;
export const KEY: Spender = { actor: 'key:k', memberId: 'owner', role: null, isAttended: true };
export const SPOT: Spender = { ...KEY, isAttended: false };

/** A purchase by somebody, named by its request should it need one. */
export const by = (spender: Spender, command: Untimed, approvalId = 'A'): Untimed =>
  ({ ...command, spending: { spender, approvalId } }) as Untimed;

/** As {@link reserve} of a request `A…`. */
export const asked = (id: string, amount: number | bigint, spender = TRADER): Untimed =>
  by(spender, reserve(id, amount), `A${id}`);

/** Approves what was asked for, or what is to be had in its place. */
export const approve = (
  id: string,
  amount: number | bigint,
  memberId = 'boss',
): Untimed => ({
  type: 'ApprovePurchase',
  approvalId: `A${id}`,
  approver: { actor: `member:${memberId}`, memberId },
  note: '',
  purchase: { kind: 'order', orderId: id as never, amount: usd(amount), request: 'what the market is asked' },
});

export const refuse = (id: string): Untimed => ({
  type: 'RefusePurchase',
  ...{ approvalId: `A${id}`, actor: 'member:boss', note: 'no' },
});

export const creditLine = (limit: number | bigint | null, from = 0, termDays = 30): Untimed => ({
  type: 'SetCreditLine',
  line: limit === null ? null : { limit: usd(limit), termDays, from: from as Instant },
});

export const bill = (invoiceNumber: string, charged: number | bigint, dueAt: Instant): Untimed => ({
  type: 'BillCreditLine',
  ...{ invoiceNumber, charged: usd(charged), dueAt },
});

export const budget = (
  amount: number | bigint,
  spentAlerts: readonly number[],
  committedAlerts: readonly number[] = [],
  scope: Scope = 'organization',
): Untimed => ({ type: 'SetBudget', scope, budget: { amount: usd(amount), spentAlerts, committedAlerts } });

