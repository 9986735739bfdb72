import {
  bought,
  DUE,
  hold,
  hour,
  hours,
  list,
  listed,
  MarketStory,
  openPool,
  OTHER,
  pay,
  saleTerms,
  POOL,
  PROVIDER,
  BUYER,
  rejection,
  resell,
  sent,
} from '../../../test/support/market.js';
import type { BasisPoints } from '../../kernel/money.js';
import { rectangle, valueAt } from '../../kernel/step-function.js';
import { HOUR_MS } from '../../kernel/time.js';
import { auditMarket } from './market.audit.js';
import { titlesOf } from './titles.js';

describe('opening a pool', () => {
  it('gives the provider title to all of it, once', () => {
    const story = new MarketStory();
    expect(sent(story.send(openPool()))).toBe('PoolOpened');
    expect(sent(story.send(openPool()))).toBe('');
    expect(valueAt(titlesOf(story.state, POOL).get(PROVIDER)!, hour(5))).toBe(1_000n);
    auditMarket(story.state);
  });

  it('follows growth and new terms, and refuses what it cannot follow', () => {
    const story = listed();
    const bigger = rectangle(hours(0, 300), 1_200n);
    expect(sent(story.send(openPool({ revision: 2, nameplate: bigger })))).toBe('PoolExtended');
    const buyerShareMax = 4_000 as BasisPoints;
    expect(sent(story.send(openPool({ revision: 3, nameplate: bigger, buyerShareMax })))).toBe('PoolTermsChanged');
    expect(rejection(story.send(openPool({ revision: 4 })))).toEqual({ code: 'POOL_CHANGED', what: 'nameplate' });
    auditMarket(story.state);
  });
});

describe('listing', () => {
  it.each([
    // what                     command                                                      answer
    ['an unknown pool', list('X', hours(24, 48), 1, { poolId: 'none' }), 'POOL_NOT_FOUND'],
    ['of another’s pool', list('X', hours(24, 48), 1, { sellerId: OTHER }), 'NOT_SELLER'],
    ['of no reservation', resell('X', 'none', hours(24, 26), 1), 'RESERVATION_NOT_FOUND'],
    ['of another’s reservation', resell('X', 'R', hours(24, 26), 1, OTHER), 'RESERVATION_NOT_FOUND'],
    ['off the grid', list('X', { start: hour(24), end: (hour(25) + 1) as never }, 1), 'OFF_GRID'],
    ['in the past', list('X', hours(-2, 48), 1), 'WINDOW_IN_PAST'],
    ['outside the reservation', resell('X', 'R', hours(24, 29), 1), 'OUTSIDE_OFFER'],
    ['at an absurd price', list('X', hours(24, 48), 1, { unitPrice: 10n ** 15n }), 'AMOUNT_TOO_LARGE'],
    ['more than is free', list('X', hours(24, 48), 501), 'INSUFFICIENT_TITLE'],
    ['more than was bought', resell('X', 'R', hours(24, 26), 101), 'INSUFFICIENT_TITLE'],
    ['all that is free', list('X', hours(24, 48), 500), 'ListingCreated'],
    ['all that was bought', resell('X', 'R', hours(24, 28), 100), 'ListingCreated'],
    ['the running hour', list('X', hours(0, 1), 1), 'ListingCreated'],
  ])('%s', (_what, command, answer) => {
    const story = bought().at((hour(0) + 1) as never);
    expect(sent(story.send(command))).toBe(answer);
    auditMarket(story.state);
  });

  it('names the nearest window on the grid', () => {
    const off = { start: (hour(24) + 5) as never, end: (hour(25) + 5) as never };
    expect(rejection(listed().ask(list('X', off, 1)))).toEqual({
      code: 'OFF_GRID',
      nearest: hours(24, 26),
    });
  });

  it('says how much is free', () => {
    expect(rejection(listed().ask(list('X', hours(40, 60), 900)))).toEqual({
      code: 'INSUFFICIENT_TITLE',
      available: 500n,
    });
  });

  it.each([
    ['not transferable', { isTransferable: false }, 'NOT_TRANSFERABLE'],
    ['no hops left', { hopsMax: 0 }, 'HOPS_EXHAUSTED'],
    ['held too briefly', { holdingTimeMin: HOUR_MS }, 'HELD_TOO_BRIEFLY'],
    ['above the cap', { priceCap: 9_999 as BasisPoints }, 'PRICE_ABOVE_CAP'],
    ['at the cap', { priceCap: 10_000 as BasisPoints }, 'ListingCreated'],
  ])('resale: %s', (_what, change, answer) => {
    const story = new MarketStory()
      .given(openPool({ terms: saleTerms(change) }), list('L'))
      .given(hold('R', 'L'), pay('R', DUE));
    expect(sent(story.send(resell('X', 'R', hours(24, 26), 1)))).toBe(answer);
  });

  it('stops at the pool’s number of hops', () => {
    const story = bought()
      .given(resell('L2', 'R', hours(24, 26), 50), hold('R2', 'L2', hours(24, 26), 50, OTHER))
      .given(pay('R2', 10_000), resell('L3', 'R2', hours(24, 26), 50, OTHER))
      .given(hold('R3', 'L3', hours(24, 26), 50, BUYER), pay('R3', 10_000));
    auditMarket(story.state);
    expect(rejection(story.ask(resell('L4', 'R3', hours(24, 26), 50)))).toEqual({
      code: 'HOPS_EXHAUSTED',
      hopsMax: 2,
    });
  });

  it('is withdrawn by its seller only, and frees what nobody holds', () => {
    const story = listed().given(hold('R', 'L'));
    const withdraw = (sellerId = PROVIDER, listingId = 'L'): ReturnType<MarketStory['send']> =>
      story.send({ type: 'WithdrawListing', listingId, sellerId } as never);
    expect(sent(withdraw(PROVIDER, 'none'))).toBe('LISTING_NOT_FOUND');
    expect(sent(withdraw(OTHER))).toBe('NOT_SELLER');
    expect(sent(withdraw())).toBe('ListingClosed');
    auditMarket(story.state);
    expect(sent(story.send(list('again', hours(24, 28), 901)))).toBe('INSUFFICIENT_TITLE');
    expect(sent(story.send(list('again', hours(24, 28), 900)))).toBe('ListingCreated');
  });
});
