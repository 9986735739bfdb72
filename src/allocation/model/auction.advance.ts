import type { UnitPrice } from '../../kernel/money.js';
import { quantity as toQuantity, type Quantity } from '../../kernel/quantity.js';
import { addOver, isZero, minimumOver } from '../../kernel/step-function.js';
import type { Instant } from '../../kernel/time.js';
import { clear, type Clearing, type RoomFor } from './auction.clearing.js';
import { isAuction, type AuctionListing } from './auction.rules.js';
import type { SealedBid } from './auction.state.js';
import type { MarketState } from './market.state.js';
import { closeOrder } from './match.js';
import type { Matching } from './matching.js';
import { resalePriceMax } from './resale.rules.js';
import { poolOf } from './titles.js';
import { checkWindow } from './window.rules.js';

const NOTHING = 0n as Quantity;

/**
 * Clears every auction that has closed, those first that closed first. What decides is in the state,
 * so whichever job comes, late or again, each is cleared once.
 */
export function clearAuctions(matching: Matching, state: MarketState, now: Instant): void {
  const closed = [...state.listings.values()]
    .filter(isAuction)
    .filter(({ auction }) => auction.closesAt <= now)
    .sort((a, b) => a.auction.closesAt - b.auction.closesAt || a.sequence - b.sequence);
  for (const listing of closed) clearAuction(matching, state, { listing, now });
}

function clearAuction(
  matching: Matching,
  state: MarketState,
  { listing, now }: { readonly listing: AuctionListing; readonly now: Instant },
): void {
  const { listingId } = listing;
  const bids = [...state.sealedBids.values()].filter(({ auctionId }) => auctionId === listingId);
  const clearing = clearingOf(matching, state, { listing, bids, now });
  const { awards, price, quantitySold } = clearing;
  matching.events.push({
    type: 'AuctionCleared',
    ...{ listingId, clearingPrice: price, quantitySold, bids: bids.length, clearedAt: now },
  });
  for (const award of awards) {
    if (price !== null) matching.trade(award.bid, { listing, quantity: award.quantity }, price);
  }
  for (const bid of bids) {
    const reason = matching.remainingOf(bid) === 0n ? 'filled' : 'unfilled';
    matching.events.push(closeOrder(bid, reason, matching.spentOn(bid)));
  }
  // What is sold whole was closed with its last trade.
  if (!isSoldWhole(listing, quantitySold)) {
    matching.events.push({ type: 'ListingClosed', listingId, reason: 'unsold' });
  }
}

function isSoldWhole({ remaining, window }: AuctionListing, sold: Quantity): boolean {
  return sold > 0n && isZero(addOver(remaining, window, -sold));
}

interface Closed {
  readonly listing: AuctionListing;
  readonly bids: readonly SealedBid[];
  readonly now: Instant;
}

function clearingOf(
  matching: Matching,
  state: MarketState,
  { listing, bids, now }: Closed,
): Clearing<SealedBid> {
  const { poolId, source, window, unitPrice: reservePrice } = listing;
  // Less than was offered where its pool was curtailed meanwhile.
  const quantity = minimumOver(listing.remaining, window) as Quantity;
  const { grid, lotSize } = poolOf(state, poolId).facts;
  // So late that nobody would get what they bid for: nothing is sold.
  if (checkWindow(window, grid, now) !== null) {
    return { awards: [], quantitySold: NOTHING, price: null };
  }
  const priceMax: UnitPrice | null = resalePriceMax(state, poolId, source);
  return clear({ quantity, lotSize, reservePrice, priceMax }, bids, roomIn(matching, listing));
}

/** What rules of the pool leave to a buyer, whatever they bid, once others have been given theirs. */
function roomIn({ rooms }: Matching, { poolId, source, window }: AuctionListing): RoomFor {
  return (buyerId, given) => {
    const before = rooms.trial();
    for (const [holderId, sum] of given) {
      rooms.buys({ poolId, source, holderId, window, quantity: toQuantity(sum) }, before);
    }
    const room = rooms.roomIn({ poolId, source }, { buyerId, window }, before);
    return room === null ? null : room.quantity;
  };
}
