import { accept, type Decision } from '../../../kernel/decider.js';
import type { MicroUsd } from '../../../kernel/money.js';
import { monthOf, type Instant } from '../../../kernel/time.js';
import type { LedgerRejection } from '../ledger.commands.js';
import type { LedgerEvent } from '../ledger.events.js';
import type { Ledger } from '../ledger.state.js';
import type { SetBudget } from './controls.commands.js';
import type { BudgetThresholdReached } from './controls.events.js';
import { toldName } from './controls.evolve.js';
import { MEASURES, type Budget, type Controls, type Measure } from './controls.state.js';
import { spentAt } from './spend.rules.js';

/** Months whose cost is known. */
const MONTHS_KEPT = 3;

export function setBudget({ budget }: SetBudget, { controls }: Ledger): Decision<LedgerEvent, LedgerRejection> {
  const { budget: before } = controls;
  if (budget === null && before === null) return accept();
  return accept({ type: 'BudgetSet', budget, before, postings: [] });
}

/** What an event costs, by the month in which it was served or given back. */
export function costOfEvent(event: LedgerEvent): { readonly month: string; readonly amount: bigint } | null {
  switch (event.type) {
    case 'DeliverySettled':
      return { month: monthOf(event.window.start), amount: event.amount };
    case 'OverageCharged':
      return { month: monthOf(event.hour), amount: event.amount };
    case 'OverageReduced':
      return { month: monthOf(event.hour), amount: -event.amount };
    case 'EscrowCancelled':
      return event.cancelledAt === null ? null : { month: monthOf(event.cancelledAt), amount: event.fee };
    default:
      return null;
  }
}

/** Adds up what months cost; the newest few are kept. */
export function budgetEvolve(ledger: Ledger, event: LedgerEvent): Ledger {
  const cost = costOfEvent(event);
  if (cost === null) return ledger;
  const { charged } = ledger.controls;
  charged.set(cost.month, ((charged.get(cost.month) ?? 0n) + cost.amount) as MicroUsd);
  if (charged.size > MONTHS_KEPT) {
    const [oldest = ''] = [...charged.keys()].toSorted();
    charged.delete(oldest);
  }
  return ledger;
}

/**
 * The alerts that events lead to, in the same commit as these: each once for its month. A month that is
 * over is told of too, when something comes late.
 */
export function alertsOf(
  ledger: Ledger,
  events: readonly LedgerEvent[],
  now: Instant,
): readonly BudgetThresholdReached[] {
  const { controls } = ledger;
  const set = events.find((event) => event.type === 'BudgetSet');
  const budget = set === undefined ? controls.budget : set.budget;
  if (budget === null || events.length === 0) return [];
  const costs = events.flatMap((event) => costOfEvent(event) ?? []);
  const month = monthOf(now);
  const months = [...new Set([month, ...costs.map((cost) => cost.month)])];
  const bought = events.reduce((sum, event) => sum + boughtBy(event), 0n);
  const committed = spentAt(controls.spent.get('organization'), now).month + bought;
  return months.flatMap((one) => {
    const own = costs.filter((cost) => cost.month === one);
    const spent = own.reduce((sum, { amount }) => sum + amount, controls.charged.get(one) ?? 0n);
    const reached = { spent, committed: one === month ? committed : 0n };
    return MEASURES.flatMap((measure) =>
      thresholdsReached(controls, budget, { month: one, measure, amount: reached[measure] as MicroUsd }),
    );
  });
}

function boughtBy(event: LedgerEvent): bigint {
  if (event.type === 'FundsReserved') return event.spent === null ? 0n : event.amount;
  if (event.type !== 'EscrowFunded' || event.orderId !== null) return 0n;
  return event.spent === null ? 0n : event.amount;
}

function thresholdsReached(
  { told }: Controls,
  budget: Budget,
  found: { readonly month: string; readonly measure: Measure; readonly amount: MicroUsd },
): readonly BudgetThresholdReached[] {
  const { month, measure, amount } = found;
  const percents = measure === 'spent' ? budget.spentAlerts : budget.committedAlerts;
  return percents
    .filter((percent) => amount * 100n >= budget.amount * BigInt(percent))
    .filter((percent) => !told.includes(toldName({ month, measure, percent })))
    .map((percent) => ({
      ...{ type: 'BudgetThresholdReached', month, measure, percent, amount },
      ...{ budget: budget.amount, postings: [] },
    }));
}
