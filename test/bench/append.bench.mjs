// Durable commands/s through the stream writer, beside pgbench and Emmett on the same server.
import { createHash } from 'node:crypto';
import pg from 'pg';
import { z } from 'zod';
import { defineCodec } from '../../dist/eventstore/event-codec.js';
import { PostgresEventStore } from '../../dist/eventstore/postgres-event-store.js';
import { Streams } from '../../dist/eventstore/streams.js';
import { closedLoop, median, ratio } from './measure.mjs';
import { importPeer } from './peers.mjs';
import { INSERT_ROW, MAKE_ROWS, pgbench } from './pgbench.mjs';

const NOTE = 'n'.repeat(300);

/** A stream whose every command is one event of about 400 bytes. */
const definition = {
  category: 'bench',
  decider: {
    initialState: () => ({ count: 0 }),
    decide: (command) => ({ accepted: true, events: [{ type: 'Noted', ...command }] }),
    evolve: (state) => {
      state.count += 1;
      return state;
    },
  },
  codec: defineCodec({ Noted: { schema: z.object({ id: z.string(), note: z.string() }) } }),
  answer: ({ id }) => ({ id }),
  schedule: () => [],
  audit: () => undefined,
  snapshot: { schemaVersion: 1, everyEvents: 1e9, encode: JSON.stringify, decode: JSON.parse },
};

function writerLoad(pool, run, inFlight, seconds) {
  const hooks = { committed: () => undefined, warn: (message, details) => console.error(message, details) };
  const streams = new Streams(new PostgresEventStore(pool), hooks);
  const metadata = { actor: 'system:bench', cause: 'bench' };
  return closedLoop({
    inFlight,
    seconds,
    work: (index) => {
      const id = `${run}-${index}`;
      const fingerprint = createHash('sha256').update(id).digest();
      return streams.execute(definition, run, {
        command: { id, note: NOTE },
        at: 1_795_000_000_000 + index,
        metadata,
        idempotency: { scope: 'bench', key: id, fingerprint },
      });
    },
  });
}

async function emmettLoad(url, run, seconds) {
  const { getPostgreSQLEventStore } = await importPeer('@event-driven-io/emmett-postgresql');
  const store = getPostgreSQLEventStore(url);
  try {
    return await closedLoop({
      inFlight: 32,
      seconds,
      work: (index) =>
        store.appendToStream(`${run}-${index}`, [
          { type: 'Noted', data: { id: `${run}-${index}`, note: NOTE } },
        ]),
    });
  } finally {
    await store.close();
  }
}

export async function run({ url, folder, seconds, rounds }) {
  const pool = new pg.Pool({ connectionString: url, max: 4 });
  await pool.query(MAKE_ROWS);
  const got = { writer64: [], writer256: [], pgbench: [], emmett: [] };
  let last;
  for (let round = 1; round <= rounds; round += 1) {
    got.pgbench.push(await pgbench(url, { script: INSERT_ROW, clients: 32, seconds, folder }));
    last = await writerLoad(pool, `w64-${round}`, 64, seconds);
    got.writer64.push(last.perSecond);
    got.writer256.push((await writerLoad(pool, `w256-${round}`, 256, seconds)).perSecond);
    got.emmett.push((await emmettLoad(url, `e${round}`, seconds)).perSecond);
    console.log(`round ${round}:`, Object.entries(got).map(([name, all]) => `${name} ${all.at(-1)}/s`).join(', '));
  }
  await pool.end();
  const figures = Object.fromEntries(Object.entries(got).map(([name, all]) => [`${name}PerSecond`, median(all)]));
  return {
    ratios: {
      'writer64/pgbench32': ratio(figures.writer64PerSecond, figures.pgbenchPerSecond),
      'writer256/pgbench32': ratio(figures.writer256PerSecond, figures.pgbenchPerSecond),
      'writer64/emmett32': ratio(figures.writer64PerSecond, figures.emmettPerSecond),
    },
    figures: { ...figures, writer64P50Ms: last.p50Ms, writer64P99Ms: last.p99Ms },
  };
}
