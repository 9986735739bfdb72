import { accept, reject, type Decision } from '../../../kernel/decider.js';
import type { MicroUsd } from '../../../kernel/money.js';
import { monthOf, type Instant } from '../../../kernel/time.js';
import type { LedgerRejection } from '../ledger.commands.js';
import type { LedgerEvent } from '../ledger.events.js';
import type { Ledger } from '../ledger.state.js';
import type { SetBudget } from './controls.commands.js';
import type { BudgetThresholdReached } from './controls.events.js';
import { toldName } from './controls.evolve.js';
import {
  MEASURES_OF,
  scopeKind,
  subjectsOf,
  type Budget,
  type Controls,
  type Measure,
  type Scope,
  type Subject,
} from './controls.state.js';
import { costOfEvent, spentBy, type Cost } from './month-cost.js';
import { spentAt } from './spend.rules.js';

/** Budgets of one organization, its own included. */
export const BUDGETS_MAX = 200;

export function setBudget(
  { scope, budget }: SetBudget,
  { controls: { budgets } }: Ledger,
): Decision<LedgerEvent, LedgerRejection> {
  const before = budgets.get(scope) ?? null;
  if (budget === null && before === null) return accept();
  if (before === null && budgets.size >= BUDGETS_MAX) {
    return reject({ code: 'TOO_MANY_BUDGETS', budgetsMax: BUDGETS_MAX });
  }
  return accept({ type: 'BudgetSet', scope, budget, before, postings: [] });
}

/** What was bought by an event, and whose limits and budgets it counts against. */
interface Bought {
  readonly subjects: readonly Subject[];
  readonly amount: bigint;
}

/** What the events of one commit add to what the books say already. */
interface Added {
  readonly costs: readonly Cost[];
  readonly bought: readonly Bought[];
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
  const budgets = budgetsAfter(ledger.controls, events);
  if (budgets.size === 0) return [];
  const added = { costs: events.flatMap((event) => costOfEvent(event) ?? []), bought: events.flatMap(boughtBy) };
  return [...touched(events, added)].flatMap((scope) => {
    const budget = budgets.get(scope);
    return budget === undefined ? [] : alertsFor(ledger, { scope, budget }, { added, now });
  });
}

function budgetsAfter({ budgets }: Controls, events: readonly LedgerEvent[]): ReadonlyMap<Scope, Budget> {
  const set = events.find((event) => event.type === 'BudgetSet');
  if (set === undefined || set.budget === null) return budgets;
  return new Map(budgets).set(set.scope, set.budget);
}

/** Whose figures may have grown, or whose budget was set: the others have reached nothing new. */
function touched(events: readonly LedgerEvent[], { costs, bought }: Added): ReadonlySet<Scope> {
  const ofTeams = costs.flatMap(({ teams }) => teams.map(({ teamId }): Scope => `team:${teamId}`));
  const ofBuyers = bought.flatMap(({ subjects }) => subjects.filter(isScope));
  const set = events.flatMap((event) => (event.type === 'BudgetSet' && event.budget !== null ? [event.scope] : []));
  return new Set<Scope>([...(costs.length > 0 ? ['organization' as const] : []), ...ofTeams, ...ofBuyers, ...set]);
}

function isScope(subject: Subject): subject is Subject & Scope {
  return !subject.startsWith('role:');
}

function alertsFor(
  { controls }: Ledger,
  set: { readonly scope: Scope; readonly budget: Budget },
  { added: { costs, bought }, now }: { readonly added: Added; readonly now: Instant },
): readonly BudgetThresholdReached[] {
  const { scope } = set;
  const current = monthOf(now);
  const months = [...new Set([current, ...costs.map((cost) => cost.month)])];
  const buying = bought.reduce((sum, { subjects, amount }) => ((subjects as readonly string[]).includes(scope) ? sum + amount : sum), 0n);
  return months.flatMap((month) => {
    const own = costs.filter((cost) => cost.month === month);
    const spent = own.reduce((sum, cost) => sum + costIn(cost, scope), spentBy(controls.charged.get(month), scope) as bigint);
    const committed = month === current ? committedBy(controls, scope, now) + buying : 0n;
    const reached = { spent, committed };
    return MEASURES_OF[scopeKind(scope)].flatMap((measure) =>
      thresholdsReached(controls, set, { month, measure, amount: reached[measure] as MicroUsd }),
    );
  });
}

/** What was bought in the running month, whenever it is delivered; teams buy nothing. */
export function committedBy({ spent }: Controls, scope: Scope, now: Instant): MicroUsd {
  return spentAt(spent.get(scope as Subject), now).month;
}

function costIn({ amount, teams }: Cost, scope: Scope): bigint {
  if (scope === 'organization') return amount;
  return teams.reduce((sum, one) => (scope === `team:${one.teamId}` ? sum + one.amount : sum), 0n);
}

function boughtBy(event: LedgerEvent): readonly Bought[] {
  const isPurchase = event.type === 'FundsReserved' || (event.type === 'EscrowFunded' && event.orderId === null);
  if (!isPurchase || event.spent === null) return [];
  return [{ subjects: subjectsOf(event.spent.spender), amount: event.amount }];
}

function thresholdsReached(
  { told }: Controls,
  { scope, budget }: { readonly scope: Scope; readonly budget: Budget },
  found: { readonly month: string; readonly measure: Measure; readonly amount: MicroUsd },
): readonly BudgetThresholdReached[] {
  const { month, measure, amount } = found;
  const percents = measure === 'spent' ? budget.spentAlerts : budget.committedAlerts;
  const known = told.get(scope) ?? [];
  return percents
    .filter((percent) => amount * 100n >= budget.amount * BigInt(percent))
    .filter((percent) => !known.includes(toldName({ month, measure, percent })))
    .map((percent) => ({
      ...{ type: 'BudgetThresholdReached', scope, month, measure, percent, amount },
      ...{ budget: budget.amount, postings: [] },
    }));
}
