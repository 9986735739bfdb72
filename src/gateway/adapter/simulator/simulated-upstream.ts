import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { longLine, streamOf, wholeAnswer, type Asked, type Piece } from './answer.js';
import { promptTokensOf, readAsked } from './asked.js';
import { DIALECT } from './dialect.js';
import { readScenario, type Scenario } from './scenario.js';
import { aroundMedian, seeded } from './seeded.js';

/** On every answer: nobody must take these tokens for a model's. */
const LABEL = { 'x-simulated': 'true', server: 'headroom-simulated-upstream' } as const;
const BODY_BYTES_MAX = 16_777_216;
const EMBEDDING = [0.1, 0.2, 0.3];

export interface SimulatedUpstream {
  /** Ends in `/v1`. */
  readonly url: string;
  /** The same with settings of its own, such as `fault=hang,after=3`. */
  with(scenario: string): string;
  /** From now on it answers so, where a path says nothing else; what is not named stays. */
  become(scenario: string): void;
  /** Requests that arrived, newest last. */
  readonly requests: readonly SeenRequest[];
  /** Requests whose client went away before their answer ended. */
  readonly aborted: number;
  /** Resolves when so many were aborted. */
  untilAborted(count: number): Promise<void>;
  /** Closes every connection, in the middle of whatever it carries. */
  dropAll(): void;
  close(): Promise<void>;
}

export interface SeenRequest {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Readonly<Record<string, unknown>>;
}

export interface SimulatorOptions {
  readonly seed: number;
  readonly scenario: Scenario;
  readonly host?: string;
  readonly port?: number;
  /** How many requests to remember. */
  readonly requestsKept?: number;
}

/**
 * An OpenAI-compatible server without a model: times, speeds, counts and faults as asked for, the same
 * for the same seed. A path may begin with settings: `/ttft=200,fault=hang/v1/chat/completions`.
 */
export async function simulateUpstream(options: SimulatorOptions): Promise<SimulatedUpstream> {
  const state = new SimulatorState(options);
  const server = createServer((request, response) => {
    // Whoever went away is counted, not answered.
    state.serve(request, response).catch(() => response.destroy());
  });
  server.listen(options.port ?? 0, options.host ?? '127.0.0.1');
  await once(server, 'listening');
  return state.handle(server);
}

class SimulatorState {
  private readonly random: () => number;
  private readonly requests: SeenRequest[] = [];
  private aborted = 0;
  private answers = 0;
  private scenario: Scenario;
  private waiting: { readonly count: number; readonly done: () => void }[] = [];

  constructor(private readonly options: SimulatorOptions) {
    this.random = seeded(options.seed);
    this.scenario = options.scenario;
  }

  handle(server: Server): SimulatedUpstream {
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const state = this;
    return {
      url: `${origin}/v1`,
      with: (scenario) => `${origin}/${scenario}/v1`,
      become: (scenario) => (this.scenario = readScenario(scenario, this.scenario)),
      requests: this.requests,
      get aborted() {
        return state.aborted;
      },
      untilAborted: (count) =>
        new Promise((done) => {
          this.waiting.push({ count, done });
          this.tellAborted(0);
        }),
      dropAll: () => server.closeAllConnections(),
      close: async () => {
        server.closeAllConnections();
        server.close();
        await once(server, 'close');
      },
    };
  }

  private tellAborted(more: number): void {
    this.aborted += more;
    for (const { count, done } of this.waiting) if (count <= this.aborted) done();
    this.waiting = this.waiting.filter(({ count }) => count > this.aborted);
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(LABEL)) response.setHeader(name, value);
    const { scenario, path } = this.readPath(request.url ?? '/');
    if (request.method === 'GET') return tell(response, path, scenario);
    const body = await readBody(request);
    this.remember({ path, headers: request.headers, body });
    response.once('close', () => {
      if (!response.writableFinished) this.tellAborted(1);
    });
    if (scenario.fault !== 'hang') await this.answer(path, body, scenario, response);
  }

  private async answer(
    ...[path, body, scenario, response]: readonly [
      path: string,
      body: SeenRequest['body'],
      scenario: Scenario,
      response: ServerResponse,
    ]
  ): Promise<void> {
    await this.wait(response, aroundMedian(scenario.ttft, scenario.spread, this.random));
    if (refuse(response, scenario, body)) return;
    if (path === '/v1/embeddings') return sendEmbeddings(response, body);
    const kind = path === '/v1/completions' ? 'completion' : 'chat';
    const asked = readAsked(kind, body, scenario, this.random);
    this.answers += 1;
    const id = `${kind === 'chat' ? 'chatcmpl' : 'cmpl'}-simulated-${this.answers}`;
    if (asked.isStream) return this.stream(response, streamOf(asked, id, scenario), scenario);
    return this.sendWhole(response, asked, id, scenario);
  }

  private readPath(url: string): { readonly scenario: Scenario; readonly path: string } {
    const [, first = '', ...rest] = url.split('/');
    const { scenario } = this;
    if (!first.includes('=')) return { scenario, path: url };
    return { scenario: readScenario(decodeURIComponent(first), scenario), path: `/${rest.join('/')}` };
  }

  private remember(seen: SeenRequest): void {
    this.requests.push(seen);
    if (this.requests.length > (this.options.requestsKept ?? 100)) this.requests.shift();
  }

  private async sendWhole(
    response: ServerResponse,
    asked: Asked,
    id: string,
    scenario: Scenario,
  ): Promise<void> {
    const { speed } = scenario;
    if (speed > 0) await this.wait(response, (asked.outputTokens / speed) * 1_000);
    const body = wholeAnswer(asked, id, scenario);
    response.setHeader('content-type', 'application/json');
    response.end(body);
  }

  private async stream(
    response: ServerResponse,
    pieces: readonly Piece[],
    scenario: Scenario,
  ): Promise<void> {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
    let sent = 0;
    for (const { text, tokens } of pieces) {
      if (sent >= scenario.after && (await misbehave(response, scenario, sent))) return;
      if (tokens > 0 && sent > 0 && scenario.speed > 0) {
        await this.wait(response, (tokens / scenario.speed) * 1_000);
      }
      await send(response, text, scenario.fault === 'split-bytes');
      sent += tokens;
    }
    response.end();
  }

  private async wait(response: ServerResponse, ms: number): Promise<void> {
    if (ms > 0) await pause(ms);
    if (response.destroyed) throw new Error('the client went away');
  }
}

/** Whether the fault ended the stream, or took its place. */
async function misbehave(
  response: ServerResponse,
  { fault, after }: Scenario,
  sent: number,
): Promise<boolean> {
  // The role comes before the first token: whoever fails after none fails before it.
  const isDue = sent > 0 || after === 0;
  if (!isDue) return false;
  switch (fault) {
    case 'error':
      await send(response, 'data: {"error":{"message":"simulated","type":"server_error"}}\n\n', false);
      response.end();
      return true;
    case 'disconnect':
      response.socket?.destroy();
      return true;
    case 'cut':
      response.end();
      return true;
    case 'stall':
      response.flushHeaders();
      return true;
    case 'long-line':
      await send(response, longLine(), false);
      response.end();
      return true;
    default:
      return false;
  }
}

async function send(response: ServerResponse, text: string, isSplit: boolean): Promise<void> {
  const bytes = Buffer.from(text);
  const size = isSplit ? 1 : bytes.length;
  for (let start = 0; start < bytes.length; start += size) {
    if (response.destroyed) throw new Error('the client went away');
    const hasRoom = response.write(bytes.subarray(start, start + size));
    if (!hasRoom) await roomOrEnd(response);
    // A packet of its own: what is written in one turn may leave as one.
    if (isSplit) await new Promise((done) => setImmediate(done));
  }
}

/** Leaves no listener behind: a long answer to a slow client waits for room many times. */
async function roomOrEnd(response: ServerResponse): Promise<void> {
  await new Promise<void>((done) => {
    const go = (): void => {
      response.off('drain', go).off('close', go);
      done();
    };
    response.on('drain', go).on('close', go);
  });
}

function refuse(response: ServerResponse, { fault }: Scenario, body: SeenRequest['body']): boolean {
  const isFlexFull = fault === 'flex-full' && body['service_tier'] === 'flex';
  const status = isFlexFull ? '498' : /^status-(\d{3})$/.exec(fault)?.[1];
  if (status === undefined) return false;
  const error = { message: `simulated ${status}`, type: 'simulated', param: null, code: null };
  response.writeHead(Number(status), { 'content-type': 'application/json' });
  response.end(JSON.stringify({ error }));
  return true;
}

/** What is asked for without a body: the models, or how busy it is. */
function tell(response: ServerResponse, path: string, { dialect }: Scenario): void {
  const { metrics } = DIALECT[dialect];
  if (path !== '/metrics' || metrics === null) return listModels(response, path);
  response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' });
  response.end(metrics);
}

function listModels(response: ServerResponse, path: string): void {
  const isList = path === '/v1/models';
  const model = { id: 'simulated', object: 'model', created: 0, owned_by: 'SIMULATED', simulated: true };
  response.writeHead(isList ? 200 : 404, { 'content-type': 'application/json' });
  response.end(JSON.stringify(isList ? { object: 'list', data: [model] } : { error: { message: 'unknown' } }));
}

function sendEmbeddings(response: ServerResponse, body: SeenRequest['body']): void {
  const inputs = Array.isArray(body['input']) ? body['input'] : [body['input']];
  const prompt_tokens = promptTokensOf(body);
  const data = inputs.map((_, index) => ({ object: 'embedding', index, embedding: EMBEDDING }));
  const usage = { prompt_tokens, total_tokens: prompt_tokens };
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ object: 'list', data, model: body['model'], usage }));
}

async function readBody(request: IncomingMessage): Promise<SeenRequest['body']> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > BODY_BYTES_MAX) throw new Error('the body is too large');
    parts.push(part);
  }
  return JSON.parse(Buffer.concat(parts).toString('utf8')) as SeenRequest['body'];
}
