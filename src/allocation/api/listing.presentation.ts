import { divideHalfEven } from '../../kernel/money.js';
import type { Listing as ListingRow } from '../../platform/prisma/generated/client.js';
import type { ListingView } from '../model/market.answer.js';
import type { ListingType } from './listing.types.js';

/** A token/s for an hour is 3,600 tokens. */
const perMillionTokens = (unitPrice: bigint): bigint =>
  divideHalfEven(unitPrice * 1_000_000n, 3_600n);

export function showListing(view: ListingView): ListingType {
  const { sourceReservationId, ...rest } = view;
  return {
    ...rest,
    isResale: sourceReservationId !== null,
    pricePerMillionTokens: perMillionTokens(BigInt(view.unitPrice)),
    createdAt: null,
  };
}

export function showListingRow(row: ListingRow): ListingType {
  return {
    ...row,
    window: { start: row.windowStart, end: row.windowEnd },
    isResale: row.sourceReservationId !== null,
    pricePerMillionTokens: perMillionTokens(row.unitPrice),
    remaining: row.remaining as object[],
  };
}
