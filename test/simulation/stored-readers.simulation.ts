import pg from 'pg';
import { ChainQueries } from '../../src/allocation/projection/chain.queries.js';
import { TradeQueries } from '../../src/allocation/projection/trade.queries.js';
import { WaitlistQueries, type Watch } from '../../src/allocation/projection/waitlist.queries.js';
import type { SupplyRate } from '../../src/allocation/model/waitlist.estimate.js';
import type { SupplyReach } from '../../src/allocation/model/waitlist.supply.js';
import { streamId, type RecordedEvent } from '../../src/eventstore/event.js';
import { applyChanges, type AnyProjection } from '../../src/eventstore/projection.js';
import type { MarketId, OrganizationId } from '../../src/kernel/ids.js';
import { DAY_MS, HOUR_MS, MINUTE_MS, plus, type Duration } from '../../src/kernel/time.js';
import { Database } from '../../src/platform/database/prisma.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { DAY_ZERO, MARKETS } from './cast.js';
import { Director } from './director.js';
import type { MarketWatch } from './market-watch.js';
import { READER_MUTANTS } from './mutants/reader.mutants.js';
import { linkOf, compare } from './readers.js';
import { RowWaitlist } from './row-queries.js';
import { PROJECTIONS } from './row-tables.js';
import { Stage, type Plant } from './stage.js';
import type { ToldCandle, Volume } from './trade-auditor.js';

const STEPS = 250;
/** So many events are written at once, at least: reading takes longer than living. */
const PAGE_MIN = 40;
const LIMIT_MS = 240_000;
const QUARTER_MS = 900_000n;
/** All of the time that a market lives. */
const ALWAYS = { from: plus(DAY_ZERO, -DAY_MS), to: plus(DAY_ZERO, 366 * DAY_MS) };
const FLOORS = { ttft: [0, 100, 200, 400, 800, 1_600, 3_200], stream: [0, 25, 50, 100, 200, 400, 800, 1_600] };
const CLASSES = [['INSTANT', 800], ['FAST', 200], ['INTERACTIVE', 50], ['BASIC', 0]] as const;

let own: TestDatabase;
let pool: pg.Pool;
let database: Database;
beforeAll(async () => {
  own = await createTestDatabase();
  pool = new pg.Pool({ connectionString: own.url, max: 2 });
  database = new Database(pool);
});
afterAll(async () => {
  await database.$disconnect();
  await pool.end();
  await own.drop();
});
beforeEach(() => pool.query('TRUNCATE eventstore.events, listing, reservation, market_pool, pool_terms, market_order, trade, pool CASCADE'));

interface Asked {
  readonly marketId: MarketId;
  readonly reach: SupplyReach;
  readonly watch: Watch;
  readonly told: SupplyRate;
}

/** What came, as the simulation works it out of rows and its auditor has judged it. */
class Remembering extends RowWaitlist {
  readonly asked: Asked[] = [];

  override async supply(marketId: MarketId, reach: SupplyReach, watch: Watch): Promise<SupplyRate> {
    const told = await super.supply(marketId, reach, watch);
    this.asked.push({ marketId, reach, watch, told });
    return told;
  }
}

/** A simulated market whose rows stand in PostgreSQL, where the product's own statements read them. */
class Stored {
  readonly counts = { trades: 0, candles: 0, links: 0, supplies: 0 };
  private readonly versions = new Map<MarketId, number>();
  private readonly queries = { trades: new TradeQueries(database), chains: new ChainQueries(database), waitlist: new WaitlistQueries(database) };

  constructor(private readonly projections: readonly AnyProjection[]) {}

  /** @throws Violation when a statement says something else than the log does */
  async check(watch: MarketWatch, tail: readonly RecordedEvent[]): Promise<void> {
    await this.write(watch, tail);
    const { trades: due, chains } = watch.log.shown;
    await this.checkTrades(watch);
    for (const [reservationId, { fromId, toId }] of [...chains.moved].slice(-3)) {
      for (const reader of [fromId, toId, 'org-nobody'] as OrganizationId[]) {
        const told = await this.queries.chains.chainOf(reservationId, reader);
        compare(`stored chain of ${reservationId}`, told?.map(linkOf) ?? null, chains.chainOf(reservationId, reader));
        this.counts.links += told?.length ?? 0;
      }
    }
    this.counts.trades = Math.max(this.counts.trades, due.trades.length);
  }

  /** Every answer that the waitlist was given since the rows were written. */
  async checkSupplies(asked: readonly Asked[]): Promise<void> {
    for (const { marketId, reach, watch, told } of asked) {
      compare(`stored supply of ${marketId}`, await this.queries.waitlist.supply(marketId, reach, watch), told);
      if (told.tokenMs > 0n) this.counts.supplies += 1;
    }
  }

  private async write({ marketId, tables }: MarketWatch, tail: readonly RecordedEvent[]): Promise<void> {
    await pool.query(
      `INSERT INTO eventstore.events (stream_id, version, type, schema_version, occurred_at, metadata, data, hash)
        SELECT $1, * FROM unnest($2::int[], $3::text[], $4::int[], $5::timestamptz[], $6::text[], $7::text[], $8::bytea[])`,
      [streamId('market', marketId), ...columnsOf(tail)],
    );
    for (const projection of this.projections) {
      const changes = tail.flatMap((event) => projection.changesOf(event));
      // Twice: whoever wrote it first died before it could say so.
      for (let time = 0; time < 2; time += 1) await applyChanges(pool, projection.tables, changes);
    }
    for (const poolId of tables.rows('market_pool').keys()) {
      await pool.query(
        `INSERT INTO pool (pool_id, market_id, provider_id, name, platform, region, residency, grid_ms, nameplate, profile, profile_version,
          service_level, endpoint, terms, registered_at) VALUES ($1, $2, '', '', '', '', '[]', 1, '[]', '{}', 1, $3, '{}', '{}', now()) ON CONFLICT DO NOTHING`,
        [poolId, marketId, promiseOf(poolId)],
      );
    }
    this.versions.set(marketId, tail.at(-1)?.version ?? this.versions.get(marketId) ?? 0);
  }

  versionOf(marketId: MarketId): number {
    return this.versions.get(marketId) ?? 0;
  }

  private async checkTrades({ marketId, log }: MarketWatch): Promise<void> {
    const { trades: auditor } = log.shown;
    const { trades } = this.queries;
    const newest = await trades.newest(marketId, null, 20);
    const numbers = newest.map(({ sequence, tradedAt, quantity, unitPrice, amount }) => [sequence, tradedAt.getTime(), quantity, unitPrice, amount]);
    const told = auditor.trades.slice(-20).reverse();
    compare(`stored trades of ${marketId}`, numbers, told.map((one) => [one.number, one.tradedAt, one.quantity, one.unitPrice, one.amount]));
    for (const interval of [MINUTE_MS, HOUR_MS, DAY_MS] as Duration[]) {
      const candles = await trades.candles(marketId, interval, ALWAYS, 10_000);
      compare(`stored candles of ${marketId}`, candles.map((candle) => ({ ...candle, start: candle.start.getTime() })), auditor.candles(interval, ALWAYS.from, ALWAYS.to).map(candleOf));
      this.counts.candles += candles.length;
    }
    const model = marketId.split('@')[0] ?? '';
    const byClass = auditor.by((poolId) => CLASSES.find(([, floor]) => floor <= speedOf(poolId).stream)?.[0] ?? '', ALWAYS.from, ALWAYS.to);
    const classes = [...CLASSES].reverse().flatMap(([speedClass]) => one(byClass.get(speedClass), { speedClass }));
    compare(`stored index of ${model}`, (await trades.bySpeedClass(model, ALWAYS)).map(sorted), classes.map(sorted));
    const bySpeed = auditor.by((poolId) => `${floorOf('ttft', poolId)} ${floorOf('stream', poolId)}`, ALWAYS.from, ALWAYS.to);
    const points = (await trades.bySpeed(model, ALWAYS)).map(({ ttftP95Ms, streamTokensPerSecond, ...volume }) => `${ttftP95Ms.from} ${streamTokensPerSecond.from}: ${volumeText(volume)}`);
    compare(`stored curve of ${model}`, points.sort(), [...bySpeed].map(([key, volume]) => `${key}: ${volumeText(volumeOf(volume))}`).sort());
  }
}

const columnsOf = (tail: readonly RecordedEvent[]): readonly unknown[] => [
  ...[tail.map(({ version }) => version), tail.map(({ type }) => type), tail.map(({ schemaVersion }) => schemaVersion)],
  ...[tail.map(({ occurredAt }) => new Date(occurredAt)), tail.map(({ metadata }) => metadata), tail.map(({ data }) => data)],
  tail.map(({ hash }) => hash),
];
const volumeOf = ({ trades, quarters, value }: Volume) => ({ trades, tokenMs: quarters * QUARTER_MS, value: value * QUARTER_MS });
const volumeText = ({ trades, tokenMs, value }: ReturnType<typeof volumeOf>): string => `${trades} ${tokenMs} ${value}`;
const one = <Extra>(volume: Volume | undefined, extra: Extra) => (volume === undefined ? [] : [{ ...volumeOf(volume), ...extra }]);
const sorted = (row: object): unknown => Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1));
const candleOf = ({ start, open, high, low, close, ...volume }: ToldCandle) => ({ start, open, high, low, close, ...volumeOf(volume) });

/** Pools of a market promise one thing each, so that each is in another class. */
const speedOf = (poolId: string): { readonly ttft: number; readonly stream: number } =>
  ({ 'pool-0': { ttft: 90, stream: 900 }, 'pool-1': { ttft: 400, stream: 60 } })[poolId.split('~')[1] ?? ''] ?? { ttft: 3_300, stream: 10 };
const promiseOf = (poolId: string): string =>
  JSON.stringify({ ttftP95: speedOf(poolId).ttft, streamTokensPerSecondMin: speedOf(poolId).stream });
const floorOf = (of: 'ttft' | 'stream', poolId: string): number => Math.max(...FLOORS[of].filter((floor) => floor <= speedOf(poolId)[of]));

/** A market from a seed; whenever all messages have arrived, everything that is stored is read. */
async function read(seed: number, plant: Plant = {}): Promise<Stored['counts']> {
  const waitlist: { rows: Remembering | null } = { rows: null };
  const stage = new Stage({ waitlist: (tablesOf) => (waitlist.rows = new Remembering(tablesOf)) });
  const director = new Director(seed, stage);
  const stored = new Stored(plant.projections ?? PROJECTIONS);
  const perform = async (moves: ReturnType<Director['next']>): Promise<void> => {
    for (const move of moves) {
      await stage.perform(move);
      const asked = waitlist.rows?.asked.splice(0) ?? [];
      if (move.kind !== 'settle' && move.kind !== 'finish') continue;
      const tails = await Promise.all(MARKETS.map((marketId) => stage.recorded(marketId, stored.versionOf(marketId))));
      if (tails.flat().length < PAGE_MIN && move.kind === 'settle') continue;
      for (const [index, marketId] of MARKETS.entries()) await stored.check(stage.watchOf(marketId), tails[index] ?? []);
      // In the end two rounds were read, and the rows are those of the second.
      if (move.kind === 'settle') await stored.checkSupplies(asked);
    }
  };
  await perform(director.opening());
  for (let step = 0; step < STEPS; step += 1) await perform(director.next());
  await perform([director.finish()]);
  return stored.counts;
}

describe('what stands in the database', () => {
  it.each([2])('is read as the log says it, by trades, candles, index, curve, chains and the waitlist, from seed %i', async (seed) => {
    const counts = await read(seed);
    expect(Object.entries(counts).filter(([, count]) => count === 0)).toEqual([]);
  }, LIMIT_MS);

  it('is seen to be wrong where an average has the wrong weight', async () => {
    const { plant } = READER_MUTANTS.find(({ name }) => name === 'an average with the wrong weight') ?? {};
    await expect(read(2, plant?.())).rejects.toThrow(/stored candles of/);
  }, LIMIT_MS);

  it('is seen to be wrong where a chain loses a hop', async () => {
    const { plant } = READER_MUTANTS.find(({ name }) => name === 'a chain that loses a hop') ?? {};
    await expect(read(2, plant?.())).rejects.toThrow(/stored chain of/);
  }, LIMIT_MS);
});

