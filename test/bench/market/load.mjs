// Closed-loop GraphQL load on orders, for doors.mjs: `{ kind, inFlight, seconds }` in, what it measured out.
import { Connection } from '../http-connection.mjs';
import { closedLoop } from '../measure.mjs';
import { randomFrom } from './orders.mjs';

const { port, tokens, marketId, window: hoursOf, run } = JSON.parse(process.argv[2]);
const RECEIPT = '__typename ... on PlaceOrderSuccess { order { orderId status fills { reservationId } } }';
const QUERIES = {
  echo: `mutation($key: IdempotencyKey!, $input: EchoInput!) {
    answer: echo(idempotencyKey: $key, input: $input) { __typename ... on EchoSuccess { text amount } ... on Rejection { code } }
  }`,
  order: `mutation($key: IdempotencyKey!, $input: PlaceOrderInput!) {
    answer: placeOrder(idempotencyKey: $key, input: $input) { ${RECEIPT} ... on Rejection { code message } }
  }`,
  list: `mutation($key: IdempotencyKey!, $input: PlaceOrdersInput!) {
    answer: placeOrders(idempotencyKey: $key, input: $input) {
      ... on PlaceOrdersSuccess { results { ${RECEIPT} ... on Rejection { code message } } } ... on Rejection { code message }
    }
  }`,
};
const LIST_LENGTH = 20;
const RIGHT = { echo: 'EchoSuccess', order: 'PlaceOrderSuccess', list: 'PlaceOrderSuccess' };
const random = randomFrom(run);
let requests = 0;

/** Seven of ten meet an ask, three rest below it. */
function order() {
  const from = random(hoursOf.count);
  const [start, end] = [from, from + 1 + random(4)].map((hour) => new Date(hoursOf.start + hour * 3_600_000).toISOString());
  const limitPrice = String(random(10) < 7 ? 100 + random(20) : 60 + random(40));
  return { marketId, window: { start, end }, quantity: String(1 + random(9)), limitPrice };
}

const INPUTS = {
  echo: () => ({ text: `note ${requests}`, amount: 7 }),
  order,
  list: () => ({ orders: Array.from({ length: LIST_LENGTH }, order) }),
};

const connections = await Promise.all(
  Array.from({ length: 64 }, (_, index) =>
    Connection.open(port, { authorization: `Bearer ${tokens[index % tokens.length]}` }),
  ),
);

async function ask(kind) {
  requests += 1;
  const variables = { key: `bench-${run}-${requests}`, input: INPUTS[kind]() };
  const connection = connections.pop();
  const answer = await connection.post(JSON.stringify({ query: QUERIES[kind], variables }));
  connections.push(connection);
  const isRight = answer.status === 200 && answer.text.includes(RIGHT[kind]) && !answer.text.includes('"code"');
  if (!isRight) throw new Error(`${kind}: ${answer.status} ${answer.text.slice(0, 400)}`);
}

process.on('disconnect', () => process.exit(0));
process.on('message', async ({ kind, inFlight, seconds }) => {
  const result = await closedLoop({ inFlight, seconds, warmupSeconds: 0.5, work: () => ask(kind) });
  const orders = kind === 'list' ? LIST_LENGTH : 1;
  process.send({ ...result, perSecond: result.perSecond * orders });
});
