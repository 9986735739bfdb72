import type { RawWindow } from './pool-book.js';
import type { Place } from './raw-event.js';

export interface RawQuotedFill {
  readonly reservationId: string;
  readonly listingId: string;
  readonly quantity: string;
  readonly unitPrice: string;
  readonly amount: string;
}
export interface QuoteOpened extends Place {
  readonly type: 'QuoteOpened';
  readonly quoteId: string;
  readonly buyerId: string;
  readonly window: RawWindow;
  readonly quantity: string;
  readonly limitPrice: string | null;
  readonly amount: string;
  readonly fills: readonly RawQuotedFill[];
  readonly quotedAt: number;
  readonly expiresAt: number;
}
export interface QuoteClosed extends Place {
  readonly type: 'QuoteClosed';
  readonly quoteId: string;
  readonly buyerId: string;
  readonly reason: 'accepted' | 'released' | 'expired' | 'curtailed';
  readonly closedAt: number;
}
