import { present } from '../../kernel/assert.js';
import { marketOf, type MarketId, type OrganizationId, type QuoteId } from '../../kernel/ids.js';
import type { Instant } from '../../kernel/time.js';
import type { Window } from '../../kernel/window.js';
import type { MarketState } from './market.state.js';
import type { OrderConstraints } from './order.state.js';
import { averagePrice } from './price.measures.js';
import type { Quote, QuotedFill, QuoteEnd } from './quote.state.js';

/** Part of a quote as its buyer may see it; quantities and money are decimal text. */
export type QuotedFillView = Omit<QuotedFill, 'quantity' | 'unitPrice' | 'amount'> & {
  readonly quantity: string;
  readonly unitPrice: string;
  readonly amount: string;
};

export interface QuoteView {
  readonly quoteId: QuoteId;
  readonly marketId: MarketId;
  readonly buyerId: OrganizationId;
  readonly window: Window;
  readonly quantity: string;
  readonly limitPrice: string | null;
  readonly constraints: OrderConstraints;
  readonly amount: string;
  /** Volume-weighted, rounded half to even. */
  readonly unitPrice: string;
  readonly fills: readonly QuotedFillView[];
  readonly status: 'open' | QuoteEnd;
  readonly quotedAt: Instant;
  readonly expiresAt: Instant;
}

export function viewQuote({ quotes }: MarketState, quoteId: QuoteId): QuoteView {
  const quote = present(quotes.get(quoteId), `quote ${quoteId}`);
  const { buyerId, window, limitPrice, constraints, quotedAt, expiresAt } = quote;
  return {
    quoteId,
    marketId: present(marketOf(quoteId), 'market of a quote'),
    ...{ buyerId, window, constraints, status: 'open', quotedAt, expiresAt },
    quantity: quote.quantity.toString(),
    limitPrice: limitPrice?.toString() ?? null,
    amount: quote.amount.toString(),
    unitPrice: unitPriceOf(quote).toString(),
    fills: viewFills(quote),
  };
}

export function viewFills({ fills }: Pick<Quote, 'fills'>): readonly QuotedFillView[] {
  return fills.map((fill) => ({
    ...fill,
    quantity: fill.quantity.toString(),
    unitPrice: fill.unitPrice.toString(),
    amount: fill.amount.toString(),
  }));
}

/** All fills are for the same time: what each weighs is its quantity. */
export function unitPriceOf({ fills }: Pick<Quote, 'fills'>): bigint {
  const tokenMs = fills.reduce((sum, { quantity }) => sum + quantity, 0n);
  const value = fills.reduce((sum, { quantity, unitPrice }) => sum + unitPrice * quantity, 0n);
  return present(averagePrice({ trades: fills.length, tokenMs, value }), 'price of a quote');
}
