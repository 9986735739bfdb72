import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { UnreachableError } from '../application/upstream.js';
import { UndiciUpstream } from './undici.upstream.js';

/** What the guard decides is its own spec's; here, that nothing is called around it. */
describe('where an upstream’s connections go', () => {
  let server: Server;
  let asked: (string | undefined)[];
  let upstream: UndiciUpstream;
  const open = (isLoopbackAllowed: boolean): UndiciUpstream =>
    (upstream = new UndiciUpstream({ isLoopbackAllowed, connectMs: 60_000, simulator: null }));
  const urlAt = (host: string): string => `http://${host}:${(server.address() as AddressInfo).port}/v1`;
  const send = (url: string) =>
    upstream.send({ url, credential: 'secret', body: Buffer.from('{}'), isStream: false, signal: new AbortController().signal });

  beforeEach(async () => {
    asked = [];
    server = createServer((request, response) => {
      asked.push(request.url);
      response.writeHead(302, { location: '/inside' }).end();
    });
    // As whatever `localhost` is here.
    server.listen(0, 'localhost');
    await once(server, 'listening');
  });
  afterEach(async () => {
    await upstream.onApplicationShutdown();
    server.closeAllConnections();
    server.close();
  });

  it('not to a name that resolves to this machine', async () => {
    open(false);
    const failure = await send(urlAt('localhost')).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(UnreachableError);
    expect(failure).toMatchObject({ cause: { name: 'ForbiddenAddressError' } });
    expect(asked).toEqual([]);
  });

  it('not to an address of this machine: it is never looked up', async () => {
    open(false);
    const { address, family } = server.address() as AddressInfo;
    const failure = await send(urlAt(family === 'IPv6' ? `[${address}]` : address)).catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'UnreachableError', cause: { name: 'ForbiddenAddressError' } });
    expect(await upstream.read(urlAt(family === 'IPv6' ? `[${address}]` : address), limits())).toBeNull();
    expect(asked).toEqual([]);
  });

  it('not where a redirect leads', async () => {
    open(true);
    expect((await send(urlAt('localhost'))).status).toBe(302);
    expect(await upstream.read(urlAt('localhost'), limits())).toBeNull();
    expect(asked).toEqual(['/v1', '/v1']);
  });
});

const limits = () => ({ bytesMax: 1_000, signal: new AbortController().signal });
