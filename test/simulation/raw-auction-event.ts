import type { RawWindow } from './pool-book.js';
import type { Place } from './raw-event.js';

export interface AuctionBidPlaced extends Place {
  readonly type: 'AuctionBidPlaced';
  readonly orderId: string;
  readonly auctionId: string;
  readonly buyerId: string;
  readonly window: RawWindow;
  readonly quantity: string;
  readonly limitPrice: string;
  readonly minimumFill: string;
  readonly reserved: string;
  readonly placedAt: number;
  readonly expiresAt: number;
}
export interface AuctionBidWithdrawn extends Place {
  readonly type: 'AuctionBidWithdrawn';
  readonly reason: string;
  readonly orderId: string;
  readonly released: string;
}
export interface AuctionCleared extends Place {
  readonly type: 'AuctionCleared';
  readonly listingId: string;
  readonly clearingPrice: string | null;
  readonly quantitySold: string;
  readonly bids: number;
  readonly clearedAt: number;
}
