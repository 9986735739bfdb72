import fc from 'fast-check';
import { auditMarket } from '../../src/allocation/model/market.audit.js';
import type { OrderFilled, QuoteOpened } from '../../src/allocation/model/market.events.js';
import type { OrderConstraints } from '../../src/allocation/model/order.state.js';
import type { BasisPoints } from '../../src/kernel/money.js';
import type { Duration, Instant } from '../../src/kernel/time.js';
import { HOUR_MS, MINUTE_MS } from '../../src/kernel/time.js';
import { ANYTHING, bid, OPENING } from '../support/order-traffic.js';
import { hour, list, MarketStory, OTHER, price, PROVIDER, tokens } from '../support/market.js';
import '../support/property-seed.js';
import { acceptQuote, quote, releaseQuote } from '../support/quotes.js';

const QUARTER = 15 * MINUTE_MS;

/** Of the pools of order traffic: the second is on a finer grid, and caps a buyer's share. */
const SELLERS = [
  { poolId: 'pool-1', sellerId: PROVIDER },
  { poolId: 'pool-2', sellerId: 'org-provider-2' },
  { poolId: 'pool-3', sellerId: 'org-provider-2' },
];

const asks = fc.array(
  fc.record({
    pool: fc.nat(2),
    start: fc.integer({ min: 0, max: 6 }),
    hours: fc.integer({ min: 1, max: 12 }),
    quantity: fc.integer({ min: 1, max: 300 }),
    unitPrice: fc.integer({ min: 0, max: 9 }),
  }),
  { minLength: 1, maxLength: 12 },
);
/** Half of them by the hour, which every pool sells. */
const windows = fc
  .tuple(fc.integer({ min: 0, max: 24 }), fc.integer({ min: 1, max: 12 }), fc.constantFrom(1, 4))
  .map(([from, quarters, step]) => [from - (from % step), step * Math.ceil(quarters / step)] as const)
  .map(([first, length]) => {
    const start = (hour(24) + first * QUARTER) as Instant;
    return { start, end: (start + length * QUARTER) as Instant };
  });
const requests = fc.record({
  window: windows,
  quantity: fc.integer({ min: 1, max: 500 }).map(tokens),
  limitPrice: fc.integer({ min: 1, max: 10 }).map(price),
  constraints: fc.constantFrom<OrderConstraints>(
    ANYTHING,
    { ...ANYTHING, regions: ['eu-north'] },
    { ...ANYTHING, ttftP95Max: 400 as Duration, providerShareMax: 5_000 as BasisPoints },
  ),
});
type Asked = typeof requests extends fc.Arbitrary<infer T> ? T : never;

function market(offered: typeof asks extends fc.Arbitrary<infer T> ? T : never): MarketStory {
  const story = new MarketStory().given(...OPENING);
  offered.forEach(({ pool, start, hours, quantity, unitPrice }, index) => {
    const from = hour(24 + start);
    const window = { start: from, end: (from + hours * HOUR_MS) as Instant };
    const offer = { ...SELLERS[pool], unitPrice: price(unitPrice) };
    story.send(list(`L${index}`, window, quantity, offer));
  });
  return story;
}

/** What a fill-or-kill order with the same content gets at the same state. */
const executed = (story: MarketStory, asked: Asked) =>
  story.ask(bid('X', { ...asked, timeInForce: { kind: 'FOK' } }));

const partOf = ({ listingId, quantity, unitPrice, amount }: OrderFilled | QuoteOpened['fills'][number]) => ({
  ...{ listingId, quantity, unitPrice, amount },
});

/** `twin` is the same market once more. */
const play = (check: (story: MarketStory, asked: Asked, twin: MarketStory) => void): void =>
  fc.assert(
    fc.property(asks, requests, (offered, asked) => check(market(offered), asked, market(offered))),
    { numRuns: 400 },
  );

describe('a quote', () => {
  it('is what a fill-or-kill order would get: the same parts at the same prices, or the same refusal', () => {
    let given = 0;
    play((story, asked) => {
      const order = executed(story, asked);
      const decision = story.send(quote('Q', asked));
      auditMarket(story.state);
      if (!order.accepted) {
        const { code } = order.rejection;
        const expected = code === 'NOT_FILLABLE' ? 'QUOTE_NOT_FILLABLE' : code;
        expect(decision).toMatchObject({ accepted: false, rejection: { code: expected } });
        if (order.rejection.code === 'NOT_FILLABLE') {
          const { available } = order.rejection;
          expect(decision).toMatchObject({ rejection: { available } });
          // What is named is to be had.
          if (available > 0n) expect(executed(story, { ...asked, quantity: available })).toMatchObject({ accepted: true });
        }
        return;
      }
      given += 1;
      const fills = order.events.filter((event): event is OrderFilled => event.type === 'OrderFilled');
      const opened = story.events.find((event): event is QuoteOpened => event.type === 'QuoteOpened');
      expect(opened?.fills.map(partOf)).toEqual(fills.map(partOf));
      expect(opened?.amount).toBe(fills.reduce((sum, { amount }) => sum + amount, 0n));
    });
    expect(given).toBeGreaterThan(25);
  });

  it('is accepted for exactly its price, and leaves the market as the order would have', () => {
    play((story, asked, other) => {
      if (!story.send(quote('Q', asked)).accepted) return;
      const amount = story.state.quotes.values().next().value?.amount ?? 0n;
      story.given(acceptQuote('Q', amount));
      other.given(bid('X', { ...asked, timeInForce: { kind: 'FOK' } }));
      auditMarket(story.state);
      const bought = (one: MarketStory) =>
        [...one.state.reservations.values()].map(({ listingId, quantity, amount: due, status }) => ({
          ...{ listingId, quantity, due, status },
        }));
      const pools = (one: MarketStory) =>
        [...one.state.pools.values()].map(({ root, positions }) => ({ root, positions }));
      const left = (one: MarketStory) =>
        [...one.state.listings.values()].map(({ listingId, remaining }) => ({ listingId, remaining }));
      expect(bought(story)).toEqual(bought(other));
      expect(pools(story)).toEqual(pools(other));
      expect(left(story)).toEqual(left(other));
      expect(bought(story).reduce((sum, { due }) => sum + due, 0n)).toBe(amount);
    });
  });

  it('that is given back, or expires, leaves the market as it was', () => {
    play((story, asked) => {
      const before = [...story.state.listings.values()].map(({ remaining, holds }) => ({ remaining, holds }));
      if (!story.send(quote('Q', asked)).accepted) return;
      if (asked.quantity % 2n === 0n) story.given(releaseQuote('Q'));
      else story.at((story.now + MINUTE_MS) as Instant).given({ type: 'AdvanceMarket' });
      auditMarket(story.state);
      const after = [...story.state.listings.values()].map(({ remaining, holds }) => ({ remaining, holds }));
      expect(after).toEqual(before);
      expect([story.state.quotes.size, story.state.reservations.size]).toEqual([0, 0]);
    });
  });

  it('cannot be got round a cap by several quotes', () => {
    fc.assert(
      fc.property(asks, fc.array(requests, { minLength: 2, maxLength: 6 }), (offered, wanted) => {
        const story = market(offered);
        wanted.forEach((asked, index) => story.send(quote(`Q${index}`, { ...asked, buyerId: OTHER })));
        const pool = [...story.state.pools.values()][1];
        const held = [...(pool?.positions.get(OTHER)?.values ?? [])];
        // 30 % of 1,000.
        expect(held.every((value) => value <= 300n)).toBe(true);
        auditMarket(story.state);
      }),
      { numRuns: 200 },
    );
  });
});
