import type { Cuts, MarketState, Reservation } from './market.state.js';

/** A reservation that is new. */
export function addReservation(
  { reservations, cuts }: Pick<MarketState, 'reservations' | 'cuts'>,
  reservation: Reservation,
): void {
  reservations.set(reservation.reservationId, reservation);
  addCut(cuts, reservation);
}

/** One that is over: nothing is cut from it any more. */
export function removeReservation(
  { reservations, cuts }: Pick<MarketState, 'reservations' | 'cuts'>,
  { reservationId, source }: Reservation,
): void {
  reservations.delete(reservationId);
  cuts.delete(reservationId);
  if (source.kind === 'pool') return;
  const known = cuts.get(source.reservationId);
  known?.delete(reservationId);
  if (known?.size === 0) cuts.delete(source.reservationId);
}

/** Of all that there are. */
export function cutsOfAll(reservations: Iterable<Reservation>): Cuts {
  const cuts: Cuts = new Map();
  for (const one of reservations) addCut(cuts, one);
  return cuts;
}

function addCut(cuts: Cuts, { reservationId, source }: Reservation): void {
  if (source.kind === 'pool') return;
  const known = cuts.get(source.reservationId);
  if (known === undefined) cuts.set(source.reservationId, new Set([reservationId]));
  else known.add(reservationId);
}
