import { accept, reject, type Decision } from '../../kernel/decider.js';
import { MICRO_USD_MAX } from '../../kernel/money.js';
import type { Quantity } from '../../kernel/quantity.js';
import { auctionStateAt, checkAuctionTimes, endSealed, isAuction, type AuctionListing } from './auction.rules.js';
import { cutOffer } from './listing.decide.js';
import { checkLots, checkMinimum } from './lot-size.rules.js';
import type { OpenAuction, PlaceAuctionBid, WithdrawAuctionBid } from './market.commands.js';
import type { MarketEvent } from './market.events.js';
import type { MarketRejection } from './market.rejections.js';
import type { MarketState } from './market.state.js';
import { costUpTo, poolOf } from './titles.js';

type Decided = Decision<MarketEvent, MarketRejection>;

/** Enough to bid a demand curve; what all buyers bid is cleared in one commit. */
export const BIDS_MAX = 20;

/** Sets a lot aside as a listing does; bids of the book never reach it. */
export function openAuction(command: OpenAuction, state: MarketState): Decided {
  const { reservePrice, closesAt, window, now } = command;
  const opensAt = command.opensAt ?? now;
  const offer = { ...command, unitPrice: reservePrice };
  const times = { window, opensAt, closesAt, now };
  const cut = cutOffer(offer, state, (grid) => checkAuctionTimes(times, grid));
  if (!cut.ok) return reject(cut.error);
  return accept({ ...cut.value, auction: { opensAt, closesAt } });
}

export function placeAuctionBid(command: PlaceAuctionBid, state: MarketState): Decided {
  const listing = state.listings.get(command.auctionId);
  if (listing === undefined) return reject({ code: 'LISTING_NOT_FOUND' });
  if (listing.sellerId === command.buyerId) return reject({ code: 'SELF_TRADE' });
  if (!isAuction(listing)) return reject({ code: 'WRONG_LISTING_KIND', kind: 'fixed-price' });
  const { lotSize } = poolOf(state, listing.poolId).facts;
  const misfit = checkOpen(command, listing, lotSize) ?? checkBid(command, listing);
  if (misfit !== null) return reject(misfit);
  const { type: _type, now, seed: _seed, ...bid } = command;
  const { window, auction } = listing;
  const times = { placedAt: now, expiresAt: auction.closesAt };
  return accept({ type: 'AuctionBidPlaced', ...bid, window, ...times });
}

/** Whether bids of this size are taken now. */
function checkOpen(
  { quantity, minimumFill, now }: PlaceAuctionBid,
  { auction, quantity: all }: AuctionListing,
  lotSize: Quantity,
): MarketRejection | null {
  const { opensAt, closesAt } = auction;
  const state = auctionStateAt(auction, now);
  if (state !== 'open') return { code: 'WRONG_AUCTION_STATE', state, opensAt, closesAt };
  return checkLots(quantity, lotSize, () => all) ?? checkMinimum(minimumFill, [lotSize], all);
}

function checkBid(
  { buyerId, quantity, limitPrice, reserved }: PlaceAuctionBid,
  { auction, window, unitPrice: reservePrice, quantity: available }: AuctionListing,
): MarketRejection | null {
  const { bidsOf } = auction;
  if (limitPrice < reservePrice) return { code: 'BELOW_RESERVE', reservePrice };
  const due = costUpTo(limitPrice, quantity, window);
  if (due > MICRO_USD_MAX) return { code: 'AMOUNT_TOO_LARGE', amountMax: MICRO_USD_MAX };
  if (reserved !== due) return { code: 'PAYMENT_MISMATCH', due };
  // More than the lot could never be had, and would raise the price of what is.
  if (quantity > available) return { code: 'CAPACITY_EXHAUSTED', available };
  const bids = bidsOf.get(buyerId) ?? 0;
  return bids < BIDS_MAX ? null : { code: 'TOO_MANY_BIDS', bidsMax: BIDS_MAX };
}

export function withdrawAuctionBid(
  { orderId, buyerId, now }: WithdrawAuctionBid,
  state: MarketState,
): Decided {
  const bid = state.sealedBids.get(orderId);
  if (bid?.buyerId !== buyerId) return reject({ code: 'ORDER_NOT_FOUND' });
  const { auctionId, expiresAt: closesAt } = bid;
  if (closesAt <= now) {
    const opensAt = state.listings.get(auctionId)?.auction?.opensAt ?? closesAt;
    return reject({ code: 'WRONG_AUCTION_STATE', state: 'closed', opensAt, closesAt });
  }
  return accept(endSealed(bid, 'withdrawn'));
}
