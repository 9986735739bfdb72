import { assert, assertNever } from '../../kernel/assert.js';
import { accept, reject, type Decider, type Decision } from '../../kernel/decider.js';
import type { MicroUsd } from '../../kernel/money.js';
import type {
  CancelEscrow,
  CreditTopUp,
  FundEscrow,
  LedgerCommand,
  LedgerRejection,
  ReceiveTransfer,
  ReleaseEscrow,
} from './ledger.commands.js';
import { chargeCredit } from './credit.decide.js';
import { curtailEscrow } from './curtailment.decide.js';
import { priceOf, settleDelivery } from './delivery.decide.js';
import { collectDues } from './dues.decide.js';
import { fundEscrows } from './joint-payment.decide.js';
import type { LedgerEvent } from './ledger.events.js';
import { evolve } from './ledger.evolve.js';
import { balanceOf, emptyLedger, escrowOf, isFunded, type Escrow, type Ledger } from './ledger.state.js';
import { captureFill, releaseFunds, reserveFunds } from './order-funds.decide.js';
import { chargeOverage } from './overage.decide.js';
import { chargePenalty } from './penalty.decide.js';
import {
  failPayout,
  keepEarnings,
  openPayouts,
  settlePayout,
  startPayout,
} from './payout/payout.decide.js';
import { isEarning } from './payout/earnings.state.js';
import { assertAmount, post } from './postings.js';
import { reserveRefund, settleRefund } from './refund.decide.js';
import { transfersOf } from './split.js';
import { reinstateFunds, withdrawFunds } from './withdrawal.decide.js';

type Decided = Decision<LedgerEvent, LedgerRejection>;

function decide(command: LedgerCommand, ledger: Ledger): Decided {
  switch (command.type) {
    case 'CreditTopUp':
      return creditTopUp(command, ledger);
    case 'FundEscrow':
      return fundEscrow(command, ledger);
    case 'FundEscrows':
      return fundEscrows(command, ledger);
    case 'ReserveFunds':
      return reserveFunds(command, ledger);
    case 'CaptureFill':
      return captureFill(command, ledger);
    case 'ReleaseFunds':
      return releaseFunds(command, ledger);
    case 'SettleDelivery':
      return settleDelivery(command, ledger);
    case 'ReleaseEscrow':
      return releaseEscrow(command, ledger);
    case 'CancelEscrow':
      return cancelEscrow(command, ledger);
    case 'ChargeOverage':
      return chargeOverage(command, ledger);
    case 'CurtailEscrow':
      return curtailEscrow(command, ledger);
    case 'ChargePenalty':
      return chargePenalty(command, ledger);
    case 'ChargeCredit':
      return chargeCredit(command, ledger);
    case 'ReceiveTransfer':
      return receiveTransfer(command, ledger);
    case 'OpenPayouts':
      return openPayouts(command, ledger);
    case 'StartPayout':
      return startPayout(command, ledger);
    case 'SettlePayout':
      return settlePayout(command, ledger);
    case 'FailPayout':
      return failPayout(command, ledger);
    case 'KeepEarnings':
      return keepEarnings(command, ledger);
    case 'ReserveRefund':
      return reserveRefund(command, ledger);
    case 'SettleRefund':
      return settleRefund(command, ledger);
    case 'WithdrawFunds':
      return withdrawFunds(command, ledger);
    case 'ReinstateFunds':
      return reinstateFunds(command, ledger);
    case 'KeepRefusal':
      return reject({ code: 'REFUSED', refusal: command.refusal });
    default:
      return assertNever(command);
  }
}

/** Incoming money first pays what is owed. */
function creditTopUp(
  { topUpId, amount, paymentReference }: CreditTopUp,
  ledger: Ledger,
): Decided {
  assertAmount(amount, 1n);
  if (ledger.topUps.has(topUpId)) return accept();
  const postings = post(ledger, [
    ['external', -amount],
    ['wallet', amount],
  ]);
  const credited = { topUpId, amount, paymentReference, postings };
  return accept<LedgerEvent>(
    { type: 'TopUpCredited', ...credited },
    ...collectDues(ledger, postings),
  );
}

/** A reservation is paid for once: what came back, because it was lost or given back, stays back. */
function fundEscrow(command: FundEscrow, ledger: Ledger): Decided {
  const { type: _type, now, ...sale } = command;
  const { reservationId, amount, window } = sale;
  assertAmount(amount);
  if (isFunded(ledger, reservationId)) return reject({ code: 'ALREADY_FUNDED' });
  if (window.end <= now) return reject({ code: 'WINDOW_OVER' });
  const balance = balanceOf(ledger, 'wallet');
  if (balance < amount) return reject({ code: 'INSUFFICIENT_FUNDS', balance, due: amount });
  const postings = post(ledger, [
    ['wallet', -amount],
    [escrowOf(reservationId), amount],
  ]);
  return accept({ type: 'EscrowFunded', orderId: null, quoteId: null, ...sale, postings });
}

function releaseEscrow({ reservationId, reason }: ReleaseEscrow, ledger: Ledger): Decided {
  const escrow = ledger.escrows.get(reservationId);
  if (escrow === undefined) return reject({ code: 'ESCROW_NOT_FOUND' });
  if (hasDelivered(escrow)) return reject({ code: 'ALREADY_DELIVERED' });
  const amount = priceOf(escrow);
  const postings = post(ledger, [
    [escrowOf(reservationId), -amount],
    ['wallet', amount],
  ]);
  return accept<LedgerEvent>(
    { type: 'EscrowReleased', reservationId, reason, amount, postings },
    ...collectDues(ledger, postings),
  );
}

/** The fee is shared as the price would have been. */
function cancelEscrow({ reservationId, fee }: CancelEscrow, ledger: Ledger): Decided {
  const escrow = ledger.escrows.get(reservationId);
  if (escrow === undefined) return reject({ code: 'ESCROW_NOT_FOUND' });
  if (hasDelivered(escrow)) return reject({ code: 'ALREADY_DELIVERED' });
  const { split } = escrow;
  const amount = priceOf(escrow);
  assert(fee >= 0n && fee <= amount, `a fee of ${fee} on a price of ${amount}`);
  const refund = (amount - fee) as MicroUsd;
  const postings = post(ledger, [
    [escrowOf(reservationId), -amount],
    ['wallet', refund],
    ['clearing', fee],
  ]);
  const before = 0n as MicroUsd;
  const portion = { reservationId, split, kind: 'cancellation', name: 'cancelled' } as const;
  const transfers = transfersOf({ ...portion, before, after: fee });
  return accept<LedgerEvent>(
    { type: 'EscrowCancelled', reservationId, refund, fee, transfers, postings },
    ...collectDues(ledger, postings),
  );
}

/** Also where what was delivered is so little that it rounds to nothing. */
function hasDelivered({ settledThrough, window }: Escrow): boolean {
  return settledThrough > window.start;
}

/** What is earned is payable, once the organization can be paid out; everything else is to spend. */
function receiveTransfer(command: ReceiveTransfer, ledger: Ledger): Decided {
  const { type: _type, now: receivedAt, ...transfer } = command;
  const { amount, kind } = transfer;
  assertAmount(amount, 1n);
  const isPayable = isEarning(kind) && ledger.earnings.payableSince !== null;
  const postings = post(ledger, [
    ['clearing', -amount],
    [isPayable ? 'payable' : 'wallet', amount],
  ]);
  return accept<LedgerEvent>(
    { type: 'TransferReceived', ...transfer, receivedAt, postings },
    ...collectDues(ledger, postings),
  );
}

/** The rules of one organization's books. Reads the state, changes nothing. */
export const ledgerDecider: Decider<Ledger, LedgerCommand, LedgerEvent, LedgerRejection> = {
  initialState: emptyLedger,
  decide,
  evolve,
};
