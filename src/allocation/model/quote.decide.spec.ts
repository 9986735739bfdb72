import type { BasisPoints } from '../../kernel/money.js';
import { MINUTE_MS, SECOND_MS, type Instant } from '../../kernel/time.js';
import type { ListingId, PoolId, QuoteId } from '../../kernel/ids.js';
import { segmentsOf } from '../../kernel/step-function.js';
import {
  ATTRIBUTES,
  BUYER,
  hour,
  hours,
  list,
  MarketStory,
  openPool,
  OTHER,
  pay,
  price,
  PROVIDER,
  rejection,
  resell,
  sent,
  tokens,
} from '../../../test/support/market.js';
import { ANYTHING, bid } from '../../../test/support/order-traffic.js';
import { acceptQuote, quote, quoted, quoteEnds, releaseQuote } from '../../../test/support/quotes.js';
import { auditMarket } from './market.audit.js';
import { unitPriceOf } from './quote.answer.js';
import { QUOTE_LIFE, QUOTES_MAX } from './quote.decide.js';

const NORTH = { poolId: 'pool-2' as PoolId, providerId: OTHER };
const THIRD = 'org-third' as typeof BUYER;

/** The example of docs/MARKET.md: 60 tokens/s at 80 in us-west, 100 at 90 in eu-north. */
const opened = (changes: Parameters<typeof openPool>[0] = {}): MarketStory =>
  new MarketStory().given(
    openPool(changes),
    openPool({ ...NORTH, attributes: { ...ATTRIBUTES, region: 'eu-north' } }),
    list('L1', hours(24, 48), 60, { unitPrice: price(80) }),
    list('L2', hours(24, 48), 100, { ...NORTH, sellerId: OTHER, unitPrice: price(90) }),
  );

const later = (story: MarketStory, by: number): MarketStory => story.at((story.now + by) as Instant);
const remainingOf = (story: MarketStory, id: string): readonly bigint[] =>
  segmentsOf(story.state.listings.get(id as ListingId)?.remaining ?? { starts: [], values: [] }).map(
    ({ value }) => value,
  );

describe('a quote', () => {
  it('is made of the cheapest parts, says what each and all of it cost, and holds them', () => {
    const story = opened().given(quote('Q'));
    const { amount, fills, quotedAt, expiresAt } = quoted(story);
    expect(fills).toMatchObject([
      { reservationId: story.bought(1), listingId: 'L1', providerId: PROVIDER, region: 'us-west', platform: 'cerebras-wse-3', quantity: 60n, unitPrice: 80n, amount: 19_200n },
      { reservationId: story.bought(2), listingId: 'L2', providerId: OTHER, region: 'eu-north', quantity: 40n, unitPrice: 90n, amount: 14_400n },
    ]);
    expect([amount, unitPriceOf(quoted(story))]).toEqual([33_600n, 84n]);
    expect(expiresAt - quotedAt).toBe(QUOTE_LIFE);
    expect([remainingOf(story, 'L1'), remainingOf(story, 'L2')]).toEqual([[60n], [60n, 100n]]);
    auditMarket(story.state);
  });

  it('is firm: what is quoted is nobody else’s, and another listing changes nothing', () => {
    const story = opened().given(quote('Q'));
    const cheaper = list('L3', hours(24, 48), 100, { unitPrice: price(1) });
    story.given(cheaper);
    const fok = { timeInForce: { kind: 'FOK' }, buyerId: THIRD, limitPrice: price(90) };
    const all = bid('O', { ...fok, quantity: tokens(161) });
    expect(rejection(story.send(all))).toEqual({ code: 'NOT_FILLABLE', available: 160n });
    story.given(acceptQuote('Q', 33_600));
    const paid = story.events.filter(({ type }) => type === 'ReservationPaid');
    expect(paid).toMatchObject([{ reservationId: story.bought(1) }, { reservationId: story.bought(2) }]);
    expect(story.state.reservations.get(story.bought(2))).toMatchObject({ status: 'scheduled', amount: 14_400n });
    expect(quoteEnds(story)).toEqual([['Q', 'accepted']]);
    auditMarket(story.state);
  });

  it('keeps to its limit and to what is insisted on', () => {
    const story = opened();
    const regions = { ...ANYTHING, regions: ['eu-north'] };
    story.given(quote('Q1', { constraints: regions, quantity: tokens(50) }));
    expect(quoted(story).fills.map(({ listingId }) => listingId)).toEqual(['L2']);
    const half = { ...ANYTHING, providerShareMax: 5_000 as BasisPoints };
    story.given(quote('Q2', { constraints: half, limitPrice: price(90), quantity: tokens(20) }));
    expect(quoted(story).fills.map(({ quantity }) => quantity)).toEqual([10n, 10n]);
  });

  it('is no more for who has resold: what they sold still counts for them', () => {
    const story = new MarketStory().given(
      openPool({ buyerShareMax: 4_000 as BasisPoints }),
      list('L', hours(24, 48), 1_000, { unitPrice: price(80) }),
      bid('B', { quantity: tokens(300) }),
      bid('C', { quantity: tokens(400), buyerId: THIRD }),
    );
    story.given(
      { ...resell('N', story.bought(1), hours(24, 28), 100), unitPrice: price(90) } as ReturnType<typeof resell>,
      bid('W', { quantity: tokens(50), limitPrice: price(95), buyerId: THIRD }),
    );
    const over = { quantity: tokens(150) };
    expect(rejection(story.ask(bid('F', { ...over, timeInForce: { kind: 'FOK' } })))).toMatchObject({ code: 'NOT_FILLABLE', available: 100n });
    expect(rejection(story.ask(quote('Q', over)))).toMatchObject({ code: 'QUOTE_NOT_FILLABLE', available: 100n });
  });

  it('takes larger lots first where that is the only way to get all', () => {
    const story = new MarketStory().given(
      openPool(),
      openPool({ ...NORTH, lotSize: tokens(100) }),
      list('L1', hours(24, 48), 150, { unitPrice: price(80) }),
      list('L2', hours(24, 48), 500, { ...NORTH, sellerId: OTHER, unitPrice: price(90) }),
    );
    story.given(quote('Q', { quantity: tokens(220) }));
    expect(quoted(story).fills.map(({ listingId, quantity }) => [listingId, quantity])).toEqual([
      ['L2', 200n],
      ['L1', 20n],
    ]);
  });

  it('ends no later than what it is for', () => {
    const story = opened().at((hour(28) - 10 * SECOND_MS) as Instant);
    story.given(list('L3', hours(27, 28), 10, { unitPrice: price(1) }), quote('Q', { window: hours(27, 28), quantity: tokens(10) }));
    expect(quoted(story).expiresAt).toBe(hour(28));
  });

  it('is rounded part by part, and never above what an order at its limit would set aside', () => {
    const fine = { ...openPool({ grid: (15 * MINUTE_MS) as never }) };
    const quarter = { start: hour(24), end: (hour(24) + 15 * MINUTE_MS) as Instant };
    const asks = [1, 2, 3, 4, 5].map((index) => list(`L${index}`, quarter, 3, { unitPrice: price(1) }));
    const story = new MarketStory().given(fine, ...asks);
    // Five times 0.75 is five when rounded part by part, and four in all: the last part gives way.
    story.given(quote('Q', { window: quarter, quantity: tokens(15), limitPrice: price(1) }));
    expect(quoted(story).fills.map(({ amount }) => amount)).toEqual([1n, 1n, 1n, 1n, 0n]);
  });
});

describe('a request for a quote is refused, the first reason that holds', () => {
  const HALF = { start: hour(24), end: (hour(24) + 30 * MINUTE_MS) as Instant };
  const HUGE = { limitPrice: price(10 ** 15) };
  const MUCH = { quantity: tokens(161) };

  it.each<[code: string, changes: Record<string, unknown>]>([
    ['OFF_GRID', { window: HALF, ...HUGE, ...MUCH }],
    ['OFF_GRID', { window: hours(24, 24) }],
    ['OFF_GRID', { window: hours(26, 24) }],
    ['WINDOW_IN_PAST', { window: hours(-2, 2), ...HUGE, ...MUCH }],
    ['AMOUNT_TOO_LARGE', { ...HUGE, ...MUCH }],
    ['QUOTE_NOT_FILLABLE', MUCH],
  ])('%s', (code, changes) => {
    expect(rejection(opened().send(quote('Q', changes)))).toMatchObject({ code });
  });

  it('MARKET_NOT_FOUND where nobody has a pool', () => {
    expect(rejection(new MarketStory().send(quote('Q', { window: HALF })))).toEqual({ code: 'MARKET_NOT_FOUND' });
  });

  it('TOO_MANY_QUOTES before anything is looked at, with when the first ends', () => {
    const story = opened();
    for (let index = 1; index <= QUOTES_MAX; index += 1) {
      later(story, SECOND_MS).given(quote(`Q${index}`, { quantity: tokens(1) }));
    }
    const endsAt = hour(0) + SECOND_MS + QUOTE_LIFE;
    const refusal = { code: 'TOO_MANY_QUOTES', quotesMax: QUOTES_MAX, endsAt };
    expect(rejection(story.send(quote('Q9', { window: HALF })))).toEqual(refusal);
    expect(sent(story.ask(quote('Q9', { buyerId: THIRD })))).toMatch(/^QuoteOpened/);
    story.given(releaseQuote('Q3'));
    expect(sent(story.send(quote('Q9', { quantity: tokens(1) })))).toBe('QuoteOpened ReservationHeld');
  });

  it('with how much could be had, and for how much', () => {
    const most = { quantity: tokens(200), limitPrice: price(89) };
    expect(rejection(opened().send(quote('Q', most)))).toEqual({ code: 'QUOTE_NOT_FILLABLE', available: 60n, amount: 19_200n });
    const all = opened().send(quote('Q', { quantity: tokens(200) }));
    expect(rejection(all)).toEqual({ code: 'QUOTE_NOT_FILLABLE', available: 160n, amount: 55_200n });
  });

  it('where the pool’s cap leaves less: what is quoted counts as what is held does', () => {
    const story = new MarketStory().given(
      openPool({ buyerShareMax: 1_000 as BasisPoints }),
      list('L1', hours(24, 48), 500),
    );
    story.given(quote('Q1', { quantity: tokens(70) }));
    const second = rejection(story.send(quote('Q2', { quantity: tokens(70) })));
    expect(second).toEqual({ code: 'QUOTE_NOT_FILLABLE', available: 30n, amount: 12_000n });
  });
});

describe('a quote is not accepted, the first reason that holds', () => {
  const open = (): MarketStory => opened().given(quote('Q'));
  const over = (): MarketStory => later(open(), QUOTE_LIFE);
  const done = (): MarketStory => open().given(acceptQuote('Q', 33_600));
  const gone = (): MarketStory => open().given(releaseQuote('Q'));

  it.each<[code: string, story: () => MarketStory, command: Parameters<MarketStory['send']>[0]]>([
    ['QUOTE_NOT_FOUND', opened, acceptQuote('Q', 1)],
    ['QUOTE_NOT_FOUND', over, acceptQuote('Q', 1, OTHER)],
    ['QUOTE_NOT_FOUND', done, releaseQuote('Q', OTHER)],
    ['QUOTE_CLOSED', done, acceptQuote('Q', 1)],
    ['QUOTE_CLOSED', gone, acceptQuote('Q', 33_600)],
    ['QUOTE_EXPIRED', over, acceptQuote('Q', 1)],
    ['QUOTE_EXPIRED', over, releaseQuote('Q')],
    ['PAYMENT_MISMATCH', open, acceptQuote('Q', 33_599)],
  ])('%s', (code, story, command) => {
    expect(rejection(story().send(command))).toMatchObject({ code });
  });

  it('and says when and how it ended', () => {
    expect(rejection(later(done(), MINUTE_MS).send(acceptQuote('Q', 33_600)))).toEqual({
      ...{ code: 'QUOTE_CLOSED', reason: 'accepted', closedAt: hour(0) },
    });
    const expired = over().given({ type: 'AdvanceMarket' });
    expect(rejection(later(expired, MINUTE_MS).send(acceptQuote('Q', 33_600)))).toEqual({
      ...{ code: 'QUOTE_EXPIRED', expiredAt: hour(0) + QUOTE_LIFE },
    });
  });

  it('nor paid or given back part by part', () => {
    const refusal = { code: 'PART_OF_QUOTE', quoteId: 'Q' };
    const story = open();
    const reservationId = story.bought(1);
    expect(rejection(story.send(pay(reservationId, 19_200)))).toEqual(refusal);
    expect(rejection(story.send({ type: 'ReleaseHold', reservationId, holderId: BUYER }))).toEqual(refusal);
  });
});

describe('what a quote held', () => {
  const waiting = (): MarketStory =>
    opened().given(quote('Q'), bid('O', { buyerId: THIRD, limitPrice: price(80), quantity: tokens(70) }));

  it.each<[how: string, end: (story: MarketStory) => MarketStory]>([
    ['released', (story) => story.given(releaseQuote('Q'))],
    ['expired', (story) => later(story, QUOTE_LIFE).given({ type: 'AdvanceMarket' })],
  ])('goes to those who wait for it, then to its listings, once it is %s', (how, end) => {
    const story = end(waiting());
    expect(quoteEnds(story)).toEqual([['Q', how]]);
    const filled = story.events.filter(({ type }) => type === 'OrderFilled');
    expect(filled).toMatchObject([{ orderId: 'O', listingId: 'L1', quantity: 60n, unitPrice: 80n }]);
    expect(remainingOf(story, 'L2')).toEqual([100n]);
    expect(story.state.quotes.size).toBe(0);
    auditMarket(story.state);
  });

  it('ends the quote when some of it is curtailed; the rest can be paid part by part', () => {
    const story = opened().given(quote('Q'));
    story.given({
      ...{ type: 'CurtailPool', curtailmentId: 'C', poolId: NORTH.poolId, providerId: OTHER },
      ...{ window: hours(24, 28), quantity: tokens(1_000), cause: 'outage' },
    } as never);
    expect(quoteEnds(story)).toEqual([['Q', 'curtailed']]);
    expect(rejection(story.send(acceptQuote('Q', 33_600)))).toMatchObject({ code: 'QUOTE_CLOSED', reason: 'curtailed' });
    expect(sent(story.send(pay(story.bought(1), 19_200)))).toContain('ReservationPaid');
    auditMarket(story.state);
  });

  it('is forgotten an hour after it ended', () => {
    const story = opened().given(quote('Q1'), releaseQuote('Q1'));
    expect(story.state.closedQuotes.has('Q1' as QuoteId)).toBe(true);
    story.at(hour(1)).given(quote('Q2'), releaseQuote('Q2'));
    expect([...story.state.closedQuotes.keys()]).toEqual(['Q2']);
  });
});

describe('a quote of what is resold', () => {
  it('is paid at once: several parts of one reservation leave what is left of it', () => {
    const story = new MarketStory();
    const resale = (id: string, unitPrice: number) => ({
      ...list(id, hours(24, 28), 100, { unitPrice: price(unitPrice), sellerId: OTHER }),
      source: { kind: 'reservation' as const, reservationId: story.bought(1) },
    });
    story.given(
      openPool({ buyerShareMax: 5_000 as BasisPoints }),
      list('L', hours(24, 48), 500),
      bid('R', { buyerId: OTHER, quantity: tokens(500), timeInForce: { kind: 'FOK' } }),
    );
    story.given(
      resale('L1', 100),
      resale('L2', 101),
      list('L3', hours(24, 48), 300, { unitPrice: price(110) }),
      // The cap leaves OTHER nothing until what it resold begins.
      bid('O', { buyerId: OTHER, limitPrice: price(110), quantity: tokens(300) }),
      quote('Q', { quantity: tokens(150) }),
    );
    story.given(acceptQuote('Q', quoted(story).amount));
    const left = story.events.flatMap((event) =>
      event.type === 'ReservationPaid' ? [event.source?.entitlement[0]?.value] : [],
    );
    expect(left).toEqual([400n, 350n]);
    const lastFill = (): unknown => story.events.filter(({ type }) => type === 'OrderFilled').at(-1);
    expect(lastFill()).toMatchObject({ orderId: 'R' });
    story.at(hour(24)).given({ type: 'AdvanceMarket' });
    expect(lastFill()).toMatchObject({ orderId: 'O', listingId: 'L3', quantity: 150n });
    // L1 is sold out with its last hold; of L2 a half is left.
    expect([...story.state.listings.keys()]).toEqual(['L', 'L2', 'L3']);
    auditMarket(story.state);
  });
});
