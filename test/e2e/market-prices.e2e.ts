import { readFileSync } from 'node:fs';
import type { Pool } from 'pg';
import { POOL } from '../../src/platform/platform.module.js';
import type { ApiClient } from '../support/app.js';
import { MARKET, nodes, TradedMarket } from '../support/market-data.js';
import { classRow, levelRows, pointRow, stepRow } from '../support/market-files.js';
import { clockOf, HOUR, iso, poolInput, Trading } from '../support/trading.js';
import { until } from '../support/until.js';
import { verifyApp } from '../support/verify.js';

const DAY = 24 * HOUR;
const AVERAGE = 'pricePerMillionTokens unitPrice trades volume';

let market: TradedMarket;
let trading: Trading;
let buyer: ApiClient;
let first: number;
beforeAll(async () => {
  market = await TradedMarket.open();
  ({ trading, buyer, first } = market);
});
afterAll(() => market.app.close());

describe('prices by speed', () => {
  const INDEX = `query($model: String!, $days: Int! = 30) { priceIndex(model: $model, days: $days) {
    model period { start end } classes { speedClass streamTokensPerSecondMin ${AVERAGE} } } }`;
  const PREMIUM = `query($model: String!) { speedPremium(model: $model) { model ${AVERAGE}
    points { ttftP95Ms { from below } streamTokensPerSecondMin { from below } ${AVERAGE} } } }`;

  beforeAll(async () => {
    // The same model at another quantization, slower: 20 token-hours at 500.
    const terms = { serviceLevel: { ttftP95Ms: 900, streamTokensPerSecondMin: 60, availability: 9_990 } };
    const slow = await market.app.signUp('Slow', { isProvider: true });
    const start = trading.start + 30 * HOUR;
    const made = await slow.mustMutate(
      'registerPool',
      'RegisterPoolInput',
      poolInput(start, { ...terms, quantization: 'bf16' }),
      { fields: '... on RegisterPoolSuccess { pool { poolId } }' },
    );
    const other = new Trading(market.app, slow, start, made['pool'].poolId);
    await other.buy(buyer, await other.list(48, 50, 10, 500), 48, 50, 10);
    const query = `{ trades(marketId: "llama-3.3-70b@bf16") { edges { node { speedClass } } } }`;
    await until(async () => nodes((await market.read(query)).trades), ([one]) => one?.speedClass === 'INTERACTIVE');
  });

  it('are averages of all trades in a class, and none where there is none', async () => {
    const { priceIndex } = await market.read(INDEX, { model: 'llama-3.3-70b' });
    // 60 at 1000, 20 + 10 at 3000, 80 at 1000: 230,000 / 170 = 1352.94
    expect(priceIndex.classes).toEqual([
      { speedClass: 'BASIC', streamTokensPerSecondMin: 0, pricePerMillionTokens: null, unitPrice: null, trades: 0, volume: '0' },
      { speedClass: 'INTERACTIVE', streamTokensPerSecondMin: 50, pricePerMillionTokens: '138889', unitPrice: '500', trades: 1, volume: '20' },
      { speedClass: 'FAST', streamTokensPerSecondMin: 200, pricePerMillionTokens: null, unitPrice: null, trades: 0, volume: '0' },
      { speedClass: 'INSTANT', streamTokensPerSecondMin: 800, pricePerMillionTokens: '375817', unitPrice: '1353', trades: 4, volume: '170' },
    ]);
  });

  it('are of the days that were asked for, up to now', async () => {
    await trading.pass(26);
    const { classes, period } = (await market.read(INDEX, { model: 'llama-3.3-70b', days: 1 })).priceIndex;
    expect(Date.parse(period.end) - Date.parse(period.start)).toBe(DAY);
    expect(Date.parse(period.end) - 1).toBeLessThanOrEqual(clockOf(market.app).now());
    expect(classes[3]).toMatchObject({ trades: 1, volume: '80', unitPrice: '1000' });
  });

  it('are points by promised first token and stream speed', async () => {
    const { speedPremium } = await market.read(PREMIUM, { model: 'llama-3.3-70b' });
    expect(speedPremium).toMatchObject({ model: 'llama-3.3-70b', trades: 5, volume: '190' });
    expect(speedPremium.points).toEqual([
      expect.objectContaining({
        ...{ ttftP95Ms: { from: 400, below: 800 }, streamTokensPerSecondMin: { from: 800, below: 1_600 } },
        ...{ trades: 4, unitPrice: '1353' },
      }),
      expect.objectContaining({
        ...{ ttftP95Ms: { from: 800, below: 1_600 }, streamTokensPerSecondMin: { from: 50, below: 100 } },
        ...{ trades: 1, unitPrice: '500' },
      }),
    ]);
    const none = (await market.read(PREMIUM, { model: 'gpt-oss-120b' })).speedPremium;
    expect(none).toMatchObject({ pricePerMillionTokens: null, unitPrice: null, trades: 0, points: [] });
  });

  it.each([
    [{ model: 'Llama 3' }, 'model names no model; expected a name such as llama-3.3-70b'],
    [{ model: 'llama-3.3-70b', days: 0 }, 'days is out of range; expected a whole number from 1 to 366'],
    [{ model: '%', days: 367 }, /^model names no model; .*days is out of range/],
  ])('are refused for %j', async (given, message) => {
    expect(await market.refusal(INDEX, given)).toMatch(message);
  });
});

const LEVEL = 'unitPrice pricePerMillionTokens quantity count cumulativeQuantity';
const BOOK = `query($window: WindowInput!, $from: Instant!, $to: Instant!) {
  depth(marketId: "${MARKET}", window: $window) { asks { ${LEVEL} } bids { ${LEVEL} } }
  availability(marketId: "${MARKET}", step: HOUR, from: $from, to: $to, first: 50) {
    edges { node { window { start end } quantity bestPrice } } } }`;
const AVERAGES = `{
  priceIndex(model: "llama-3.3-70b") { classes { speedClass streamTokensPerSecondMin ${AVERAGE} } }
  speedPremium(model: "llama-3.3-70b", days: 29) {
    points { ttftP95Ms { from below } streamTokensPerSecondMin { from below } ${AVERAGE} } } }`;

describe('files', () => {
  const period = () => `from=${iso(first)}&to=${iso(first + 26 * HOUR)}`;
  const named = `market=${encodeURIComponent(MARKET)}`;

  it('hold trades, oldest first', async () => {
    const response = await market.file(`trades.csv?${named}&${period()}`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(response.headers.get('content-disposition')).toBe(`attachment; filename="headroom-trades-${MARKET}.csv"`);
    const text = await response.text();
    const [header, one, ...others] = text.trimEnd().split('\r\n');
    expect(header).toBe(
      'market,sequence,traded_at,window_start,window_end,tokens_per_second,token_hours,currency,' +
        'unit_price_micro_usd,usd_per_million_tokens,amount_usd,speed_class',
    );
    const [oldest] = (await market.trades()).reverse();
    const { start, end } = trading.window(48, 50);
    expect(one).toBe(
      `${MARKET},${oldest.sequence},${oldest.tradedAt},${start},${end},30,60,USD,1000,0.277778,0.06,INSTANT`,
    );
    expect(others).toHaveLength(3);
  });

  it('hold candles', async () => {
    const text = await (await market.file(`candles.csv?${named}&interval=hour&${period()}`)).text();
    const [header, one] = text.split('\r\n');
    expect(header).toBe(
      'market,interval,start,currency,open_micro_usd,high_micro_usd,low_micro_usd,close_micro_usd,' +
        'vwap_micro_usd,trades,token_hours',
    );
    expect(one).toBe(`${MARKET},HOUR,${iso(first)},USD,1000,3000,1000,3000,1500,2,80`);
  });

  it('hold depth and availability as the queries say them', async () => {
    const bid = { marketId: MARKET, window: trading.window(48, 52), quantity: '7', limitPrice: '400' };
    await buyer.mustMutate('placeOrder', 'PlaceOrderInput', bid);
    const window = trading.window(50, 51);
    // Up to before the hour of a hold, which ends by itself.
    const { start: from, end: to } = trading.window(46, 58);
    const said = await market.read(BOOK, { window, from, to });
    const depth = await market.rows(`depth.csv?${named}&start=${window.start}&end=${window.end}`);
    expect(depth).toEqual([...levelRows('ASK', window, said.depth.asks), ...levelRows('BID', window, said.depth.bids)]);
    expect(depth.map((row) => `${row['side']} ${row['tokens_per_second']}`)).toEqual(['ASK 100', 'ASK 30', 'BID 7']);
    const steps = await market.rows(`availability.csv?${named}&step=hour&from=${from}&to=${to}`);
    expect(steps).toEqual(nodes(said.availability).map(stepRow));
    expect(steps.slice(1, 5).map((row) => row['tokens_per_second'])).toEqual(['0', '110', '120', '130']);
  });

  it('hold the index and the curve as the queries say them', async () => {
    const said = await market.read(AVERAGES);
    const classes = await market.rows('price-index.csv?model=llama-3.3-70b');
    expect(classes).toEqual(said.priceIndex.classes.map(classRow));
    expect(classes[3]).toMatchObject({ speed_class: 'INSTANT', usd_per_million_tokens: '0.375817', token_hours: '170' });
    const points = await market.rows('speed-premium.csv?model=llama-3.3-70b&days=29');
    expect(points).toEqual(said.speedPremium.points.map(pointRow));
    const days = [...classes, ...points].map((row) => (Date.parse(row['period_end'] ?? '') - Date.parse(row['period_start'] ?? '')) / DAY);
    expect(days).toEqual([30, 30, 30, 30, 29, 29]);
  });

  it('hold as many levels as were asked for, the best of each side', async () => {
    const { start, end } = trading.window(50, 51);
    const best = await market.rows(`depth.csv?${named}&start=${start}&end=${end}&first=1`);
    expect(best.map(({ side, level, unit_price_micro_usd: price }) => [side, level, price])).toEqual([['ASK', '1', '1000'], ['BID', '1', '400']]);
  });

  it.each([
    ['trades.csv?market=other@fp8&from=2030-01-01T00:00:00Z&to=2030-01-02T00:00:00Z', 'trades-other@fp8', 0],
    ['candles.csv?market=other@fp8&interval=day&from=2030-01-01T00:00:00Z&to=2030-01-02T00:00:00Z', 'candles-day-other@fp8', 0],
    ['depth.csv?market=other@fp8&start=2040-01-01T00:00:00Z&end=2040-01-02T00:00:00Z', 'depth-other@fp8', 0],
    ['availability.csv?market=other@fp8&step=day&from=2040-01-01T00:00:00Z&to=2040-01-02T00:00:00Z', 'availability-day-other@fp8', 0],
    ['speed-premium.csv?model=other', 'speed-premium-other', 0],
    ['price-index.csv?model=other', 'price-index-other', 4],
  ])('are named, kept by nobody, described, and as empty as their answer: %s', async (path, name, rows) => {
    const response = await market.file(path);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('content-disposition')).toBe(`attachment; filename="headroom-${name}.csv"`);
    const [columns = '', ...others] = (await response.text()).trimEnd().split('\r\n');
    expect(others).toHaveLength(rows);
    const line = readFileSync('docs/MARKET.md', 'utf8').split('\n').find((one) => one.startsWith(`| \`${path.split('?')[0]}?`));
    expect(line).toContain(`\`${columns.replaceAll(',', ', ')}\``);
  });

  it('say which bound of a window is wrong, and what would be right', async () => {
    const asked = async (start: string, end: string) => {
      const problem: any = await (await market.file(`depth.csv?${named}&start=${start}&end=${end}`)).json();
      return problem.issues;
    };
    const reason = 'is on the grid of no pool';
    expect(await asked('2040-01-01T00:30:00Z', '2040-01-01T02:00:00Z')).toEqual([
      { field: 'start', reason, accepted: 'such as 2040-01-01T00:00:00.000Z' },
    ]);
    expect(await asked('2040-01-01T00:00:00Z', '2040-01-01T01:30:00Z')).toEqual([
      { field: 'end', reason, accepted: 'such as 2040-01-01T02:00:00.000Z' },
    ]);
    expect(await asked('2020-01-01T00:00:00Z', '2020-01-01T01:00:00Z')).toEqual([
      { field: 'start', reason: 'is in the past', accepted: expect.stringMatching(/^2030-.* or later$/) },
    ]);
  });

  it('hold at most 10000 trades, and say up to when they would', async () => {
    const pool = market.app.application.get<Pool>(POOL);
    const busy = `INSERT INTO trade SELECT 'busy' || n, 'busy@fp8', 'busy', 'p', 1, n,
        timestamptz '2026-12-01T00:00:00Z' + n * interval '1 second',
        '2026-12-02', '2026-12-03', 1, 1, 1, 1, n FROM generate_series(1, 10001) AS n`;
    await pool.query(busy);
    const asked = (to: string) =>
      market.file(`trades.csv?market=busy@fp8&from=2026-12-01T00:00:00Z&to=${to}`);
    const refused: any = await (await asked('2026-12-02T00:00:00Z')).json();
    expect(refused.issues).toEqual([
      {
        ...{ field: 'to', reason: 'leaves more than 10000 trades for one file' },
        accepted: '2026-12-01T02:46:41.000Z or earlier',
      },
    ]);
    const text = await (await asked('2026-12-01T02:46:41Z')).text();
    expect(text.trimEnd().split('\r\n')).toHaveLength(10_001);
    await pool.query(`DELETE FROM trade WHERE market_id = 'busy@fp8'`);
  });

  it.each([
    ['trades.csv', ['market', 'from', 'to']],
    ['trades.csv?market=x&from=now&to=2026-12-01', ['market', 'from', 'to']],
    ['trades.csv?market=a@fp8&market=b@fp8&from=2026-12-01T00:00:00Z&to=2026-12-02T00:00:00Z', ['market']],
    ['trades.csv?market=a@fp8&from=2026-12-02T00:00:00Z&to=2026-12-01T00:00:00Z', ['to']],
    ['trades.csv?market=a@fp8&from=2025-01-01T00:00:00Z&to=2026-12-01T00:00:00Z', ['to']],
    ['trades.csv?market=%00@fp8&from=0000-01-01T00:00:00Z&to=2026-12-01T00:00:00Z', ['market', 'from', 'to']],
    ['candles.csv?market=a@fp8&interval=week&from=2026-12-01T00:00:00Z&to=2026-12-02T00:00:00Z', ['interval']],
    ['candles.csv?market=a@fp8&interval=minute&from=2026-12-01T00:00:00Z&to=2026-12-31T00:00:00Z', ['to']],
    ['candles.csv?market=../x@fp8&interval=DAY&from=2026-12-01T00:00:00Z&to=2026-12-31T00:00:00Z', ['market']],
    ['candles.csv?interval=week', ['market', 'interval', 'from', 'to']],
    ['depth.csv?first=5001', ['market', 'start', 'end', 'first']],
    ['depth.csv?market=a@fp8&start=2026-12-02T00:00:00Z&end=2026-12-01T00:00:00Z&first=0', ['end', 'first']],
    ['depth.csv?market=a@fp8&start=2026-12-01T00:00:00Z&end=2026-12-02T00:00:00Z&first=1&first=2', ['first']],
    ['availability.csv', ['market', 'step', 'from', 'to']],
    ['availability.csv?market=a@fp8&step=minute&from=2026-12-01T00:00:00Z&to=2026-12-02T00:00:00Z', ['step']],
    ['availability.csv?market=a@fp8&step=hour&from=2026-01-01T00:00:00Z&to=2027-03-01T00:00:00Z', ['to']],
    ['price-index.csv?days=', ['model', 'days']],
    ['price-index.csv?model=Llama%203&days=367', ['model', 'days']],
    ['speed-premium.csv?model=a&model=b&days=1e1', ['model', 'days']],
    ['speed-premium.csv?model=%3Dcmd', ['model']],
  ])('are refused: %s', async (path, fields) => {
    const response = await market.file(path);
    const problem: any = await response.json();
    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(problem).toMatchObject({ title: 'Bad Request', status: 400, detail: expect.any(String) });
    expect(problem.issues.map(({ field }: any) => field)).toEqual(fields);
    for (const issue of problem.issues) {
      expect(issue).toEqual({ field: expect.any(String), reason: expect.any(String), accepted: expect.any(String) });
    }
  });
});

describe('all of it', () => {
  it('names no organization, reservation, listing or pool', async () => {
    expect(market.told.length).toBeGreaterThan(8);
    expect(await market.identities()).toEqual([]);
  });

  it('is rebuilt from the log as it stands', async () => {
    const { projections } = await verifyApp(market.app);
    expect(projections).toBeGreaterThan(1);
  });
});
