import type { ReservationId, TeamId } from '../../kernel/ids.js';
import type { TeamUse } from '../model/transfer.state.js';

/** Which of its holder's teams has what of a reservation. */
export abstract class Handovers {
  /**
   * Of a reservation that was bought; null: nothing of it was handed over, or its window has been over
   * for a day. Everything committed until now is seen, and what it says of the past never changes.
   */
  abstract useOf(reservationId: ReservationId): Promise<TeamUse | null>;
  /**
   * The team that has a reservation, for all its life; null: the organization as a whole.
   *
   * @throws StreamBusyError when the reservation is not in the read model yet: ask again
   */
  abstract teamOf(reservationId: ReservationId): Promise<TeamId | null>;
}
