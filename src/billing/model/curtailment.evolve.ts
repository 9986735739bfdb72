import { present } from '../../kernel/assert.js';
import type { MicroUsd } from '../../kernel/money.js';
import { add, fromSegments, ZERO } from '../../kernel/step-function.js';
import type { EscrowCurtailed, PenaltyCharged, PenaltyCollected } from './ledger.events.js';
import { closeEscrow } from './escrow.evolve.js';
import { penaltyKey, type Ledger } from './ledger.state.js';

export function escrowCurtailed(ledger: Ledger, event: EscrowCurtailed): Ledger {
  const { reservationId, quantity, isWhole } = event;
  if (isWhole) return closeEscrow(ledger, reservationId);
  const escrow = present(ledger.escrows.get(reservationId), `escrow ${reservationId}`);
  const lost = add(escrow.curtailed?.lost ?? ZERO, fromSegments(event.lost));
  ledger.escrows.set(reservationId, { ...escrow, curtailed: { quantity, lost } });
  return ledger;
}

export function penaltyCharged(ledger: Ledger, event: PenaltyCharged): Ledger {
  const { reservationId, curtailmentId, holderId, curtailedAt, amount, collected } = event;
  if (collected === amount) return ledger;
  const owed = { charged: amount, collected };
  const penalty = { reservationId, curtailmentId, holderId, curtailedAt, ...owed };
  ledger.penalties.set(penaltyKey(curtailmentId, reservationId), penalty);
  return ledger;
}

export function penaltyCollected(ledger: Ledger, event: PenaltyCollected): Ledger {
  const key = penaltyKey(event.curtailmentId, event.reservationId);
  const known = present(ledger.penalties.get(key), `penalty ${key}`);
  const collected = (known.collected + event.amount) as MicroUsd;
  if (collected === known.charged) ledger.penalties.delete(key);
  else ledger.penalties.set(key, { ...known, collected });
  return ledger;
}
