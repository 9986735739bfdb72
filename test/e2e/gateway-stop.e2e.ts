import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { HELLO, MODEL, ServingWorld } from '../support/serving.js';
import { until } from '../support/until.js';

/** Much longer than a test may take: nothing may wait for it. */
const LONG_MS = '600000';
/** More than the connection of a client that takes nothing can hold. */
const TOKENS = 55_000;

describe('the product stops', () => {
  let world: ServingWorld;
  const sockets: Socket[] = [];

  beforeAll(async () => {
    world = await ServingWorld.start({ settings: { GATEWAY_DRAIN_MS: '0', GATEWAY_CLIENT_MS: LONG_MS } });
    await world.hold(1_000);
  });
  afterAll(() => sockets.forEach((socket) => socket.destroy()));

  /** A client that asks for a stream and takes nothing of it: resolves with the other end, once that is full. */
  const askAndStall = async (): Promise<Socket> => {
    const accepted = once(world.app.application.getHttpServer() as Server, 'connection');
    const { hostname, port } = new URL(world.app.url);
    const socket = connect({ host: hostname, port: Number(port) });
    sockets.push(socket);
    const body = JSON.stringify({ model: MODEL, messages: HELLO, stream: true, max_tokens: TOKENS });
    socket.pause().on('error', () => undefined);
    socket.write(
      `POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${world.key}\r\n` +
        `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
    const [other] = (await accepted) as [Socket];
    let before = -1;
    await until(
      async () => other.bytesWritten,
      (written) => {
        const isFull = other.writableNeedDrain && written === before;
        before = written;
        return isFull;
      },
    );
    return other;
  };

  it('whatever clients do not take, whatever lanes do not say, and whoever went away', async () => {
    await world.misbehave('fault=stall,after=5');
    const leaving = new AbortController();
    const body = { model: MODEL, messages: HELLO, stream: true, max_tokens: 10 };
    const [gone, open] = [await world.post(body, { signal: leaving.signal }), await world.post(body)];
    expect([gone.status, open.status]).toEqual([200, 200]);
    leaving.abort();
    await world.misbehave(`tokens=${TOKENS}`);
    const full = await askAndStall();
    await world.close();
    expect(full.destroyed).toBe(true);
    expect(await open.text()).toContain('gateway_stopping');
  });
});
