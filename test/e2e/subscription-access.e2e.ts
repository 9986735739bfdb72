import { connect } from 'node:net';
import type { Pool } from 'pg';
import { AuthenticationService } from '../../src/identity/application/authentication.service.js';
import { LIVE_LIMITS } from '../../src/platform/pubsub/live-limits.js';
import { POOL } from '../../src/platform/platform.module.js';
import { startTestApp, type ApiClient, type TestApp } from '../support/app.js';
import { ManualTimers } from '../support/manual-timers.js';
import { Membership } from '../support/membership.js';
import { program } from '../support/pools.js';
import { SocketClient, watchServerSockets, type SocketOptions } from '../support/socket-client.js';
import { Trading } from '../support/trading.js';
import { until } from '../support/until.js';

const limits = {
  ...LIVE_LIMITS,
  ...{ connectionsMax: 9, connectionsPerPrincipalMax: 6 },
  ...{ queuedMessagesMax: 3, bufferedBytesMax: 65_536 },
};
const MARKET = 'llama-3.3-70b@fp8';
const WATCH = `subscription { marketChanged(marketId: "${MARKET}") { sequence } }`;
const VIEWER = '{ viewer { actor } }';

let app: TestApp;
let timers: ManualTimers;
let owner: ApiClient;
let membership: Membership;
let serverSockets: ReturnType<typeof watchServerSockets>;
const clients: SocketClient[] = [];

beforeAll(async () => {
  timers = new ManualTimers();
  app = await startTestApp({ live: { limits, timers } });
  serverSockets = watchServerSockets(app);
  owner = await app.signUp('Startup');
  membership = new Membership(app);
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.leave()));
  // The server's ends too, which count.
  await until(async () => serverSockets.filter(({ destroyed }) => !destroyed), (left) =>
    left.every((socket) => !('isOfClient' in socket)),
  );
});
afterAll(() => app.close());

async function open(options?: SocketOptions): Promise<SocketClient> {
  const client = await SocketClient.open(app, options);
  Object.assign(serverSockets.at(-1)!, { isOfClient: true });
  clients.push(client);
  return client;
}

const bearerOf = (client: ApiClient): string => `Bearer ${client.bearer}`;
const cookieOf = (client: ApiClient): Record<string, string> => ({ cookie: client.cookie ?? '' });

async function actorOf(client: SocketClient): Promise<unknown> {
  client.ask('viewer', VIEWER);
  const { payload } = await client.next();
  await client.next();
  return payload.data?.viewer.actor ?? payload.errors[0].extensions.code;
}

describe('whom a socket speaks for', () => {
  it('is nobody without credentials', async () => {
    expect(await actorOf(await (await open()).init())).toBe('UNAUTHENTICATED');
  });

  it('is a member by a session cookie, from a page of ours', async () => {
    const client = await open({ headers: cookieOf(owner), origin: app.url });
    expect(await actorOf(await client.init())).toMatch(/^member:/);
  });

  it.each([
    ['another site', 'https://evil.example.com'],
    ['another port of this host', 'http://127.0.0.1:1'],
    ['a host whose name begins with ours', 'http://127.0.0.1.evil.example.com'],
    ['a page without an origin', 'null'],
    ['no page', undefined],
  ])('is refused with a session cookie from %s', async (_name, origin) => {
    const headers = cookieOf(owner);
    const options = origin === undefined ? { headers } : { headers, origin };
    expect(await SocketClient.refused(app, options)).toBe(403);
  });

  it('is a key, in connection_init or in the header', async () => {
    const key = await program(app, owner, ['MARKET_READ']);
    const byInit = await (await open()).init({ authorization: bearerOf(key) });
    expect(await actorOf(byInit)).toMatch(/^key:/);
    const byHeader = await open({ headers: { authorization: bearerOf(key) } });
    expect(await actorOf(await byHeader.init())).toMatch(/^key:/);
  });

  it('is nobody who sends a key that proves nothing', async () => {
    const client = await open({ headers: { authorization: 'Bearer nonsense' } });
    client.send({ type: 'connection_init' });
    expect(await client.closed).toMatchObject({ code: 4403 });
  });

  it.each([['one packet'], ['two packets']])(
    'is nobody’s who offers HTTP/2 and asks over HTTP/1.1, in %s',
    async (packets) => {
      const { hostname, port } = new URL(app.url);
      const body = JSON.stringify({ query: '{ __typename }' });
      const head = [
        ...['POST /graphql HTTP/1.1', `Host: ${hostname}`, 'Content-Type: application/json'],
        ...['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABk'],
        ...[`Content-Length: ${body.length}`, '', ''],
      ].join('\r\n');
      const socket = connect(Number(port), hostname);
      let answers = '';
      let wake = (): void => undefined;
      socket.on('data', (data) => {
        answers += String(data);
        wake();
      });
      for (let asked = 1; asked <= 12; asked += 1) {
        socket.write(packets === 'one packet' ? head + body : head);
        if (packets !== 'one packet') socket.write(body);
        while (answers.split('"Query"').length <= asked) {
          await new Promise<void>((done) => (wake = done));
        }
      }
      expect(answers.match(/HTTP\/1.1 200 OK/g)).toHaveLength(12);
      socket.destroy();
    },
  );

  it('opens nothing on another path', async () => {
    expect(await SocketClient.refused(app, { path: '/graphql/more' })).toBe(404);
  });
});

/** The newest of them. */
const expire = async (table: 'api_key' | 'session', column: string): Promise<void> => {
  const newest = `SELECT ctid FROM ${table} ORDER BY created_at DESC LIMIT 1`;
  const text = `UPDATE ${table} SET ${column} = 'epoch' WHERE ctid = (${newest})`;
  await app.application.get<Pool>(POOL).query(text);
  // What is believed for two seconds.
  app.application.get(AuthenticationService).forgetAll();
};

/** A socket of somebody whose access ends, and how it does. */
interface Ending {
  readonly options: SocketOptions;
  readonly init?: object;
  readonly end: () => Promise<unknown>;
}
const ENDINGS: Readonly<Record<string, () => Promise<Ending>>> = {
  'a key is revoked': async () => {
    const key = await program(app, owner, ['MARKET_READ']);
    const keyId = key.bearer!.split('_')[1];
    const end = () => owner.mustMutate('revokeApiKey', 'RevokeApiKeyInput', { keyId });
    return { options: {}, init: { authorization: bearerOf(key) }, end };
  },
  'a key expires': async () => {
    const key = await program(app, owner, ['MARKET_READ']);
    return { options: {}, init: { authorization: bearerOf(key) }, end: () => expire('api_key', 'expires_at') };
  },
  'a session expires': async () => {
    const { client } = await membership.join(await app.signUp('Expiring'));
    const options = { headers: cookieOf(client), origin: app.url };
    return { options, end: () => expire('session', 'expires_at') };
  },
  'a session is not used for long': async () => {
    const client = await app.signUp('Idle');
    const options = { headers: cookieOf(client), origin: app.url };
    return { options, end: () => expire('session', 'seen_at') };
  },
  'a member signs out': async () => {
    const client = await app.signUp('Leaving');
    const end = () => client.ask('mutation { signOut(idempotencyKey: "k") { __typename } }');
    return { options: { headers: cookieOf(client), origin: app.url }, end };
  },
  'a member is removed': async () => {
    const boss = await app.signUp('Boss');
    const { client, memberId } = await membership.join(boss);
    const end = () => boss.mustMutate('removeMember', 'RemoveMemberInput', { memberId });
    return { options: { headers: cookieOf(client), origin: app.url }, end };
  },
  'a member gets another role': async () => {
    const boss = await app.signUp('Second boss');
    const { client, memberId } = await membership.join(boss);
    const end = () => boss.mustMutate('changeMemberRole', 'ChangeMemberRoleInput', { memberId, role: 'VIEWER' });
    return { options: { headers: cookieOf(client), origin: app.url }, end };
  },
};

describe.each(Object.keys(ENDINGS))('when %s', (name) => {
  const start = async () => {
    const { options, init, end } = await ENDINGS[name]!();
    const client = await (await open(options)).init(init);
    client.ask('1', WATCH);
    expect((await client.next()).type).toBe('next');
    return { client, end };
  };

  it('its quiet sockets are closed at the next check', async () => {
    const { client, end } = await start();
    timers.advance(limits.recheckMs);
    await client.roundTrip();
    await end();
    timers.advance(limits.recheckMs);
    expect(await client.closed).toMatchObject({ code: 4403, reason: expect.stringContaining('ended') });
  });

  it('its next message is not answered', async () => {
    const { client, end } = await start();
    await end();
    client.ask('2', VIEWER);
    expect(await client.closed).toMatchObject({ code: 4403 });
  });
});

describe('sockets that read nothing', () => {
  it('are dropped as subscribers, with the reason, while others go on', async () => {
    const market = await Trading.open(app);
    const fast = await (await open()).init();
    const slow = await (await open()).init();
    for (const client of [fast, slow]) {
      client.ask('1', WATCH);
      await client.next();
    }
    const stuck = serverSockets.findLast((socket) => 'isOfClient' in socket)!;
    stuck.cork();
    const sequences: number[] = [];
    // One is on its way, three wait, and the fifth is too much.
    for (const hour of [0, 1, 2, 3, 4, 5]) {
      await market.list(hour, hour + 1, 10);
      sequences.push((await fast.next()).payload.data.marketChanged.sequence);
    }
    stuck.uncork();
    expect((await slow.next()).payload.data.marketChanged.sequence).toBe(sequences[0]);
    expect(await slow.next()).toEqual({
      ...{ id: '1', type: 'error' },
      payload: [
        {
          message: 'this subscriber was 3 messages behind and was dropped: subscribe again',
          path: undefined,
          extensions: { code: 'SLOW_SUBSCRIBER', behind: 3 },
        },
      ],
    });
    await slow.roundTrip();
    slow.ask('1', WATCH);
    expect((await slow.next()).payload.data.marketChanged.sequence).toBe(sequences.at(-1));
  });

  /** Reads nothing, and asks for more than may wait for it. */
  async function flooded(): Promise<SocketClient> {
    const client = await (await open()).init();
    serverSockets.at(-1)!.cork();
    const payload = { filler: 'x'.repeat(10_000) };
    for (let sent = 0; sent < 10; sent += 1) client.send({ type: 'ping', payload });
    await until(async () => timers.waiting(limits.closeTimeoutMs), (count) => count === 1);
    return client;
  }

  it('are told why, when more waits for them than may, and they read it after all', async () => {
    const client = await flooded();
    serverSockets.at(-1)!.uncork();
    expect(await client.closed).toEqual({ code: 1013, reason: 'more than 65536 bytes waited for this client: connect again, and read faster' });
    await until(async () => timers.waiting(limits.closeTimeoutMs), (count) => count === 0);
  });

  it('are cut off when they do not read that either', async () => {
    const client = await flooded();
    timers.advance(limits.closeTimeoutMs);
    expect(await client.closed).toMatchObject({ code: 1006 });
  });
});

describe('sockets', () => {
  it('are so many for one address, one key, and in all', async () => {
    const strangers = await Promise.all(Array.from({ length: 6 }, () => SocketClient.open(app)));
    expect(await SocketClient.refused(app)).toBe(429);
    const key = await program(app, owner, ['MARKET_READ']);
    const headers = { authorization: bearerOf(key) };
    const own = await Promise.all(Array.from({ length: 3 }, () => SocketClient.open(app, { headers })));
    expect(await SocketClient.refused(app, { headers })).toBe(503);
    await Promise.all([...strangers, ...own].map((client) => client.leave()));
    await until(() => SocketClient.open(app).then((one) => one.leave().then(() => true), () => false), Boolean);
  });

  it('of one key are counted when it is shown, too', async () => {
    const key = await program(app, owner, ['MARKET_READ']);
    const init = { authorization: bearerOf(key) };
    for (let count = 0; count < 6; count += 1) await (await open()).init(init);
    const seventh = await open();
    seventh.send({ type: 'connection_init', payload: init });
    expect(await seventh.closed).toEqual({ code: 1013, reason: 'too many connections' });
  });
});
