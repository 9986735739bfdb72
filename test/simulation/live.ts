import type { RawWindow } from './pool-book.js';

export interface OpenListing {
  readonly listingId: string;
  readonly poolId: string;
  readonly sellerId: string;
  readonly lotId: string;
  readonly window: RawWindow;
  readonly quantity: number;
  readonly unitPrice: bigint;
  readonly isAuction: boolean;
  readonly hops: number;
  readonly termsVersion: number;
}
/** Its window, quantity and price are its own, not the listing's. */
export interface LiveReservation extends OpenListing {
  readonly reservationId: string;
  readonly holderId: string;
  readonly amount: bigint;
  readonly expiresAt: number;
  readonly quoteId: string | null;
  status: 'held' | 'scheduled' | 'active';
  paidAt: number;
}

export interface LiveOrder {
  readonly orderId: string;
  readonly buyerId: string;
  readonly window: RawWindow;
  readonly isPlain: boolean;
  readonly expiresAt: number;
  limitPrice: bigint;
  quantity: number;
  remaining: number;
  reserved: bigint;
  spent: bigint;
  /** What it insists on; left out where it can insist on nothing. */
  evidenceMin?: string;
  /** In the order in which bids and asks arrived. */
  place: number;
}
