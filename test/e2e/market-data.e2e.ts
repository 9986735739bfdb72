import type { ApiClient } from '../support/app.js';
import { MARKET, nodes, TradedMarket, TRADES } from '../support/market-data.js';
import { HOUR, iso, type Trading } from '../support/trading.js';
import { until } from '../support/until.js';
import { verifyApp } from '../support/verify.js';

const DAY = 24 * HOUR;
const LEVEL = 'unitPrice pricePerMillionTokens quantity count cumulativeQuantity';
const DEPTH = `query($window: WindowInput!, $marketId: ID = "${MARKET}", $first: Int! = 20) {
  depth(marketId: $marketId, window: $window, first: $first) {
    marketId window { start end } asks { ${LEVEL} } bids { ${LEVEL} } } }`;
const CANDLES = `query($interval: CandleInterval!, $from: Instant!, $to: Instant!, $after: String, $first: Int! = 20) {
  candles(marketId: "${MARKET}", interval: $interval, from: $from, to: $to, first: $first, after: $after) {
    edges { cursor node { start open high low close count volume vwap } } pageInfo { hasNextPage endCursor } } }`;
const CALENDAR = `query($step: CalendarStep!, $from: Instant!, $to: Instant!, $after: String, $first: Int! = 20) {
  availability(marketId: "${MARKET}", step: $step, from: $from, to: $to, first: $first, after: $after) {
    edges { cursor node { window { start end } quantity bestPrice } } pageInfo { hasNextPage endCursor } } }`;

let market: TradedMarket;
let trading: Trading;
let buyer: ApiClient;
let first: number;
beforeAll(async () => {
  market = await TradedMarket.open();
  ({ trading, buyer, first } = market);
});
afterAll(() => market.app.close());

describe('trades', () => {
  it('are told newest first, with their price and without a name', async () => {
    const [newest, , , oldest] = await market.trades();
    expect(oldest).toEqual({
      ...{ marketId: MARKET, sequence: expect.any(Number), tradedAt: expect.any(String) },
      ...{ window: trading.window(48, 50), quantity: '30', unitPrice: '1000', amount: '60000' },
      ...{ pricePerMillionTokens: '277778', volume: '60', speedClass: 'INSTANT' },
    });
    expect(newest).toMatchObject({ window: trading.window(70, 72), quantity: '40', volume: '80' });
    const sequences = (await market.trades()).map(({ sequence }) => sequence);
    expect(sequences).toEqual([...new Set(sequences)].sort((a, b) => b - a));
  });

  it('come page by page', async () => {
    const page = (await market.read(TRADES, { first: 3 })).trades;
    expect(page.pageInfo.hasNextPage).toBe(true);
    const rest = (await market.read(TRADES, { first: 3, after: page.pageInfo.endCursor })).trades;
    expect(rest.pageInfo.hasNextPage).toBe(false);
    expect([...nodes(page), ...nodes(rest)]).toEqual(await market.trades());
  });

  it('are none of a hold, paid for or not yet', async () => {
    const listing = await trading.list(80, 81, 5);
    const { reservationId } = await trading.reserve(buyer, listing, 80, 81, 5);
    await buyer.mustMutate('releaseHold', 'ReleaseHoldInput', { reservationId });
    const before = await market.trades();
    await trading.buy(buyer, listing, 80, 81, 5);
    const after = await until(() => market.trades(), (trades) => trades.length > before.length);
    expect(after.slice(1)).toEqual(before);
    expect(after[0]).toMatchObject({ quantity: '5', volume: '5' });
  });

  it('are none of a market that is not', async () => {
    expect(nodes((await market.read(TRADES, { marketId: 'gpt-oss-120b@mxfp4' })).trades)).toEqual([]);
  });
});

describe('the book', () => {
  it('shows what could be bought for a window, by price', async () => {
    const { depth } = await market.read(DEPTH, { window: trading.window(50, 51) });
    expect(depth).toEqual({
      ...{ marketId: MARKET, window: trading.window(50, 51), bids: [] },
      asks: [
        { unitPrice: '1000', pricePerMillionTokens: '277778', quantity: '100', count: 1, cumulativeQuantity: '100' },
        { unitPrice: '3000', pricePerMillionTokens: '833333', quantity: '30', count: 1, cumulativeQuantity: '130' },
      ],
    });
    const narrow = (await market.read(DEPTH, { window: trading.window(49, 52), first: 1 })).depth;
    expect(narrow.asks.map(({ quantity }: any) => quantity)).toEqual(['70']);
    expect((await market.read(DEPTH, { window: trading.window(60, 61) })).depth.asks).toEqual([]);
  });

  it('has a top', async () => {
    const query = `query($window: WindowInput!) { topOfBook(marketId: "${MARKET}", window: $window) {
      bestAsk { unitPrice quantity } bestBid { unitPrice } spread asOf } }`;
    const { topOfBook } = await market.read(query, { window: trading.window(48, 49) });
    expect(topOfBook).toEqual({
      bestAsk: { unitPrice: '1000', quantity: '70' },
      ...{ bestBid: null, spread: null, asOf: expect.any(String) },
    });
  });

  it('is none of a market that is not', async () => {
    expect(await market.read(DEPTH, { window: trading.window(50, 51), marketId: 'other@fp8' })).toEqual({ depth: null });
  });

  it('says what is wrong with a window', async () => {
    const ask = (window: object, more: object = {}) => market.refusal(DEPTH, { window, ...more });
    const half = { start: iso(first + 50.5 * HOUR), end: iso(first + 51 * HOUR) };
    const { start, end } = trading.window(50, 51);
    expect(await ask(half)).toBe(`window is on the grid of no pool; expected such as ${start} to ${end}`);
    expect(await ask(trading.window(3, 4))).toMatch(/^window.start is in the past; expected .* or later$/);
    expect(await ask(trading.window(51, 50))).toBe('window does not end after it starts; expected an end after the start');
    expect(await ask({ start, end }, { marketId: 'x' })).toBe(
      'marketId names no market; expected model@quantization, such as llama-3.3-70b@fp8',
    );
    expect(await ask({ start, end }, { first: 101 })).toBe('first: expected a whole number from 1 to 100');
  });
});

describe('the calendar', () => {
  const ask = (step: string, from: number, to: number, more: object = {}) =>
    market.read(CALENDAR, { step, from: iso(first + from * HOUR), to: iso(first + to * HOUR), ...more });
  const brief = (calendar: any) => nodes(calendar).map(({ quantity, bestPrice }) => `${quantity}@${bestPrice}`);

  it('shows what is on offer throughout each hour, and the best price', async () => {
    const { availability } = await ask('HOUR', 46.5, 52);
    expect(nodes(availability)[0]).toEqual({ window: trading.window(46, 47), quantity: '0', bestPrice: null });
    expect(brief(availability)).toEqual(['0@null', '0@null', '110@1000', '120@1000', '130@1000', '150@1000']);
  });

  it('comes page by page, in steps counted from the epoch', async () => {
    const from = Math.ceil(first / DAY) * DAY;
    const hours = (from - first) / HOUR;
    const page = (await ask('DAY', hours, hours + 72, { first: 2 })).availability;
    expect(page.pageInfo.hasNextPage).toBe(true);
    const rest = (await ask('DAY', hours, hours + 72, { first: 2, after: page.pageInfo.endCursor })).availability;
    expect([...nodes(page), ...nodes(rest)].map(({ window }) => window)).toEqual(
      [0, 1, 2].map((day) => ({ start: iso(from + day * DAY), end: iso(from + (day + 1) * DAY) })),
    );
    expect(rest.pageInfo.hasNextPage).toBe(false);
  });
});

describe('candles', () => {
  const ask = (interval: string, from: number, to: number, more: object = {}) =>
    market.read(CANDLES, { interval, from: iso(from), to: iso(to), ...more });

  it('sum an hour up', async () => {
    const { candles } = await ask('HOUR', first, first + 26 * HOUR);
    const [one, two, three] = nodes(candles);
    // (60 token-hours at 1000 + 20 at 3000) / 80
    expect(one).toEqual({
      ...{ start: iso(first), open: '1000', high: '3000', low: '1000', close: '3000' },
      ...{ count: 2, volume: '80', vwap: '1500' },
    });
    expect(two).toMatchObject({ start: iso(first + HOUR), open: '3000', close: '3000', count: 1, volume: '10' });
    expect(three).toMatchObject({ start: iso(first + 25 * HOUR) });
  });

  it('round the period outwards, and go on behind a cursor', async () => {
    const period = [first + 60_000, first + HOUR + 1] as const;
    const page = (await ask('HOUR', ...period, { first: 1 })).candles;
    expect(nodes(page)[0]).toMatchObject({ count: 2 });
    const rest = (await ask('HOUR', ...period, { first: 1, after: page.pageInfo.endCursor })).candles;
    expect(nodes(rest)[0]).toMatchObject({ start: iso(first + HOUR) });
    expect(rest.pageInfo.hasNextPage).toBe(false);
  });

  it.each([
    ['as late as time goes', '9999-12-30T00:00:00Z', '9999-12-31T00:00:00Z'],
    ['as early', '1970-01-01T00:00:00Z', '1970-01-02T00:00:00Z'],
  ])('are none %s, behind any cursor', async (_what, from, to) => {
    const late = Buffer.from('["9999-12-31T23:59:59.999Z"]').toString('base64url');
    for (const after of [null, late]) {
      expect(nodes((await market.read(CANDLES, { interval: 'DAY', from, to, after })).candles)).toEqual([]);
      const steps = nodes((await market.read(CALENDAR, { step: 'DAY', from, to, after })).availability);
      expect(steps.map(({ quantity }) => quantity)).toEqual(after === null ? ['0'] : []);
    }
  });

  it.each([
    ['MINUTE', '2026-12-01T00:00:00Z', '2026-12-02T01:00:01Z', /^to is too long after from; expected a period that touches at most 1500 intervals of one minute$/],
    ['HOUR', '2026-12-01T00:00:00Z', '2026-12-01T00:00:00Z', /^to is not after from; expected an instant after from$/],
    ['HOUR', '1969-12-31T23:00:00Z', '1970-01-01T00:00:00Z', /^from is before 1970; expected/],
    ['DAY', '9999-12-30T00:00:00Z', '9999-12-31T23:59:59Z', /^to is in the last day of the calendar; expected/],
    ['WEEK', '2026-12-01T00:00:00Z', '2026-12-02T00:00:00Z', /\$interval.*CandleInterval/],
  ])('of %s from %s to %s are refused', async (interval, from, to, message) => {
    expect(await market.refusal(CANDLES, { interval, from, to })).toMatch(message);
  });
});

describe('all of it', () => {
  it('names no organization, reservation, listing or pool', async () => {
    expect(market.told.length).toBeGreaterThan(20);
    expect(await market.identities()).toEqual([]);
  });

  it('is rebuilt from the log as it stands', async () => {
    const { projections } = await verifyApp(market.app);
    expect(projections).toBeGreaterThan(1);
  });
});
