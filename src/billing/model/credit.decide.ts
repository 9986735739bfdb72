import { accept, type Decision } from '../../kernel/decider.js';
import { microUsd, type MicroUsd } from '../../kernel/money.js';
import { limitLeaving } from './credit-limit.js';
import type { LimitedCredit } from './credit-limit.state.js';
import type { ChargeCredit, LedgerRejection } from './ledger.commands.js';
import type { CreditCollected, LedgerEvent } from './ledger.events.js';
import type { Balances, Ledger, OwedCredit } from './ledger.state.js';
import { splitParts } from './overage-parts.js';
import type { CreditPart, Transfer } from './transfer.js';
import { assertAmount, collected as collectedLines, meansOf, owing, post } from './postings.js';

/**
 * As a penalty: what the wallet cannot cover is owed, and goes on when it is collected. What of it never stayed here comes
 * from where it went.
 */
export function chargeCredit(
  { type: _type, now: _now, ...credit }: ChargeCredit,
  ledger: Ledger,
): Decision<LedgerEvent, LedgerRejection> {
  assertAmount(credit.amount, 1n);
  const { limited, claims } = takenBack(credit, ledger);
  const amount = microUsd(credit.amount - (limited?.passedOn ?? 0n));
  const means = meansOf(ledger);
  const collected = means < amount ? means : amount;
  const postings = post(ledger, owing(ledger, { amount, collected }));
  const transfers = transfersTo(credit, 0n, collected);
  return accept({ type: 'CreditCharged', ...credit, amount, collected, transfers, limited, claims, postings });
}

function takenBack(
  credit: Omit<ChargeCredit, 'type' | 'now'>,
  ledger: Ledger,
): { readonly limited: LimitedCredit | null; readonly claims: readonly CreditPart[] } {
  const limit = limitLeaving(ledger, credit);
  if (limit === null) return { limited: null, claims: [] };
  const { invoiceNumber, issuerId: fromId, passedOn: amount } = limit;
  const claim: CreditPart = { creditId: `${credit.creditId}/on`, fromId, amount, parts: [] };
  return { limited: { invoiceNumber, passedOn: amount }, claims: amount === 0n ? [] : [claim] };
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
  { creditId, toId, evidence, parts }: Pick<OwedCredit, 'creditId' | 'toId' | 'evidence' | 'parts'>,
  before: bigint,
  amount: MicroUsd,
): readonly Transfer[] {
  if (amount === 0n) return [];
  const transferId = `${creditId}/${before + amount}`;
  const [, rest] = splitParts(parts, before);
  const [own] = splitParts(rest, amount);
  return [{ transferId, toId, kind: 'credit', amount, evidence, parts: own }];
}
