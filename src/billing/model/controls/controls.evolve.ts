import { assertNever } from '../../../kernel/assert.js';
import { DAY_MS, plus, type Instant } from '../../../kernel/time.js';
import type { MicroUsd } from '../../../kernel/money.js';
import type { Ledger } from '../ledger.state.js';
import type { ApprovalDecided, BudgetThresholdReached, ControlEvent, CreditLineRepaid } from './controls.events.js';
import type { Bill, Controls } from './controls.state.js';
import { outstanding } from './credit-line.rules.js';

/** How long what became of a request is known to the books themselves. */
const DECIDED_KEPT = 31 * DAY_MS;
/** So many alerts of a budget are remembered: more than two months can give. */
const TOLD_MAX = 400;
/** Of `2026-11`. */
const MONTH_LENGTH = 7;

export function controlEvolve(ledger: Ledger, event: ControlEvent): Ledger {
  const { controls } = ledger;
  switch (event.type) {
    case 'SpendLimitsSet':
      if (event.limits === null) controls.limits.delete(event.subject);
      else controls.limits.set(event.subject, event.limits);
      return ledger;
    case 'ApprovalRequested': {
      const { type: _type, postings: _postings, ...request } = event;
      controls.requests.set(request.approvalId, request);
      return ledger;
    }
    case 'ApprovalDecided':
      approvalDecided(controls, event);
      return ledger;
    case 'CreditLineSet':
      controls.creditLine = event.line;
      return ledger;
    case 'CreditLineBilled': {
      const { invoiceNumber, amount, dueAt } = event;
      const bill: Bill = { invoiceNumber, amount, repaid: 0n as MicroUsd, dueAt };
      controls.bills = [...controls.bills, bill];
      return ledger;
    }
    case 'CreditLineUnbilled':
      controls.bills = controls.bills.filter(({ invoiceNumber }) => invoiceNumber !== event.invoiceNumber);
      return ledger;
    case 'CreditLineRepaid':
      controls.bills = repaid(controls.bills, event);
      return ledger;
    // What is frozen follows from what is due.
    case 'CreditLineFrozen':
      return ledger;
    case 'BudgetSet':
      if (event.budget === null) controls.budgets.delete(event.scope);
      else controls.budgets.set(event.scope, event.budget);
      return ledger;
    case 'BudgetThresholdReached':
      thresholdReached(controls, event);
      return ledger;
    default:
      return assertNever(event);
  }
}

export function toldName(
  { month, measure, percent }: { readonly month: string; readonly measure: string; readonly percent: number },
): string {
  return `${month} ${measure} ${percent}`;
}

function thresholdReached({ budgets, told }: Controls, { scope, month, measure, percent }: BudgetThresholdReached): void {
  for (const [one, names] of told) {
    const isOver = names.every((name) => name.slice(0, MONTH_LENGTH) < month);
    if (isOver && !budgets.has(one)) told.delete(one);
  }
  const name = toldName({ month, measure, percent });
  told.set(scope, [...(told.get(scope) ?? []), name].slice(-TOLD_MAX));
}

function approvalDecided(controls: Controls, event: ApprovalDecided): void {
  const { approvalId, end, decidedAt, reservationIds, quoteId } = event;
  const purchase = controls.requests.get(approvalId)?.purchase;
  const isOrder = end === 'approved' && purchase?.kind === 'order';
  const order = isOrder ? { request: purchase.request, amount: purchase.amount } : null;
  controls.requests.delete(approvalId);
  forgetDecided(controls, decidedAt);
  controls.decided.set(approvalId, { end, decidedAt, reservationIds, quoteId, order });
}

/** Looks no further than the first that is too young: they stand about in the order they were decided. */
function forgetDecided({ decided }: Controls, passed: Instant): void {
  for (const [approvalId, { decidedAt }] of decided) {
    if (plus(decidedAt, DECIDED_KEPT) > passed) break;
    decided.delete(approvalId);
  }
}

function repaid(bills: readonly Bill[], { bills: paid }: CreditLineRepaid): readonly Bill[] {
  const amounts = new Map(paid.map(({ invoiceNumber, amount }) => [invoiceNumber, amount]));
  return bills
    .map((bill) => {
      const amount = amounts.get(bill.invoiceNumber) ?? (0n as MicroUsd);
      return { ...bill, repaid: (bill.repaid + amount) as MicroUsd };
    })
    .filter((bill) => outstanding(bill) > 0n);
}
