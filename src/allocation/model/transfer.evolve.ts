import type { ReservationId } from '../../kernel/ids.js';
import type { MicroUsd } from '../../kernel/money.js';
import { fromSegments, ZERO } from '../../kernel/step-function.js';
import { DAY_MS, plus, type Instant } from '../../kernel/time.js';
import type { MarketState, OwnedReservation } from './market.state.js';
import { addReservation, removeReservation } from './reservation.cuts.js';
import { ownedOf } from './titles.js';
import { isPart } from './transfer.decide.js';
import type { ReservationTransferred, TransferReturned } from './transfer.events.js';

/** What it is for counts for the same holders as before; the part begins with the time that is its own. */
export function reservationTransferred(
  state: MarketState,
  event: ReservationTransferred,
): MarketState {
  const { type: _type, fromTeamId: _from, transferredAt: _at, ...part } = event;
  const { source, entitlement, ...common } = part;
  const { reservationId } = source;
  ownedOf(state, reservationId).lot.title = fromSegments(source.entitlement);
  keepHandover(state, event);
  addReservation(state, {
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
  forgetHandover(state, reservationId);
  ownedOf(state, source.reservationId).lot.title = fromSegments(source.entitlement);
  removeReservation(state, ownedOf(state, reservationId));
  return state;
}

/** What was bought, of which it is a part, or of a part of which. */
function boughtOf(state: MarketState, reservation: OwnedReservation): OwnedReservation {
  let bought = reservation;
  while (isPart(bought)) bought = ownedOf(state, bought.source.reservationId);
  return bought;
}

function keepHandover(state: MarketState, event: ReservationTransferred): void {
  const { reservationId, fromTeamId, teamId, window, quantity, source, transferredAt } = event;
  forgetOld(state, transferredAt);
  const bought = boughtOf(state, ownedOf(state, source.reservationId));
  const known = state.handedOver.get(bought.reservationId)?.parts ?? [];
  const parts = [...known, { reservationId, fromTeamId, teamId, window, quantity }];
  const until = bought.window.end;
  state.handedOver.set(bought.reservationId, { quantity: bought.quantity, until, parts });
}

/** As if it had never been: it comes back before it begins. */
function forgetHandover(state: MarketState, partId: ReservationId): void {
  const { reservationId } = boughtOf(state, ownedOf(state, partId));
  const known = state.handedOver.get(reservationId);
  if (known === undefined) return;
  const parts = known.parts.filter((part) => part.reservationId !== partId);
  if (parts.length === 0) state.handedOver.delete(reservationId);
  else state.handedOver.set(reservationId, { ...known, parts });
}

/** A day after all of it is delivered the books have long followed. */
function forgetOld({ handedOver }: MarketState, now: Instant): void {
  for (const [reservationId, { until }] of handedOver) {
    if (plus(until, DAY_MS) <= now) handedOver.delete(reservationId);
  }
}
