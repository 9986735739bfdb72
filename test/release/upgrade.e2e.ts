import { readdirSync } from 'node:fs';
import type { Pool } from 'pg';
import { DefinitionRegistry, type AnyDefinition } from '../../src/eventstore/definition-registry.js';
import { categoryOf, type StreamId } from '../../src/eventstore/event.js';
import { PostgresEventStore } from '../../src/eventstore/postgres-event-store.js';
import { streamsStartingWith } from '../../src/eventstore/stream-listing.js';
import { loadStream } from '../../src/eventstore/stream-state.js';
import { hashPassword } from '../../src/identity/application/password-hasher.js';
import { present } from '../../src/kernel/assert.js';
import { POOL } from '../../src/platform/platform.module.js';
import { readShape, strangers } from '../architecture/kept-shapes.js';
import { startTestApp, type ApiClient, type TestApp } from '../support/app.js';
import { verifySettled } from '../support/pools.js';
import { clockOf, HOUR, span } from '../support/trading.js';
import { until } from '../support/until.js';
import { FOLDER } from './release-data.js';
import { allMigrations, upgrade, type Upgraded } from './upgraded.js';

// Whole data of releases before, brought up to date: `keep.release.ts` wrote it down.

const RELEASES = readdirSync(FOLDER).map((name) => name.replace('.jsonl.gz', ''));
const MARKET = 'llama-3.3-70b@fp8';
/** What a market that has lived for a month has rows of. */
const FILLED = ['eventstore.answers', 'eventstore.checkpoints', 'listing', 'reservation', 'market_order', 'trade', 'quote', 'invoice', 'invoice_summary', 'credit_note', 'service_hour', 'usage_hour'];
/** All migrations, and the whole product, on a machine that may be busy. */
const UPGRADED_WITHIN_MS = 240_000;
/** Jobs of the start may be under way when it looks for the first time. */
const LOOKS = 3;
/** No snapshot has it. */
const NO_VERSION = -1;

interface Kept {
  readonly stream: StreamId;
  readonly schemaVersion: number;
}

describe.each(RELEASES)('the data of release %s', (release) => {
  let upgraded: Upgraded;
  let app: TestApp;
  let pool: Pool;
  beforeAll(async () => {
    upgraded = await upgrade(release);
    app = await startTestApp({ database: upgraded.database });
    pool = app.application.get<Pool>(POOL);
  }, UPGRADED_WITHIN_MS);
  afterAll(() => app.close());

  const definitionOf = (stream: StreamId): AnyDefinition =>
    present(app.application.get(DefinitionRegistry).find(categoryOf(stream)), stream);
  const kept = async (): Promise<readonly Kept[]> =>
    (await pool.query<Kept>('SELECT stream_id AS stream, schema_version AS "schemaVersion" FROM eventstore.snapshots ORDER BY 1')).rows;

  it('has the tables of today, by migrations that are what they were, and something of everything in it', async () => {
    const { data, migrations, changed } = upgraded;
    expect([...data.migrations.map(({ name }) => name), ...migrations].sort()).toEqual(await allMigrations());
    expect(changed).toEqual([]);
    const categories = new Set((await kept()).map(({ stream }) => categoryOf(stream)));
    expect([...categories].sort()).toEqual(['evidence', 'invoice', 'ledger', 'market', 'pool', 'slo', 'usage']);
    const tables = [...upgraded.data.rows.keys()].map((name) => name.replace(/^public\./, ''));
    expect(tables).toEqual(expect.arrayContaining(FILLED));
  });

  it('is what verify works out from its log', async () => {
    const streams = present(upgraded.data.rows.get('eventstore.streams'), 'streams').length;
    const events = present(upgraded.data.rows.get('eventstore.events'), 'events').length;
    expect(await verifySettled(app, LOOKS)).toMatchObject({ streams, events });
  });

  it('has snapshots that are what their streams are, or are not read', async () => {
    const store = app.application.get(PostgresEventStore);
    for await (const stream of streamsStartingWith(store, '')) {
      const definition = definitionOf(stream);
      const { snapshot } = definition;
      const replayed = await loadStream(store, { ...definition, snapshot: { ...snapshot, schemaVersion: NO_VERSION } }, stream);
      const loaded = await loadStream(store, definition, stream);
      expect(loaded.head).toMatchObject({ version: replayed.head.version, hash: replayed.head.hash });
      const text = snapshot.encode(replayed.state);
      expect([stream, snapshot.encode(loaded.state)]).toEqual([stream, text]);
      expect([stream, strangers(readShape(definition.category)?.lines ?? [], text)]).toEqual([stream, []]);
    }
    for (const { stream, schemaVersion } of await kept()) expect(schemaVersion).toBeLessThanOrEqual(definitionOf(stream).snapshot.schemaVersion);
  });

  it('goes on: who had money buys what was for sale, and all of it holds', async () => {
    const buyer = await signedIn(app, pool, 'First');
    const start = Math.ceil(clockOf(app).now() / HOUR) * HOUR + 2 * HOUR;
    const input = { marketId: MARKET, window: span(start, start + 2 * HOUR), quantity: '5', limitPrice: '5000', timeInForce: 'FOK' };
    const fields = '... on PlaceOrderSuccess { order { orderId status } }';
    const { order } = await buyer.mustMutate('placeOrder', 'PlaceOrderInput', input, { fields });
    expect(order.status).toBe('FILLED');
    const query = '{ reservations(first: 100) { edges { node { quantity window { start } } } } }';
    const isThere = ({ data }: any): boolean => data.reservations.edges.some(({ node }: any) => node.quantity === '5' && node.window.start === input.window.start);
    await until(() => buyer.ask(query), isThere);
    await verifySettled(app);
  });
});

/** The owner of an organization; passwords are not among what is kept. */
async function signedIn(app: TestApp, pool: Pool, organization: string): Promise<ApiClient> {
  const password = 'correct horse battery';
  const { rows } = await pool.query<{ email: string }>(
    `UPDATE member SET password_hash = $1 WHERE organization_id = (SELECT organization_id FROM organization WHERE name = $2) RETURNING email`,
    [await hashPassword(password), organization],
  );
  const client = app.stranger();
  await client.mustMutate('signIn', 'SignInInput', { email: rows[0]?.email, password });
  return client;
}
