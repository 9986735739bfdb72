import { present } from '../../kernel/assert.js';
import { accept, reject, type Decision } from '../../kernel/decider.js';
import { MICRO_USD_MAX } from '../../kernel/money.js';
import { err, ok, type Result } from '../../kernel/result.js';
import type { Duration } from '../../kernel/time.js';
import { covers } from '../../kernel/window.js';
import { checkNotStarted } from './auction.rules.js';
import { checkLots } from './lot-size.rules.js';
import type { CreateListing, WithdrawListing } from './market.commands.js';
import { listingOf } from './market.evolve.js';
import type { ListingCreated, MarketEvent } from './market.events.js';
import type { MarketRejection } from './market.rejections.js';
import type { Lot, MarketState, OwnedReservation, PoolState } from './market.state.js';
import type { TermsVersion } from './market.terms.js';
import { Matching } from './matching.js';
import { resaleRefusal } from './resale.rules.js';
import { amountOf, freeOver } from './titles.js';
import { waitlistFor } from './waitlist.decide.js';
import { checkWindow } from './window.rules.js';

/** What a listing is cut from, once it is known to be the seller's. */
type Supply =
  | { readonly kind: 'pool'; readonly lot: Lot }
  | { readonly kind: 'reservation'; readonly lot: Lot; readonly reservation: OwnedReservation };

/** An offer, however it is sold. */
export type Offer = Pick<
  CreateListing,
  'now' | 'listingId' | 'poolId' | 'sellerId' | 'source' | 'window' | 'quantity' | 'unitPrice'
>;

export function createListing(
  command: CreateListing,
  state: MarketState,
): Decision<MarketEvent, MarketRejection> {
  const { window, now } = command;
  const cut = cutOffer(command, state, (grid) => checkWindow(window, grid, now));
  if (!cut.ok) return reject(cut.error);
  return meetWaitlist(command, cut.value, state);
}

/**
 * What an offer at a fixed price leads to, or why it is refused.
 *
 * @param checkTimes what is wrong with when it is for, on the pool's grid
 */
export function cutOffer(
  offer: Offer,
  state: MarketState,
  checkTimes: (grid: Duration) => MarketRejection | null,
): Result<ListingCreated, MarketRejection> {
  const { listingId, poolId, sellerId, source, window, quantity, unitPrice } = offer;
  const pool = state.pools.get(poolId);
  if (pool === undefined) return err({ code: 'POOL_NOT_FOUND' });
  const supply = supplyOf(offer, state, pool);
  if ('code' in supply) return err(supply);
  const { grid, lotSize } = pool.facts;
  const misfit =
    checkLots(quantity, lotSize, () => freeOver(supply.lot, window)) ??
    checkTimes(grid) ??
    checkResale(offer, pool, supply);
  if (misfit !== null) return err(misfit);
  if (amountOf(unitPrice, quantity, window) > MICRO_USD_MAX) {
    return err({ code: 'AMOUNT_TOO_LARGE', amountMax: MICRO_USD_MAX });
  }
  const available = freeOver(supply.lot, window);
  if (available < quantity) return err({ code: 'INSUFFICIENT_TITLE', available });
  const { hops, termsVersion } = lineage(pool, supply);
  return ok({
    type: 'ListingCreated',
    listingId,
    poolId,
    sellerId,
    source,
    window,
    quantity,
    unitPrice,
    hops,
    termsVersion,
    lotSize,
    auction: null,
  });
}

/** New supply reaches the waitlist before anybody else. */
function meetWaitlist(
  { isPostOnly, ...sent }: CreateListing,
  created: ListingCreated,
  state: MarketState,
): Decision<MarketEvent, MarketRejection> {
  const listing = listingOf(created, state.nextSequence);
  const matching = new Matching(state, sent);
  matching.raises(listing);
  matching.sell(listing, waitlistFor(state, listing));
  const [met] = matching.events;
  if (isPostOnly && met?.type === 'OrderFilled') {
    const bid = present(state.orders.get(met.orderId), 'the bid that it met');
    return reject({ code: 'WOULD_TRADE', bestBid: bid.limitPrice });
  }
  return accept<MarketEvent>(created, ...matching.outcome());
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
  { source, sellerId, poolId }: Offer,
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

function checkResale(
  { window, unitPrice, now }: Offer,
  pool: PoolState,
  supply: Supply,
): MarketRejection | null {
  if (supply.kind === 'pool') return null;
  const { reservation } = supply;
  if (!covers(reservation.window, window)) {
    return { code: 'OUTSIDE_OFFER', offered: reservation.window };
  }
  return resaleRefusal(pool, reservation, { unitPrice, now });
}

export function withdrawListing(
  { listingId, sellerId, now }: WithdrawListing,
  state: MarketState,
): Decision<MarketEvent, MarketRejection> {
  const listing = state.listings.get(listingId);
  if (listing === undefined) return reject({ code: 'LISTING_NOT_FOUND' });
  if (listing.sellerId !== sellerId) return reject({ code: 'NOT_SELLER' });
  const started = checkNotStarted(listing, now);
  if (started !== null) return reject(started);
  return accept({ type: 'ListingClosed', listingId, reason: 'withdrawn' });
}
