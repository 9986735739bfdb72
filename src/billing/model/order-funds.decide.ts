import { accept, type Decision } from '../../kernel/decider.js';
import type { CaptureFill, LedgerRejection, ReleaseFunds, ReserveFunds } from './ledger.commands.js';
import type { LedgerEvent } from './ledger.events.js';
import { escrowOf, isFunded, isOver, reservedOf, type Ledger } from './ledger.state.js';
import { collectDues } from './dues.decide.js';
import { assertAmount, post } from './postings.js';
import { buy } from './purchase.decide.js';

type Decided = Decision<LedgerEvent, LedgerRejection>;

/**
 * Sets the worst case of an order aside, or what it was raised by. Where that is nothing, what is asked
 * of the market is written down all the same: a process asks it when whoever wanted it is gone.
 */
export function reserveFunds(
  { orderId, amount, request, now, spending }: ReserveFunds,
  ledger: Ledger,
): Decided {
  const purchase = { kind: 'order', orderId, amount, request } as const;
  return buy({ purchase, spending, now }, ledger);
}

/**
 * The trade has happened, and its money was set aside before it could: there is nothing to refuse.
 * More than is set aside would be a bug; what the wallet holds and what time it is do not matter.
 */
export function captureFill(command: CaptureFill, ledger: Ledger): Decided {
  const { type: _type, now: _now, ...sale } = command;
  const { orderId, reservationId, amount } = sale;
  assertAmount(amount);
  if (isFunded(ledger, reservationId)) return accept();
  const postings = post(ledger, [
    [reservedOf(orderId), -amount],
    [escrowOf(reservationId), amount],
  ]);
  return accept({ type: 'EscrowFunded', quoteId: null, ...sale, spent: null, postings });
}

/**
 * Gives back what the market says was not spent. What is left then waits for fills that are not
 * booked yet, in whatever order all of them come. An order ends once; a part may come back after that.
 */
export function releaseFunds(
  { orderId, amount, isFinal, now }: ReleaseFunds,
  ledger: Ledger,
): Decided {
  assertAmount(amount);
  if (isFinal ? isOver(ledger, orderId) : amount === 0n) return accept();
  const postings = post(ledger, [
    [reservedOf(orderId), -amount],
    ['wallet', amount],
  ]);
  return accept<LedgerEvent>(
    { type: 'FundsReleased', orderId, amount, endedAt: isFinal ? now : null, postings },
    ...collectDues(ledger, postings),
  );
}
