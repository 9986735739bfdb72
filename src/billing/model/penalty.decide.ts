import { accept, type Decision } from '../../kernel/decider.js';
import type { MicroUsd } from '../../kernel/money.js';
import type { ChargePenalty, LedgerRejection } from './ledger.commands.js';
import type { LedgerEvent, PenaltyCollected, Transfer } from './ledger.events.js';
import type { Balances, Ledger, Penalty } from './ledger.state.js';
import { assertAmount, collected as collectedLines, meansOf, owing, post } from './postings.js';

/** As overage: what the wallet cannot cover is owed, and the holder gets it when it is collected. */
export function chargePenalty(
  { type: _type, now: _now, ...penalty }: ChargePenalty,
  ledger: Ledger,
): Decision<LedgerEvent, LedgerRejection> {
  const { amount } = penalty;
  assertAmount(amount, 1n);
  const means = meansOf(ledger);
  const collected = means < amount ? means : amount;
  const postings = post(ledger, owing(ledger, { amount, collected }));
  const transfers = transfersTo(penalty, 0n, collected);
  return accept({ type: 'PenaltyCharged', ...penalty, collected, transfers, postings });
}

/** A part of what is owed to a holder is paid. */
export function penaltyCollected(
  books: Balances,
  penalty: Penalty,
  amount: MicroUsd,
): PenaltyCollected {
  const { reservationId, curtailmentId } = penalty;
  const postings = post(books, collectedLines(books, amount));
  const transfers = transfersTo(penalty, penalty.collected, amount);
  return { type: 'PenaltyCollected', reservationId, curtailmentId, amount, transfers, postings };
}

/** All of it is the holder's. */
function transfersTo(
  { reservationId, curtailmentId, holderId: toId }: Omit<Penalty, 'charged' | 'collected' | 'curtailedAt'>,
  before: bigint,
  amount: MicroUsd,
): readonly Transfer[] {
  if (amount === 0n) return [];
  const transferId = `${reservationId}/penalty/${curtailmentId}/${before + amount}`;
  return [{ transferId, toId, kind: 'penalty', amount, evidence: null, parts: [] }];
}
