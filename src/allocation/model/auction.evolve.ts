import { assert, present } from '../../kernel/assert.js';
import type { MicroUsd } from '../../kernel/money.js';
import type { ListingId, OrganizationId } from '../../kernel/ids.js';
import type { AuctionBidPlaced, AuctionBidWithdrawn } from './market.events.js';
import type { MarketState } from './market.state.js';
import { isAllOrNone, NOTHING_FILLED, UNCONSTRAINED } from './order.state.js';
import { takeSequence } from './order.evolve.js';

export function auctionBidPlaced(state: MarketState, event: AuctionBidPlaced): MarketState {
  const { type: _type, placedAt: _placedAt, ...terms } = event;
  state.sealedBids.set(event.orderId, {
    ...terms,
    // Who bids in an auction has seen what is sold.
    constraints: UNCONSTRAINED,
    isAllOrNone: isAllOrNone(event),
    sequence: takeSequence(state),
    remaining: terms.quantity,
    spent: 0n as MicroUsd,
    fills: 0,
    byProvider: NOTHING_FILLED,
  });
  count(state, event, 1);
  return state;
}

export function auctionBidWithdrawn(state: MarketState, event: AuctionBidWithdrawn): MarketState {
  state.sealedBids.delete(event.orderId);
  count(state, event, -1);
  return state;
}

function count(
  state: MarketState,
  { auctionId, buyerId }: { readonly auctionId: ListingId; readonly buyerId: OrganizationId },
  change: 1 | -1,
): void {
  const auction = present(state.listings.get(auctionId)?.auction, `auction ${auctionId}`);
  const bids = (auction.bidsOf.get(buyerId) ?? 0) + change;
  assert(bids >= 0, `${auctionId} counts less bids than there are`);
  if (bids === 0) auction.bidsOf.delete(buyerId);
  else auction.bidsOf.set(buyerId, bids);
}
