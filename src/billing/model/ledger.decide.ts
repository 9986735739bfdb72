import { assert, assertNever } from '../../kernel/assert.js';
import { accept, reject, type Decider, type Decision } from '../../kernel/decider.js';
import type { MicroUsd } from '../../kernel/money.js';
import type {
  CancelEscrow,
  CreditTopUp,
  FundEscrow,
  FundEscrows,
  LedgerCommand,
  LedgerRejection,
  ReleaseEscrow,
} from './ledger.commands.js';
import { approvePurchase, expireApproval, refusePurchase } from './controls/approval.decide.js';
import { alertsOf, setBudget } from './controls/budget.rules.js';
import type { ControlCommand } from './controls/controls.commands.js';
import {
  billCreditLine,
  freezeCreditLine,
  setCreditLine,
  unbillCreditLine,
} from './controls/credit-line.decide.js';
import { setSpendLimits } from './controls/limits.decide.js';
import { chargeCredit } from './credit.decide.js';
import { limitCredits, watchCredits } from './credit-limit.decide.js';
import { receiveTransfer } from './transfer.decide.js';
import { curtailEscrow } from './curtailment.decide.js';
import { priceOf, settleDelivery } from './delivery.decide.js';
import { collectDues } from './dues.decide.js';
import type { LedgerEvent } from './ledger.events.js';
import { evolve } from './ledger.evolve.js';
import { emptyLedger, escrowOf, type Escrow, type Ledger } from './ledger.state.js';
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
import { assertAmount, post } from './postings.js';
import { reserveRefund, settleRefund } from './refund.decide.js';
import { buy } from './purchase.decide.js';
import { transfersOf } from './split.js';
import { chargeTax, returnTax } from './tax/tax.decide.js';
import { reinstateFunds, withdrawFunds } from './withdrawal.decide.js';

type Decided = Decision<LedgerEvent, LedgerRejection>;

/** What a month has cost, or what was bought in it, is told in the commit that brings it there. */
function decide(command: LedgerCommand, ledger: Ledger): Decided {
  const decided = decideCommand(command, ledger);
  if (!decided.accepted) return decided;
  const alerts = alertsOf(ledger, decided.events, command.now);
  return alerts.length === 0 ? decided : accept<LedgerEvent>(...decided.events, ...alerts);
}

function decideCommand(command: LedgerCommand, ledger: Ledger): Decided {
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
    case 'WatchCredits':
      return watchCredits(command, ledger);
    case 'LimitCredits':
      return limitCredits(command, ledger);
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
    case 'ChargeTax':
      return chargeTax(command, ledger);
    case 'ReturnTax':
      return returnTax(command, ledger);
    case 'KeepRefusal':
      return reject({ code: 'REFUSED', refusal: command.refusal });
    default:
      return decideControl(command, ledger);
  }
}

function decideControl(command: ControlCommand, ledger: Ledger): Decided {
  switch (command.type) {
    case 'SetSpendLimits':
      return setSpendLimits(command, ledger);
    case 'ApprovePurchase':
      return approvePurchase(command, ledger);
    case 'RefusePurchase':
      return refusePurchase(command, ledger);
    case 'ExpireApproval':
      return expireApproval(command, ledger);
    case 'SetCreditLine':
      return setCreditLine(command, ledger);
    case 'BillCreditLine':
      return billCreditLine(command, ledger);
    case 'UnbillCreditLine':
      return unbillCreditLine(command, ledger);
    case 'FreezeCreditLine':
      return freezeCreditLine(command, ledger);
    case 'SetBudget':
      return setBudget(command, ledger);
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
  const { type: _type, now, spending, ...sale } = command;
  const purchase = { kind: 'holds', quoteId: null, sales: [sale] } as const;
  const decided = buy({ purchase, spending, now }, ledger);
  if (decided.accepted || decided.rejection.code !== 'PAYMENT_REFUSED') return decided;
  return reject({ code: decided.rejection.reason });
}

/** All of the reservations, or none. */
function fundEscrows({ sales, quoteId, now, spending }: FundEscrows, ledger: Ledger): Decided {
  return buy({ purchase: { kind: 'holds', quoteId, sales }, spending, now }, ledger);
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
function cancelEscrow({ reservationId, fee, now }: CancelEscrow, ledger: Ledger): Decided {
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
    { type: 'EscrowCancelled', reservationId, refund, fee, transfers, cancelledAt: now, postings },
    ...collectDues(ledger, postings),
  );
}

/** Also where what was delivered is so little that it rounds to nothing. */
function hasDelivered({ settledThrough, window }: Escrow): boolean {
  return settledThrough > window.start;
}

/** The rules of one organization's books. Reads the state, changes nothing. */
export const ledgerDecider: Decider<Ledger, LedgerCommand, LedgerEvent, LedgerRejection> = {
  initialState: emptyLedger,
  decide,
  evolve,
};
