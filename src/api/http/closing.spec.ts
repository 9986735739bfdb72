import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { ManualTimers } from '../../../test/support/manual-timers.js';
import { boundClosing, CLOSING } from './closing.js';

describe('a server that closes', () => {
  let server: Server;
  let socket: Socket;
  const timers = new ManualTimers();

  /** Somebody who asked and has its connection kept; resolves once the server has the request. */
  const ask = async (answer: RequestListener): Promise<void> => {
    server = createServer({ keepAliveTimeout: 72_000 }, answer).listen(0, '127.0.0.1');
    await once(server, 'listening');
    socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    const asked = once(server, 'request');
    socket.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\n\r\n');
    await asked;
  };
  const close = (): { readonly closed: Promise<unknown>; readonly ended: Promise<unknown> } => {
    const told = { closed: once(server, 'close'), ended: once(socket, 'close') };
    boundClosing(server, timers);
    server.close();
    return told;
  };
  afterEach(() => {
    socket.destroy();
    server.closeAllConnections();
  });

  it('lets go of a connection whose answer ends meanwhile', async () => {
    let finish: () => void = () => undefined;
    await ask((_request, response) => (finish = () => void response.end('late')));
    const { closed, ended } = close();
    const text = once(socket, 'data');
    finish();
    expect(String(await text)).toContain('late');
    await Promise.all([closed, ended]);
    expect(timers.waiting(CLOSING.mostMs)).toBe(0);
  });

  it('cuts off who does not take its answer', async () => {
    await ask((_request, response) => void response.write(Buffer.alloc(64 * 1_024 * 1_024)));
    const { closed, ended } = close();
    timers.advance(CLOSING.mostMs);
    socket.resume();
    await Promise.all([closed, ended]);
  });
});
