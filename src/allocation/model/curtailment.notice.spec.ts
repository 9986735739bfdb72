import type { BasisPoints } from '../../kernel/money.js';
import { auction } from '../../../test/support/auctions.js';
import {
  hour,
  hours,
  MarketStory,
  openPool,
  POOL,
  PROVIDER,
  rejection,
  saleTerms,
  sent,
  tokens,
} from '../../../test/support/market.js';

describe('the lot of an auction', () => {
  it('is not taken back by its provider once it has begun, but by the terms that what is sold has', () => {
    const reclaim = {
      type: 'CurtailPool' as const,
      curtailmentId: 'C',
      poolId: POOL,
      providerId: PROVIDER,
      window: hours(24, 36),
      quantity: tokens(950),
      cause: 'reclaim' as const,
    };
    const never = { reclaimNotice: null, penaltyShare: { outage: 0 as BasisPoints, reclaim: 0 as BasisPoints } };
    const open = (): MarketStory =>
      new MarketStory().given(openPool({ terms: { ...saleTerms(), curtailment: never } }), auction('A'));
    expect(sent(open().send(reclaim))).toBe('ListingReduced PoolCurtailed');
    const begun = open().at(hour(1));
    expect(rejection(begun.ask(reclaim))).toEqual({ code: 'RECLAIM_NOT_AGREED', earliestStart: hour(28) });
    expect(sent(begun.ask({ ...reclaim, quantity: tokens(900) }))).toBe('PoolCurtailed');
    expect(sent(begun.ask({ ...reclaim, cause: 'outage' }))).toBe('ListingReduced PoolCurtailed');
  });
});
