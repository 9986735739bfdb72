import { present } from '../../kernel/assert.js';
import type { MicroUsd } from '../../kernel/money.js';
import { DAY_MS, plus, type Instant } from '../../kernel/time.js';
import type { EscrowFunded, LedgerEvent } from './ledger.events.js';
import type { Ledger } from './ledger.state.js';
import { evolveCardMoney } from './card-money.evolve.js';
import { creditArrived, creditCharged, creditCollected, limitIn } from './credit.evolve.js';
import { escrowCurtailed, penaltyCharged, penaltyCollected } from './curtailment.evolve.js';
import { putLimit } from './credit-limit.js';
import { monthCostEvolve } from './controls/month-cost.js';
import { controlEvolve } from './controls/controls.evolve.js';
import { spendEvolve } from './controls/spend.evolve.js';
import { closeEscrow } from './escrow.evolve.js';
import { fundsCaptured, fundsReleased, fundsReserved } from './order-funds.evolve.js';
import { earned, followPostings, payoutChanged } from './payout/payout.evolve.js';
import { taxChanged } from './tax/tax.evolve.js';
import { overageCharged, overageCollected, overageReduced, overagesFinal } from './overage.evolve.js';

/** Applies one event. Changes the given state in place and returns it. */
export function evolve(ledger: Ledger, event: LedgerEvent): Ledger {
  for (const { account, balance } of event.postings) {
    if (balance === 0n) ledger.balances.delete(account);
    else ledger.balances.set(account, balance);
  }
  followPostings(ledger, event.postings);
  return monthCostEvolve(spendEvolve(evolveBooks(ledger, event), event), event);
}

function evolveBooks(ledger: Ledger, event: LedgerEvent): Ledger {
  switch (event.type) {
    case 'TopUpCredited':
      ledger.topUps.set(event.topUpId, event.amount);
      return ledger;
    case 'FundsReserved':
      return fundsReserved(ledger, event);
    case 'FundsReleased':
      return fundsReleased(ledger, event);
    case 'EscrowFunded':
      return escrowFunded(ledger, event);
    case 'DeliverySettled': {
      const { reservationId, window, amount } = event;
      const escrow = present(ledger.escrows.get(reservationId), `escrow ${reservationId}`);
      escrow.delivered = (escrow.delivered + amount) as MicroUsd;
      escrow.settledThrough = window.end;
      if (window.end === escrow.window.end) ledger.escrows.delete(reservationId);
      return forgetClosed(ledger, window.end);
    }
    case 'EscrowReleased':
    case 'EscrowCancelled':
      return closeEscrow(ledger, event.reservationId);
    case 'OverageCharged':
      return overageCharged(ledger, event);
    case 'OverageCollected':
      return overageCollected(ledger, event);
    case 'OverageReduced':
      return overageReduced(ledger, event);
    case 'OveragesFinal':
      return overagesFinal(ledger, event);
    case 'EscrowCurtailed':
      return escrowCurtailed(ledger, event);
    case 'PenaltyCharged':
      return penaltyCharged(ledger, event);
    case 'PenaltyCollected':
      return penaltyCollected(ledger, event);
    case 'CreditCharged':
      return creditCharged(ledger, event);
    case 'CreditCollected':
      return creditCollected(ledger, event);
    case 'RefundReserved':
    case 'RefundPaid':
    case 'RefundReturned':
    case 'FundsWithdrawn':
    case 'FundsReinstated':
    case 'WithdrawalCollected':
      return evolveCardMoney(ledger, event);
    case 'CreditsLimited':
      return putLimit(ledger, limitIn(event), event.voided);
    case 'TransferReceived':
      return earned(creditArrived(ledger, event), event);
    case 'TaxCharged':
    case 'TaxCollected':
    case 'TaxReturned':
      return taxChanged(ledger, event);
    case 'PayoutsOpened':
    case 'PayoutStarted':
    case 'PayoutSent':
    case 'PayoutFailed':
    case 'PayoutReversed':
    case 'EarningsKept':
      return payoutChanged(ledger, event);
    default:
      return controlEvolve(ledger, event);
  }
}

function escrowFunded(ledger: Ledger, event: EscrowFunded): Ledger {
  const { orderId, quoteId, reservationId, split, window, grid, amount } = event;
  const fresh = { curtailed: null, delivered: 0n as MicroUsd, settledThrough: window.start };
  ledger.escrows.set(reservationId, {
    ...{ reservationId, quoteId, split, window, grid, amount },
    ...fresh,
  });
  return orderId === null ? ledger : fundsCaptured(ledger, orderId, amount);
}

/** `settled` is an instant that has passed. */
function forgetClosed(ledger: Ledger, settled: Instant): Ledger {
  for (const [reservationId, end] of ledger.closed) {
    if (plus(end, DAY_MS) <= settled) ledger.closed.delete(reservationId);
  }
  return ledger;
}
