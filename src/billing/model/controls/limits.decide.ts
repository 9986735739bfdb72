import { accept, reject, type Decision } from '../../../kernel/decider.js';
import type { LedgerRejection } from '../ledger.commands.js';
import type { LedgerEvent } from '../ledger.events.js';
import type { Ledger } from '../ledger.state.js';
import type { SetSpendLimits } from './controls.commands.js';

/** Subjects of one organization that have limits of their own. */
export const LIMITS_MAX = 500;

/** Nothing that was bought before is undone: what is above a lower limit keeps more from being bought. */
export function setSpendLimits(
  { subject, limits }: SetSpendLimits,
  { controls }: Ledger,
): Decision<LedgerEvent, LedgerRejection> {
  const before = controls.limits.get(subject) ?? null;
  if (limits === null && before === null) return accept();
  if (before === null && controls.limits.size >= LIMITS_MAX) {
    return reject({ code: 'TOO_MANY_LIMITS', limitsMax: LIMITS_MAX });
  }
  return accept({ type: 'SpendLimitsSet', subject, limits, before, postings: [] });
}
