import { accept, reject, type Decision } from '../../kernel/decider.js';
import type { MicroUsd } from '../../kernel/money.js';
import { priceLeft } from '../../kernel/proration.js';
import {
  add,
  equals,
  isZero,
  rectangle,
  restrict,
  segmentsOf,
  ZERO,
} from '../../kernel/step-function.js';
import { priceOf } from './delivery.decide.js';
import { collectDues } from './dues.decide.js';
import type { CurtailEscrow, LedgerRejection } from './ledger.commands.js';
import type { LedgerEvent } from './ledger.events.js';
import { escrowOf, type Ledger } from './ledger.state.js';
import { post } from './postings.js';

/**
 * Gives the price of what was lost back, on the running total: any number of curtailments of a
 * reservation come to what one of all of them would. What is settled was delivered, and stays paid.
 */
export function curtailEscrow(
  { reservationId, curtailmentId, quantity, lost: told }: CurtailEscrow,
  ledger: Ledger,
): Decision<LedgerEvent, LedgerRejection> {
  const escrow = ledger.escrows.get(reservationId);
  if (escrow === undefined) return reject({ code: 'ESCROW_NOT_FOUND' });
  const { window, amount, settledThrough, curtailed } = escrow;
  const lost = restrict(told, { start: settledThrough, end: window.end });
  if (isZero(lost)) return accept();
  const all = add(curtailed?.lost ?? ZERO, lost);
  const left = priceLeft({ window, amount, quantity, lost: all });
  const refund = (priceOf(escrow) - left) as MicroUsd;
  const postings = post(ledger, [
    [escrowOf(reservationId), -refund],
    ['wallet', refund],
  ]);
  const isWhole = equals(all, rectangle(window, quantity));
  const given = { reservationId, curtailmentId, quantity, lost: segmentsOf(lost), refund, isWhole };
  return accept<LedgerEvent>(
    { type: 'EscrowCurtailed', ...given, postings },
    ...collectDues(ledger, postings),
  );
}
