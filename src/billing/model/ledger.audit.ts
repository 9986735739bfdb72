import { assert } from '../../kernel/assert.js';
import type { ReservationId } from '../../kernel/ids.js';
import { balanceOf, type Ledger } from './ledger.state.js';

/**
 * Recomputes from what is open what the balances say, and checks I3: the books sum to zero, the
 * wallet is not below zero. Throws at the first lie.
 */
export function auditLedger(ledger: Ledger): void {
  const total = [...ledger.balances.values()].reduce((sum, balance) => sum + balance, 0n);
  assert(total === 0n, `I3: the books sum to ${total}`);
  assert(balanceOf(ledger, 'wallet') >= 0n, 'I3: the wallet is below zero');
  for (const { reservationId, amount, delivered } of ledger.escrows.values()) {
    const held = balanceOf(ledger, `escrow:${reservationId}`);
    assert(held === amount - delivered, `I3: escrow of ${reservationId} holds ${held}`);
  }
  for (const account of ledger.balances.keys()) {
    if (!account.startsWith('escrow:')) continue;
    const id = account.slice('escrow:'.length) as ReservationId;
    assert(ledger.escrows.has(id), `I3: ${account} belongs to nothing`);
  }
  const owed = [...ledger.overages.values()].reduce(
    (sum, { charged, collected }) => sum + charged - collected,
    0n,
  );
  assert(balanceOf(ledger, 'receivable') === -owed, 'I3: what is owed is not what was charged');
  assert(balanceOf(ledger, 'uncollected') === owed, 'I3: what is promised is not what is owed');
  assert(owed === 0n || balanceOf(ledger, 'wallet') === 0n, 'I3: the wallet holds what is owed');
}
