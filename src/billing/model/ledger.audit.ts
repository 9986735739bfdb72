import { assert } from '../../kernel/assert.js';
import type { OrderId, ReservationId } from '../../kernel/ids.js';
import { priceOf } from './delivery.decide.js';
import { owedForWithdrawals } from './card-money.state.js';
import { billedOf, drawnOf } from './controls/credit-line.rules.js';
import { balanceOf, payoutOf, refundAccountOf, reservedOf, type Account, type Ledger } from './ledger.state.js';

/**
 * Recomputes from what is open what the balances say, and checks I3: the books sum to zero, neither
 * the wallet nor what is set aside for an order is below zero. Throws at the first lie.
 */
export function auditLedger(ledger: Ledger): void {
  const total = [...ledger.balances.values()].reduce((sum, balance) => sum + balance, 0n);
  assert(total === 0n, `I3: the books sum to ${total}`);
  assert(balanceOf(ledger, 'wallet') >= 0n, 'I3: the wallet is below zero');
  for (const escrow of ledger.escrows.values()) {
    const { reservationId, delivered } = escrow;
    const held = balanceOf(ledger, `escrow:${reservationId}`);
    assert(held === priceOf(escrow) - delivered, `I3: escrow of ${reservationId} holds ${held}`);
  }
  auditOrders(ledger);
  auditEarnings(ledger);
  auditCardMoney(ledger);
  for (const account of ledger.balances.keys()) {
    assert(hasOwner(ledger, account), `I3: ${account} belongs to nothing`);
  }
  const { overages, penalties, credits, taxes } = ledger;
  const dues = [...overages.values(), ...penalties.values(), ...credits.values(), ...taxes.values()];
  const promised = dues.reduce(
    (sum, { charged, collected }) => sum + charged - collected,
    0n,
  );
  const owed = promised + owedForWithdrawals(ledger);
  assert(balanceOf(ledger, 'receivable') === -owed, 'I3: what is owed is not what was charged');
  assert(balanceOf(ledger, 'uncollected') === promised, 'I3: what is promised is not what is owed');
  auditControls(ledger);
  auditLimits(ledger);
  const means = balanceOf(ledger, 'wallet') + balanceOf(ledger, 'payable');
  assert(owed === 0n || means === 0n, 'I3: the wallet or seller payable holds what is owed');
}

/** More never stays than was left, and no more comes back from where some went than had gone there. */
function auditLimits({ creditLimits }: Ledger): void {
  for (const { invoiceNumber, reservationId, left, passedOn } of [...creditLimits.values()].flat()) {
    assert(left >= 0n && passedOn >= 0n, `I3: of ${reservationId} on ${invoiceNumber} ${left} may come back, and ${passedOn} went on`);
  }
}

function auditControls(ledger: Ledger): void {
  const { bills } = ledger.controls;
  const drawn = drawnOf(ledger);
  assert(drawn >= 0n, `I3: ${-drawn} more is repaid than was drawn`);
  assert(billedOf(bills) <= drawn, 'I3: more is due with invoices than is drawn');
  assert(drawn === 0n || balanceOf(ledger, 'wallet') === 0n, 'I3: the wallet holds what is drawn');
}

function auditOrders(ledger: Ledger): void {
  for (const [orderId, { total, captured, released, endedAt }] of ledger.orders) {
    const left = total - captured - released;
    const held = balanceOf(ledger, reservedOf(orderId));
    assert(held === left, `I3: ${held} is set aside for ${orderId}, and ${left} is neither spent nor back`);
    assert(left >= 0n, `I3: what is set aside for ${orderId} is below zero`);
    assert(endedAt === null || left > 0n, `I3: ${orderId} is over and spent, and kept`);
  }
}

/** Seller payable is its lots, and what is in flight is its payouts. */
function auditEarnings(ledger: Ledger): void {
  const { lots, payouts, inWallet } = ledger.earnings;
  const payable = [...lots.values()].reduce((sum, { amount }) => sum + amount, 0n);
  assert(balanceOf(ledger, 'payable') === payable, `I3: seller payable is not the ${payable} of its lots`);
  assert(inWallet <= balanceOf(ledger, 'wallet'), 'I3: more of the wallet was earned than it holds');
  for (const [payoutId, { amount, status }] of payouts) {
    const held = balanceOf(ledger, payoutOf(payoutId));
    assert(held === (status === 'in-flight' ? amount : 0n), `I3: payout ${payoutId} holds ${held}`);
  }
}

function auditCardMoney(ledger: Ledger): void {
  for (const { refundId, amount, status } of ledger.refunds.values()) {
    const held = balanceOf(ledger, refundAccountOf(refundId));
    const due = status === 'reserved' ? amount : 0n;
    assert(held === due, `I3: ${held} is set aside for refund ${refundId}, which is ${status}`);
  }
  for (const { reference, taken, collected } of ledger.withdrawals.values()) {
    assert(collected <= taken, `I3: ${collected} is collected for ${reference}, which took ${taken}`);
  }
}

/** Whether what an account is for is known to the books. */
function hasOwner({ escrows, orders, earnings, refunds }: Ledger, account: Account): boolean {
  const id = account.slice(account.indexOf(':') + 1);
  if (account.startsWith('payout:')) return earnings.payouts.has(id);
  if (account.startsWith('refund:')) return refunds.has(id);
  if (account.startsWith('escrow:')) return escrows.has(id as ReservationId);
  return !account.startsWith('reserved:') || orders.has(id as OrderId);
}
