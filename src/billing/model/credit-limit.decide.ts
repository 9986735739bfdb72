import { accept, type Decision } from '../../kernel/decider.js';
import { microUsd } from '../../kernel/money.js';
import type { LedgerRejection, LimitCredits } from './ledger.commands.js';
import type { LedgerEvent } from './ledger.events.js';
import type { Ledger } from './ledger.state.js';

/** Of an invoice that is limited already only what is given back in addition counts: what came since has been counted. */
export function limitCredits(
  { type: _type, now: _now, ...limit }: LimitCredits,
  { creditLimits }: Pick<Ledger, 'creditLimits'>,
): Decision<LedgerEvent, LedgerRejection> {
  const known = creditLimits.get(limit.reservationId)?.find(({ invoiceNumber }) => invoiceNumber === limit.invoiceNumber);
  if (known === undefined) return accept({ type: 'CreditsLimited', ...limit, postings: [] });
  const more = limit.givenBack - known.givenBack;
  if (more <= 0n) return accept();
  const left = microUsd(known.left > more ? known.left - more : 0n);
  return accept({ type: 'CreditsLimited', ...limit, left, postings: [] });
}
