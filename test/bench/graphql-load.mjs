// Closed-loop GraphQL load on kept-alive connections, each with one request under way. Plain
// sockets: the generator has to be quicker than the servers it measures.
import { once } from 'node:events';
import { connect } from 'node:net';
import { closedLoop } from './measure.mjs';

const QUERY = `mutation Echo($key: IdempotencyKey!, $input: EchoInput!) {
  echo(idempotencyKey: $key, input: $input) {
    __typename
    ... on EchoSuccess { text amount }
    ... on Rejection { code message }
  }
}`;
const WARM_UP_REQUESTS = 30_000;
const HEAD = [
  'POST /graphql HTTP/1.1',
  'host: localhost',
  'content-type: application/json',
  'content-length: ',
].join('\r\n');
const HEAD_END = '\r\n\r\n';

/** One connection; answers come whole, in the order of the requests. */
class Connection {
  #buffered = '';
  #answered = () => undefined;

  constructor(socket) {
    this.socket = socket.setNoDelay(true).setEncoding('latin1');
    socket.on('data', (chunk) => this.#read(chunk));
  }

  static async open(port) {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new Connection(socket);
  }

  post(body) {
    this.socket.write(`${HEAD}${body.length}${HEAD_END}${body}`);
    return new Promise((done) => (this.#answered = done));
  }

  #read(chunk) {
    this.#buffered += chunk;
    const end = this.#buffered.indexOf(HEAD_END);
    if (end < 0) return;
    const head = this.#buffered.slice(0, end);
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 'NaN');
    if (Number.isNaN(length)) throw new Error(`no content-length in ${head}`);
    if (this.#buffered.length < end + HEAD_END.length + length) return;
    const text = this.#buffered.slice(end + HEAD_END.length);
    this.#buffered = '';
    this.#answered({ status: Number(head.slice(9, 12)), text });
  }
}

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
