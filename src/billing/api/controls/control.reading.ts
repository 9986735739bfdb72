import { ROLES } from '../../../identity/contract.js';
import { unless, type Issue } from '../../../kernel/issue.js';
import type { MicroUsd } from '../../../kernel/money.js';
import {
  MEASURES_OF,
  NO_LIMITS,
  scopeKind,
  type Budget,
  type Measure,
  type Scope,
  type SpendLimits,
  type Subject,
} from '../../model/controls/controls.state.js';
import type { BudgetInput, SpendLimitsInput } from './control.types.js';

const ALERTS_MAX = 10;
const PERCENT_MAX = 1_000;
const SUBJECT = /^(organization|(member|key):[0-9a-f-]{1,64})$/;

const SCOPE = /^(organization|(team|member|key):[0-9a-f-]{1,64})$/;

export function isScope(text: string): text is Scope {
  return SCOPE.test(text);
}

export function scopeIssues(scope: string): readonly Issue[] {
  const accepted = 'organization, team:<id>, member:<id> or key:<id>';
  return unless(isScope(scope), { field: 'scope', reason: 'is nobody who could have a budget', accepted });
}

export function isSubject(text: string): text is Subject {
  return SUBJECT.test(text) || ROLES.some((role) => text === `role:${role}`);
}

export function subjectIssues(subject: string): readonly Issue[] {
  const accepted = `organization, ${ROLES.map((role) => `role:${role}`).join(', ')}, member:<id> or key:<id>`;
  return unless(isSubject(subject), { field: 'subject', reason: 'is nobody who could have limits', accepted });
}

export function limitIssues(input: SpendLimitsInput): readonly Issue[] {
  const accepted = '0 or more micro-USD, or null for no limit';
  return Object.entries(input as Readonly<Record<string, MicroUsd | null | undefined>>).flatMap(([name, amount]) =>
    unless(amount === null || amount === undefined || amount >= 0n, {
      field: `limits.${name}`,
      reason: 'is below zero',
      accepted,
    }),
  );
}

export function readLimits(input: SpendLimitsInput): SpendLimits {
  const { perOrder, perDay, perMonth, approvalAbove } = { ...NO_LIMITS, ...input };
  return {
    ...{ perOrder: perOrder ?? null, perDay: perDay ?? null },
    ...{ perMonth: perMonth ?? null, approvalAbove: approvalAbove ?? null },
  };
}

export function budgetIssues(scope: Scope, { amount, spentAlerts, committedAlerts }: BudgetInput): readonly Issue[] {
  const accepted = 'more than 0 micro-USD';
  return [
    ...unless(amount > 0n, { field: 'budget.amount', reason: 'is no budget', accepted }),
    ...alertIssues('budget.spentAlerts', spentAlerts),
    ...alertIssues('budget.committedAlerts', committedAlerts),
    ...unknownIssues(scope, 'spent', spentAlerts),
    ...unknownIssues(scope, 'committed', committedAlerts),
  ];
}

/** What the books cannot tell of whom, and why. */
const UNKNOWN: Readonly<Record<Measure, string>> = {
  spent: 'is not known of a member or a key: delivery and overage are a reservation’s, whoever ordered it and with whichever key it was used',
  committed: 'is not known of a team: it orders nothing, and is handed what its organization bought',
};

function unknownIssues(scope: Scope, measure: Measure, percents: readonly number[]): readonly Issue[] {
  const known = MEASURES_OF[scopeKind(scope)];
  const isFit = percents.length === 0 || known.includes(measure);
  const accepted = `an empty list, and ${known.map((one) => `${one}Alerts`).join(' or ')}`;
  return unless(isFit, { field: `budget.${measure}Alerts`, reason: UNKNOWN[measure], accepted });
}

function alertIssues(field: string, percents: readonly number[]): readonly Issue[] {
  const accepted = `up to ${ALERTS_MAX} percentages from 1 to ${PERCENT_MAX}, each once`;
  const isFit =
    percents.length <= ALERTS_MAX &&
    new Set(percents).size === percents.length &&
    percents.every((percent) => percent >= 1 && percent <= PERCENT_MAX);
  return unless(isFit, { field, reason: 'cannot be told of', accepted });
}

export function readBudget({ amount, spentAlerts, committedAlerts }: BudgetInput): Budget {
  const sorted = (percents: readonly number[]): readonly number[] => percents.toSorted((a, b) => a - b);
  return { amount, spentAlerts: sorted(spentAlerts), committedAlerts: sorted(committedAlerts) };
}
