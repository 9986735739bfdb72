import { unless, type Issue } from '../../kernel/issue.js';
import type { MicroUsd } from '../../kernel/money.js';
import { DAY_MS, floorToGrid, HOUR_MS, plus, type Instant } from '../../kernel/time.js';
import { checkCharge, OPEN_TOP_UP_STATES, type TopUpState } from './top-up.js';

/** When a wallet is filled by itself. */
export interface AutoTopUpRule {
  /** Below this much. */
  readonly threshold: MicroUsd;
  /** How much comes each time. */
  readonly amount: MicroUsd;
  /** Most that comes in one day, UTC. */
  readonly perDayMax: MicroUsd;
  /** What failed before then is forgotten: somebody has looked at it. */
  readonly updatedAt: Instant;
}

/** One time that it was. */
export interface AutomaticTopUp {
  readonly topUpId: string;
  readonly status: TopUpState;
  readonly failureCode: string | null;
  readonly createdAt: Instant;
  readonly endedAt: Instant;
}

/** What the rule goes by besides itself. */
export interface AutoTopUpHistory {
  readonly isMethodActive: boolean;
  /** The last of them, newest first: as many as may fail in a row. */
  readonly topUps: readonly AutomaticTopUp[];
  /** What came today, or is on its way. */
  readonly today: MicroUsd;
}

/** Why nothing is charged now, in the order in which reasons are looked for; or that it may be. */
export type AutoTopUpStanding =
  /** Its payment method is not there any more: set the rule again with another. */
  | { readonly state: 'method_removed' }
  /** One at a time: Stripe has not said the end of the last one, or somebody must look at it. */
  | { readonly state: 'under_way'; readonly topUpId: string }
  /** The bank wants its customer to be asked: top up by hand once, then set the rule again. */
  | { readonly state: 'authentication_required'; readonly topUpId: string }
  /** It failed too often in a row: set the rule again, perhaps with another payment method. */
  | { readonly state: 'stopped'; readonly failureCode: string }
  | { readonly state: 'backing_off'; readonly failureCode: string; readonly until: Instant }
  | { readonly state: 'day_limit'; readonly until: Instant }
  | { readonly state: 'ready' };

export const AUTO_TOP_UP_STATES = [
  'method_removed',
  'under_way',
  'authentication_required',
  'stopped',
  'backing_off',
  'day_limit',
  'ready',
] as const satisfies readonly AutoTopUpStanding['state'][];

/** How long after each decline in a row the next attempt is made; none after the last. */
const BACK_OFF_MS: readonly number[] = [HOUR_MS, 4 * HOUR_MS, 16 * HOUR_MS];
/** Declines in a row that end it. */
export const DECLINES_MAX: number = BACK_OFF_MS.length + 1;
const AUTHENTICATION_REQUIRED = 'authentication_required';

/** How a rule stands follows from what it did: nothing else has to be kept, or can be lost. */
export function standingOf(
  rule: AutoTopUpRule,
  { isMethodActive, topUps, today }: AutoTopUpHistory,
  now: Instant,
): AutoTopUpStanding {
  if (!isMethodActive) return { state: 'method_removed' };
  const [last] = topUps;
  if (last !== undefined && isOpen(last)) return { state: 'under_way', topUpId: last.topUpId };
  const failed = declinesIn(topUps, rule);
  return standingAfter(failed, now) ?? standingToday(rule, today, now);
}

function isOpen({ status }: AutomaticTopUp): boolean {
  return (OPEN_TOP_UP_STATES as readonly TopUpState[]).includes(status);
}

/** Those in a row since the last that succeeded, and since the rule was set; newest first. */
function declinesIn(topUps: readonly AutomaticTopUp[], { updatedAt }: AutoTopUpRule): readonly AutomaticTopUp[] {
  const end = topUps.findIndex(({ status, createdAt }) => status !== 'failed' || createdAt < updatedAt);
  return end === -1 ? topUps : topUps.slice(0, end);
}

function standingAfter(failed: readonly AutomaticTopUp[], now: Instant): AutoTopUpStanding | null {
  const [last] = failed;
  if (last === undefined) return null;
  const { topUpId, endedAt } = last;
  const failureCode = last.failureCode ?? 'declined';
  if (failureCode === AUTHENTICATION_REQUIRED) return { state: AUTHENTICATION_REQUIRED, topUpId };
  const delay = BACK_OFF_MS[failed.length - 1];
  if (delay === undefined) return { state: 'stopped', failureCode };
  const until = plus(endedAt, delay);
  return now < until ? { state: 'backing_off', failureCode, until } : null;
}

function standingToday(rule: AutoTopUpRule, today: MicroUsd, now: Instant): AutoTopUpStanding {
  if (today + rule.amount <= rule.perDayMax) return { state: 'ready' };
  return { state: 'day_limit', until: plus(floorToGrid(now, DAY_MS), DAY_MS) };
}

export function checkRule({ threshold, amount, perDayMax }: Omit<AutoTopUpRule, 'updatedAt'>): readonly Issue[] {
  return [
    ...unless(threshold > 0n, { field: 'threshold', reason: 'is not above zero', accepted: 'micro-USD above zero' }),
    ...checkCharge(amount),
    ...unless(perDayMax >= amount, {
      field: 'perDayMax',
      reason: 'is less than one top-up',
      accepted: `${amount} micro-USD or more`,
    }),
  ];
}
