import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { marketDefinition } from '../../src/allocation/application/market.definition.js';
import { systemContext, toExecuteRequest } from '../../src/eventstore/command-context.js';
import type { AnyDefinition } from '../../src/eventstore/definition-registry.js';
import { streamId } from '../../src/eventstore/event.js';
import { PostgresEventStore } from '../../src/eventstore/postgres-event-store.js';
import { Streams } from '../../src/eventstore/streams.js';
import { verifyStream } from '../../src/eventstore/verify-stream.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { hour, hours, list, MARKET, openPool } from '../support/market.js';

interface Line {
  readonly key: string;
  readonly outcome: { readonly accepted: boolean; readonly answer?: unknown };
}

let database: TestDatabase;
let pool: pg.Pool;
const children: ChildProcess[] = [];

beforeEach(async () => {
  database = await createTestDatabase();
  pool = new pg.Pool({ connectionString: database.url });
  const quiet = { committed: () => undefined, warn: () => undefined };
  const streams = new Streams(new PostgresEventStore(pool), quiet);
  const now = hour(0);
  for (const command of [openPool(), list('L', hours(24, 48), 100)]) {
    const request = toExecuteRequest(systemContext('given', command.type), { ...command, now }, now);
    const outcome = await streams.execute(marketDefinition, MARKET, request as never);
    expect(outcome.accepted).toBe(true);
  }
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await pool.end();
  await database.drop();
});

/** Starts a writer and waits until it is ready; `go` lets it write and answers with its lines. */
async function writer(keys: readonly string[], killAfter = Infinity) {
  const window = hours(24, 25);
  const settings = { databaseUrl: database.url, marketId: MARKET, listingId: 'L', window, now: hour(1) };
  const given = JSON.stringify({ ...settings, keys, inFlight: 16 });
  const child = spawn(process.execPath, ['test/support/writer-process.mjs', given]);
  children.push(child);
  const lines: Line[] = [];
  const reader = createInterface({ input: child.stdout });
  const ready = once(reader, 'line');
  child.stderr.on('data', (text) => process.stderr.write(text as Buffer));
  await ready;
  return async (): Promise<readonly Line[]> => {
    reader.on('line', (text) => {
      lines.push(JSON.parse(text) as Line);
      if (lines.length === killAfter) child.kill('SIGKILL');
    });
    const closed = once(child, 'close');
    child.stdin.write('go\n');
    await closed;
    return lines;
  };
}

const named = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`);

const verified = () =>
  verifyStream(
    new PostgresEventStore(pool),
    marketDefinition as unknown as AnyDefinition,
    streamId('market', MARKET),
  );

async function heldInLog(): Promise<number> {
  const { rows } = await pool.query<{ held: number }>(
    `SELECT count(*)::int AS held FROM eventstore.events WHERE type = 'ReservationHeld'`,
  );
  return rows[0]?.held ?? 0;
}

describe('two processes on one stream', () => {
  it('sell what there is once, without a gap or a fork', async () => {
    const go = await Promise.all([writer(named('a', 150)), writer(named('b', 150))]);
    const lines = (await Promise.all(go.map((start) => start()))).flat();
    expect(lines).toHaveLength(300);
    expect(lines.filter(({ outcome }) => outcome.accepted)).toHaveLength(100);
    expect(await heldInLog()).toBe(100);
    expect(await verified()).toBe(102);
  });

  it('give one answer to one key', async () => {
    const keys = named('same', 60);
    const go = await Promise.all([writer(keys), writer(keys)]);
    const [first = [], second = []] = await Promise.all(go.map((start) => start()));
    const byKey = new Map(second.map(({ key, outcome }) => [key, outcome]));
    for (const { key, outcome } of first) expect(outcome).toEqual(byKey.get(key));
    expect(await heldInLog()).toBe(60);
    expect(await verified()).toBe(62);
  });

  it('keep what one acknowledged before it was killed', async () => {
    const keys = named('k', 80);
    const acknowledged = await (await writer(keys, 20))();
    const again = await (await writer(keys))();
    const byKey = new Map(again.map(({ key, outcome }) => [key, outcome]));
    expect(acknowledged.length).toBeGreaterThanOrEqual(20);
    for (const { key, outcome } of acknowledged) expect(byKey.get(key)).toEqual(outcome);
    expect(await heldInLog()).toBe(80);
    expect(await verified()).toBe(82);
  });
});
