import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { ManualTimers } from '../../../test/support/manual-timers.js';
import { ClientConnection } from './client-connection.js';

const STALL_MS = 60_000;
/** More than sockets hold. */
const MUCH = Buffer.alloc(64 * 1_024 * 1_024);

describe('the connection of a client that takes nothing', () => {
  const timers = new ManualTimers();
  let server: Server;
  let socket: Socket;
  let client: ClientConnection;
  let response: ServerResponse;

  beforeEach(async () => {
    server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const asked = once(server, 'request');
    socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    [, response] = await asked;
    client = new ClientConnection(response, timers, STALL_MS, null);
    client.begin({});
  });
  afterEach(() => {
    socket.destroy();
    server.closeAllConnections();
    server.close();
  });

  it('is not waited for any more when the attempt is ended', async () => {
    const ended = new AbortController();
    const writing = client.write(MUCH, ended.signal);
    ended.abort();
    await writing;
    await client.write(Buffer.from('what was held'), ended.signal);
    expect(client.gone.aborted).toBe(false);
    expect(timers.waiting(STALL_MS)).toBe(0);
  });

  it('is cut in the middle of a stream', async () => {
    const writing = client.write(MUCH, new AbortController().signal);
    timers.advance(STALL_MS);
    await writing;
    expect([client.gone.aborted, timers.waiting(STALL_MS)]).toEqual([true, 0]);
  });

  it('is cut at its end too', async () => {
    const closed = once(response, 'close');
    client.end(MUCH);
    expect(timers.waiting(STALL_MS)).toBe(1);
    timers.advance(STALL_MS);
    await closed;
    expect(response.destroyed).toBe(true);
  });

  it('one that left before anybody looked is gone, and nobody waits for it', async () => {
    const closed = once(response, 'close');
    socket.destroy();
    await closed;
    const late = new ClientConnection(response, timers, STALL_MS, null);
    expect(late.gone.aborted).toBe(true);
    await late.write(MUCH, new AbortController().signal);
    expect(timers.waiting(STALL_MS)).toBe(0);
  });

  it('one that leaves is gone in that moment: no time has to pass', async () => {
    const writing = client.write(MUCH, new AbortController().signal);
    socket.destroy();
    await writing;
    expect([client.gone.aborted, timers.waiting(STALL_MS)]).toEqual([true, 0]);
  });

  it('one that takes everything leaves nothing behind', async () => {
    socket.resume();
    const closed = once(response, 'close');
    await client.write(MUCH, new AbortController().signal);
    client.end(Buffer.from('end'));
    await closed;
    expect([response.writableFinished, timers.waiting(STALL_MS)]).toEqual([true, 0]);
  });
});
