import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { DefinitionRegistry, type AnyDefinition } from '../../src/eventstore/definition-registry.js';
import { categoryOf, type StreamId } from '../../src/eventstore/event.js';
import { PostgresEventStore } from '../../src/eventstore/postgres-event-store.js';
import { keepSnapshot, loadStream } from '../../src/eventstore/stream-state.js';
import { present } from '../../src/kernel/assert.js';
import { POOL } from '../../src/platform/platform.module.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { verifySettled } from '../support/pools.js';
import { clockOf } from '../support/trading.js';
import { untilHolds } from '../support/until.js';
import { FOLDER, keepRelease } from './release-data.js';
import { ReleaseStory } from './release-story.js';

// `SUITE=release RELEASE=name npm test` writes down what this release leaves behind, for releases to come to be tried with.

/** Of every stream, as its writer would when enough events have come. */
async function takeSnapshots({ application }: TestApp): Promise<void> {
  const store = application.get(PostgresEventStore);
  const definitions = application.get(DefinitionRegistry);
  const { rows } = await application.get<Pool>(POOL).query<{ stream: StreamId }>('SELECT stream_id AS stream FROM eventstore.streams');
  for (const { stream } of rows) {
    const definition = present(definitions.find(categoryOf(stream)), stream) as AnyDefinition;
    await keepSnapshot(store, definition, await loadStream(store, definition, stream));
  }
}

/** All that is due is done, and every reader is at the end of the log. */
async function settled(app: TestApp): Promise<void> {
  const pool = app.application.get<Pool>(POOL);
  const due = 'SELECT NOT EXISTS (SELECT FROM eventstore.outbox WHERE completed_at IS NULL AND run_at <= $1) AS holds';
  await untilHolds(pool, due, [new Date(clockOf(app).now())]);
  await untilHolds(pool, `SELECT NOT EXISTS (SELECT FROM eventstore.checkpoints
    WHERE position < (SELECT max(position) FROM eventstore.events)) AS holds`);
}

it('keeps the data of this release', async () => {
  const release = present(process.env['RELEASE'], 'RELEASE: the name that the data is to have');
  const app = await startTestApp();
  const story = await ReleaseStory.open(app);
  await story.trade();
  await story.serve();
  await settled(app);
  await takeSnapshots(app);
  await story.invoice();
  await settled(app);
  await takeSnapshots(app);
  await story.leaveOpen();
  await settled(app);
  await verifySettled(app);
  await app.stopBackground();
  const pool = app.application.get<Pool>(POOL);
  const { rows } = await pool.query<{ name: string }>('SELECT current_database() AS name');
  const url = new URL(present(process.env['TEST_SERVER_URL'], 'TEST_SERVER_URL'));
  url.pathname = `/${rows[0]?.name}`;
  await mkdir(FOLDER, { recursive: true });
  await writeFile(join(FOLDER, `${release}.jsonl.gz`), await keepRelease(url.toString(), { release, now: clockOf(app).now() }));
  await app.close();
}, 300_000);
