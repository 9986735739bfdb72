import type { ListingId, OrderId, PoolId } from '../../kernel/ids.js';
import { BUYER, hours, list, MarketStory, openPool, OTHER, POOL, price, tokens } from '../../../test/support/market.js';
import { ANYTHING, bid } from '../../../test/support/order-traffic.js';
import type { EvidenceLevel } from './order.state.js';

const rate = (level: EvidenceLevel, change: number, poolId = POOL) =>
  ({ type: 'RateEvidence', poolId, level, change }) as const;
const insists = (evidenceMin: EvidenceLevel) => ({ quantity: tokens(10), constraints: { ...ANYTHING, evidenceMin } });

/** An ask that waits for buyers, with so many units. */
const offered = (quantity = 100): MarketStory =>
  new MarketStory().given(openPool(), list('L1' as ListingId, hours(24, 28), quantity, { unitPrice: price(5) }));

const told = (story: MarketStory, ...command: Parameters<MarketStory['send']>): readonly string[] | string => {
  const decision = story.send(...command);
  if (!decision.accepted) return decision.rejection.code;
  return decision.events.map((event) => (event.type === 'OrderFilled' ? `${event.orderId} ${event.quantity}` : event.type));
};

describe('what is known of a pool', () => {
  it('is refused of one that is not there', () => {
    expect(told(offered(), rate('L3', 1, 'nowhere' as PoolId))).toBe('POOL_NOT_FOUND');
  });

  it('serves the bids that waited for it, and those alone', () => {
    const story = offered();
    story.given(bid('O1', insists('L2')), bid('O2', insists('L3')), bid('O3', insists('L4')));
    expect(told(story, rate('L2', 1))).toEqual(['PoolEvidenceRated', 'O1 10', 'OrderClosed']);
    expect(told(story, rate('L3', 2))).toEqual(['PoolEvidenceRated', 'O2 10', 'OrderClosed']);
    expect(story.state.orders.has('O3' as OrderId)).toBe(true);
  });

  it('keeps the order of the waitlist: better price first, then earlier', () => {
    const story = offered(15);
    const dear = { ...insists('L3'), limitPrice: price(900) };
    story.given(bid('O1', insists('L3')), bid('O2', insists('L3')), bid('O3', dear));
    const fills = told(story, rate('L3', 1));
    expect(fills).toEqual(['PoolEvidenceRated', 'O3 10', 'OrderClosed', 'O1 5', 'ListingClosed']);
  });

  it('counts for bids that come later, until it is less again', () => {
    const story = offered();
    story.given(rate('L3', 1));
    expect(told(story, bid('O1', insists('L3')))).toContain('O1 10');
    expect(told(story, rate('L1', 2))).toEqual(['PoolEvidenceRated']);
    expect(told(story, bid('O2', insists('L3')))).toEqual(['OrderPlaced']);
    expect(story.state.reservations.size).toBe(1);
  });

  it('changes nothing by news that are older, or come twice', () => {
    const story = offered().given(rate('L1', 4));
    expect(told(story, rate('L3', 3))).toEqual([]);
    expect(told(story, rate('L3', 4))).toEqual([]);
    expect(told(story, rate('L2', 5))).toEqual(['PoolEvidenceRated']);
  });

  it('is of one pool, and not of its neighbour', () => {
    const story = offered().given(openPool({ poolId: 'pool-2' as PoolId, providerId: OTHER }));
    story.given(bid('O1', { ...insists('L3'), buyerId: BUYER }));
    expect(told(story, rate('L3', 1, 'pool-2' as PoolId))).toEqual(['PoolEvidenceRated']);
    expect(told(story, rate('L3', 1))).toContain('O1 10');
  });
});
