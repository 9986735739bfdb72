import Fastify, { type FastifyInstance } from 'fastify';
import { once } from 'node:events';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { ManualTimers } from '../../../test/support/manual-timers.js';
import { BodyBudget } from '../application/body-budget.js';
import { InferenceRoute } from './inference.route.js';

const LENGTH = 1_000;
const KEY = { kind: 'api-key', organizationId: 'acme', keyId: 'key', scopes: ['inference:use'] };
const turn = (): Promise<void> => new Promise((done) => setImmediate(done));

/** A key that is looked up for as long as the test says. */
class SlowLookup {
  private found: (principal: unknown) => void = () => undefined;
  private begun: () => void = () => undefined;
  readonly asked = new Promise<void>((done) => (this.begun = done));

  prove(): Promise<unknown> {
    this.begun();
    return new Promise((done) => (this.found = done));
  }

  async answer(principal: unknown): Promise<void> {
    this.found(principal);
    await turn();
  }
}

describe('room for a body', () => {
  const budget = new BodyBudget();
  let lookup: SlowLookup;
  let fastify: FastifyInstance;
  let socket: Socket;
  /** Resolves when the server knows that the client has left. */
  let left: Promise<unknown>;

  beforeEach(async () => {
    lookup = new SlowLookup();
    fastify = Fastify();
    const host = { httpAdapter: { getInstance: () => fastify } };
    const settings = { ROLE: 'gateway' };
    const parts = [host, lookup, {}, {}, {}, budget, settings, { error: () => undefined }, new ManualTimers(), { client: 1 }, () => 0];
    // Whoever is not asked before the body is there is nobody here.
    new InferenceRoute(...(parts as unknown as ConstructorParameters<typeof InferenceRoute>)).onModuleInit();
    await fastify.listen({ port: 0, host: '127.0.0.1' });
    left = new Promise((done) => fastify.server.once('request', (_request, response) => response.once('close', done)));
    socket = connect((fastify.server.address() as AddressInfo).port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(`POST /v1/completions HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${LENGTH}\r\n\r\n`);
    await lookup.asked;
  });
  afterEach(async () => {
    socket.destroy();
    await fastify.close();
  });

  it('is none for whoever left while the key was looked up', async () => {
    socket.destroy();
    await left;
    await lookup.answer(KEY);
    expect(budget.heldBytes).toBe(0);
  });

  it('is given back when the client leaves in the middle of the body', async () => {
    await lookup.answer(KEY);
    expect(budget.heldBytes).toBe(LENGTH);
    socket.destroy();
    await left;
    expect(budget.heldBytes).toBe(0);
  });

  it('is given back with the answer', async () => {
    await lookup.answer(KEY);
    expect(budget.heldBytes).toBe(LENGTH);
    socket.write(' '.repeat(LENGTH));
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toContain('400 Bad Request');
    await left;
    expect(budget.heldBytes).toBe(0);
  });

  it('is none for a stranger', async () => {
    await lookup.answer({ kind: 'anonymous' });
    expect(budget.heldBytes).toBe(0);
  });
});
