import type { Listing as ListingRow } from '../../platform/prisma/generated/client.js';
import { present } from '../../kernel/assert.js';
import type { Instant } from '../../kernel/time.js';
import type { MarketOutcome } from '../application/market.service.js';
import type { ListingView } from '../model/market.answer.js';
import { perMillionTokens } from '../model/price.measures.js';
import { showAuctionRow, showNewAuction } from './auction.presentation.js';
import type { ListingType } from './listing.types.js';
import type { Asked } from './trade.messages.js';
import { showRejection } from './trade.rejections.js';

export function showListing(view: ListingView): ListingType {
  const { sourceReservationId, ...rest } = view;
  return {
    ...rest,
    auction: view.auction && showNewAuction(view.auction, view.unitPrice),
    isResale: sourceReservationId !== null,
    pricePerMillionTokens: perMillionTokens(BigInt(view.unitPrice)),
    createdAt: null,
  };
}

export function showListingRow(row: ListingRow, now: Instant): ListingType {
  return {
    ...row,
    window: { start: row.windowStart, end: row.windowEnd },
    isResale: row.sourceReservationId !== null,
    pricePerMillionTokens: perMillionTokens(row.unitPrice),
    remaining: row.remaining as object[],
    auction: showAuctionRow(row, now),
  };
}

/** A new listing, or why there is none. */
export function showCreated(outcome: MarketOutcome, asked: Asked, success: string): object {
  if (!outcome.accepted) return showRejection(outcome.rejection, asked);
  const { answer } = outcome;
  const listing = present(answer.kind === 'listing' ? answer.listing : null, 'listing');
  return { __typename: success, listing: showListing(listing) };
}
