import { isSpendRefusal, notFound, spendRefused, type Refusal } from '../../api/graphql/refusals.js';
import type { Instant } from '../../kernel/time.js';
import type { Listing as ListingRow } from '../../platform/prisma/generated/client.js';
import type { OrderOutcome } from '../contract.js';
import type { AuctionView } from '../model/market.answer.js';
import type { AuctionState, AuctionType } from './auction.types.js';
import { showRejection } from './trade.rejections.js';

const NOT_CLEARED = { clearingPrice: null, quantitySold: null, bids: null };

/** As it was made. */
export function showNewAuction({ opensAt, closesAt, state }: AuctionView, reservePrice: string): AuctionType {
  return { opensAt, closesAt, reservePrice, state, ...NOT_CLEARED };
}

export function showAuctionRow(row: ListingRow, now: Instant): AuctionType | null {
  const { isAuction, opensAt, closesAt, unitPrice: reservePrice } = row;
  if (!isAuction || opensAt === null || closesAt === null) return null;
  const { clearingPrice, quantitySold, bids } = row;
  const state = stateOf(row, { opensAt, closesAt, now });
  return { opensAt, closesAt, reservePrice, state, clearingPrice, quantitySold, bids };
}

function stateOf(
  { status, clearedAt }: ListingRow,
  { opensAt, closesAt, now }: { readonly opensAt: Date; readonly closesAt: Date; readonly now: Instant },
): AuctionState {
  if (status === 'withdrawn') return 'withdrawn';
  if (clearedAt !== null) return 'cleared';
  if (now < opensAt.getTime()) return 'upcoming';
  return now < closesAt.getTime() ? 'open' : 'closed';
}

/** What became of a bid, or why it was refused: an auction is named by other fields than a listing. */
export function showBid(outcome: OrderOutcome, success: string): Refusal | object {
  if (outcome.accepted) return { __typename: success, order: outcome.order };
  const { rejection } = outcome;
  if (isSpendRefusal(rejection)) return spendRefused(rejection);
  switch (rejection.code) {
    case 'LISTING_NOT_FOUND':
      return notFound('auctionId', 'there is no such auction that is not cleared');
    case 'ORDER_NOT_FOUND':
      return notFound('orderId', 'your organization has no such bid in an auction that is not cleared');
    case 'CAPACITY_EXHAUSTED': {
      const { code, available } = rejection;
      const message = `the auction sells ${available} tokens/s: what is above could never be had`;
      return { __typename: 'CapacityRejection', code, message, available };
    }
    default:
      return showRejection(rejection, 'bid');
  }
}
