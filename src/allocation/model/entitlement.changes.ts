import type { ReservationId } from '../../kernel/ids.js';
import type { Segment } from '../../kernel/step-function.js';
import type { MarketEvent } from './market.events.js';

/** What a reservation entitles to from an event on. */
export interface EntitlementChange {
  readonly reservationId: ReservationId;
  readonly entitlement: readonly Segment[];
}

/** Events by which reservations that there were before come to entitle to more or less. */
export const MOVES_TITLE = [
  'ReservationPaid',
  'ReservationCancelled',
  'OrderFilled',
  'ReservationCurtailed',
  'ReservationTransferred',
  'TransferReturned',
] as const satisfies readonly MarketEvent['type'][];

/** What was cut from and what was taken back; new reservations are not among them. */
export function entitlementsAfter(event: MarketEvent): readonly EntitlementChange[] {
  switch (event.type) {
    case 'ReservationPaid':
      return only(event.source);
    case 'OrderFilled':
      return only(event.sourceAfter);
    case 'ReservationTransferred':
      return [event.source];
    case 'ReservationCancelled':
    case 'TransferReturned':
      return [{ reservationId: event.reservationId, entitlement: [] }, ...only(event.source)];
    case 'ReservationCurtailed': {
      const { reservationId, entitlement } = event;
      return [{ reservationId, entitlement }];
    }
    default:
      return [];
  }
}

const only = (change: EntitlementChange | null): readonly EntitlementChange[] =>
  change === null ? [] : [change];
