import type { OrganizationId, QuoteId } from '../../kernel/ids.js';
import type { MicroUsd } from '../../kernel/money.js';
import type { QuoteTerms } from './quote.state.js';
import type { Sent } from './sent.js';

/** Asks what so much would cost, and sets it aside at that price for as long as a quote lives. */
export interface RequestQuote extends Sent, QuoteTerms {
  readonly type: 'RequestQuote';
}

/** The money for all of it, `amount`, is in escrow. */
export interface AcceptQuote extends Sent {
  readonly type: 'AcceptQuote';
  readonly quoteId: QuoteId;
  readonly buyerId: OrganizationId;
  readonly amount: MicroUsd;
}

export interface ReleaseQuote extends Sent {
  readonly type: 'ReleaseQuote';
  readonly quoteId: QuoteId;
  readonly buyerId: OrganizationId;
}
