import { present } from '../../kernel/assert.js';
import { accept, reject, type Decision } from '../../kernel/decider.js';
import { microUsd, ZERO_USD, type MicroUsd } from '../../kernel/money.js';
import { limitNamed } from './credit-limit.js';
import type { LedgerRejection, LimitCredits, WatchCredits } from './ledger.commands.js';
import type { LedgerEvent } from './ledger.events.js';
import type { Ledger } from './ledger.state.js';

type Limits = Pick<Ledger, 'creditLimits'>;
type Decided = Decision<LedgerEvent, LedgerRejection>;

const atLeastNothing = (amount: bigint): MicroUsd => microUsd(amount > 0n ? amount : 0n);

/** Once for each charge: what is watched already stays as it is. */
export function watchCredits({ type: _type, now: _now, charged, voided, ...limit }: WatchCredits, ledger: Limits): Decided {
  if (limitNamed(ledger, limit) !== undefined) return accept();
  const known = ledger.creditLimits.get(limit.reservationId) ?? [];
  const over = known.filter(({ invoiceNumber }) => voided.includes(invoiceNumber));
  // A void invoice has no notes: what was set aside on it is for one that is issued on this invoice.
  const givenBack = microUsd(over.reduce<bigint>((sum, one) => sum + one.givenBack, limit.givenBack));
  const left = atLeastNothing(charged - givenBack);
  const numbers = over.map(({ invoiceNumber }) => invoiceNumber);
  return accept({ type: 'CreditsLimited', ...limit, givenBack, left, isCounted: false, voided: numbers, postings: [] });
}

/**
 * What was credited until the charge was watched stands in the log and changes no more; what came since is counted here. So
 * together with the note it is never more than the charge, whatever comes between.
 */
export function limitCredits({ creditedBefore, givenBack, amount, ...about }: LimitCredits, ledger: Limits): Decided {
  const { passedOn: _passedOn, ...known } = present(limitNamed(ledger, about), `what is watched of ${about.invoiceNumber}`);
  const older = atLeastNothing(givenBack - known.givenBack);
  const available = atLeastNothing(known.left - (known.isCounted ? ZERO_USD : creditedBefore) - older);
  if (amount > available) return reject({ code: 'CREDIT_TOO_HIGH', available });
  if (known.isCounted && older === 0n && amount === 0n) return accept();
  const given = microUsd(known.givenBack + older + amount);
  const left = microUsd(available - amount);
  return accept({ type: 'CreditsLimited', ...known, givenBack: given, left, isCounted: true, voided: [], postings: [] });
}
