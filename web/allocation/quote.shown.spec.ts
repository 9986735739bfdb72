import type { Quote } from './quote.documents.js';
import { shownQuotes } from './quote.shown.js';

const quote = (quoteId: string, status: Quote['status'], minute: number, marketId = 'm@fp8') =>
  ({ quoteId, status, marketId, quotedAt: `2026-12-01T00:0${minute}:00.000Z` }) as Quote;
const shown = (known: readonly Quote[], asked: readonly Quote[] = []) =>
  shownQuotes(known, asked, 'm@fp8').map(({ quoteId, status }) => `${quoteId} ${status}`);

it('are those that stand, the newest first, of this market', () => {
  expect(shown([quote('a', 'OPEN', 1), quote('b', 'OPEN', 2), quote('c', 'EXPIRED', 3), quote('d', 'OPEN', 4, 'n@fp8')])).toEqual(['b OPEN', 'a OPEN']);
});

it('are those asked for here, as the exchange knows them or as it answered', () => {
  const asked = [quote('a', 'OPEN', 1), quote('b', 'OPEN', 2)];
  expect(shown([quote('a', 'EXPIRED', 1)], asked)).toEqual(['b OPEN', 'a EXPIRED']);
});
