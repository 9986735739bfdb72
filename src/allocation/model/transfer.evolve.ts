import type { MicroUsd } from '../../kernel/money.js';
import { fromSegments, ZERO } from '../../kernel/step-function.js';
import type { MarketState } from './market.state.js';
import { ownedOf } from './titles.js';
import type { ReservationTransferred, TransferReturned } from './transfer.events.js';

/** The holder's part of the pool stays as it is; the part begins with the time that is its own. */
export function reservationTransferred(
  state: MarketState,
  event: ReservationTransferred,
): MarketState {
  const { type: _type, fromTeamId: _from, transferredAt: _at, ...part } = event;
  const { source, entitlement, ...common } = part;
  const { reservationId } = source;
  ownedOf(state, reservationId).lot.title = fromSegments(source.entitlement);
  state.reservations.set(event.reservationId, {
    ...common,
    orderId: null,
    sellerId: event.holderId,
    source: { kind: 'reservation', reservationId },
    // It was paid for with what it is cut from.
    amount: 0n as MicroUsd,
    extendsReservationId: null,
    quoteId: null,
    status: 'scheduled',
    lot: { title: fromSegments(entitlement), committed: ZERO },
    lost: ZERO,
    rebooking: null,
    idle: null,
  });
  return state;
}

export function transferReturned(
  state: MarketState,
  { reservationId, source }: TransferReturned,
): MarketState {
  ownedOf(state, source.reservationId).lot.title = fromSegments(source.entitlement);
  state.reservations.delete(reservationId);
  return state;
}
