import { present } from '../../kernel/assert.js';
import { unless, within, type Issue } from '../../kernel/issue.js';
import { quantity as toQuantity } from '../../kernel/quantity.js';
import { MINUTE_MS, type Duration } from '../../kernel/time.js';
import type { Rebooking, RebookingTime } from '../model/curtailment.state.js';
import { constraintIssues, priceIssues, rangeIssues, readConstraints } from './order.reading.js';
import { REST_MINUTES_MAX, type RebookingInput } from './rebooking.types.js';

export function rebookingIssues(input: RebookingInput | null): readonly Issue[] {
  if (input === null) return [];
  const { constraints = null, limitPrice } = input;
  return within('rebooking', [
    ...priceIssues(limitPrice),
    ...restIssues(input),
    ...leastIssues(input),
    ...(constraints === null ? [] : constraintIssues(constraints)),
  ]);
}

/** As `until` of an order: with GTD, and only then. */
function restIssues({ timeInForce, restMinutes = null }: RebookingInput): readonly Issue[] {
  const isGtd = timeInForce === 'GTD';
  return [
    ...unless(isGtd === (restMinutes !== null), {
      field: 'restMinutes',
      reason: isGtd ? 'is missing' : `has no meaning with ${timeInForce}`,
      accepted: 'minutes with GTD, nothing otherwise',
    }),
    ...(isGtd ? rangeIssues('restMinutes', restMinutes, [1, REST_MINUTES_MAX]) : []),
  ];
}

function leastIssues({ minimumFill = null, isAllOrNone }: RebookingInput): readonly Issue[] {
  return unless(minimumFill === null || !isAllOrNone, {
    field: 'minimumFill',
    reason: 'has no meaning with isAllOrNone',
    accepted: 'one of the two',
  });
}

export function readRebooking(input: RebookingInput | null): Rebooking | null {
  if (input === null) return null;
  const { limitPrice, constraints, minimumFill, isAllOrNone } = input;
  return {
    limitPrice,
    constraints: readConstraints(constraints ?? null),
    timeInForce: readTime(input),
    ...{ minimumFill: minimumFill ?? toQuantity(1n), isAllOrNone },
  };
}

function readTime({ timeInForce: kind, restMinutes }: RebookingInput): RebookingTime {
  if (kind !== 'GTD') return { kind };
  return { kind, restsFor: (present(restMinutes, 'minutes to rest') * MINUTE_MS) as Duration };
}
