import type { Window } from '../../kernel/window.js';
import { checkOrder } from '../../kernel/window.rules.js';
import type { BookView, MarketDataService } from '../application/market-data.service.js';
import type { MarketDepthType } from './market-data.book.types.js';
import { showLevel } from './market-data.presentation.js';
import { readMarket, refuse, windowIssues } from './market-data.reading.js';

/**
 * The book of a market for one window; null: there is no such market.
 *
 * @throws GraphQLError BAD_USER_INPUT when nothing can be traded for the window
 */
export async function readBook(
  data: MarketDataService,
  marketId: string,
  window: Window,
): Promise<BookView | null> {
  const market = readMarket(marketId);
  refuse(checkOrder('window', window));
  const book = await data.book(market, window);
  if (book === null) return null;
  if (!book.ok) refuse(windowIssues(book.error));
  return book.ok ? book.value : null;
}

export function showDepth(
  book: BookView | null,
  asked: { readonly marketId: string; readonly window: Window; readonly levels: number },
): MarketDepthType | null {
  if (book === null) return null;
  const { marketId, window, levels } = asked;
  const [asks, bids] = [book.asks, book.bids].map((side) => side.slice(0, levels).map(showLevel));
  return { marketId, window, asOf: book.asOf, asks: asks ?? [], bids: bids ?? [] };
}
