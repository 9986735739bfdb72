import { hour, hours, MarketStory, openPool, OTHER, price, tokens, ATTRIBUTES } from '../../../test/support/market.js';
import { ANYTHING, bid } from '../../../test/support/order-traffic.js';
import { present } from '../../kernel/assert.js';
import type { OrderId, PoolId } from '../../kernel/ids.js';
import { restingBids } from './book.sides.js';
import { waitlistPosition, type WaitlistPosition } from './waitlist.js';

const WEST = openPool();
const EAST = openPool({ poolId: 'pool-2' as PoolId, providerId: OTHER, attributes: { ...ATTRIBUTES, region: 'eu-north' } });
const only = (...regions: readonly string[]) => ({ constraints: { ...ANYTHING, regions } });
const dearer = (changes: Readonly<Record<string, unknown>> = {}) => bid('O1', { quantity: tokens(30), limitPrice: price(120), ...changes });

/** Where the second bid stands. */
function placeOf(story: MarketStory): WaitlistPosition {
  const order = present(story.state.orders.get('O2' as OrderId), 'the bid');
  return waitlistPosition(story.state, order, story.now);
}

describe('a place in the waitlist', () => {
  const waiting = (first: Readonly<Record<string, unknown>>, second: Readonly<Record<string, unknown>> = {}): MarketStory =>
    new MarketStory().given(WEST, EAST, dearer(first), bid('O2', second));

  it.each<[what: string, first: Readonly<Record<string, unknown>>, second: Readonly<Record<string, unknown>>, position: number]>([
    ['those that pay more for some of the same time', {}, {}, 2],
    ['those that pay as much and came before', { limitPrice: price(100) }, {}, 2],
    ['none that pays less', { limitPrice: price(99) }, {}, 1],
    ['none that wants another time', { window: hours(28, 30) }, {}, 1],
    ['those that want another pool too', only('us-west', 'eu-north'), only('us-west'), 2],
    ['none that can reach none of the same pools', only('eu-north'), only('us-west'), 1],
    ['everybody where it can reach none itself', only('eu-north'), only('ap-south'), 2],
  ])('comes after %s', (_what, first, second, position) => {
    const ahead = position === 1 ? 0n : 30n;
    expect(placeOf(waiting(first, second))).toEqual({ position, quantityAhead: ahead });
  });

  it('does not come after who has expired, however late the job that says so', () => {
    const story = waiting({ timeInForce: { kind: 'GTD', until: hour(2) } });
    expect(placeOf(story.at((hour(2) - 1) as never)).position).toBe(2);
    expect(placeOf(story.at(hour(2)))).toEqual({ position: 1, quantityAhead: 0n });
  });
});

describe('what waits to buy', () => {
  it('leaves out who has expired and is not swept yet', () => {
    const story = new MarketStory().given(WEST, dearer({ timeInForce: { kind: 'GTD', until: hour(2) } }), bid('O2'));
    expect([...restingBids(story.state, hour(1))]).toHaveLength(2);
    expect([...restingBids(story.state, hour(2))]).toMatchObject([{ limitPrice: 100n }]);
  });
});
