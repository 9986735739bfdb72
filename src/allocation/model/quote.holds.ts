import type { QuoteId } from '../../kernel/ids.js';
import type { HeldReservation, MarketState } from './market.state.js';

/** The open quote that a hold is part of: it is paid or given back with it. Null: it stands alone. */
export function quoteOfHold(
  { quotes }: Pick<MarketState, 'quotes'>,
  { quoteId }: HeldReservation,
): QuoteId | null {
  return quoteId !== null && quotes.has(quoteId) ? quoteId : null;
}
