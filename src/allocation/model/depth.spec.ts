import fc from 'fast-check';
import { hold, hour, hours, list, listed, MarketStory, openPool, pay, price, tokens } from '../../../test/support/market.js';
import { HOUR_MS, type Duration } from '../../kernel/time.js';
import { openAsks, restingBids, type RestingBid } from './book.sides.js';
import { depthOf, poolsOpenFor, refusalOf, topOf } from './depth.js';

const at = (unitPrice: number) => ({ unitPrice: price(unitPrice) });
const level = (unitPrice: number, quantity: number, count: number, cumulative: number) => ({
  ...{ unitPrice: price(unitPrice), quantity: BigInt(quantity), count },
  cumulativeQuantity: BigInt(cumulative),
});
const bid = (limitPrice: number, remaining: number, from: number, to: number): RestingBid => ({
  ...{ window: hours(from, to), limitPrice: price(limitPrice), remaining: tokens(remaining) },
});
const asksOf = ({ state }: MarketStory, from: number, to: number) =>
  depthOf(openAsks(state), restingBids(state, hour(0)), hours(from, to)).asks;

describe('the depth of a market', () => {
  const story = (): MarketStory =>
    new MarketStory().given(
      openPool(),
      list('A', hours(24, 48), 300, at(200)),
      list('B', hours(24, 36), 100, at(100)),
      list('C', hours(30, 48), 50, at(100)),
      list('D', hours(0, 24), 500, at(1)),
    );

  it('adds up offers of one price, the cheapest first', () => {
    expect(asksOf(story(), 30, 36)).toEqual([level(100, 150, 2, 150), level(200, 300, 1, 450)]);
  });

  it.each([
    ['an hour before one begins', 29, 31, [level(100, 100, 1, 100), level(200, 300, 1, 400)]],
    ['an hour after one ends', 35, 37, [level(100, 50, 1, 50), level(200, 300, 1, 350)]],
    ['all of one', 24, 48, [level(200, 300, 1, 300)]],
    ['more than any', 23, 49, []],
    ['where two meet and neither covers', 23, 25, []],
    ['nothing', 60, 61, []],
  ])('shows of a window that covers %s what covers it', (_what, from, to, levels) => {
    expect(asksOf(story(), from, to)).toEqual(levels);
  });

  it('counts an offer with the least it has anywhere in the window', () => {
    const held = story().given(hold('R1', 'A', hours(26, 28), 120), hold('R2', 'A', hours(27, 30), 30));
    const dear = (from: number, to: number) => asksOf(held, from, to).find(({ unitPrice }) => unitPrice === 200n);
    expect(dear(24, 26)?.quantity).toBe(300n);
    expect(dear(24, 27)?.quantity).toBe(180n);
    expect(dear(24, 28)?.quantity).toBe(150n);
    expect(dear(28, 48)?.quantity).toBe(270n);
    expect(dear(30, 48)?.quantity).toBe(300n);
  });

  it('leaves out what is sold out, paid or not', () => {
    const sold = listed().given(hold('R', 'L', hours(24, 28), 500));
    expect(asksOf(sold, 24, 25)).toEqual([]);
    sold.given(pay('R', 200_000));
    expect(asksOf(sold, 27, 29)).toEqual([]);
    expect(asksOf(sold, 28, 29)).toEqual([level(100, 500, 1, 500)]);
  });

  it('shows the dearest bid first, of those that want the whole window', () => {
    const bids = [bid(90, 10, 24, 48), bid(95, 5, 24, 30), bid(90, 1, 0, 240), bid(99, 7, 25, 30)];
    expect(depthOf([], bids, hours(24, 26)).bids).toEqual([level(95, 5, 1, 5), level(90, 11, 2, 16)]);
  });

  it('has a spread when both sides have something', () => {
    const { state } = story();
    const top = (...bids: RestingBid[]) => topOf(depthOf(openAsks(state), bids, hours(30, 31)));
    expect(top()).toEqual({ bestAsk: level(100, 150, 2, 150), bestBid: null, spread: null });
    expect(top(bid(80, 5, 30, 31))).toMatchObject({ bestBid: { quantity: 5n }, spread: 20n });
    expect(top(bid(130, 5, 30, 31)).spread).toBe(-30n);
    expect(topOf(depthOf([], [], hours(0, 1)))).toEqual({ bestAsk: null, bestBid: null, spread: null });
  });

  it('cumulates to what all its offers have, whatever they are', () => {
    const offer = fc.record({ price: fc.integer({ min: 0, max: 5 }), quantity: fc.integer({ min: 1, max: 99 }) });
    fc.assert(
      fc.property(fc.array(offer, { maxLength: 12 }), (offers) => {
        const bids = offers.map((one) => bid(one.price, one.quantity, 0, 1));
        const { bids: levels } = depthOf([], bids, hours(0, 1));
        const total = offers.reduce((sum, { quantity }) => sum + BigInt(quantity), 0n);
        expect(levels.at(-1)?.cumulativeQuantity ?? 0n).toBe(total);
        expect(levels.reduce((sum, { count }) => sum + count, 0)).toBe(offers.length);
      }),
    );
  });
});

describe('a window that nothing can be traded for', () => {
  const { state } = new MarketStory().given(
    openPool(),
    openPool({ poolId: 'pool-2' as never, grid: (HOUR_MS / 4) as Duration }),
  );
  const now = hour(5.1);

  it.each([
    ['on both grids', hours(6, 7), null, ['pool-1', 'pool-2']],
    ['on one grid', hours(6, 6.25), null, ['pool-2']],
    ['over on both', hours(5, 6), 'WINDOW_IN_PAST', []],
    ['begun on both', hours(5, 7), 'WINDOW_IN_PAST', []],
    ['on none', hours(6, 6.1), 'OFF_GRID', []],
    ['past', hours(3, 4), 'WINDOW_IN_PAST', []],
  ])('%s', (_what, window, code, open) => {
    const later = code === 'WINDOW_IN_PAST' ? hour(7.1) : now;
    expect(refusalOf(state, window, later)?.code ?? null).toBe(code);
    expect([...poolsOpenFor(state, window, later)]).toEqual(open);
  });

  it('is told the nearest on the finest grid', () => {
    const nearest = hours(6, 6.25);
    expect(refusalOf(state, hours(6, 6.1), now)).toEqual({ code: 'OFF_GRID', nearest });
    expect(refusalOf(new MarketStory().state, hours(6, 6.1), now)).toBeNull();
  });

  it('may still be running on a wider grid', () => {
    expect(refusalOf(state, hours(5, 6), hour(5.5))).toBeNull();
    expect([...poolsOpenFor(state, hours(5, 6), hour(5.5))]).toEqual(['pool-1']);
  });
});
