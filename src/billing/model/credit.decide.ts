import { accept, type Decision } from '../../kernel/decider.js';
import type { MicroUsd } from '../../kernel/money.js';
import type { ChargeCredit, LedgerRejection } from './ledger.commands.js';
import type { CreditCollected, LedgerEvent, Transfer } from './ledger.events.js';
import type { Balances, Ledger, OwedCredit } from './ledger.state.js';
import { assertAmount, collected as collectedLines, meansOf, owing, post } from './postings.js';

/** As a penalty: what the wallet cannot cover is owed, and goes on when it is collected. */
export function chargeCredit(
  { type: _type, now: _now, ...credit }: ChargeCredit,
  ledger: Ledger,
): Decision<LedgerEvent, LedgerRejection> {
  const { amount } = credit;
  assertAmount(amount, 1n);
  const means = meansOf(ledger);
  const collected = means < amount ? means : amount;
  const postings = post(ledger, owing(ledger, { amount, collected }));
  const transfers = transfersTo(credit, 0n, collected);
  return accept({ type: 'CreditCharged', ...credit, collected, transfers, postings });
}

/** A part of what is owed is paid. */
export function creditCollected(
  books: Balances,
  credit: OwedCredit,
  amount: MicroUsd,
): CreditCollected {
  const { creditId, reservationId } = credit;
  const postings = post(books, collectedLines(books, amount));
  const transfers = transfersTo(credit, credit.collected, amount);
  return { type: 'CreditCollected', creditId, reservationId, amount, transfers, postings };
}

function transfersTo(
  { creditId, toId, evidence }: Pick<OwedCredit, 'creditId' | 'toId' | 'evidence'>,
  before: bigint,
  amount: MicroUsd,
): readonly Transfer[] {
  if (amount === 0n) return [];
  const transferId = `${creditId}/${before + amount}`;
  return [{ transferId, toId, kind: 'credit', amount, evidence }];
}
