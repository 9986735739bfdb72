import { ROLES } from '../../../identity/contract.js';
import { unless, type Issue } from '../../../kernel/issue.js';
import type { MicroUsd } from '../../../kernel/money.js';
import { NO_LIMITS, type Budget, type SpendLimits, type Subject } from '../../model/controls/controls.state.js';
import type { BudgetInput, SpendLimitsInput } from './control.types.js';

const ALERTS_MAX = 10;
const PERCENT_MAX = 1_000;
const SUBJECT = /^(organization|(member|key):[0-9a-f-]{1,64})$/;

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

export function budgetIssues({ amount, spentAlerts, committedAlerts }: BudgetInput): readonly Issue[] {
  const accepted = 'more than 0 micro-USD';
  return [
    ...unless(amount > 0n, { field: 'budget.amount', reason: 'is no budget', accepted }),
    ...alertIssues('budget.spentAlerts', spentAlerts),
    ...alertIssues('budget.committedAlerts', committedAlerts),
  ];
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
