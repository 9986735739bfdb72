import { accept, reject, type Decision } from '../../kernel/decider.js';
import type { ReservationId } from '../../kernel/ids.js';
import { addOver, isZero, rectangle, segmentsOf, type StepFunction } from '../../kernel/step-function.js';
import type { Instant } from '../../kernel/time.js';
import type { ConfirmPayment } from './market.commands.js';
import type { MarketEvent, ReservationPaid } from './market.events.js';
import type { MarketRejection } from './market.rejections.js';
import type { HeldReservation, MarketState } from './market.state.js';
import { quoteOfHold } from './quote.holds.js';
import { lotOf } from './titles.js';

export function confirmPayment(
  { reservationId, amount, now }: ConfirmPayment,
  state: MarketState,
): Decision<MarketEvent, MarketRejection> {
  const reservation = state.reservations.get(reservationId);
  if (reservation === undefined) return reject({ code: 'RESERVATION_NOT_FOUND' });
  if (reservation.status !== 'held') {
    return reject({ code: 'WRONG_STATE', state: reservation.status });
  }
  const quoteId = quoteOfHold(state, reservation);
  if (quoteId !== null) return reject({ code: 'PART_OF_QUOTE', quoteId });
  const { expiresAt, amount: due } = reservation;
  if (expiresAt <= now) return reject({ code: 'HOLD_EXPIRED', expiredAt: expiresAt });
  if (amount !== due) return reject({ code: 'PAYMENT_MISMATCH', due });
  return accept(...afterPayment(state, now, [reservation]));
}

/** Title moves for all of them at once. It counts for everybody as when it was held: nobody has more room. */
export function afterPayment(
  state: MarketState,
  now: Instant,
  holds: readonly HeldReservation[],
): readonly MarketEvent[] {
  const titles = new Map<ReservationId, StepFunction>();
  return [
    ...holds.map((hold): ReservationPaid => {
      const { reservationId, window, quantity } = hold;
      const entitlement = segmentsOf(rectangle(window, quantity));
      const source = cutFrom(state, hold, titles);
      return { type: 'ReservationPaid', reservationId, paidAt: now, entitlement, source };
    }),
    ...soldOut(state, holds),
  ];
}

/** What is left to the reservation that one is cut from, those before it cut off too. */
function cutFrom(
  state: MarketState,
  { poolId, source, window, quantity }: HeldReservation,
  titles: Map<ReservationId, StepFunction>,
): ReservationPaid['source'] {
  if (source.kind === 'pool') return null;
  const { reservationId } = source;
  const before = titles.get(reservationId) ?? lotOf(state, poolId, source).title;
  const after = addOver(before, window, -quantity);
  titles.set(reservationId, after);
  return { reservationId, entitlement: segmentsOf(after) };
}

/** Where the last hold on a listing with nothing left was paid, the listing is history. */
function soldOut(state: MarketState, holds: readonly HeldReservation[]): readonly MarketEvent[] {
  return [...new Set(holds.map(({ listingId }) => listingId))].flatMap((listingId) => {
    const listing = state.listings.get(listingId);
    const paid = holds.filter((hold) => hold.listingId === listingId).length;
    if (listing === undefined || listing.holds > paid || !isZero(listing.remaining)) return [];
    return [{ type: 'ListingClosed', listingId, reason: 'sold' }];
  });
}
