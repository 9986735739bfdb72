import type { Issue } from '../../kernel/issue.js';
import { checkOrder as checkWindowOrder } from '../../kernel/window.rules.js';
import type { QuoteTerms } from '../model/quote.state.js';
import { constraintIssues, priceIssues, readConstraints } from './order.reading.js';
import type { RequestQuoteInput } from './quote.types.js';

/** What no market could make sense of. */
export function quoteIssues({ window, limitPrice, constraints }: RequestQuoteInput): readonly Issue[] {
  return [
    ...checkWindowOrder('window', window),
    ...(limitPrice === undefined || limitPrice === null ? [] : priceIssues(limitPrice)),
    ...(constraints === undefined || constraints === null ? [] : constraintIssues(constraints)),
  ];
}

export function readQuote(input: RequestQuoteInput): Omit<QuoteTerms, 'quoteId' | 'buyerId'> {
  const { start, end } = input.window;
  const limitPrice = input.limitPrice ?? null;
  const constraints = readConstraints(input.constraints ?? null);
  return { window: { start, end }, quantity: input.quantity, limitPrice, constraints };
}
