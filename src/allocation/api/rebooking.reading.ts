import { within, type Issue } from '../../kernel/issue.js';
import type { Rebooking } from '../model/curtailment.state.js';
import { constraintIssues, priceIssues, readConstraints } from './order.reading.js';
import type { RebookingInput } from './rebooking.types.js';

export function rebookingIssues(input: RebookingInput | null): readonly Issue[] {
  if (input === null) return [];
  const { constraints = null, limitPrice } = input;
  return within('rebooking', [
    ...priceIssues(limitPrice),
    ...(constraints === null ? [] : constraintIssues(constraints)),
  ]);
}

export function readRebooking(input: RebookingInput | null): Rebooking | null {
  if (input === null) return null;
  const { limitPrice, timeInForce: kind, constraints } = input;
  return {
    limitPrice,
    constraints: readConstraints(constraints ?? null),
    timeInForce: { kind },
  };
}
