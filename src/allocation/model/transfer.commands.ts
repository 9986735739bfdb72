import type { OrganizationId, ReservationId, TeamId } from '../../kernel/ids.js';
import type { Quantity } from '../../kernel/quantity.js';
import type { Window } from '../../kernel/window.js';
import type { Sent } from './sent.js';

/** Hands part of a reservation to a team of the same organization. */
export interface TransferReservation extends Sent {
  readonly type: 'TransferReservation';
  /** Of the part. */
  readonly reservationId: ReservationId;
  readonly sourceId: ReservationId;
  readonly holderId: OrganizationId;
  /** Null: to the organization as a whole. */
  readonly teamId: TeamId | null;
  readonly window: Window;
  readonly quantity: Quantity;
}

/** Gives a part back to the reservation that it was cut from. */
export interface ReturnTransfer extends Sent {
  readonly type: 'ReturnTransfer';
  readonly reservationId: ReservationId;
  readonly holderId: OrganizationId;
}
