import { reject, type Decision } from '../../../kernel/decider.js';
import { ZERO_USD, type MicroUsd } from '../../../kernel/money.js';
import { DAY_MS, formatInstant, monthOf, plus, type Duration, type Instant } from '../../../kernel/time.js';
import type { LedgerRejection } from '../ledger.commands.js';
import type { LedgerEvent } from '../ledger.events.js';
import type { Ledger } from '../ledger.state.js';
import { availableFor, owedOf } from './credit-line.rules.js';
import type { ControlRejection, Spending } from './controls.commands.js';
import { subjectsOf, type Spender, type SpendLimits, type Spent, type Subject } from './controls.state.js';
import { costOf, type Purchase } from './purchase.js';

/** How long somebody has to approve a purchase. */
export const APPROVAL_LIFE = (3 * DAY_MS) as Duration;
/** Purchases of one organization that wait at once. */
export const APPROVALS_MAX = 200;

type Decided = Decision<LedgerEvent, LedgerRejection>;
type OverLimit = Extract<ControlRejection, { readonly code: 'OVER_SPEND_LIMIT' }>;

/** UTC, such as `2026-11-28`. */
export function dayOf(instant: Instant): string {
  return formatInstant(instant).slice(0, 10);
}

interface Asked {
  readonly purchase: Purchase;
  readonly spending: Spending;
  readonly now: Instant;
}

/**
 * The one place where a purchase is allowed: limits first, then money, then whether somebody must
 * approve it. Null: it may be paid for now. Every way to buy comes through here.
 */
export function holdBack(asked: Asked, ledger: Ledger): Decided | null {
  const refused = refuse(asked, ledger);
  if (refused !== null) return reject(refused);
  const { spender } = asked.spending;
  const limit = approvalLimit(spender, ledger);
  const whole = wholeOf(asked.purchase, ledger);
  if (limit === null || whole <= limit.amount) return null;
  if (spender.isAttended) return request(asked, ledger);
  const spent = (whole - costOf(asked.purchase)) as MicroUsd;
  const about = { subject: limit.subject, period: 'unattended', limit: limit.amount, spent } as const;
  return reject({ code: 'OVER_SPEND_LIMIT', ...about, asked: costOf(asked.purchase) });
}

/** As {@link holdBack}, of a purchase that somebody has approved: every limit counts as it is now. */
export function refuse({ purchase, spending, now }: Asked, ledger: Ledger): LedgerRejection | null {
  const over = overLimit({ purchase, spender: spending.spender, now }, ledger);
  if (over !== null) return over;
  const due = costOf(purchase);
  const { balance, creditUnused, frozenBy } = availableFor(ledger, now);
  if (balance + creditUnused >= due) return null;
  return { code: 'INSUFFICIENT_FUNDS', balance, due, owed: owedOf(ledger), creditUnused, frozenBy };
}

function request({ purchase, spending, now }: Asked, { controls }: Ledger): Decided {
  if (controls.requests.size >= APPROVALS_MAX) {
    return reject({ code: 'TOO_MANY_APPROVALS', approvalsMax: APPROVALS_MAX });
  }
  const { approvalId, spender } = spending;
  const facts = { approvalId, spender, amount: costOf(purchase), purchase };
  const expiresAt = plus(now, APPROVAL_LIFE);
  const requested = { ...facts, requestedAt: now, expiresAt, postings: [] };
  return { accepted: true, events: [{ type: 'ApprovalRequested', ...requested }] };
}

/** An order that is raised is as large as it becomes. */
function wholeOf(purchase: Purchase, { orders }: Ledger): bigint {
  const added = costOf(purchase);
  if (purchase.kind === 'holds') return added;
  const known = orders.get(purchase.orderId);
  return known === undefined ? added : known.total - known.released + added;
}

function overLimit(
  { purchase, spender, now }: { readonly purchase: Purchase; readonly spender: Spender; readonly now: Instant },
  ledger: Ledger,
): OverLimit | null {
  const { limits, spent } = ledger.controls;
  if (limits.size === 0) return null;
  const asked = costOf(purchase);
  const whole = wholeOf(purchase, ledger);
  for (const subject of subjectsOf(spender)) {
    const limit = limits.get(subject);
    if (limit === undefined) continue;
    const { day, month } = spentAt(spent.get(subject), now);
    const order = (whole - asked) as MicroUsd;
    const period = firstOver(limit, { asked, order, day, month });
    if (period !== null) return { code: 'OVER_SPEND_LIMIT', subject, ...period, asked };
  }
  return null;
}

type Period = Pick<OverLimit, 'period' | 'limit' | 'spent'>;

function firstOver(
  { perOrder, perDay, perMonth }: SpendLimits,
  { asked, order, day, month }: Readonly<Record<'asked' | 'order' | 'day' | 'month', MicroUsd>>,
): Period | null {
  const periods = [
    { period: 'order', limit: perOrder, spent: order },
    { period: 'day', limit: perDay, spent: day },
    { period: 'month', limit: perMonth, spent: month },
  ] as const;
  for (const { period, limit, spent } of periods) {
    if (limit !== null && spent + asked > limit) return { period, limit, spent };
  }
  return null;
}

/** What counts against the limits of the day and month of an instant. A clock that lags starts no day anew. */
export function spentAt(
  spent: Spent | undefined,
  now: Instant,
): { readonly day: MicroUsd; readonly month: MicroUsd } {
  if (spent === undefined) return { day: ZERO_USD, month: ZERO_USD };
  return {
    day: spent.day >= dayOf(now) ? spent.inDay : ZERO_USD,
    month: spent.month >= monthOf(now) ? spent.inMonth : ZERO_USD,
  };
}

/** The lowest of those that concern somebody. */
function approvalLimit(
  spender: Spender,
  { controls }: Ledger,
): { readonly subject: Subject; readonly amount: MicroUsd } | null {
  if (controls.limits.size === 0) return null;
  return subjectsOf(spender)
    .flatMap((subject) => {
      const amount = controls.limits.get(subject)?.approvalAbove ?? null;
      return amount === null ? [] : [{ subject, amount }];
    })
    .reduce<{ readonly subject: Subject; readonly amount: MicroUsd } | null>(
      (lowest, one) => (lowest === null || one.amount < lowest.amount ? one : lowest),
      null,
    );
}
