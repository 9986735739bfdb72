import type { Issue } from '../../../kernel/issue.js';
import { MICRO_USD_MAX, type MicroUsd } from '../../../kernel/money.js';
import { MICRO_USD_PER_CENT } from '../top-up.js';

/** When a seller is paid, as it is published: what is due by it is paid out every day. */
export interface PayoutRule {
  /** Less than this waits. */
  readonly minimum: MicroUsd;
  /** So many days after the day it was earned, for credits and disputes. */
  readonly holdBackDays: number;
}

export const HOLD_BACK_DAYS_MAX = 180;

/** What is wrong with a rule. */
export function checkPayoutRule({ minimum, holdBackDays }: PayoutRule): readonly Issue[] {
  const issues: Issue[] = [];
  if (minimum < MICRO_USD_PER_CENT || minimum > MICRO_USD_MAX || minimum % MICRO_USD_PER_CENT !== 0n) {
    issues.push({ field: 'minimum', reason: 'is no amount that can be paid out', accepted: 'whole cents from 0.01 USD' });
  }
  if (!Number.isInteger(holdBackDays) || holdBackDays < 0 || holdBackDays > HOLD_BACK_DAYS_MAX) {
    const accepted = `whole days from 0 to ${HOLD_BACK_DAYS_MAX}`;
    issues.push({ field: 'holdBackDays', reason: 'is no number of days that can be held back', accepted });
  }
  return issues;
}
