// Closed-loop GraphQL load on kept-alive connections, each with one request under way. Plain
// sockets: the generator has to be quicker than the servers it measures.
import { Connection } from './http-connection.mjs';
import { closedLoop } from './measure.mjs';

const QUERY = `mutation Echo($key: IdempotencyKey!, $input: EchoInput!) {
  echo(idempotencyKey: $key, input: $input) {
    __typename
    ... on EchoSuccess { text amount }
    ... on Rejection { code message }
  }
}`;
const WARM_UP_REQUESTS = 30_000;
// Awake while it measures: waking a sleeping reader is paid by whoever writes to it.
let isAwake = false;
const stayAwake = () => {
  isAwake = true;
  const turn = () => isAwake && setImmediate(turn);
  turn();
};
stayAwake();

const { port, connections: count } = JSON.parse(process.argv[2]);
const connections = await Promise.all(Array.from({ length: count }, () => Connection.open(port)));
const start = `{"query":${JSON.stringify(QUERY)},"variables":`;
let requests = 0;

async function ask() {
  requests += 1;
  const text = `note ${requests}`;
  const variables = JSON.stringify({ key: `key-${requests}`, input: { text, amount: 7 } });
  const connection = connections.pop();
  const answer = await connection.post(`${start}${variables}}`);
  connections.push(connection);
  // An answer that is no echo must not count as a fast one.
  if (answer.status !== 200 || !answer.text.includes(`"${text}"`)) {
    throw new Error(`${answer.status} ${answer.text}`);
  }
}

/** By count, not by time: what a compiler needs to see is requests. */
async function warmUp() {
  const worker = async () => {
    while (requests < WARM_UP_REQUESTS) await ask();
  };
  await Promise.all(Array.from({ length: count }, worker));
}

process.on('disconnect', () => process.exit(0));
await warmUp();
process.on('message', async ({ seconds }) => {
  stayAwake();
  requests = 0;
  const result = await closedLoop({ inFlight: count, seconds, warmupSeconds: 0, work: ask });
  isAwake = false;
  console.log(JSON.stringify({ ...result, requests }));
});
isAwake = false;
console.log(JSON.stringify({ isWarm: true }));
