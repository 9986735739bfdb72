import { unless, type Issue } from '../../kernel/issue.js';

/** One issue when the number is not a whole one between the bounds. */
export function whole(field: string, value: number, min: number, max: number): readonly Issue[] {
  const isFit = Number.isInteger(value) && value >= min && value <= max;
  const accepted = `a whole number from ${min} to ${max}`;
  return unless(isFit, { field, reason: 'is out of range', accepted });
}
