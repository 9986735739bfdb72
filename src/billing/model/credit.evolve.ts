import { present } from '../../kernel/assert.js';
import { countCredit } from './credit-limit.js';
import type { CreditLimit } from './credit-limit.state.js';
import type { MicroUsd } from '../../kernel/money.js';
import type { CreditCharged, CreditCollected, CreditsLimited, TransferReceived } from './ledger.events.js';
import type { Ledger } from './ledger.state.js';

export function creditCharged(ledger: Ledger, event: CreditCharged): Ledger {
  const { creditId, reservationId, toId, hour, evidence, parts, amount: charged, collected, limited } = event;
  if (limited !== null) {
    countCredit(ledger, reservationId, { invoiceNumber: limited.invoiceNumber, stayed: -charged, passedOn: -limited.passedOn });
  }
  if (collected === charged) return ledger;
  const owed = { creditId, reservationId, toId, hour, evidence, parts, charged, collected };
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

/** What of it stayed counts. */
export function creditArrived(ledger: Ledger, { reservationId, amount, limited }: TransferReceived): Ledger {
  if (limited === null) return ledger;
  const { invoiceNumber, passedOn } = limited;
  return countCredit(ledger, reservationId, { invoiceNumber, stayed: amount - passedOn, passedOn });
}

export function limitIn({ type: _type, postings: _postings, voided: _voided, ...limit }: CreditsLimited): Omit<CreditLimit, 'passedOn'> {
  return limit;
}
