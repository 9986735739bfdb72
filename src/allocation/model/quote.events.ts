import type { OrganizationId, QuoteId } from '../../kernel/ids.js';
import type { Instant } from '../../kernel/time.js';
import type { Quote, QuoteEnd } from './quote.state.js';

/** A price was given, and what it is for set aside: its holds follow in the same decision. */
export interface QuoteOpened extends Quote {
  readonly type: 'QuoteOpened';
}

/** The price stands no longer. What became of its holds is told by their own events. */
export interface QuoteClosed {
  readonly type: 'QuoteClosed';
  readonly quoteId: QuoteId;
  readonly buyerId: OrganizationId;
  readonly reason: QuoteEnd;
  readonly closedAt: Instant;
}
