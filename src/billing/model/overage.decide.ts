import { accept, type Decision } from '../../kernel/decider.js';
import type { MicroUsd } from '../../kernel/money.js';
import type { ChargeOverage, LedgerRejection } from './ledger.commands.js';
import type { LedgerEvent, OverageCollected } from './ledger.events.js';
import { balanceOf, overageKey, type Ledger, type Overage } from './ledger.state.js';
import { assertAmount, collected as collectedLines, owing, post } from './postings.js';
import { transfersOf } from './split.js';

const least = (a: bigint, b: bigint): MicroUsd => (a < b ? a : b) as MicroUsd;

/**
 * Charges what is due beyond what was charged for the hour before. What the wallet cannot cover is
 * owed, and those it is meant for get it when it is collected: no wallet goes below zero, and nobody
 * is paid with money that is not there. A total below what was charged changes nothing: an hour's
 * use only grows.
 */
export function chargeOverage(
  { reservationId, hour, total, split }: ChargeOverage,
  ledger: Ledger,
): Decision<LedgerEvent, LedgerRejection> {
  assertAmount(total);
  const known = ledger.overages.get(overageKey(reservationId, hour));
  const amount = (total - (known?.charged ?? 0n)) as MicroUsd;
  if (amount <= 0n) return accept();
  const collected = least(amount, balanceOf(ledger, 'wallet'));
  const postings = post(ledger, owing(amount, collected));
  const transfers = transfersTo({ reservationId, hour, split }, known?.collected ?? 0n, collected);
  const charged = { reservationId, hour, split, amount, collected, transfers, postings };
  return accept({ type: 'OverageCharged', ...charged });
}

/** A part of what is owed for an hour is paid. */
export function overageCollected(
  books: Pick<Ledger, 'balances'>,
  overage: Overage,
  amount: MicroUsd,
): OverageCollected {
  const { reservationId, hour } = overage;
  const postings = post(books, collectedLines(amount));
  const transfers = transfersTo(overage, overage.collected, amount);
  return { type: 'OverageCollected', reservationId, hour, amount, transfers, postings };
}

function transfersTo(
  { reservationId, hour, split }: Pick<Overage, 'reservationId' | 'hour' | 'split'>,
  before: bigint,
  amount: bigint,
): ReturnType<typeof transfersOf> {
  const after = (before + amount) as MicroUsd;
  const name = `overage/${hour}/${after}`;
  const portion = { reservationId, split, kind: 'overage', name } as const;
  return transfersOf({ ...portion, before: before as MicroUsd, after });
}
