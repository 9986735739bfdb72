import { instantOf } from '../ui/time.js';

// What is carried along to the order ticket, in its address.

/** As typed elsewhere: hours in the form of their fields, tokens/s as text. */
export interface Carried {
  readonly start: string;
  readonly end: string;
  readonly quantity: string;
}

/** The ticket for a firm price of this market, filled in as far as something was chosen. */
export function quoteAddress(marketId: string, { start, end, quantity }: Carried): string {
  const filled = Object.entries({ start, end, quantity: quantity.trim() }).filter(([, text]) => text !== '');
  return `/app/bid?${new URLSearchParams([['market', marketId], ['ticket', 'quote'], ...filled]).toString()}`;
}

/** Hours that are none, or end before they begin, are as if nobody had said any. */
export function windowIn(search: URLSearchParams): Pick<Carried, 'start' | 'end'> | null {
  const [start, end] = [search.get('start') ?? '', search.get('end') ?? ''];
  const [from, to] = [instantOf(start), instantOf(end)];
  return from !== null && to !== null && from < to ? { start, end } : null;
}

/** Whatever it is, the field says what is wrong with it. */
export const quantityIn = (search: URLSearchParams): string => search.get('quantity') ?? '';
