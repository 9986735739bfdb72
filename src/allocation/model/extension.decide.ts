import { accept, reject, type Decision } from '../../kernel/decider.js';
import type { ReservationId } from '../../kernel/ids.js';
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
import type { ExtendReservation, HoldPackage } from './market.commands.js';
import type { MarketEvent } from './market.events.js';
import type { MarketRejection, NotExtendable } from './market.rejections.js';
import type { Listing, MarketState, OwnedReservation, PoolState } from './market.state.js';
import { compareAsks } from './order-book.js';
import { askOf } from './order.evolve.js';
import { holdPackage } from './package.decide.js';
import { rectanglesOf } from './rectangles.js';
import { poolOf, shareLeft } from './titles.js';
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
  const offer = cheapest(asks, window, reservation.quantity, command.unitPriceMax);
  if ('code' in offer) return reject(offer);
  return holdAll(command, offer, state);
}

function checkAsked(
  window: Window,
  { holderId, quantity }: OwnedReservation,
  { facts, positions }: PoolState,
  now: Instant,
): MarketRejection | null {
  const { grid } = facts;
  if (window.end <= window.start) {
    return { code: 'OFF_GRID', nearest: { ...window, end: plus(window.start, grid) } };
  }
  const misfit = checkWindow(window, grid, now);
  if (misfit !== null) return misfit;
  const available = shareLeft(facts, holderId, positions.get(holderId) ?? ZERO, window);
  if (available === null || available >= quantity) return null;
  return { code: 'BUYER_SHARE_EXCEEDED', available };
}

/** What others offer of the pool, in priority. */
function asksOf({ listings }: MarketState, { poolId, holderId }: OwnedReservation): Listing[] {
  return [...listings.values()]
    .filter((listing) => listing.poolId === poolId && listing.sellerId !== holderId)
    .sort((a, b) => compareAsks(askOf(a), askOf(b)));
}

type Taken = ReadonlyMap<Listing, StepFunction>;

/** In every stretch the cheapest asks: nothing that covers it all costs less. */
function cheapest(
  asks: readonly Listing[],
  window: Window,
  wanted: Quantity,
  unitPriceMax: UnitPrice,
): Taken | NotExtendable {
  const taken = new Map<Listing, StepFunction>();
  let available: bigint = wanted;
  let until: Instant | null = null;
  let unitPrice: UnitPrice | null = 0n as UnitPrice;
  const offers = asks.map(({ remaining }) => remaining);
  for (const stretch of stretchesOf(window, offers)) {
    const parts = takeFrom(asks, stretch, wanted);
    const total = parts.reduce((sum, { quantity }) => sum + quantity, 0n);
    const dearest = parts.at(-1)?.listing.unitPrice ?? null;
    unitPrice = dearest === null || total < wanted ? null : higher(unitPrice, dearest);
    const inReach = parts.filter(({ listing }) => listing.unitPrice <= unitPriceMax);
    const reached = inReach.reduce((sum, { quantity }) => sum + quantity, 0n);
    if (reached < available) available = reached;
    if (reached < wanted) until ??= stretch.start;
    for (const { listing, quantity } of inReach) {
      taken.set(listing, addOver(taken.get(listing) ?? ZERO, stretch, quantity));
    }
  }
  if (until === null) return taken;
  return { code: 'NOT_EXTENDABLE', available: toQuantity(available), until, unitPrice };
}

/** Null stays null: what cannot be had somewhere has no price. */
const higher = (a: UnitPrice | null, b: UnitPrice): UnitPrice | null =>
  a === null ? null : a < b ? b : a;

function takeFrom(
  asks: readonly Listing[],
  { start }: Window,
  wanted: bigint,
): readonly { readonly listing: Listing; readonly quantity: bigint }[] {
  let left = wanted;
  return asks.flatMap((listing) => {
    const offered = valueAt(listing.remaining, start);
    const quantity = offered < left ? offered : left;
    left -= quantity;
    return quantity > 0n ? [{ listing, quantity }] : [];
  });
}

function holdAll(
  { extensionId, reservationId, holderId: buyerId, holdFor, now }: ExtendReservation,
  taken: Taken,
  state: MarketState,
): Decision<MarketEvent, MarketRejection> {
  const pieces = [...taken].flatMap(([{ listingId }, quantity]) =>
    rectanglesOf(segmentsOf(quantity)).map(({ window, value }) => ({ listingId, window, value })),
  );
  const holds: HoldPackage['holds'] = pieces.map(({ listingId, window, value }, index) => ({
    reservationId: `${extensionId}-${index + 1}` as ReservationId,
    ...{ listingId, window, quantity: toQuantity(value) },
  }));
  const asked = { packageId: extensionId, buyerId, holds, holdFor, now };
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
