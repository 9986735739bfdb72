import { accept, reject, type Decision } from '../../kernel/decider.js';
import type { UnitPrice } from '../../kernel/money.js';
import { quantity as toQuantity, type Quantity } from '../../kernel/quantity.js';
import {
  addOver,
  segmentsOf,
  stretchesOf,
  valueAt,
  ZERO,
  type StepFunction,
} from '../../kernel/step-function.js';
import { plus, type Instant } from '../../kernel/time.js';
import type { Window } from '../../kernel/window.js';
import { roomRefusal } from './buyer-room.js';
import { NOBODY } from './counting.js';
import { checkLots, wholeLots } from './lot-size.rules.js';
import type { ExtendReservation, HoldPackage } from './market.commands.js';
import type { MarketEvent } from './market.events.js';
import type { MarketRejection, NotExtendable } from './market.rejections.js';
import type { Listing, MarketState, OwnedReservation, PoolState } from './market.state.js';
import { extensionHoldId } from './new.ids.js';
import { compareAsks } from './order-book.js';
import { askOf } from './order.evolve.js';
import { least } from './order.limits.js';
import { holdPackage } from './package.decide.js';
import { rectanglesOf } from './rectangles.js';
import { poolOf } from './titles.js';
import { checkWindow } from './window.rules.js';

/**
 * Holds the cheapest that is offered of the same pool from the end of a reservation on, for its whole
 * quantity, or nothing. The holds are like any others: paid or lost one by one.
 */
export function extendReservation(
  command: ExtendReservation,
  state: MarketState,
): Decision<MarketEvent, MarketRejection> {
  const { reservationId, holderId, until } = command;
  const reservation = state.reservations.get(reservationId);
  if (reservation?.holderId !== holderId) return reject({ code: 'RESERVATION_NOT_FOUND' });
  if (reservation.status === 'held') return reject({ code: 'WRONG_STATE', state: 'held' });
  const pool = poolOf(state, reservation.poolId);
  const window = { start: reservation.window.end, end: until };
  const misfit = checkAsked(window, reservation, pool, command.now);
  if (misfit !== null) return reject(misfit);
  const asks = asksOf(state, reservation);
  const { quantity } = reservation;
  const { lotSize } = pool.facts;
  const offer = cheapest(asks, window, { quantity, lotSize, unitPriceMax: command.unitPriceMax });
  const room = roomRefusal(pool, { buyerId: holderId, window, quantity, now: command.now, counted: NOBODY });
  if ('code' in offer) return reject(room ?? offer);
  return told(room, holdAll(command, offer, state));
}

/** Of what is resold there may be more room; where there is not, what is told is about all of it. */
function told(
  room: MarketRejection | null,
  decision: Decision<MarketEvent, MarketRejection>,
): Decision<MarketEvent, MarketRejection> {
  return decision.accepted || room === null ? decision : reject(room);
}

function checkAsked(
  window: Window,
  { quantity }: OwnedReservation,
  pool: PoolState,
  now: Instant,
): MarketRejection | null {
  const { grid, lotSize } = pool.facts;
  // A part of a lot is bought as all that there is of an offer, not as a part of several.
  const odd = checkLots(quantity, lotSize, () => 0n);
  if (odd !== null) return odd;
  if (window.end <= window.start) {
    return { code: 'OFF_GRID', nearest: { ...window, end: plus(window.start, grid) } };
  }
  return checkWindow(window, grid, now);
}

/** What others offer of the pool, in priority. */
function asksOf({ listings }: MarketState, { poolId, holderId }: OwnedReservation): Listing[] {
  return [...listings.values()]
    .filter(({ auction }) => auction === null)
    .filter((listing) => listing.poolId === poolId && listing.sellerId !== holderId)
    .sort((a, b) => compareAsks(askOf(a), askOf(b)));
}

type Taken = ReadonlyMap<Listing, StepFunction>;

/** What asks give throughout one stretch of time, the cheapest first, at most what is wanted. */
interface Stretch {
  readonly window: Window;
  readonly parts: readonly { readonly listing: Listing; readonly quantity: bigint }[];
}

interface Wanted {
  readonly quantity: Quantity;
  readonly lotSize: Quantity;
  readonly unitPriceMax: UnitPrice;
}

/** In every stretch the cheapest asks: nothing that covers it all costs less. */
function cheapest(
  asks: readonly Listing[],
  window: Window,
  { quantity: wanted, lotSize, unitPriceMax }: Wanted,
): Taken | NotExtendable {
  const offers = asks.map(({ remaining }) => remaining);
  const all = stretchesOf(window, offers).map((one) => takeFrom(asks, one, { wanted, lotSize }));
  const inReach = all.map(({ window: at, parts }) => ({
    window: at,
    parts: parts.filter(({ listing }) => listing.unitPrice <= unitPriceMax),
  }));
  const missing = inReach.find((stretch) => totalOf(stretch) < wanted);
  if (missing === undefined) return takenOf(inReach);
  const available = toQuantity(least(inReach.map(totalOf)));
  const unitPrice = all.every((stretch) => totalOf(stretch) === wanted) ? dearestOf(all) : null;
  return { code: 'NOT_EXTENDABLE', available, until: missing.window.start, unitPrice };
}

function takeFrom(
  asks: readonly Listing[],
  window: Window,
  { wanted, lotSize }: { readonly wanted: bigint; readonly lotSize: Quantity },
): Stretch {
  let left = wanted;
  const parts = asks.flatMap((listing) => {
    const offered = wholeLots(valueAt(listing.remaining, window.start), lotSize);
    const quantity = offered < left ? offered : left;
    left -= quantity;
    return quantity > 0n ? [{ listing, quantity }] : [];
  });
  return { window, parts };
}

const totalOf = ({ parts }: Stretch): bigint =>
  parts.reduce((sum, { quantity }) => sum + quantity, 0n);

function dearestOf(stretches: readonly Stretch[]): UnitPrice {
  const prices = stretches.flatMap(({ parts }) => parts.map(({ listing }) => listing.unitPrice));
  return prices.reduce((most, one) => (one > most ? one : most), 0n as UnitPrice);
}

function takenOf(stretches: readonly Stretch[]): Taken {
  const taken = new Map<Listing, StepFunction>();
  for (const { window, parts } of stretches) {
    for (const { listing, quantity } of parts) {
      taken.set(listing, addOver(taken.get(listing) ?? ZERO, window, quantity));
    }
  }
  return taken;
}

function holdAll(
  { extensionId, reservationId, holderId: buyerId, holdFor, now, seed }: ExtendReservation,
  taken: Taken,
  state: MarketState,
): Decision<MarketEvent, MarketRejection> {
  const pieces = [...taken].flatMap(([{ listingId }, quantity]) =>
    rectanglesOf(segmentsOf(quantity)).map(({ window, value }) => ({ listingId, window, value })),
  );
  const holds: HoldPackage['holds'] = pieces.map(({ listingId, window, value }, index) => ({
    reservationId: extensionHoldId(seed, reservationId, index),
    ...{ listingId, window, quantity: toQuantity(value) },
  }));
  const asked = { packageId: extensionId, buyerId, holds, holdFor, now, seed };
  const decision = holdPackage({ type: 'HoldPackage', ...asked }, state);
  if (!decision.accepted) {
    const { rejection } = decision;
    return reject(rejection.code === 'PACKAGE_REFUSED' ? rejection.reason : rejection);
  }
  return accept(
    ...decision.events.map((event) =>
      event.type === 'ReservationHeld' ? { ...event, extendsReservationId: reservationId } : event,
    ),
  );
}
