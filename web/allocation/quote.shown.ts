import type { Quote } from './quote.documents.js';

/**
 * Which quotes of a market are on show, the newest first: all that stand, and those that were asked for here whatever
 * became of them. Of one that the list does not know yet, what was answered counts.
 */
export function shownQuotes(known: readonly Quote[], asked: readonly Quote[], marketId: string): readonly Quote[] {
  const own = new Set(asked.map(({ quoteId }) => quoteId));
  const listed = known.filter(({ status, quoteId }) => status === 'OPEN' || own.has(quoteId));
  const ids = new Set(listed.map(({ quoteId }) => quoteId));
  return [...asked.filter(({ quoteId }) => !ids.has(quoteId)), ...listed]
    .filter((quote) => quote.marketId === marketId)
    .sort((a, b) => b.quotedAt.localeCompare(a.quotedAt));
}
