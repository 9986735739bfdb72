import { ceilToGrid, plus, type Duration, type Instant } from '../../kernel/time.js';
import type { Window } from '../../kernel/window.js';
import type { Auction, SealedBid } from './auction.state.js';
import type { AuctionBidWithdrawn } from './market.events.js';
import type { MarketRejection, WrongAuctionState } from './market.rejections.js';
import type { Listing } from './market.state.js';
import { CLOCK_TOLERANCE } from './sent.js';
import { checkWindow } from './window.rules.js';

export type AuctionListing = Listing & { readonly auction: Auction };

export const isAuction = (listing: Listing): listing is AuctionListing => listing.auction !== null;

const JUST_AFTER_MS = 1;

interface Times {
  readonly window: Window;
  readonly opensAt: Instant;
  readonly closesAt: Instant;
  readonly now: Instant;
}

/** The window begins after now, and between the two the auction opens first and closes then. */
export function checkAuctionTimes(
  { window, opensAt, closesAt, now }: Times,
  grid: Duration,
): MarketRejection | null {
  const misfit = checkWindow(window, grid, now);
  if (misfit !== null) return misfit;
  // The running hour can be sold at a price, but not by an auction that has yet to close.
  const earliestStart = ceilToGrid(plus(now, JUST_AFTER_MS), grid);
  if (window.start < earliestStart) return { code: 'WINDOW_IN_PAST', earliestStart };
  const code = 'AUCTION_TIMES_INVALID';
  const lastOpening = plus(window.start, -JUST_AFTER_MS);
  if (opensAt < now || opensAt > lastOpening) {
    return { code, field: 'opensAt', earliest: now, latest: lastOpening };
  }
  const firstClose = plus(opensAt, JUST_AFTER_MS);
  if (closesAt < firstClose || closesAt > window.start) {
    return { code, field: 'closesAt', earliest: firstClose, latest: window.start };
  }
  return null;
}

export function auctionStateAt(
  { opensAt, closesAt }: Auction,
  now: Instant,
): WrongAuctionState['state'] {
  if (now < opensAt) return 'upcoming';
  return now < closesAt ? 'open' : 'closed';
}

/**
 * An auction is taken back before it opens, or not at all: who has bid has money set aside. A bid may have come
 * in by a process whose clock is a little ahead, so that it is as if it opened earlier by so much: also where
 * nobody has bid, or a refusal would say that somebody had.
 */
export function checkNotStarted(
  { auction }: Listing,
  now: Instant,
): WrongAuctionState | null {
  if (auction === null) return null;
  const { opensAt, closesAt } = auction;
  const code = 'WRONG_AUCTION_STATE';
  const state = auctionStateAt(auction, plus(now, CLOCK_TOLERANCE));
  // Clocks that are further apart than they may be: what is bid for must stay.
  if (state === 'upcoming') return auction.bidsOf.size === 0 ? null : { code, state: 'open', opensAt, closesAt };
  return { code, state: now < closesAt ? 'open' : 'closed', opensAt, closesAt };
}

/** Before its auction is cleared, so that nobody may be told of it but its buyer. */
export function endSealed(
  { orderId, auctionId, buyerId, reserved: released }: SealedBid,
  reason: AuctionBidWithdrawn['reason'],
): AuctionBidWithdrawn {
  return { type: 'AuctionBidWithdrawn', reason, orderId, auctionId, buyerId, released };
}
