import fc from 'fast-check';
import pg from 'pg';
import { INTERVALS, wholeIntervals, type IntervalName } from '../../src/allocation/model/period.rules.js';
import { TradeQueries, type Candle } from '../../src/allocation/projection/trade.queries.js';
import { HOUR_MS, MINUTE_MS, plus } from '../../src/kernel/time.js';
import { Database } from '../../src/platform/database/prisma.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { hour, MARKET } from '../support/market.js';

let own: TestDatabase;
let pool: pg.Pool;
let database: Database;
let queries: TradeQueries;
beforeAll(async () => {
  own = await createTestDatabase();
  pool = new pg.Pool({ connectionString: own.url, max: 2 });
  database = new Database(pool);
  queries = new TradeQueries(database);
});
afterAll(async () => {
  await database.$disconnect();
  await pool.end();
  await own.drop();
});

interface Trade {
  /** Milliseconds after midnight. */
  readonly at: number;
  readonly price: bigint;
  readonly quantity: bigint;
  readonly minutes: number;
  readonly isTold: boolean;
  readonly market: string;
}

const edges = [0, MINUTE_MS, HOUR_MS, 2 * HOUR_MS, 24 * HOUR_MS].flatMap((edge) => [edge, edge + 1, edge + 59_999]);
const trade: fc.Arbitrary<Trade> = fc.record({
  at: fc.oneof(fc.constantFrom(...edges), fc.integer({ min: 0, max: 26 * HOUR_MS })),
  price: fc.oneof(fc.bigInt(0n, 20n), fc.bigInt(0n, 10n ** 15n)),
  quantity: fc.oneof(fc.bigInt(1n, 9n), fc.constant(10n ** 12n)),
  minutes: fc.constantFrom(15, 60, 24 * 60, 366 * 24 * 60),
  isTold: fc.integer({ min: 0, max: 3 }).map((one) => one > 0),
  market: fc.constantFrom(MARKET, MARKET, MARKET, 'other@fp8'),
});

async function store(trades: readonly Trade[]): Promise<void> {
  await database.trade.deleteMany();
  await database.trade.createMany({
    data: trades.map(({ at, price, quantity, minutes, isTold, market }, index) => ({
      ...{ tradeId: `t${index}`, marketId: market, model: 'llama-3.3-70b', poolId: 'p', termsVersion: 1 },
      sequence: isTold ? index + 1 : null,
      number: isTold ? index + 1 : null,
      tradedAt: isTold ? new Date(plus(hour(0), at)) : null,
      ...{ windowStart: new Date(hour(48)), windowEnd: new Date(plus(hour(48), minutes * MINUTE_MS)) },
      ...{ quantity, unitPrice: price, amount: 0n },
      tokenMs: (quantity * BigInt(minutes * MINUTE_MS)).toString(),
    })),
  });
}

/** One trade after the other, as anybody would. */
function naive(trades: readonly Trade[], name: IntervalName, to: number): Candle[] {
  const interval = INTERVALS[name];
  const candles = new Map<number, Candle>();
  for (const { at, price, quantity, minutes, isTold, market } of trades) {
    if (!isTold || market !== MARKET || at >= to) continue;
    const start = at - (at % interval);
    const tokenMs = quantity * BigInt(minutes * MINUTE_MS);
    const before = candles.get(start) ?? {
      ...{ start: new Date(plus(hour(0), start)), open: price, high: price, low: price, close: price },
      ...{ trades: 0, tokenMs: 0n, value: 0n },
    };
    candles.set(start, {
      ...before,
      high: price > before.high ? price : before.high,
      low: price < before.low ? price : before.low,
      close: price,
      trades: before.trades + 1,
      tokenMs: before.tokenMs + tokenMs,
      value: before.value + price * tokenMs,
    });
  }
  return [...candles.values()].sort((a, b) => a.start.getTime() - b.start.getTime());
}

describe('candles', () => {
  it('are what going through the trades one by one finds', async () => {
    const names = fc.constantFrom<IntervalName>('MINUTE', 'HOUR', 'DAY');
    await fc.assert(
      fc.asyncProperty(fc.array(trade, { maxLength: 40 }), names, async (trades, name) => {
        await store(trades);
        const asked = { from: hour(0), to: plus(hour(0), 25 * HOUR_MS) };
        const { start, end } = wholeIntervals(asked, INTERVALS[name]);
        const found = await queries.candles(MARKET, INTERVALS[name], { from: start, to: end }, 10_000);
        expect(found).toEqual(naive(trades, name, end - hour(0)));
      }),
      { numRuns: 30 },
    );
  });

  it('come a page at a time', async () => {
    const at = (hours: number): Trade => ({
      ...{ at: hours * HOUR_MS, price: 7n, quantity: 1n, minutes: 60, isTold: true, market: MARKET },
    });
    await store([at(0), at(2), at(3)]);
    const period = { from: hour(0), to: hour(24) };
    const starts = (await queries.candles(MARKET, HOUR_MS, period, 2)).map(({ start }) => start.getTime());
    expect(starts).toEqual([hour(0), hour(2)]);
  });
});
