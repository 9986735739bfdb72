import { marketOf } from '../../src/kernel/ids.js';
import { startTestApp, type ApiClient, type TestApp } from '../support/app.js';
import { SocketClient } from '../support/socket-client.js';
import { Trading } from '../support/trading.js';

let app: TestApp;
let market: Trading;
let buyer: ApiClient;
let provider: ApiClient;
let marketId: string;
beforeAll(async () => {
  app = await startTestApp();
  market = await Trading.open(app);
  provider = market.provider;
  buyer = await market.buyer('Hostile', 1);
  marketId = marketOf(market.poolId) as string;
});
afterAll(() => app.close());

type Input = Readonly<Record<string, unknown>>;

/** The market's operations that take the most, with an input that each would take. */
const OPERATIONS: readonly (readonly [name: string, who: () => ApiClient, input: () => Input])[] = [
  ['placeOrder', () => buyer, () => bid()],
  ['placeOrders', () => buyer, () => ({ orders: [bid()] })],
  ['openAuction', () => provider, () => ({
    ...{ poolId: market.poolId, window: market.window(9, 12), quantity: '1' },
    ...{ reservePrice: '1', closesAt: market.window(8, 9).start },
  })],
  ['curtailPool', () => provider, () => ({ poolId: market.poolId, window: market.window(20, 21), quantity: '1', cause: 'OUTAGE' })],
  ['holdPlan', () => buyer, () => ({ holds: [{ listingId: `${marketId}~x`, window: market.window(0, 1), quantity: '1' }] })],
];
const bid = (): Input => ({ marketId, window: market.window(0, 1), quantity: '1', limitPrice: '1' });
const typeOf = (name: string): string => `${name[0]?.toUpperCase()}${name.slice(1)}Input`;

interface Reply {
  readonly status: number;
  readonly text: string;
}

async function send(client: ApiClient, init: RequestInit, search = ''): Promise<Reply> {
  const headers = { ...client.headers(), ...(init.headers as Record<string, string>) };
  const response = await fetch(`${app.url}/graphql${search}`, { ...init, headers });
  return { status: response.status, text: await response.text() };
}
const post = (client: ApiClient, body: string, headers: Record<string, string> = {}): Promise<Reply> =>
  send(client, { method: 'POST', body, headers });
const ask = (client: ApiClient, query: string, variables: object = {}): Promise<Reply> =>
  post(client, JSON.stringify({ query, variables }));

const times = (count: number, of: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => of(index)).join(' ');

/** Literals of GraphQL, so that an operation can be written out often in one document. */
const literal = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    return `{ ${Object.entries(value).map(([key, one]) => `${key}: ${literal(one)}`).join(', ')} }`;
  }
  return value === 'OUTAGE' ? value : JSON.stringify(value);
};
const called = (name: string, input: Input, key = 'k'): string =>
  `${name}(idempotencyKey: "${key}", input: ${literal(input)}) { ... on Rejection { code } }`;

describe.each(OPERATIONS)('%s (fault 25)', (name, who, input) => {
  const more = name === 'placeOrders' ? '... on PlaceOrdersSuccess { results { ... on Rejection { code } } }' : '';
  const withVariables = (given: string): string =>
    `{"query":"mutation($input: ${typeOf(name)}!) { a: ${name}(idempotencyKey: \\"k\\", input: $input) { __typename ... on Rejection { code } ${more} } }","variables":${given}}`;

  it.each<[what: string, status: number, reply: () => Promise<Reply>]>([
    ['1,000 times under aliases', 400, () => ask(who(), `mutation { ${times(1_000, (n) => `a${n}: ${called(name, input(), `k${n}`)}`)} }`)],
    ['31 times in one document', 400, () => ask(who(), `mutation { ${times(31, (n) => `a${n}: ${called(name, input(), `k${n}`)}`)} }`)],
    ['with 100 levels of a result', 400, () => ask(who(), `mutation { ${called(name, input()).replace('code', `${times(100, () => 'x {')} code ${times(100, () => '}')}`)} }`)],
    ['with 200,000 tokens', 400, () => ask(who(), `mutation { ${called(name, input()).replace('code', 'code '.repeat(200_000))} }`)],
    ['50 times in a batch', 400, () => post(who(), JSON.stringify(Array(50).fill({ query: `mutation { ${called(name, input())} }` })))],
    ['as text/plain', 415, () => post(who(), JSON.stringify({ query: `mutation { ${called(name, input())} }` }), { 'content-type': 'text/plain' })],
    ['as a form', 415, () => post(who(), 'query=x', { 'content-type': 'application/x-www-form-urlencoded' })],
    ['by GET', 405, () => send(who(), { method: 'GET' }, `?query=${encodeURIComponent(`mutation { ${called(name, input())} }`)}`)],
    ['in a body over 1 MiB', 413, () => post(who(), JSON.stringify({ query: `mutation { ${called(name, input())} } #${'x'.repeat(1_100_000)}` }))],
    ['with __proto__ in its input', 400, () => post(who(), withVariables(`{"input":{"__proto__":{"isAdmin":true}}}`))],
    ['with constructor.prototype in its input', 400, () => post(who(), withVariables(`{"input":{"constructor":{"prototype":{"a":1}}}}`))],
    ['with 300,000 values', 400, () => post(who(), withVariables(`{"input":{"orders":[${'1,'.repeat(300_000)}1]}}`))],
    ['with U+0000 in every text', 400, () => post(who(), withVariables(JSON.stringify({ input: input() }).replaceAll(':"', ':"\\u0000')))],
  ])('%s: %d, and nothing is done', async (_what, status, reply) => {
    const answer = await reply();
    expect([answer.status, answer.text]).toEqual([status, expect.not.stringMatching(/"data":\{|INTERNAL|\bat .*\.[jt]s:/)]);
  });

  it.each([
    ['bidi overrides', '\u202e\u2066'],
    ['a formula', '=cmd()'],
    ['a quote', "x' OR 1=1 --"],
    ['a prototype', '__proto__@fp8~__proto__'],
  ])('with %s for a name: a typed refusal', async (_what, text) => {
    const names = ['marketId', 'poolId', 'listingId'];
    const body = JSON.stringify({ input: input() }, (key, value: unknown) => (names.includes(key) ? text : value));
    const answer = await post(who(), withVariables(body));
    expect([answer.status, answer.text]).toEqual([200, expect.stringMatching(/"code":"(NOT_FOUND|VALIDATION_FAILED|PLAN_NOT_HELD)"/)]);
  });
});

describe('lists that are too long', () => {
  const many = <Item>(count: number, item: () => Item): Item[] => Array.from({ length: count }, item);

  it.each([
    ['placeOrders', 'of 21 bids', () => ({ orders: many(21, bid) })],
    ['placeOrders', 'of none', () => ({ orders: [] })],
    ['holdPlan', 'of 1,001 holds', () => ({ holds: many(1_001, () => ({ listingId: 'x', window: market.window(0, 1), quantity: '1' })) })],
  ])('%s %s: refused by the field', async (name, _what, input) => {
    const answer = await buyer.mutate(name, typeOf(name), input(), { fields: '... on ValidationRejection { issues { field } }' });
    expect(answer).toMatchObject({ code: 'VALIDATION_FAILED', issues: [{ field: Object.keys(input())[0] }] });
  });

  it.each([
    ['of 1,001 windows', () => many(1_001, () => ({ window: market.window(0, 1), quantity: '1' })), 200, 'VALIDATION_FAILED'],
    ['of 10,000 windows', () => many(10_000, () => ({ window: market.window(0, 1), quantity: '1' })), 400, 'tooLarge|values'],
    ['of nothing', () => [], 200, 'VALIDATION_FAILED'],
  ])('plan %s: refused', async (_what, demand, status, text) => {
    const query = 'query($input: PlanInput!) { plan(input: $input) { ... on Rejection { code message } } }';
    const answer = await ask(buyer, query, { input: { model: 'llama-3.3-70b', demand: demand() } });
    expect([answer.status, answer.text]).toEqual([status, expect.stringMatching(text)]);
    expect(answer.text).not.toMatch(/INTERNAL/);
  });
});

describe('pages of the market', () => {
  const forged = Buffer.from(JSON.stringify(['x', 'y', 'z'])).toString('base64url');
  const lists: readonly (readonly [name: string, args: string])[] = [
    ['orders', ''],
    ['trades', 'marketId: "MARKET",'],
    ['candles', 'marketId: "MARKET", interval: HOUR, from: "2026-11-21T00:00:00Z", to: "2026-11-22T00:00:00Z",'],
    ['availability', 'marketId: "MARKET", step: HOUR, from: "2026-11-21T00:00:00Z", to: "2026-11-22T00:00:00Z",'],
  ];

  it.each(lists.flatMap(([name, args]) => [
    ...['first: -1', 'first: 0', 'first: 1000000000', 'after: "%%%"', `after: "${forged}"`].map((page) => [name, page, args] as const),
  ]))('%s(%s): an error that names what is wrong, never a failure of ours', async (name, page, args) => {
    const query = `{ ${name}(${args.replace('MARKET', marketId)} ${page}) { edges { cursor } } }`;
    const { status, text } = await ask(buyer, query);
    expect(status).toBe(200);
    expect(JSON.parse(text).errors[0].extensions.code).toBe('BAD_USER_INPUT');
  });
});

describe('tradesMade', () => {
  const subscribe = (args: string): string => `subscription { tradesMade(${args}) { sequence } }`;

  it.each([
    ['a market that is none', () => subscribe('marketId: "x"')],
    ['a negative place', () => subscribe(`marketId: "${marketId}", after: -1`)],
    ['a place beyond 2^31', () => subscribe(`marketId: "${marketId}", after: 2147483648`)],
    ['1,000 aliases', () => `subscription { tradesMade(marketId: "${marketId}") { ${times(1_000, (n) => `a${n}: sequence`)} } }`],
    ['100 levels', () => `subscription { tradesMade(marketId: "${marketId}") { ${times(100, () => 'x {')} y ${times(100, () => '}')} } }`],
    ['200,000 tokens', () => `subscription { tradesMade(marketId: "${marketId}") { ${'sequence '.repeat(20_000)} } }`],
    ['two roots', () => `subscription { a: tradesMade(marketId: "${marketId}") { sequence } b: tradesMade(marketId: "${marketId}") { sequence } }`],
  ])('of %s: one error, and the socket stays', async (_what, query) => {
    const client = await (await SocketClient.open(app)).init();
    client.ask('1', query());
    // Before anything runs it is `error`; what a resolver refuses is an answer and its end.
    const { type, payload } = await client.next();
    const errors = type === 'error' ? payload : payload.errors;
    expect(errors[0].extensions.code).toMatch(/^(BAD_USER_INPUT|DOCUMENT_TOO_LARGE)$/);
    if (type !== 'error') expect(await client.next()).toMatchObject({ type: 'complete', id: '1' });
    await client.roundTrip();
    client.socket.close();
    await client.closed;
  });

  it('over HTTP: refused', async () => {
    const { text } = await ask(buyer, subscribe(`marketId: "${marketId}"`));
    expect(JSON.parse(text)).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
  });
});

it('and the market is as it was', async () => {
  const { data } = await buyer.ask('{ wallet { balance reserved } orders { edges { cursor } } }');
  expect(data).toEqual({ wallet: { balance: '1000000', reserved: '0' }, orders: { edges: [] } });
  expect(({} as Record<string, unknown>)['isAdmin']).toBeUndefined();
});
