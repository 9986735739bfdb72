import type { BasisPoints, UnitPrice } from '../../kernel/money.js';
import type { OrganizationId } from '../../kernel/ids.js';
import { MINUTE_MS } from '../../kernel/time.js';
import { auction, AUCTIONED, sealed } from '../../../test/support/auctions.js';
import {
  BUYER,
  hold,
  hour,
  hours,
  list,
  listed,
  MarketStory,
  openPool,
  OTHER,
  pay,
  poolFacts,
  price,
  PROVIDER,
  rejection,
  saleTerms,
  sent,
  tokens,
} from '../../../test/support/market.js';
import { bid } from '../../../test/support/order-traffic.js';
import { BIDS_MAX } from './auction.decide.js';
import { openAsks } from './book.sides.js';
import { auditMarket } from './market.audit.js';
import type { AuctionCleared, MarketEvent } from './market.events.js';
import { CLOCK_TOLERANCE } from './sent.js';

type Changes = Readonly<Record<string, unknown>>;
const THIRD = 'org-third' as OrganizationId;

const opened = (changes: Changes = {}): MarketStory =>
  new MarketStory().given(openPool(), auction('A', changes)).at(hour(1));

function closed(story: MarketStory, at = hour(10)): MarketStory {
  story.at(at).given({ type: 'AdvanceMarket' });
  auditMarket(story.state);
  return story;
}

const named = <Type extends MarketEvent['type']>(
  { events }: MarketStory,
  type: Type,
): readonly Extract<MarketEvent, { readonly type: Type }>[] =>
  events.filter((event): event is Extract<MarketEvent, { readonly type: Type }> => event.type === type);

/** Who got how much, at which price. */
const fillsOf = (story: MarketStory): unknown[] =>
  named(story, 'OrderFilled').map(({ orderId, quantity, unitPrice }) => [orderId, Number(quantity), Number(unitPrice)]);
/** What became of each bid, and how much of its money comes back. */
const endsOf = (story: MarketStory, type: 'OrderClosed' | 'AuctionBidWithdrawn' = 'OrderClosed'): unknown[] =>
  named(story, type).map(({ orderId, reason, released }) => [orderId, reason, Number(released)]);
const clearedOf = (story: MarketStory): Partial<AuctionCleared> | undefined =>
  named(story, 'AuctionCleared').at(-1);

describe('opening an auction is refused, the first reason that holds', () => {
  const HALF = { start: hour(24), end: (hour(24) + 30 * MINUTE_MS) as never };
  const LATE = { closesAt: hour(25) };
  const HUGE = { reservePrice: 10n ** 15n as UnitPrice };
  const MUCH = { quantity: tokens(501) };
  const resale = { sellerId: BUYER, source: { kind: 'reservation', reservationId: 'R' } };
  const earliest = hour(2);
  const latest = (hour(24) - 1) as never;
  const times = { code: 'AUCTION_TIMES_INVALID' };
  it.each<[what: string, answer: object, changes: Changes]>([
    ['no pool', { code: 'POOL_NOT_FOUND' }, { poolId: 'none', sellerId: OTHER, window: HALF, ...LATE, ...HUGE }],
    ['another’s pool', { code: 'NOT_SELLER' }, { sellerId: OTHER, window: HALF, ...LATE, ...HUGE }],
    ['no reservation', { code: 'RESERVATION_NOT_FOUND' }, { ...resale, sellerId: OTHER, window: HALF, ...LATE }],
    ['off the grid', { code: 'OFF_GRID', nearest: hours(24, 25) }, { window: HALF, ...LATE, ...HUGE }],
    ['in the past', { code: 'WINDOW_IN_PAST', earliestStart: hour(2) }, { window: hours(1, 28), ...LATE, ...HUGE }],
    ['of the running hour', { code: 'WINDOW_IN_PAST', earliestStart: hour(3) }, { window: hours(2, 28), ...LATE, ...HUGE }],
    ['opens in the past', { ...times, field: 'opensAt', earliest, latest }, { opensAt: (hour(2) - 1) as never, ...LATE, ...HUGE }],
    ['opens when its window begins', { ...times, field: 'opensAt', earliest, latest }, { opensAt: hour(24), ...LATE, ...HUGE }],
    ['closes as it opens', { ...times, field: 'closesAt', earliest: hour(5) + 1, latest: hour(24) }, { opensAt: hour(5), closesAt: hour(5), ...HUGE }],
    ['closes after its window begins', { ...times, field: 'closesAt', earliest: hour(2) + 1, latest: hour(24) }, { opensAt: null, closesAt: hour(24) + 1, ...HUGE, ...MUCH }],
    ['above what a resale may cost', { code: 'PRICE_ABOVE_CAP', unitPriceMax: 120n }, { ...resale, ...HUGE, ...MUCH }],
    ['at an absurd price', { code: 'AMOUNT_TOO_LARGE', amountMax: 10n ** 15n }, { ...HUGE, ...MUCH }],
    ['more than is free', { code: 'INSUFFICIENT_TITLE', available: 500n }, MUCH],
  ])('%s', (_what, answer, changes) => {
    const story = new MarketStory()
      .given(openPool({ terms: saleTerms({ priceCap: 12_000 as BasisPoints }) }), list('L'))
      .given(hold('R', 'L'), pay('R', 40_000))
      .at(hour(2));
    expect(rejection(story.ask(auction('A', { opensAt: hour(2), ...changes })))).toEqual(answer);
  });
});

describe('a sealed bid is refused, the first reason that holds', () => {
  const LOW = sealed('B', 101, 59).reserved - 1n;
  const HUGE = { limitPrice: price(10 ** 15), reserved: 1n };
  const CHEAP = { limitPrice: price(59), reserved: LOW, quantity: tokens(101) };
  const period = { opensAt: hour(1), closesAt: hour(10) };
  it.each<[what: string, at: number, answer: object, changes: Changes]>([
    ['no auction', 0, { code: 'LISTING_NOT_FOUND' }, { auctionId: 'none', buyerId: PROVIDER, ...CHEAP }],
    ['its own seller', 0, { code: 'SELF_TRADE' }, { buyerId: PROVIDER, ...CHEAP }],
    ['a fixed price', 0, { code: 'WRONG_LISTING_KIND', kind: 'fixed-price' }, { auctionId: 'L', ...CHEAP }],
    ['before it opens', 0.99, { code: 'WRONG_AUCTION_STATE', state: 'upcoming', ...period }, CHEAP],
    ['at the close', 10, { code: 'WRONG_AUCTION_STATE', state: 'closed', ...period }, CHEAP],
    ['below the reserve', 1, { code: 'BELOW_RESERVE', reservePrice: 60n }, CHEAP],
    ['too large', 1, { code: 'AMOUNT_TOO_LARGE', amountMax: 10n ** 15n }, { ...HUGE, quantity: tokens(101) }],
    ['not paid for', 1, { code: 'PAYMENT_MISMATCH', due: 24_240n }, { reserved: 24_239n, quantity: tokens(101) }],
    ['more than the lot', 1, { code: 'CAPACITY_EXHAUSTED', available: 100n }, { quantity: tokens(101) }],
  ])('%s', (_what, at, answer, changes) => {
    const story = new MarketStory().given(openPool(), auction('A'), list('L')).at(hour(at));
    const placed = sealed('B', Number(changes['quantity'] ?? 100), 60, changes);
    expect(rejection(story.ask(placed))).toEqual(answer);
  });

  it('of which its buyer has as many as are allowed', () => {
    const story = opened();
    for (let count = 1; count <= BIDS_MAX; count += 1) story.given(sealed(`B${count}`, 1, 60));
    expect(rejection(story.ask(sealed('B', 1, 60)))).toEqual({ code: 'TOO_MANY_BIDS', bidsMax: 20 });
    expect(sent(story.ask(sealed('B', 1, 60, { buyerId: OTHER })))).toBe('AuctionBidPlaced');
    story.given({ type: 'WithdrawAuctionBid', orderId: 'B7', buyerId: BUYER } as never);
    expect(sent(story.send(sealed('B', 1, 60)))).toBe('AuctionBidPlaced');
    auditMarket(story.state);
  });
});

describe('an auction', () => {
  it('sets its lot aside, and is no part of the book', () => {
    const story = opened();
    expect(sent(story.ask(list('L', AUCTIONED, 901)))).toBe('INSUFFICIENT_TITLE');
    expect(sent(story.ask(list('L', AUCTIONED, 900)))).toBe('ListingCreated');
    expect(sent(story.ask(bid('O', { limitPrice: price(1_000) })))).toBe('OrderPlaced');
    expect([...openAsks(story.state)]).toEqual([]);
    expect(rejection(story.ask(hold('R', 'A')))).toEqual({ code: 'WRONG_LISTING_KIND', kind: 'auction' });
    auditMarket(story.state);
  });

  it('is taken back before it opens, not after', () => {
    const withdraw = { type: 'WithdrawListing', listingId: 'A', sellerId: PROVIDER } as never;
    const story = opened().at((hour(1) - CLOCK_TOLERANCE - 1) as never);
    expect(sent(story.ask({ ...(withdraw as object), sellerId: OTHER } as never))).toBe('NOT_SELLER');
    expect(sent(story.ask(withdraw))).toBe('ListingClosed');
    const period = { opensAt: hour(1), closesAt: hour(10) };
    expect(rejection(story.at(hour(1)).ask(withdraw))).toEqual({ code: 'WRONG_AUCTION_STATE', state: 'open', ...period });
    // A buyer's process may have a clock that is ahead: whether somebody has bid there is not told.
    const early = (bids: MarketStory): unknown => rejection(bids.at((hour(1) - CLOCK_TOLERANCE) as never).ask(withdraw));
    for (const bids of [opened(), story.given(sealed('B', 1, 60))]) expect(early(bids)).toEqual({ code: 'WRONG_AUCTION_STATE', state: 'open', ...period });
    expect(sent(story.at(hour(0)).ask(withdraw))).toBe('WRONG_AUCTION_STATE');
  });

  it('lets a bid be taken back by its buyer until the close, and no order of the book be mistaken for it', () => {
    const story = opened().given(sealed('B', 100, 90));
    const bidder = { orderId: 'B', buyerId: BUYER };
    const withdraw = { type: 'WithdrawAuctionBid', ...bidder } as never;
    expect(sent(story.ask({ type: 'CancelOrder', ...bidder } as never))).toBe('ORDER_NOT_FOUND');
    expect(sent(story.ask({ ...(withdraw as object), buyerId: OTHER } as never))).toBe('ORDER_NOT_FOUND');
    expect(sent(story.at(hour(10)).ask(withdraw))).toBe('WRONG_AUCTION_STATE');
    story.at((hour(10) - 1) as never).given(withdraw);
    expect(named(story, 'AuctionBidWithdrawn').map(({ released }) => released)).toEqual([36_000n]);
    expect(sent(story.ask(withdraw))).toBe('ORDER_NOT_FOUND');
    closed(story);
    expect(clearedOf(story)).toMatchObject({ clearingPrice: null, quantitySold: 0n, bids: 0 });
  });

  it('is cleared at the close, once, and not before', () => {
    const story = opened().given(sealed('B', 100, 90)).at((hour(10) - 1) as never);
    expect(sent(story.send({ type: 'AdvanceMarket' }))).toBe('');
    expect(sent(story.at(hour(10)).send({ type: 'AdvanceMarket' }))).toBe('AuctionCleared OrderFilled ListingClosed OrderClosed');
    expect(sent(story.send({ type: 'AdvanceMarket' }))).toBe('');
    auditMarket(story.state);
  });

  it('that could not be cleared while its first hour could be bought sells nothing', () => {
    const bids = [sealed('B', 100, 90)];
    expect(fillsOf(closed(opened().given(...bids), (hour(25) - 1) as never))).toEqual([['B', 100, 60]]);
    const late = closed(opened().given(...bids), hour(40));
    expect(fillsOf(late)).toEqual([]);
    expect(endsOf(late)).toEqual([['B', 'unfilled', 36_000]]);
    expect(named(late, 'ListingClosed').map(({ reason }) => reason)).toEqual(['unsold']);
  });
});

// The numbers are those of docs/MARKET.md.
describe('clearing', () => {
  const by = (buyerId: OrganizationId, more: Changes = {}): Changes => ({ buyerId, ...more });
  const together = (quantity: number): Changes => ({ minimumFill: tokens(quantity) });
  it.each<[what: string, bids: readonly Parameters<typeof sealed>[], fills: unknown[], clearingPrice: bigint | null]>([
    ['at the highest limit that is refused', [['A', 40, 100], ['B', 30, 90], ['C', 30, 85], ['D', 20, 80]], [['A', 40, 80], ['B', 30, 80], ['C', 30, 80]], 80n],
    ['at that of the bid that got only part', [['A', 40, 100], ['B', 30, 90], ['C', 50, 85], ['D', 20, 80]], [['A', 40, 85], ['B', 30, 85], ['C', 30, 85]], 85n],
    ['of equal limits the earlier first', [['A', 60, 90], ['B', 60, 90]], [['A', 60, 90], ['B', 40, 90]], 90n],
    ['at the reserve when nothing is refused', [['A', 40, 100], ['B', 60, 61]], [['A', 40, 60], ['B', 60, 60]], 60n],
    ['passing over what does not fit together', [['A', 80, 100], ['B', 50, 90, together(50)], ['C', 20, 70]], [['A', 80, 70], ['C', 20, 70]], 70n],
    ['without what a cap forbids', [['A', 90, 100], ['B', 70, 80, by(OTHER)]], [['A', 50, 60], ['B', 50, 60]], 60n],
    ['of no bids', [], [], null],
  ])('%s', (what, bids, fills, clearingPrice) => {
    const buyerShareMax = what.includes('cap') ? (500 as BasisPoints) : null;
    const story = new MarketStory().given(openPool({ buyerShareMax }), auction('A')).at(hour(1));
    closed(story.given(...bids.map((each) => sealed(...each))));
    expect(fillsOf(story)).toEqual(fills);
    const quantitySold = (fills as [string, number][]).reduce((sum, [, each]) => sum + BigInt(each), 0n);
    expect(clearedOf(story)).toMatchObject({ clearingPrice, quantitySold, bids: bids.length });
    const [end] = named(story, 'ListingClosed');
    expect(end?.reason).toBe(quantitySold === 100n ? 'sold' : 'unsold');
    expect(story.state.sealedBids.size).toBe(0);
  });

  it('gives back what was set aside and not spent', () => {
    const bids = [sealed('A', 40, 100), sealed('B', 90, 80, { buyerId: OTHER }), sealed('C', 10, 70)];
    const story = closed(opened().given(...bids));
    expect(fillsOf(story)).toEqual([['A', 40, 80], ['B', 60, 80]]);
    expect(endsOf(story)).toEqual([['A', 'filled', 3_200], ['B', 'unfilled', 9_600], ['C', 'unfilled', 2_800]]);
  });

  it('of a resale asks no more than its terms allow, and pays the royalty', () => {
    const terms = saleTerms({ priceCap: 10_000 as BasisPoints });
    const story = new MarketStory().given(openPool({ terms }), list('L'), hold('R', 'L'), pay('R', 40_000));
    const source = { kind: 'reservation', reservationId: 'R' };
    story.given(auction('A', { sellerId: BUYER, source })).at(hour(1));
    story.given(sealed('B', 70, 200, { buyerId: OTHER }), sealed('C', 70, 150, { buyerId: THIRD }));
    closed(story);
    expect(fillsOf(story)).toEqual([['B', 70, 100], ['C', 30, 100]]);
    const [fill] = named(story, 'OrderFilled');
    expect(fill).toMatchObject({ sellerId: BUYER, royalty: 500, hops: 1, sourceAfter: { reservationId: 'R' } });
  });

  it('leaves room for the seller’s own bids where a pool has a cap once what was sold begins', () => {
    const story = new MarketStory()
      .given(openPool({ buyerShareMax: 1_000 as BasisPoints }), list('L'), hold('R', 'L'), pay('R', 40_000))
      .given(auction('A', { sellerId: BUYER, source: { kind: 'reservation', reservationId: 'R' } }))
      .given(bid('O', { quantity: tokens(100) }))
      .at(hour(1))
      .given(sealed('B', 30, 60, { buyerId: OTHER }));
    closed(story);
    expect(fillsOf(story)).toEqual([['B', 30, 60]]);
    story.at(hour(24)).given({ type: 'AdvanceMarket' });
    expect(fillsOf(story)).toEqual([['B', 30, 60], ['O', 30, 100]]);
  });

  it('sees holds that expire with it, and auctions that are cleared before it', () => {
    const story = new MarketStory()
      .given(openPool({ buyerShareMax: 1_000 as BasisPoints }), list('L'))
      .given(auction('A'), auction('A2', { closesAt: hour(9) }))
      .at(hour(1))
      .given(sealed('B', 80, 70), sealed('B2', 80, 65, { auctionId: 'A2' }))
      .given(hold('H', 'L'));
    expect(fillsOf(closed(story))).toEqual([['B2', 80, 60], ['B', 20, 60]]);
  });

  it('never meets what is listed at a fixed price', () => {
    const story = listed().given(auction('A')).at(hour(1)).given(sealed('B', 10, 200));
    expect(fillsOf(closed(story))).toEqual([['B', 10, 60]]);
    expect(story.state.listings.has('L' as never)).toBe(true);
  });
});

describe('an auction of a pool that is curtailed before it closes', () => {
  const curtail = (quantity: number) => ({
    type: 'CurtailPool' as const,
    curtailmentId: 'C',
    poolId: poolFacts().poolId,
    providerId: PROVIDER,
    window: hours(24, 36),
    quantity: tokens(quantity),
    cause: 'outage' as const,
  });
  const bids = () => opened().given(sealed('B', 60, 90), sealed('C', 60, 80, { buyerId: OTHER }));

  it('sells what is left of it', () => {
    const story = closed(bids().given(curtail(950)));
    expect(fillsOf(story)).toEqual([['B', 50, 90]]);
    expect(clearedOf(story)).toMatchObject({ quantitySold: 50n, clearingPrice: 90n });
    expect(story.state.listings.size).toBe(0);
  });

  it('is over where nothing is left, and everybody’s money comes back at once', () => {
    const story = bids().given(curtail(1_000));
    const withdrawn = [['B', 'curtailed', 21_600], ['C', 'curtailed', 19_200]];
    expect([endsOf(story, 'AuctionBidWithdrawn'), endsOf(story)]).toEqual([withdrawn, []]);
    expect([story.state.sealedBids.size, story.state.listings.size]).toEqual([0, 0]);
    auditMarket(story.state);
    expect(clearedOf(closed(story))).toBeUndefined();
  });

  it('is over with the reservation that it is cut from', () => {
    const story = listed().given(hold('R', 'L', hours(24, 28), 100), pay('R', 40_000));
    const source = { kind: 'reservation', reservationId: 'R' };
    story.given(auction('A', { source, sellerId: BUYER })).at(hour(1));
    story.given(sealed('C', 60, 80, { buyerId: OTHER }), curtail(1_000));
    expect([endsOf(story, 'AuctionBidWithdrawn'), endsOf(story)]).toEqual([[['C', 'curtailed', 19_200]], []]);
    expect([story.state.reservations.size, story.state.sealedBids.size]).toEqual([0, 0]);
    closed(story);
  });

  it('sells nothing where an hour of it is lost', () => {
    const story = bids().given({ ...curtail(1_000), window: hours(24, 25) });
    expect(story.state.sealedBids.size).toBe(2);
    closed(story);
    expect([fillsOf(story), endsOf(story).length, story.state.sealedBids.size]).toEqual([[], 2, 0]);
    expect(clearedOf(story)).toMatchObject({ quantitySold: 0n, clearingPrice: null });
    expect(story.state.listings.size).toBe(0);
  });
});
