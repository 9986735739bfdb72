// Closed-loop load on Vendure's shop API, for vendure.mjs: `{ kind, inFlight, seconds }` in, what it measured out.
// Each client is a signed-in customer with a kept-alive connection and a bearer token.
import { Connection } from '../http-connection.mjs';
import { closedLoop } from '../measure.mjs';

const { port, clients } = JSON.parse(process.argv[2]);
const PATH = '/shop-api';
const PASSWORD = 'bench-customer-1';
const ADDRESS = '{ fullName: "A B", streetLine1: "1", city: "C", province: "P", postalCode: "1", countryCode: "US" }';
const RESULT = '__typename ... on ErrorResult { errorCode message }';
const STEPS = {
  add: `mutation { answer: addItemToOrder(productVariantId: "1", quantity: 1) { ${RESULT} } }`,
  address: `mutation { answer: setOrderShippingAddress(input: ${ADDRESS}) { ${RESULT} } }`,
  shipping: `mutation { answer: setOrderShippingMethod(shippingMethodId: ["1"]) { ${RESULT} } }`,
  arrange: `mutation { answer: transitionOrderToState(state: "ArrangingPayment") { ${RESULT} } }`,
  pay: `mutation { answer: addPaymentToOrder(input: { method: "dummy", metadata: {} }) { ... on Order { state } ${RESULT} } }`,
};
const CHECKOUT = Object.keys(STEPS);

/** A customer who has signed up and in; the token stands for the session. */
async function signIn(index) {
  const email = `customer-${index}-${Date.now()}@example.com`;
  const account = `{ emailAddress: "${email}", firstName: "A", lastName: "B", password: "${PASSWORD}" }`;
  const post = (query) =>
    fetch(`http://127.0.0.1:${port}${PATH}`, {
      ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
      body: JSON.stringify({ query }),
    });
  await post(`mutation { registerCustomerAccount(input: ${account}) { __typename } }`);
  const answer = await post(`mutation { login(username: "${email}", password: "${PASSWORD}") { __typename } }`);
  const token = answer.headers.get('vendure-auth-token');
  if (token === null) throw new Error(`no session for ${email}: ${await answer.text()}`);
  return token;
}

async function step(connection, name) {
  const answer = await connection.post(JSON.stringify({ query: STEPS[name] }));
  const isRight = answer.status === 200 && !answer.text.includes('"errorCode"') && !answer.text.includes('"errors"');
  const isPaid = name !== 'pay' || answer.text.includes('"PaymentSettled"');
  if (!isRight || !isPaid) throw new Error(`${name}: ${answer.status} ${answer.text.slice(0, 400)}`);
}

const tokens = [];

const WORK = {
  add: (connection) => step(connection, 'add'),
  async order(connection) {
    for (const name of CHECKOUT) await step(connection, name);
  },
};

process.on('disconnect', () => process.exit(0));
process.on('message', async ({ kind, inFlight, seconds }) => {
  // Anew for each slice: a server may close what is idle while others have their turn.
  while (tokens.length < clients) tokens.push(await signIn(tokens.length));
  const open = (token) => Connection.open(port, { authorization: `Bearer ${token}` }, PATH);
  const connections = await Promise.all(tokens.map(open));
  const work = async () => {
    const connection = connections.pop();
    await WORK[kind](connection);
    connections.push(connection);
  };
  const result = await closedLoop({ inFlight, seconds, warmupSeconds: 0.5, work });
  for (const connection of connections) connection.close();
  process.send(result);
});
