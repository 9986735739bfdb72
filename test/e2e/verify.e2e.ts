import type { Pool } from 'pg';
import { MarketService } from '../../src/allocation/application/market.service.js';
import { systemContext } from '../../src/eventstore/command-context.js';
import { DefinitionRegistry } from '../../src/eventstore/definition-registry.js';
import { PostgresEventStore } from '../../src/eventstore/postgres-event-store.js';
import { readCheckpoint } from '../../src/eventstore/checkpoint.js';
import { SubscriptionRegistry } from '../../src/eventstore/subscription-registry.js';
import { verifyEverything, type Verified } from '../../src/eventstore/verify.js';
import { ceilToGrid, HOUR_MS, plus } from '../../src/kernel/time.js';
import { rectangle } from '../../src/kernel/step-function.js';
import { idInMarket, type ListingId, type PoolId, type ReservationId } from '../../src/kernel/ids.js';
import { POOL } from '../../src/platform/platform.module.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { BUYER, MARKET, poolFacts, price, PROVIDER, tokens } from '../support/market.js';
import { TESTS_BEGIN } from '../support/test-time.js';
import { giveWay } from '../support/until.js';

let app: TestApp;
let pool: Pool;
let market: MarketService;

const verify = (): Promise<Verified> =>
  verifyEverything({
    pool,
    store: app.application.get(PostgresEventStore),
    definitions: app.application.get(DefinitionRegistry),
    subscriptions: app.application.get(SubscriptionRegistry),
  });

const poolId = idInMarket<PoolId>(MARKET, 'pool');
const listingId = idInMarket<ListingId>(MARKET, 'listing');
const start = plus(ceilToGrid(TESTS_BEGIN, HOUR_MS), 24 * HOUR_MS);
const window = { start, end: plus(start, 8 * HOUR_MS) };
const ONE_HOUR = { start, end: plus(start, HOUR_MS) };

beforeAll(async () => {
  app = await startTestApp();
  pool = app.application.get<Pool>(POOL);
  market = app.application.get(MarketService);
  const nameplate = rectangle(window, 100n);
  const send = async (...[command, key]: [Parameters<MarketService['execute']>[1], string]) => {
    const outcome = await market.execute(MARKET, command, systemContext('test', key));
    expect(outcome).toMatchObject({ accepted: true });
  };
  await send({ type: 'OpenPool', facts: poolFacts({ poolId, nameplate }) }, 'open');
  const offer = { listingId, poolId, sellerId: PROVIDER, window, quantity: tokens(100) };
  const source = { kind: 'pool' } as const;
  await send({ type: 'CreateListing', ...offer, source, unitPrice: price(7), isPostOnly: false }, 'list');
});
afterAll(() => app.close());

/** Commands return before their rows are there. */
async function untilProjected(): Promise<void> {
  const { rows } = await pool.query<{ position: string }>(
    'SELECT max(position) AS position FROM eventstore.events',
  );
  const newest = BigInt(rows[0]?.position ?? 0);
  while ((await readCheckpoint(pool, 'projection:market')).position < newest) {
    await giveWay();
  }
}

describe('the running market', () => {
  it('sells 100 units to exactly 100 of 200 concurrent buyers', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 200 }, (_, index) => {
        const reservationId = idInMarket<ReservationId>(MARKET, `r${index}`);
        const command = { type: 'HoldReservation', reservationId, listingId, buyerId: BUYER } as const;
        const asked = { window: ONE_HOUR, quantity: tokens(1), holdFor: HOUR_MS };
        return market.execute(MARKET, { ...command, ...asked }, systemContext('buyer', String(index)));
      }),
    );
    const refused = outcomes.flatMap((one) => (one.accepted ? [] : one.rejection.code));
    expect(refused).toEqual(Array.from({ length: 100 }, () => 'CAPACITY_EXHAUSTED'));
    await untilProjected();
    const { rows } = await pool.query(
      `SELECT count(*)::int AS held, sum(quantity)::int AS quantity FROM reservation`,
    );
    expect(rows).toEqual([{ held: 100, quantity: 100 }]);
  });

  it('verifies', async () => {
    await untilProjected();
    expect(await verify()).toMatchObject({ streams: 1, events: 102 });
  });

  it.each([
    ['an event', `UPDATE eventstore.events SET data = replace(data, '"unitPrice":"7"', '"unitPrice":"8"')
      WHERE version = 2`, `UPDATE eventstore.events SET data = replace(data, '"unitPrice":"8"', '"unitPrice":"7"')
      WHERE version = 2`, /version 2 is not what its hash says/],
    ['a row', `UPDATE listing SET unit_price = 8`, `UPDATE listing SET unit_price = 7`,
      /projection market: listing differs/],
    ['a row that is gone', `DELETE FROM market_pool`,
      `INSERT INTO market_pool (pool_id, market_id, provider_id, opened_at, opened_version)
       SELECT listing.pool_id, listing.market_id, listing.seller_id, e.occurred_at, e.version
       FROM listing, eventstore.events e WHERE e.version = 1`, /projection market: market_pool differs/],
    ['the end of a stream', `UPDATE eventstore.streams SET version = 103`,
      `UPDATE eventstore.streams SET version = 102`, /should end at version 103/],
  ])('finds %s changed by hand', async (_what, change, undo, lie) => {
    await untilProjected();
    await pool.query(change);
    await expect(verify()).rejects.toThrow(lie);
    await pool.query(undo);
    expect(await verify()).toMatchObject({ events: 102 });
  });
});
