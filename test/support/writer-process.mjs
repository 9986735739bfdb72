// A process of its own that writes to one market: holds one token/s after another from a listing
// and prints each outcome as a line of JSON. Runs what was built, as the product does.
import pg from 'pg';
import { marketDefinition } from '../../dist/allocation/application/market.definition.js';
import { systemContext, toExecuteRequest } from '../../dist/eventstore/command-context.js';
import { PostgresEventStore } from '../../dist/eventstore/postgres-event-store.js';
import { Streams } from '../../dist/eventstore/streams.js';

const { databaseUrl, marketId, listingId, window, now, keys, inFlight } = JSON.parse(process.argv[2]);
const pool = new pg.Pool({ connectionString: databaseUrl, max: 4 });
const streams = new Streams(new PostgresEventStore(pool), {
  committed: () => undefined,
  warn: () => undefined,
});

async function hold(key) {
  const command = {
    type: 'HoldReservation',
    reservationId: `${marketId}~${key}-${process.pid}`,
    listingId,
    buyerId: `buyer-${key}`,
    window,
    quantity: 1n,
    holdFor: 3_600_000,
    now,
  };
  const request = toExecuteRequest(systemContext('test', key), command, now);
  const outcome = await streams.execute(marketDefinition, marketId, request);
  process.stdout.write(`${JSON.stringify({ key, outcome })}\n`);
}

process.stdout.write('ready\n');
await new Promise((go) => process.stdin.once('data', go));
const queue = [...keys];
const lane = async () => {
  for (let key = queue.shift(); key !== undefined; key = queue.shift()) await hold(key);
};
await Promise.all(Array.from({ length: inFlight }, lane));
await pool.end();
process.exit(0);
