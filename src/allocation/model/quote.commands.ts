import type { OrganizationId, QuoteId } from '../../kernel/ids.js';
import type { MicroUsd } from '../../kernel/money.js';
import type { Instant } from '../../kernel/time.js';
import type { QuoteTerms } from './quote.state.js';

interface Timed {
  readonly now: Instant;
}

/** Asks what so much would cost, and sets it aside at that price for as long as a quote lives. */
export interface RequestQuote extends Timed, QuoteTerms {
  readonly type: 'RequestQuote';
}

/** The money for all of it, `amount`, is in escrow. */
export interface AcceptQuote extends Timed {
  readonly type: 'AcceptQuote';
  readonly quoteId: QuoteId;
  readonly buyerId: OrganizationId;
  readonly amount: MicroUsd;
}

export interface ReleaseQuote extends Timed {
  readonly type: 'ReleaseQuote';
  readonly quoteId: QuoteId;
  readonly buyerId: OrganizationId;
}
