import { unless, type Issue } from './issue.js';
import type { Window } from './window.js';

/** What any window of an input must be before a rule may look at it. */
export function checkOrder(field: string, { start, end }: Window): readonly Issue[] {
  return unless(start < end, {
    field,
    reason: 'does not end after it starts',
    accepted: 'an end after the start',
  });
}
