import type { Instant } from '../../kernel/time.js';
import type { Quote as QuoteRow } from '../../platform/prisma/generated/client.js';
import type { QuotedFillView, QuoteView } from '../model/quote.answer.js';
import { QUOTE_STATES, type QuoteType } from './quote.types.js';

/** Right after it was given. */
export function showQuote({ constraints: _constraints, ...view }: QuoteView): QuoteType {
  return { ...view, endedAt: null };
}

/** A quote that has expired is not open, whether the market has looked at it since or not. */
export function showQuoteRow(row: QuoteRow, now: Instant): QuoteType {
  const isOver = row.status === QUOTE_STATES.OPEN && row.expiresAt.getTime() <= now;
  return {
    ...row,
    window: { start: row.windowStart, end: row.windowEnd },
    fills: row.fills as unknown as readonly QuotedFillView[],
    status: isOver ? QUOTE_STATES.EXPIRED : row.status,
    endedAt: isOver ? row.expiresAt : row.closedAt,
  };
}
