import { present } from '../../kernel/assert.js';
import type { MicroUsd } from '../../kernel/money.js';
import type { CreditCharged, CreditCollected } from './ledger.events.js';
import type { Ledger } from './ledger.state.js';

export function creditCharged(ledger: Ledger, event: CreditCharged): Ledger {
  const { creditId, reservationId, toId, hour, evidence, amount: charged, collected } = event;
  if (collected === charged) return ledger;
  const owed = { creditId, reservationId, toId, hour, evidence, charged, collected };
  ledger.credits.set(creditId, owed);
  return ledger;
}

export function creditCollected(ledger: Ledger, { creditId, amount }: CreditCollected): Ledger {
  const known = present(ledger.credits.get(creditId), `credit ${creditId}`);
  const collected = (known.collected + amount) as MicroUsd;
  if (collected === known.charged) ledger.credits.delete(creditId);
  else ledger.credits.set(creditId, { ...known, collected });
  return ledger;
}
