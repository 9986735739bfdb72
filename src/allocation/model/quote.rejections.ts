import type { QuoteId } from '../../kernel/ids.js';
import type { MicroUsd } from '../../kernel/money.js';
import type { Quantity } from '../../kernel/quantity.js';
import type { Instant } from '../../kernel/time.js';
import type { QuoteEnd } from './quote.state.js';

/** Its price stands no longer. */
export type QuoteEnded =
  | {
      readonly code: 'QUOTE_CLOSED';
      readonly reason: Exclude<QuoteEnd, 'expired'>;
      readonly closedAt: Instant;
    }
  | { readonly code: 'QUOTE_EXPIRED'; readonly expiredAt: Instant };

/** A hold of an open quote is paid or given back with the others, or not at all. */
export interface PartOfQuote {
  readonly code: 'PART_OF_QUOTE';
  readonly quoteId: QuoteId;
}

/** So many of the buyer's quotes are open in the market; `endsAt`: when the first of them expires. */
export interface TooManyQuotes {
  readonly code: 'TOO_MANY_QUOTES';
  readonly quotesMax: number;
  readonly endsAt: Instant;
}

/** So much could be had within the limit, and costs so much. */
export interface QuoteNotFillable {
  readonly code: 'QUOTE_NOT_FILLABLE';
  readonly available: Quantity;
  readonly amount: MicroUsd;
}
