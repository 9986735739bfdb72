// The product, except that it waits with what it is about to write down: when an append holds an event
// of one of the kinds in HOLD it says `holding <type>`, waits for the line `go`, appends, and says
// what came of it. The moment at which a worker is frozen is so chosen from outside.
import { createInterface } from 'node:readline';
import { PostgresEventStore } from '../../dist/eventstore/postgres-event-store.js';

const held = new Set(process.env.HOLD.split(','));
let go;
const gone = new Promise((done) => (go = done));
createInterface({ input: process.stdin })
  .on('line', (line) => line === 'go' && go())
  .on('close', () => process.kill(process.pid, 'SIGKILL'));

const { openAppender } = PostgresEventStore.prototype;
PostgresEventStore.prototype.openAppender = async function holding() {
  const appender = await openAppender.call(this);
  const { append } = appender;
  appender.append = async (request) => {
    const type = request.events.map((event) => event.type).find((one) => held.has(one));
    if (type === undefined) return append.call(appender, request);
    console.log(`holding ${type}`);
    await gone;
    const outcome = await append.call(appender, request);
    console.log(`late ${type} ${outcome}`);
    return outcome;
  };
  return appender;
};
await import('../../dist/main.js');
