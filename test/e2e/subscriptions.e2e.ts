import type { Pool } from 'pg';
import { ENVIRONMENT, POOL, type Environment } from '../../src/platform/platform.module.js';
import { LIVE_LIMITS } from '../../src/platform/pubsub/live-limits.js';
import { createApplication } from '../../src/runtime.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { ManualTimers } from '../support/manual-timers.js';
import { SocketClient, type SocketOptions } from '../support/socket-client.js';
import { Trading } from '../support/trading.js';

const limits = { ...LIVE_LIMITS, messageBytesMax: 65_536, operationsMax: 3 };
const MARKET = 'llama-3.3-70b@fp8';
const WATCH = 'subscription($id: ID!) { marketChanged(marketId: $id) { marketId sequence at } }';

let app: TestApp;
let timers: ManualTimers;
let market: Trading;
const clients: SocketClient[] = [];

beforeAll(async () => {
  timers = new ManualTimers();
  app = await startTestApp({ live: { limits, timers } });
  market = await Trading.open(app);
});
afterEach(() => Promise.all(clients.splice(0).map((client) => client.leave())));
afterAll(() => app.close());

async function open(options?: SocketOptions): Promise<SocketClient> {
  const client = await SocketClient.open(app, options);
  clients.push(client);
  return client;
}

const ready = async (options?: SocketOptions): Promise<SocketClient> => (await open(options)).init();

describe('the protocol graphql-transport-ws', () => {
  it('closes with 4408 when nobody introduces itself in time', async () => {
    const [silent, greeted] = [await open(), await ready()];
    timers.advance(limits.initTimeoutMs);
    expect(await silent.closed).toEqual({ code: 4408, reason: 'Connection initialisation timeout' });
    await greeted.roundTrip();
  });

  it('acknowledges connection_init, with and without a payload', async () => {
    await (await open()).init();
    await (await open()).init({ anything: 1 });
  });

  it('closes with 4429 at a second connection_init', async () => {
    const client = await ready();
    client.send({ type: 'connection_init' });
    expect(await client.closed).toMatchObject({ code: 4429 });
  });

  it('closes with 4401 at subscribe before the acknowledgement', async () => {
    const client = await open();
    client.ask('1', '{ __typename }');
    expect(await client.closed).toEqual({ code: 4401, reason: 'Unauthorized' });
  });

  it.each([
    ['no JSON', 'hello'],
    ['no object', '"ping"'],
    ['no type', '{}'],
    ['an unknown type', '{"type":"hello"}'],
    ['a type of the server', '{"id":"1","type":"next","payload":{"data":null}}'],
    ['subscribe without an id', '{"type":"subscribe","payload":{"query":"{ __typename }"}}'],
    ['subscribe without a query', '{"id":"1","type":"subscribe","payload":{}}'],
    ['variables that are no object', '{"id":"1","type":"subscribe","payload":{"query":"{ a }","variables":1}}'],
    ['a payload nested beyond the stack', `{"type":"ping","payload":{"a":${'['.repeat(30_000)}${']'.repeat(30_000)}}}`],
    ['a binary frame', Buffer.from('{"type":"ping"}')],
  ])('closes with 4400 at a message that is none: %s', async (_name, message) => {
    const client = await ready();
    client.socket.send(message);
    expect(await client.closed).toEqual({ code: 4400, reason: 'Invalid message received' });
  });

  it('closes with 4409 when an id is used while it is in use', async () => {
    const client = await ready();
    client.ask('1', WATCH, { id: MARKET });
    await client.next();
    client.ask('1', WATCH, { id: MARKET });
    expect(await client.closed).toEqual({ code: 4409, reason: 'Subscriber for 1 already exists' });
  });

  it('takes an id again that is not in use any more', async () => {
    const client = await ready();
    for (const _time of [1, 2]) {
      client.ask('1', '{ __typename }');
      expect((await client.next()).type).toBe('next');
      expect(await client.next()).toEqual({ id: '1', type: 'complete' });
    }
  });

  it('answers ping with pong, its payload too, before and after the acknowledgement', async () => {
    const client = await open();
    await client.roundTrip();
    await client.init();
    client.send({ type: 'ping', payload: { at: 1 } });
    expect(await client.next()).toEqual({ type: 'pong', payload: { at: 1 } });
  });

  it('takes a pong that nobody asked for', async () => {
    const client = await ready();
    for (const payload of [undefined, { at: 1 }]) client.send({ type: 'pong', payload });
    await client.roundTrip();
  });

  it('pings, and ends sockets that do not answer', async () => {
    const [dead, alive] = [await ready({ autoPong: false }), await ready()];
    for (const _time of [1, 2]) {
      const pinged = new Promise<void>((done) => alive.socket.on('ping', done));
      timers.advance(limits.keepAliveMs);
      await pinged;
      await alive.roundTrip();
    }
    expect(await dead.closed).toMatchObject({ code: 1006 });
    await alive.roundTrip();
  });

  it('answers a query with next and complete', async () => {
    const client = await ready();
    client.ask('q', 'query($slug: ID!) { platform(slug: $slug) { slug } }', { slug: 'cerebras-wse-3' });
    const data = { platform: { slug: 'cerebras-wse-3' } };
    expect(await client.next()).toEqual({ id: 'q', type: 'next', payload: { data } });
    expect(await client.next()).toEqual({ id: 'q', type: 'complete' });
  });

  it('stops at complete, and goes on with the others', async () => {
    const client = await ready();
    for (const id of ['a', 'b']) {
      client.ask(id, WATCH, { id: MARKET });
      expect(await client.next()).toMatchObject({ id, type: 'next' });
    }
    client.send({ id: 'a', type: 'complete' });
    client.send({ id: 'never-was', type: 'complete' });
    await client.roundTrip();
    await market.list(0, 1, 10);
    expect(await client.next()).toMatchObject({ id: 'b', type: 'next' });
    await client.roundTrip();
  });

  it.each([[['graphql-ws']], [['something', 'else']], [[]]])(
    'closes with 4406 when it is not among the subprotocols %j',
    async (protocols) => {
      const client = await open({ protocols });
      expect(await client.closed).toEqual({ code: 4406, reason: 'Subprotocol not acceptable' });
    },
  );

  it('is chosen among several subprotocols', async () => {
    const client = await ready({ protocols: ['graphql-ws', 'graphql-transport-ws'] });
    expect(client.socket.protocol).toBe('graphql-transport-ws');
  });

  it.each([['Bearer nonsense'], [`Bearer hr_${'0'.repeat(32)}_${'A'.repeat(43)}`], [7], [null]])(
    'closes with 4403 when the key in connection_init proves nothing: %j',
    async (authorization) => {
      const client = await open();
      client.send({ type: 'connection_init', payload: { authorization } });
      expect(await client.closed).toEqual({ code: 4403, reason: 'Forbidden' });
    },
  );
});

const times = (count: number, of: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => of(index)).join(' ');

describe('operations on a socket', () => {
  it.each([
    ['a syntax error', '{', {}],
    ['an unknown field', '{ viewe { actor } }', {}],
    ['a variable that is missing', 'query($slug: ID!) { platform(slug: $slug) { slug } }', {}],
    ['two operations and no name', 'query A { __typename } query B { __typename }', {}],
    ['depth 100', `{ ${times(100, () => 'viewer {')} actor ${times(100, () => '}')} }`, {}],
    ['1,000 aliases', `{ ${times(1_000, (n) => `a${n}: __typename`)} }`, {}],
    ['10,000 tokens', `{ ${times(10_000, () => 'a')} }`, {}],
    ['a fragment in itself', '{ ...A } fragment A on Query { ...A }', {}],
    ['nesting beyond the stack', `{ platform(slug: ${'['.repeat(50_000)}`, {}],
    ['U+0000 in a variable', 'query($slug: ID!) { platform(slug: $slug) { slug } }', { slug: 'a\u0000' }],
    ['21,000 variables', '{ __typename }', { a: Array(21_000).fill(1) }],
    ['two fields of a subscription', `subscription { a: __typename b: __typename }`, {}],
  ])('are refused as over HTTP: %s', async (_name, query, variables) => {
    const { data, errors } = await app.stranger().ask(query, variables);
    expect([data, errors?.length]).toEqual([undefined, expect.any(Number)]);
    const client = await ready();
    client.ask('1', query, variables);
    expect(await client.next()).toEqual({ id: '1', type: 'error', payload: errors });
    await client.roundTrip();
  });

  it('are answered as over HTTP when a resolver refuses them', async () => {
    const query = '{ wallet { balance } }';
    const answer = await app.stranger().ask(query);
    expect(answer.errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    const client = await ready();
    client.ask('1', query);
    expect(await client.next()).toEqual({ id: '1', type: 'next', payload: answer });
  });

  it('are no mutations', async () => {
    const client = await ready();
    client.ask('1', 'mutation { signOut(idempotencyKey: "k") { __typename } }');
    expect(await client.next()).toMatchObject({
      type: 'error',
      payload: [{ message: 'a mutation needs POST, not a socket', extensions: { code: 'BAD_USER_INPUT' } }],
    });
  });

  it('are so many at once, and no more', async () => {
    const client = await ready();
    for (const id of ['1', '2', '3']) {
      client.ask(id, WATCH, { id: MARKET });
      await client.next();
    }
    client.ask('4', WATCH, { id: MARKET });
    expect(await client.next()).toMatchObject({
      ...{ id: '4', type: 'error' },
      payload: [{ extensions: { code: 'TOO_MANY_OPERATIONS' } }],
    });
    client.send({ id: '1', type: 'complete' });
    client.ask('4', WATCH, { id: MARKET });
    expect(await client.next()).toMatchObject({ id: '4', type: 'next' });
  });

  it('have short ids', async () => {
    const client = await ready();
    client.ask('x'.repeat(limits.operationIdMax + 1), '{ __typename }');
    expect(await client.next()).toMatchObject({ type: 'error' });
  });

  it('come in messages that are not huge', async () => {
    const client = await ready();
    client.ask('1', `{ ${'a '.repeat(limits.messageBytesMax)} }`);
    expect(await client.closed).toMatchObject({ code: 1009 });
  });
});

describe('marketChanged', () => {
  const watch = async (marketId: string): Promise<SocketClient> => {
    const client = await ready();
    client.ask('w', WATCH, { id: marketId });
    return client;
  };
  const read = async (client: SocketClient) => (await client.next()).payload.data.marketChanged;

  it('says where a market stands, then that it changed, when queries show it', async () => {
    const watching = await watch(MARKET);
    let { sequence } = await read(watching);
    for (const quantity of [11, 12]) {
      const listingId = await market.list(1, 2, quantity);
      const change = await read(watching);
      expect(change).toEqual({ marketId: MARKET, sequence: expect.any(Number), at: expect.any(String) });
      expect(change.sequence).toBeGreaterThan(sequence);
      ({ sequence } = change);
      const { data } = await app.stranger().ask(`{ listing(listingId: "${listingId}") { quantity } }`);
      expect(data).toEqual({ listing: { quantity: `${quantity}` } });
    }
  });

  it('tells a market in which nothing has happened, and nothing of other markets', async () => {
    const watching = await watch('nothing@fp8');
    expect(await read(watching)).toEqual({ marketId: 'nothing@fp8', sequence: 0, at: null });
    const other = await watch(MARKET);
    await read(other);
    await market.list(2, 3, 10);
    await read(other);
    await watching.roundTrip();
  });

  it('tells many changes at once as one', async () => {
    const watching = await watch(MARKET);
    const { sequence } = await read(watching);
    await Promise.all(Array.from({ length: 20 }, () => market.list(3, 4, 1)));
    let told = 0;
    for (let last = sequence; last < sequence + 20; told += 1) last = (await read(watching)).sequence;
    expect(told).toBeLessThan(20);
  });

  it('is heard in every process of a database, also without Redis', async () => {
    const { settings, ...data } = app.application.get<Environment>(ENVIRONMENT);
    const other = await createApplication(settings, data, { limits, timers: new ManualTimers() });
    await other.listen(0, '127.0.0.1');
    const client = await SocketClient.open({ ...app, url: await other.getUrl() });
    await client.init();
    client.ask('w', WATCH, { id: MARKET });
    const { sequence } = await read(client);
    await market.list(4, 5, 1);
    expect((await read(client)).sequence).toBeGreaterThan(sequence);
    await client.leave();
    await other.close();
    await other.get<Pool>(POOL).end();
  });

  it('refuses what is no market', async () => {
    const watching = await watch('no market');
    expect(await watching.next()).toMatchObject({
      payload: { errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] },
    });
  });
});
