import { present } from '../../kernel/assert.js';
import { ZERO_USD, type MicroUsd } from '../../kernel/money.js';
import type { Instant } from '../../kernel/time.js';
import type {
  CardMoneyEvent,
  FundsReinstated,
  FundsWithdrawn,
  RefundPaid,
  RefundReturned,
} from './card-money.events.js';
import type { Withdrawal } from './card-money.state.js';
import type { Ledger } from './ledger.state.js';

/** Applies what became of money that a card brought. */
export function evolveCardMoney(ledger: Ledger, event: CardMoneyEvent): Ledger {
  switch (event.type) {
    case 'RefundReserved': {
      const { refundId, topUpId, amount } = event;
      ledger.refunds.set(refundId, { refundId, topUpId, amount, status: 'reserved' });
      return ledger;
    }
    case 'RefundPaid':
      return settled(ledger, event, 'paid');
    case 'RefundReturned':
      return settled(ledger, event, 'returned');
    case 'FundsWithdrawn': {
      const { amount, collected, withdrawnAt } = event;
      return moved(ledger, event, { taken: amount, collected, at: withdrawnAt });
    }
    case 'FundsReinstated': {
      const { amount, forgiven } = event;
      const taken = -amount as MicroUsd;
      const collected = (forgiven - amount) as MicroUsd;
      return moved(ledger, event, { taken, collected, at: null });
    }
    case 'WithdrawalCollected': {
      const { reference, amount } = event;
      const known = present(ledger.withdrawals.get(reference), `withdrawal ${reference}`);
      const collected = (known.collected + amount) as MicroUsd;
      ledger.withdrawals.set(reference, { ...known, collected });
      return ledger;
    }
  }
}

function settled(
  ledger: Ledger,
  { refundId }: RefundPaid | RefundReturned,
  status: 'paid' | 'returned',
): Ledger {
  const known = present(ledger.refunds.get(refundId), `refund ${refundId}`);
  ledger.refunds.set(refundId, { ...known, status });
  return ledger;
}

interface Change {
  readonly taken: MicroUsd;
  readonly collected: MicroUsd;
  /** Null for what came back. */
  readonly at: Instant | null;
}

function moved(
  ledger: Ledger,
  { reference, movementId, topUpId, cause }: FundsWithdrawn | FundsReinstated,
  { taken, collected, at }: Change,
): Ledger {
  const fresh = { reference, topUpId, cause, taken: ZERO_USD, collected: ZERO_USD, movements: [] };
  const known: Withdrawal = ledger.withdrawals.get(reference) ?? { ...fresh, since: (at ?? 0) as Instant };
  ledger.withdrawals.set(reference, {
    ...known,
    since: at ?? known.since,
    taken: (known.taken + taken) as MicroUsd,
    collected: (known.collected + collected) as MicroUsd,
    movements: [...known.movements, movementId],
  });
  return ledger;
}
