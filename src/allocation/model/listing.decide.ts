import { accept, reject, type Decision } from '../../kernel/decider.js';
import { BASIS_POINTS_WHOLE, divide, MICRO_USD_MAX, type UnitPrice } from '../../kernel/money.js';
import { plus } from '../../kernel/time.js';
import { covers } from '../../kernel/window.js';
import type { CreateListing, WithdrawListing } from './market.commands.js';
import type { MarketEvent } from './market.events.js';
import type { MarketRejection } from './market.rejections.js';
import type { Lot, MarketState, OwnedReservation, PoolState } from './market.state.js';
import { termsOf, type TermsVersion } from './market.terms.js';
import { amountOf, freeOver } from './titles.js';
import { checkWindow } from './window.rules.js';

/** What a listing is cut from, once it is known to be the seller's. */
type Supply =
  | { readonly kind: 'pool'; readonly lot: Lot }
  | { readonly kind: 'reservation'; readonly lot: Lot; readonly reservation: OwnedReservation };

export function createListing(
  command: CreateListing,
  state: MarketState,
): Decision<MarketEvent, MarketRejection> {
  const { poolId, sellerId, source, window, quantity, unitPrice } = command;
  const pool = state.pools.get(poolId);
  if (pool === undefined) return reject({ code: 'POOL_NOT_FOUND' });
  const supply = supplyOf(command, state, pool);
  if ('code' in supply) return reject(supply);
  const misfit = checkWindow(window, pool.facts.grid, command.now) ?? checkResale(command, pool, supply);
  if (misfit !== null) return reject(misfit);
  if (amountOf(unitPrice, quantity, window) > MICRO_USD_MAX) {
    return reject({ code: 'AMOUNT_TOO_LARGE', amountMax: MICRO_USD_MAX });
  }
  const available = freeOver(supply.lot, window);
  if (available < quantity) return reject({ code: 'INSUFFICIENT_TITLE', available });
  const { listingId } = command;
  const offer = { listingId, poolId, sellerId, source, window, quantity, unitPrice };
  return accept({ type: 'ListingCreated', ...offer, ...lineage(pool, supply) });
}

/** What a sale inherits from what it is cut from. */
function lineage(
  { termsVersions }: PoolState,
  supply: Supply,
): { readonly hops: number; readonly termsVersion: TermsVersion } {
  if (supply.kind === 'pool') return { hops: 0, termsVersion: termsVersions.length };
  const { hops, termsVersion } = supply.reservation;
  return { hops: hops + 1, termsVersion };
}

function supplyOf(
  { source, sellerId, poolId }: CreateListing,
  state: MarketState,
  pool: PoolState,
): Supply | MarketRejection {
  if (source.kind === 'pool') {
    const isProvider = pool.facts.providerId === sellerId;
    return isProvider ? { kind: 'pool', lot: pool.root } : { code: 'NOT_SELLER' };
  }
  const reservation = state.reservations.get(source.reservationId);
  const isTheirs = reservation?.holderId === sellerId && reservation.poolId === poolId;
  if (reservation === undefined || !isTheirs) return { code: 'RESERVATION_NOT_FOUND' };
  if (reservation.status === 'held') return { code: 'WRONG_STATE', state: 'held' };
  return { kind: 'reservation', lot: reservation.lot, reservation };
}

/** The terms that the first buyer bought under, which every later holder inherits. */
function checkResale(
  { window, unitPrice, now }: CreateListing,
  { termsVersions }: PoolState,
  supply: Supply,
): MarketRejection | null {
  if (supply.kind === 'pool') return null;
  const { reservation } = supply;
  const { resale } = termsOf(termsVersions, reservation.termsVersion);
  if (!covers(reservation.window, window)) {
    return { code: 'OUTSIDE_OFFER', offered: reservation.window };
  }
  if (!resale.isTransferable) return { code: 'NOT_TRANSFERABLE' };
  const { hopsMax } = resale;
  if (reservation.hops + 1 > hopsMax) return { code: 'HOPS_EXHAUSTED', hopsMax };
  const listableFrom = plus(reservation.paidAt, resale.holdingTimeMin);
  if (now < listableFrom) return { code: 'HELD_TOO_BRIEFLY', listableFrom };
  if (resale.priceCap === null) return null;
  // Cut off, not rounded: a cap is never passed.
  const capped = divide(reservation.unitPrice * BigInt(resale.priceCap), BASIS_POINTS_WHOLE);
  const unitPriceMax = capped.quotient as UnitPrice;
  return unitPrice > unitPriceMax ? { code: 'PRICE_ABOVE_CAP', unitPriceMax } : null;
}

export function withdrawListing(
  { listingId, sellerId }: WithdrawListing,
  state: MarketState,
): Decision<MarketEvent, MarketRejection> {
  const listing = state.listings.get(listingId);
  if (listing === undefined) return reject({ code: 'LISTING_NOT_FOUND' });
  if (listing.sellerId !== sellerId) return reject({ code: 'NOT_SELLER' });
  return accept({ type: 'ListingClosed', listingId, reason: 'withdrawn' });
}
