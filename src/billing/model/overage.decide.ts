import { accept, type Decision } from '../../kernel/decider.js';
import type { MicroUsd } from '../../kernel/money.js';
import type { ChargeOverage, LedgerRejection } from './ledger.commands.js';
import type { LedgerEvent, OverageCollected, Posting } from './ledger.events.js';
import { balanceOf, overageKey, type Ledger, type Overage } from './ledger.state.js';
import { assertAmount, Draft, post } from './postings.js';
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
  const owed = amount - collected;
  const postings = post(ledger, [
    ['wallet', -collected],
    ['receivable', -owed],
    ['uncollected', owed],
    ['clearing', collected],
  ]);
  const transfers = transfersTo({ reservationId, hour, split }, known?.collected ?? 0n, collected);
  const charged = { reservationId, hour, split, amount, collected, transfers, postings };
  return accept({ type: 'OverageCharged', ...charged });
}

/**
 * Money that just came in, wherever from, pays what is owed, the oldest hour first: while anything is
 * owed the wallet is empty.
 *
 * @param incoming the lines that brought it, which come before these
 */
export function collectOverage(
  ledger: Ledger,
  incoming: readonly Posting[],
): readonly OverageCollected[] {
  const books = new Draft(ledger, incoming);
  const events: OverageCollected[] = [];
  for (const overage of owedOf(ledger)) {
    const amount = least(overage.charged - overage.collected, balanceOf(books, 'wallet'));
    if (amount <= 0n) break;
    const postings = post(books, [
      ['wallet', -amount],
      ['receivable', amount],
      ['uncollected', -amount],
      ['clearing', amount],
    ]);
    books.add(postings);
    const { reservationId, hour } = overage;
    const transfers = transfersTo(overage, overage.collected, amount);
    events.push({ type: 'OverageCollected', reservationId, hour, amount, transfers, postings });
  }
  return events;
}

function owedOf({ overages }: Ledger): readonly Overage[] {
  return [...overages.values()]
    .filter(({ charged, collected }) => collected < charged)
    .sort((a, b) => a.hour - b.hour);
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
