// Closed-loop GraphQL load on the market: `{ kind, inFlight, seconds }` in, what it measured out.
import { Connection } from '../http-connection.mjs';
import { closedLoop } from '../measure.mjs';
import { randomFrom } from './orders.mjs';

const { port, tokens, marketId, listings, window: hoursOf, run } = JSON.parse(process.argv[2]);
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
  reserve: `mutation($key: IdempotencyKey!, $input: ReserveInput!) {
    answer: reserve(idempotencyKey: $key, input: $input) {
      __typename ... on ReserveSuccess { reservation { reservationId status amount } } ... on Rejection { code message }
    }
  }`,
  pay: `mutation($key: IdempotencyKey!, $input: PayReservationInput!) {
    answer: payReservation(idempotencyKey: $key, input: $input) {
      __typename ... on PayReservationSuccess { reservationId } ... on Rejection { code message }
    }
  }`,
};
const LIST_LENGTH = 20;
const RIGHT = {
  ...{ echo: 'EchoSuccess', order: 'PlaceOrderSuccess', list: 'PlaceOrderSuccess' },
  ...{ reserve: 'ReserveSuccess', pay: 'PayReservationSuccess' },
};
const random = randomFrom(run);
let requests = 0;

/** Seven of ten meet an ask, three rest below it. */
function order() {
  const from = random(hoursOf.count);
  const [start, end] = [from, from + 1 + random(4)].map(isoHour);
  const limitPrice = String(random(10) < 7 ? 100 + random(20) : 60 + random(40));
  return { marketId, window: { start, end }, quantity: String(1 + random(9)), limitPrice };
}

const isoHour = (hour) => new Date(hoursOf.start + hour * 3_600_000).toISOString();

/** Part of a listing of four hours. */
function reservation() {
  const listing = random(listings.length);
  const [start, end] = [listing, listing + 1 + random(4)].map(isoHour);
  return { listingId: listings[listing], window: { start, end }, quantity: String(1 + random(9)) };
}

const INPUTS = {
  echo: () => ({ text: `note ${requests}`, amount: 7 }),
  order,
  list: () => ({ orders: Array.from({ length: LIST_LENGTH }, order) }),
  reserve: reservation,
};

let connections = [];
const open = (_, index) => Connection.open(port, { authorization: `Bearer ${tokens[index % tokens.length]}` });

async function send(connection, kind, input) {
  requests += 1;
  const variables = { key: `bench-${run}-${requests}`, input };
  const answer = await connection.post(JSON.stringify({ query: QUERIES[kind], variables }));
  const isRight = answer.status === 200 && answer.text.includes(RIGHT[kind]) && !answer.text.includes('"code"');
  if (!isRight) throw new Error(`${kind}: ${answer.status} ${answer.text.slice(0, 400)}`);
  return answer.text;
}

/** A reservation that is held, then paid: the whole of a purchase at a fixed price. */
async function purchase(connection) {
  const held = JSON.parse(await send(connection, 'reserve', reservation()));
  await send(connection, 'pay', { reservationId: held.data.answer.reservation.reservationId });
}

async function ask(kind) {
  const connection = connections.pop();
  await (kind === 'purchase' ? purchase(connection) : send(connection, kind, INPUTS[kind]()));
  connections.push(connection);
}

process.on('disconnect', () => process.exit(0));
process.on('message', async ({ kind, inFlight, seconds }) => {
  // Anew for each slice: a server may close what is idle while others have their turn.
  connections = await Promise.all(Array.from({ length: inFlight }, open));
  const result = await closedLoop({ inFlight, seconds, warmupSeconds: 0.5, work: () => ask(kind) });
  for (const connection of connections) connection.close();
  const orders = kind === 'list' ? LIST_LENGTH : 1;
  const { perSecond, count, ...latencies } = result;
  process.send({ ...latencies, perSecond: perSecond * orders, count: count * orders });
});
