import { accept, reject, type Decision } from '../../kernel/decider.js';
import type { OrganizationId, ReservationId } from '../../kernel/ids.js';
import { MICRO_USD_MAX, shareOf, type MicroUsd } from '../../kernel/money.js';
import { priceLeft } from '../../kernel/proration.js';
import type { Quantity } from '../../kernel/quantity.js';
import {
  add,
  addOver,
  minimumOver,
  segmentsOf,
  type StepFunction,
} from '../../kernel/step-function.js';
import { plus, type Instant } from '../../kernel/time.js';
import { covers } from '../../kernel/window.js';
import { roomRefusal } from './buyer-room.js';
import { countedIn } from './counting.js';
import { endHolds } from './hold.endings.js';
import { checkLots } from './lot-size.rules.js';
import type { CancelReservation, HoldReservation, ReleaseHold } from './market.commands.js';
import type { MarketEvent, ReservationCancelled, ReservationPaid } from './market.events.js';
import type { MarketRejection } from './market.rejections.js';
import type { Listing, MarketState, OwnedReservation, Reservation } from './market.state.js';
import { cancellationFeeOf, termsOf } from './market.terms.js';
import { quoteOfHold } from './quote.holds.js';
import { amountOf, lotOf, poolOf } from './titles.js';
import { afterCancellation, afterHolds } from './waitlist.decide.js';
import { encumbranceOf, isPart } from './transfer.decide.js';
import { checkWindow } from './window.rules.js';

export function holdReservation(
  command: HoldReservation,
  state: MarketState,
): Decision<MarketEvent, MarketRejection> {
  const { buyerId, window, quantity, now } = command;
  const listing = state.listings.get(command.listingId);
  if (listing === undefined) return reject({ code: 'LISTING_NOT_FOUND' });
  const refusal = checkSale(listing, buyerId);
  if (refusal !== null) return reject(refusal);
  const pool = poolOf(state, listing.poolId);
  const { grid, lotSize } = pool.facts;
  const misfit =
    checkLots(quantity, lotSize, () => minimumOver(listing.remaining, window)) ??
    checkWindow(window, grid, now) ??
    checkOffer(command, listing) ??
    roomRefusal(pool, { buyerId, window, quantity, now, counted: countedIn(state, listing) });
  if (misfit !== null) return reject(misfit);
  const { reservationId, holdFor } = command;
  const { listingId, poolId, sellerId, source, unitPrice, hops, termsVersion } = listing;
  return accept({
    type: 'ReservationHeld',
    ...{ reservationId, listingId, poolId, sellerId, holderId: buyerId, source, window, quantity },
    ...{ unitPrice, amount: amountOf(unitPrice, quantity, window), hops, termsVersion },
    heldAt: now,
    // A hold never outlives what it holds.
    expiresAt: Math.min(plus(now, holdFor), window.end) as Instant,
    extendsReservationId: null,
    quoteId: null,
    listingRemaining: segmentsOf(addOver(listing.remaining, window, -quantity)),
  });
}

/** Whether anybody, and this buyer, can take part of a listing at its price. */
function checkSale({ sellerId, auction }: Listing, buyerId: OrganizationId): MarketRejection | null {
  if (sellerId === buyerId) return { code: 'SELF_TRADE' };
  return auction === null ? null : { code: 'WRONG_LISTING_KIND', kind: 'auction' };
}

function checkOffer(
  { window, quantity }: HoldReservation,
  listing: Listing,
): MarketRejection | null {
  if (!covers(listing.window, window)) return { code: 'OUTSIDE_OFFER', offered: listing.window };
  if (amountOf(listing.unitPrice, quantity, window) > MICRO_USD_MAX) {
    return { code: 'AMOUNT_TOO_LARGE', amountMax: MICRO_USD_MAX };
  }
  const available = minimumOver(listing.remaining, window) as Quantity;
  return available < quantity ? { code: 'CAPACITY_EXHAUSTED', available } : null;
}

export function releaseHold(
  { reservationId, holderId, ...sent }: ReleaseHold,
  state: MarketState,
): Decision<MarketEvent, MarketRejection> {
  const reservation = ownOf(state, reservationId, holderId);
  if (reservation === null) return reject({ code: 'RESERVATION_NOT_FOUND' });
  if (reservation.status !== 'held') {
    return reject({ code: 'WRONG_STATE', state: reservation.status });
  }
  const quoteId = quoteOfHold(state, reservation);
  if (quoteId !== null) return reject({ code: 'PART_OF_QUOTE', quoteId });
  const ended = endHolds(state, [reservation], 'released');
  const events = ended.map(({ event }) => event);
  return accept<MarketEvent>(...events, ...afterHolds(state, sent, ended));
}

/** What the reservation a part is cut from will hold after that part moved. */
function sourceAfter(
  state: MarketState,
  { poolId, source }: Reservation,
  change: StepFunction,
): ReservationPaid['source'] {
  if (source.kind === 'pool') return null;
  const { title } = lotOf(state, poolId, source);
  const entitlement = segmentsOf(add(title, change));
  return { reservationId: source.reservationId, entitlement };
}

export function cancelReservation(
  command: CancelReservation,
  state: MarketState,
): Decision<MarketEvent, MarketRejection> {
  const { reservationId, holderId, now, feeAccepted } = command;
  const reservation = ownOf(state, reservationId, holderId);
  if (reservation === null) return reject({ code: 'RESERVATION_NOT_FOUND' });
  if (isPart(reservation)) {
    return reject({ code: 'TRANSFERRED', sourceId: reservation.source.reservationId });
  }
  const { status } = reservation;
  if (status !== 'scheduled') return reject({ code: 'WRONG_STATE', state: status });
  if (reservation.window.start <= now) return reject({ code: 'WRONG_STATE', state: 'active' });
  const encumbrance = encumbranceOf(state, reservation);
  if (encumbrance !== null) return reject({ code: 'RESERVATION_ENCUMBERED', encumbrance });
  const { feeShare, fee } = cancellationFee(state, reservation, now);
  if (fee > feeAccepted) return reject({ code: 'FEE_CHANGED', fee });
  const refund = (priceLeft(reservation) - fee) as MicroUsd;
  const { title } = reservation.lot;
  const source = sourceAfter(state, reservation, title);
  // For sale again at once, where it was bought from; else the seller's to offer anew.
  const relisted = relist(state, reservation);
  const given = { reservationId, holderId, cancelledAt: now };
  return accept<MarketEvent>(
    { type: 'ReservationCancelled', ...given, feeShare, fee, refund, source, relisted },
    ...afterCancellation(state, command, reservation),
  );
}

function relist(
  { listings }: MarketState,
  { listingId, lot }: OwnedReservation,
): ReservationCancelled['relisted'] {
  const listing = listings.get(listingId);
  if (listing === undefined) return null;
  return { listingId, listingRemaining: segmentsOf(add(listing.remaining, lot.title)) };
}

/** What cancelling would cost at this instant: a share of what was not paid back already. */
export function cancellationFee(
  state: MarketState,
  reservation: OwnedReservation,
  now: Instant,
): { readonly feeShare: ReturnType<typeof cancellationFeeOf>; readonly fee: MicroUsd } {
  const { poolId, window, termsVersion } = reservation;
  const { cancellation } = termsOf(poolOf(state, poolId).termsVersions, termsVersion);
  const feeShare = cancellationFeeOf(cancellation, now, window.start);
  return { feeShare, fee: shareOf(priceLeft(reservation), feeShare) };
}

function ownOf(
  state: MarketState,
  reservationId: ReservationId,
  holderId: OrganizationId,
): Reservation | null {
  const reservation = state.reservations.get(reservationId);
  return reservation?.holderId === holderId ? reservation : null;
}
