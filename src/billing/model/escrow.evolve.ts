import { present } from '../../kernel/assert.js';
import type { ReservationId } from '../../kernel/ids.js';
import type { Ledger } from './ledger.state.js';

/** Its money came back: it is remembered, so that the reservation is not paid for again. */
export function closeEscrow(ledger: Ledger, reservationId: ReservationId): Ledger {
  const { window } = present(ledger.escrows.get(reservationId), `escrow ${reservationId}`);
  ledger.escrows.delete(reservationId);
  ledger.closed.set(reservationId, window.end);
  return ledger;
}
