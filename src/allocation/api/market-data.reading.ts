import type { GraphQLError } from 'graphql';
import { apiError } from '../../api/graphql/errors.js';
import { unless, type Issue } from '../../kernel/issue.js';
import { isMarketId, type MarketId } from '../../kernel/ids.js';
import { formatInstant, type Instant } from '../../kernel/time.js';
import type { Window } from '../../kernel/window.js';
import type { MarketRejection } from '../model/market.rejections.js';
import { isModel } from '../model/market.name.js';
import type { Period } from '../model/period.rules.js';

/** Candles of one answer, all its pages together, and steps of one calendar. */
export const INTERVALS_MAX = 1_500;
const DAYS_MAX = 366;
/** How far averages look back when nobody says. */
export const DAYS_DEFAULT = 30;

/** A query is not refused by an answer but ended by an error, which names what was wrong. */
export function wrongArguments(issues: readonly Issue[]): GraphQLError {
  const told = issues.map(({ field, reason, accepted }) => `${field} ${reason}; expected ${accepted}`);
  return apiError('BAD_USER_INPUT', told.join('; '));
}

/** @throws GraphQLError BAD_USER_INPUT when there are any */
export function refuse(issues: readonly Issue[]): void {
  if (issues.length > 0) throw wrongArguments(issues);
}

export function marketIssues(field: string, marketId: string): readonly Issue[] {
  const accepted = 'model@quantization, such as llama-3.3-70b@fp8';
  return unless(isMarketId(marketId), { field, reason: 'names no market', accepted });
}

/** @throws GraphQLError BAD_USER_INPUT when it cannot name a market */
export function readMarket(marketId: string): MarketId {
  refuse(marketIssues('marketId', marketId));
  return marketId as MarketId;
}

export function modelIssues({ model, days }: { model: string; days: number }): readonly Issue[] {
  const isWhole = Number.isInteger(days) && days >= 1 && days <= DAYS_MAX;
  return [
    ...unless(isModel(model), {
      field: 'model',
      reason: 'names no model',
      accepted: 'a name such as llama-3.3-70b',
    }),
    ...unless(isWhole, {
      field: 'days',
      reason: 'is out of range',
      accepted: `a whole number from 1 to ${DAYS_MAX}`,
    }),
  ];
}

/** Why nothing can be traded for a window. */
export function windowIssues(rejection: MarketRejection): readonly Issue[] {
  switch (rejection.code) {
    case 'OFF_GRID': {
      const { start, end } = rejection.nearest;
      const accepted = `such as ${formatInstant(start)} to ${formatInstant(end)}`;
      return [{ field: 'window', reason: 'is on the grid of no pool', accepted }];
    }
    case 'WINDOW_IN_PAST': {
      const accepted = `${formatInstant(rejection.earliestStart)} or later`;
      return [{ field: 'window.start', reason: 'is in the past', accepted }];
    }
    default:
      throw new Error(`${rejection.code} is not about a window`);
  }
}

/** The same where start and end are two arguments: each that is wrong, by its own name. */
export function boundIssues(rejection: MarketRejection, { start, end }: Window): readonly Issue[] {
  if (rejection.code !== 'OFF_GRID') {
    return windowIssues(rejection).map((issue) => ({ ...issue, field: 'start' }));
  }
  const { nearest } = rejection;
  const such = (field: string, instant: Instant): Issue => {
    return { field, reason: 'is on the grid of no pool', accepted: `such as ${formatInstant(instant)}` };
  };
  return [
    ...unless(nearest.start === start, such('start', nearest.start)),
    ...unless(nearest.end === end, such('end', nearest.end)),
  ];
}

export const asWindow = ({ from, to }: Period): Window => ({ start: from, end: to });
