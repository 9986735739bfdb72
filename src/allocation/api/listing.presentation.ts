import type { Listing as ListingRow } from '../../platform/prisma/generated/client.js';
import type { Instant } from '../../kernel/time.js';
import type { ListingView } from '../model/market.answer.js';
import { perMillionTokens } from '../model/price.measures.js';
import { showAuctionRow, showNewAuction } from './auction.presentation.js';
import type { ListingType } from './listing.types.js';

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
