// A process that has just started: answers one command of one market, and says how long that took.
import pg from 'pg';
import { marketDefinition } from '../../../dist/allocation/application/market.definition.js';
import { systemContext, toExecuteRequest } from '../../../dist/eventstore/command-context.js';
import { PostgresEventStore } from '../../../dist/eventstore/postgres-event-store.js';
import { Streams } from '../../../dist/eventstore/streams.js';
import { NOW } from './orders.mjs';

const { url, marketId } = JSON.parse(process.argv[2]);
const started = performance.now();
const pool = new pg.Pool({ connectionString: url, max: 2 });
const streams = new Streams(new PostgresEventStore(pool), { committed: () => undefined, warn: (message) => console.error(message) });
// Nobody's order: refused, and its answer is kept, which is a commit like any other.
const command = { type: 'CancelOrder', orderId: 'none', buyerId: 'nobody', now: NOW };
const context = systemContext('bench', `${process.pid} ${Date.now()}`);
const outcome = await streams.execute(marketDefinition, marketId, toExecuteRequest(context, command, NOW));
if (outcome.accepted || outcome.rejection.code !== 'ORDER_NOT_FOUND') throw new Error(JSON.stringify(outcome));
const answeredMs = performance.now() - started;
console.log(JSON.stringify({ answeredMs, rssMb: process.memoryUsage().rss / 1_048_576 }));
await pool.end();
