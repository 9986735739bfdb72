import { HOUR_MS, plus, type Duration, type Instant } from '../../kernel/time.js';
import type { QuoteClosed, QuoteOpened } from './market.events.js';
import type { MarketState } from './market.state.js';

/** Whoever asks later is answered from the read model, which has heard of it by then. */
const REMEMBERED_FOR: Duration = HOUR_MS;

export function quoteOpened(state: MarketState, event: QuoteOpened): MarketState {
  const { type: _type, ...quote } = event;
  state.quotes.set(event.quoteId, quote);
  return state;
}

export function quoteClosed(state: MarketState, event: QuoteClosed): MarketState {
  const { quoteId, buyerId, reason, closedAt } = event;
  state.quotes.delete(quoteId);
  state.closedQuotes.set(quoteId, { buyerId, reason, closedAt });
  forget(state, closedAt);
  return state;
}

/** Looks no further than the first that is too young: they stand about in the order they ended. */
function forget({ closedQuotes }: MarketState, passed: Instant): void {
  for (const [quoteId, { closedAt }] of closedQuotes) {
    if (plus(closedAt, REMEMBERED_FOR) > passed) break;
    closedQuotes.delete(quoteId);
  }
}
