import pg from 'pg';
import { marketDefinition } from '../../src/allocation/application/market.definition.js';
import { marketProjection } from '../../src/allocation/projection/market.projection.js';
import { systemContext, toExecuteRequest } from '../../src/eventstore/command-context.js';
import { ALARM_AFTER_MS, LagWatch } from '../../src/eventstore/lag-watch.js';
import { PostgresEventStore } from '../../src/eventstore/postgres-event-store.js';
import { toSubscription } from '../../src/eventstore/projection.js';
import { Streams } from '../../src/eventstore/streams.js';
import { stepSubscription, type Subscription } from '../../src/eventstore/subscription.js';
import { verifyProjection } from '../../src/eventstore/verify-projection.js';
import { createPool } from '../../src/platform/database/pool.js';
import { createLogger } from '../../src/platform/logging/logger.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { hold, hour, hours, list, MARKET, openPool } from '../support/market.js';

const quiet = { committed: () => undefined, warn: () => undefined };
const projection = toSubscription(marketProjection);

let database: TestDatabase;
let pool: pg.Pool;
let streams: Streams;
let sent = 0;
/** What a test left open would hold readers up everywhere on the server. */
let idle: pg.Client | null = null;

beforeEach(async () => {
  database = await createTestDatabase();
  pool = createPool(database.url, createLogger('silent'), { max: 8, silenceMs: 30_000 });
  streams = new Streams(new PostgresEventStore(pool), quiet);
});
afterEach(async () => {
  await idle?.end();
  idle = null;
  await pool.end();
  await database.drop();
});

async function send(command: ReturnType<typeof openPool>): Promise<void> {
  sent += 1;
  const request = toExecuteRequest(systemContext('given', `${sent}`), { ...command, now: hour(1) }, hour(1));
  const outcome = await streams.execute(marketDefinition, MARKET, request as never);
  expect(outcome.accepted).toBe(true);
}

const held = async (): Promise<number> => {
  const { rows } = await pool.query<{ held: number }>('SELECT count(*)::int AS held FROM reservation');
  return rows[0]?.held ?? 0;
};

/** Until everything is in the read model; transactions of other test files are waited for. */
async function drain(subscription: Subscription, count: number): Promise<void> {
  while ((await held()) < count) await stepSubscription(pool, subscription);
}

describe('a transaction that idles for a minute (fault 13)', () => {
  it('raises the alarm once, names what is waited for, and readers go on where they were', async () => {
    let nowMs = 0;
    const told: { message: string; details: Record<string, unknown> }[] = [];
    const warn = (message: string, details: Record<string, unknown>): void => void told.push({ message, details });
    const watch = new LagWatch(pool, { warn, nowMs: () => nowMs });
    await send(openPool());
    await send(list('L', hours(24, 48), 100));
    await send(hold('R0', 'L', hours(24, 25), 1));
    await drain(projection, 1);
    expect((await watch.look()).lags).toMatchObject([{ events: 0, standsStillMs: 0 }]);

    idle = new pg.Client({ connectionString: database.url, application_name: 'forgotten' });
    await idle.connect();
    await idle.query('BEGIN; SELECT pg_current_xact_id()');
    for (const name of ['R1', 'R2', 'R3']) await send(hold(name, 'L', hours(24, 25), 1));
    expect(await stepSubscription(pool, projection)).toMatchObject({ events: 0, isBehind: false });
    expect((await watch.look()).lags).toMatchObject([{ events: 3, standsStillMs: 0 }]);
    expect(told).toEqual([]);
    nowMs = 60_000;
    const { lags, oldest } = await watch.look();
    expect(lags).toMatchObject([{ subscription: projection.name, events: 3, standsStillMs: 60_000 }]);
    expect(oldest).not.toBeNull();
    expect(told).toMatchObject([
      { message: expect.stringContaining('lag alarm'), details: { subscription: projection.name, events: 3, standsStillMs: 60_000 } },
    ]);
    nowMs = 65_000;
    expect(await watch.gauges()).toMatchObject([
      { name: 'headroom_subscription_lag_events', values: [{ labels: { subscription: projection.name }, value: 3 }] },
      { name: 'headroom_subscription_standstill_seconds', values: [{ value: 65 }] },
      { name: 'headroom_oldest_transaction_seconds' },
    ]);
    expect(told).toHaveLength(1);

    await idle.query('COMMIT');
    await drain(projection, 4);
    await watch.look();
    expect(told.map(({ message }) => message).at(-1)).toBe('a reader of the log goes on');
    expect(told).toHaveLength(2);
    await verifyProjection(pool, marketProjection);
  });

  it('is not raised for a reader that had nothing to do for long, nor for one that moves', async () => {
    let nowMs = 0;
    const told: string[] = [];
    const watch = new LagWatch(pool, { warn: (message) => void told.push(message), nowMs: () => nowMs });
    await send(openPool());
    await send(list('L', hours(24, 48), 100));
    await send(hold('R0', 'L', hours(24, 25), 1));
    await drain(projection, 1);
    for (const name of ['R1', 'R2', 'R3']) {
      nowMs += 10 * ALARM_AFTER_MS;
      await send(hold(name, 'L', hours(24, 25), 1));
      expect((await watch.look()).lags).toMatchObject([{ events: 1, standsStillMs: 0 }]);
      await drain(projection, Number(name.slice(1)) + 1);
    }
    expect(told).toEqual([]);
  });
});

describe('a projector that is killed between rows and checkpoint, 100 times (fault 14)', () => {
  it('applies each event once: what it wrote is what a rebuild writes', async () => {
    await send(openPool());
    await send(list('L', hours(24, 48), 100));
    const names = Array.from({ length: 60 }, (_, index) => `R${index}`);
    for (const name of names) await send(hold(name, 'L', hours(24, 25), 1));
    if (projection.kind !== 'statements') throw new Error('a projection says what to write');
    let kills = 0;
    const killed: Subscription = {
      ...projection,
      statementsOf: (events) => {
        const statements = projection.statementsOf(events);
        if (kills === 100 || statements.length === 0) return statements;
        kills += 1;
        // As kill -9 does it: the session ends, and with it whatever was not committed.
        return [...statements, { text: 'SELECT pg_terminate_backend(pg_backend_pid())', values: [] }];
      },
    };
    while (kills < 100) await stepSubscription(pool, killed).catch(() => undefined);
    expect(await held()).toBe(0);
    await drain(killed, 60);
    const { rows } = await pool.query(`SELECT count(*)::int AS open, min(remaining_max)::int AS least FROM listing`);
    expect(rows).toEqual([{ open: 1, least: 100 }]);
    await verifyProjection(pool, marketProjection);
  });
});
