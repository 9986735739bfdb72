// Closed-loop `POST /v1/usage` in batches: `{ inFlight, seconds }` in, what it measured out, in events.
import { randomBytes } from 'node:crypto';
import { Connection } from '../http-connection.mjs';
import { closedLoop } from '../measure.mjs';

const { port, token, reservationIds, servedAt, batch } = JSON.parse(process.argv[2]);
const SPREAD_MS = 120_000;
const run = randomBytes(4).toString('hex');
const headers = {
  authorization: `Bearer ${token}`,
  'content-type': 'application/cloudevents-batch+json',
};
let events = 0;

/** Requests of two minutes, of all reservations by turns. */
function event() {
  events += 1;
  const time = new Date(servedAt + ((events * 7) % SPREAD_MS)).toISOString();
  const data = {
    reservationId: reservationIds[events % reservationIds.length],
    ...{ inputTokens: 1_155, cachedInputTokens: 1_024, outputTokens: 211, reasoningTokens: 40 },
  };
  const name = { source: 'https://gateway.example.com/eu-1', id: `${run}-${String(events).padStart(10, '0')}` };
  return { specversion: '1.0', type: 'ai.headroom.usage.v1', ...name, time, data };
}

let connections = [];

async function post() {
  const connection = connections.pop();
  const answer = await connection.post(JSON.stringify(Array.from({ length: batch }, event)));
  if (answer.status !== 202) throw new Error(`${answer.status} ${answer.text.slice(0, 400)}`);
  connections.push(connection);
}

process.on('disconnect', () => process.exit(0));
process.on('message', async ({ inFlight, seconds }) => {
  connections = await Promise.all(Array.from({ length: inFlight }, () => Connection.open(port, headers, '/v1/usage')));
  const { perSecond, count, ...latencies } = await closedLoop({ inFlight, seconds, warmupSeconds: 0.5, work: post });
  for (const connection of connections) connection.close();
  process.send({ ...latencies, perSecond: perSecond * batch, count: count * batch });
});
