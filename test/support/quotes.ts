import type { MarketCommand, RequestQuote } from '../../src/allocation/model/market.commands.js';
import type { QuoteClosed, QuoteOpened } from '../../src/allocation/model/market.events.js';
import { UNCONSTRAINED } from '../../src/allocation/model/order.state.js';
import type { QuoteId } from '../../src/kernel/ids.js';
import type { MicroUsd } from '../../src/kernel/money.js';
import { BUYER, hours, tokens, type MarketStory } from './market.js';

type Untimed = MarketCommand extends infer C ? (C extends unknown ? Omit<C, 'now' | 'seed'> : never) : never;

/** A request as a test says it: at any price, if it says none. */
export function quote(
  id: string,
  changes: Readonly<Record<string, unknown>> = {},
): Omit<RequestQuote, 'now' | 'seed'> {
  return {
    type: 'RequestQuote',
    quoteId: id as QuoteId,
    buyerId: BUYER,
    window: hours(24, 28),
    quantity: tokens(100),
    limitPrice: null,
    constraints: UNCONSTRAINED,
    ...changes,
  };
}

export const acceptQuote = (id: string, amount: number | bigint, buyerId = BUYER): Untimed => ({
  type: 'AcceptQuote',
  quoteId: id as QuoteId,
  buyerId,
  amount: BigInt(amount) as MicroUsd,
});

export const releaseQuote = (id: string, buyerId = BUYER): Untimed => ({
  type: 'ReleaseQuote',
  quoteId: id as QuoteId,
  buyerId,
});

/** The newest price that was given. */
export function quoted(story: MarketStory): QuoteOpened {
  const found = story.events.filter((event): event is QuoteOpened => event.type === 'QuoteOpened');
  const newest = found.at(-1);
  if (newest === undefined) throw new Error('no price was given');
  return newest;
}

/** How quotes ended, in order. */
export const quoteEnds = (story: MarketStory): readonly (readonly [string, string])[] =>
  story.events
    .filter((event): event is QuoteClosed => event.type === 'QuoteClosed')
    .map(({ quoteId, reason }) => [quoteId, reason] as const);
