import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { BodyBudget } from '../../src/gateway/application/body-budget.js';
import { GATEWAY_BOUNDS } from '../../src/gateway/application/gateway-limits.js';
import { GatewayService } from '../../src/gateway/application/gateway.service.js';
import { HELLO, MODEL, ServingWorld, type StoredRecord } from '../support/serving.js';
import { until } from '../support/until.js';

/** One event of a stream, and what it says. */
interface Seen {
  readonly text: string;
  readonly tokens: number;
  readonly usage: any;
  readonly error: any;
  readonly isDone: boolean;
}

function read(stream: string): Seen {
  const events = stream.split('\n\n').flatMap((event) => (event === '' ? [] : [event.slice(6)]));
  const chunks = events.filter((event) => event !== '[DONE]').map((event) => JSON.parse(event));
  const pieces: string[] = chunks.flatMap(({ choices }) => choices?.[0]?.delta?.content || []);
  return {
    text: pieces.join(''),
    tokens: pieces.length,
    usage: chunks.findLast(({ usage }) => usage)?.usage,
    error: chunks.findLast(({ error }) => error)?.error,
    isDone: events.at(-1) === '[DONE]',
  };
}

/** FAULTS 19, 20 and 21. */
describe('what goes wrong between a client, the gateway and an upstream', () => {
  let world: ServingWorld;
  let recorded = 0;

  beforeAll(async () => {
    world = await ServingWorld.start({ 
      settings: { GATEWAY_FIRST_TOKEN_MS: '4000', GATEWAY_DRAIN_MS: '0' },
    });
    await world.hold(1_000);
  });
  afterAll(() => world.close());

  const ask = (changes: Record<string, unknown> = {}, signal?: AbortSignal): Promise<Response> =>
    world.post(
      {
        ...{ model: MODEL, messages: HELLO, max_tokens: 40, stream: true },
        ...{ stream_options: { include_usage: true }, ...changes },
      },
      signal === undefined ? {} : { signal },
    );

  /** The one record more that there is now. */
  const record = async (): Promise<StoredRecord> => {
    const before = recorded;
    const all = await world.untilRecorded(before + 1);
    recorded = all.length;
    expect(recorded).toBe(before + 1);
    return all[before]!;
  };

  it('19: a client that goes away after 5 tokens pays for 5, and its upstream is stopped', async () => {
    await world.misbehave('fault=stall,after=5');
    const leaving = new AbortController();
    const response = await ask({}, leaving.signal);
    const decoder = new TextDecoder();
    let text = '';
    for await (const packet of response.body!) {
      text += decoder.decode(packet, { stream: true });
      if ((text.match(/"content":"[^"]/g) ?? []).length === 5) break;
    }
    leaving.abort();
    await world.upstream.untilAborted(1);
    expect(await record()).toMatchObject({ reason: 'client_abort', output_tokens: '5', dispute: null });
  });

  it('19: a client that goes away before the first token pays nothing', async () => {
    await world.misbehave('fault=hang');
    const { requests, aborted } = world.upstream;
    const before = requests.length;
    const leaving = new AbortController();
    const asked = ask({}, leaving.signal).catch(() => null);
    while (requests.length === before) await new Promise((done) => setImmediate(done));
    leaving.abort();
    await Promise.all([asked, world.upstream.untilAborted(aborted + 1)]);
    const { reason, input_tokens, output_tokens } = await record();
    expect([reason, input_tokens, output_tokens]).toEqual(['client_abort', '0', '0']);
  });

  // 40 tokens are sent each time.
  it.each([
    ['none', '40', null, null],
    ['no-usage', '40', 'no-claim', null],
    ['usage-lower', '20', 'output-lower', '20'],
    ['usage-higher', '40', 'output-higher', '120'],
    ['usage-negative', '40', 'unfit-claim', null],
    ['usage-huge', '40', 'unfit-claim', null],
    ['usage-nan', '40', 'unfit-claim', null],
    ['usage-twice', '40', 'several-claims', '40'],
  ])('20: %s: %s are billed (%s), and the stream is whole', async (fault, billed, dispute, claimed) => {
    await world.misbehave(`tokens=40,fault=${fault}`);
    const seen = read(await (await ask()).text());
    expect(seen).toMatchObject({ tokens: 40, isDone: true, error: undefined });
    expect(seen.usage.completion_tokens).toBe(Number(billed));
    const stored = await record();
    expect(stored).toMatchObject({ reason: 'completed', output_tokens: billed, dispute });
    if (claimed !== null) expect(stored.claimed_output_tokens).toBe(claimed);
  });

  // It comes in one piece of 139 bytes, four of which are counted as a token.
  it.each([
    ['none', '40'],
    ['usage-higher', '35'],
    ['usage-negative', '35'],
    ['no-usage', '35'],
    ['usage-lower', '20'],
  ])(
    '20: %s in an answer that comes whole: %s are billed, and it says so',
    async (fault, billed) => {
      await world.misbehave(`tokens=40,fault=${fault}`);
      const answer = (await (await ask({ stream: false, stream_options: null })).json()) as any;
      expect(answer.usage.completion_tokens).toBe(Number(billed));
      expect(await record()).toMatchObject({ reason: 'completed', output_tokens: billed });
    },
  );

  it('21: an upstream that never answers: 504, and nothing is billed', async () => {
    await world.misbehave('fault=hang');
    const response = await ask();
    expect(response.status).toBe(504);
    const { error } = (await response.json()) as any;
    expect(error).toMatchObject({ type: 'server_error', code: 'upstream_timeout', param: null });
    expect(await record()).toMatchObject({ reason: 'timeout', input_tokens: '0', output_tokens: '0' });
  });

  it.each([['error'], ['cut']])(
    '21: %s after 10 tokens: these are billed, and the stream says that it failed',
    async (fault) => {
      await world.misbehave(`tokens=40,fault=${fault},after=10`);
      const response = await ask();
      expect(response.status).toBe(200);
      const seen = read(await response.text());
      expect(seen).toMatchObject({ tokens: 10, isDone: false });
      expect(seen.error).toMatchObject({ code: 'upstream_error', type: 'server_error' });
      expect(await record()).toMatchObject({ reason: 'upstream_error', output_tokens: '10' });
    },
  );

  it('21: the connection breaks after 10 tokens: the same', async () => {
    await world.misbehave('tokens=40,fault=stall,after=10');
    const response = await ask();
    const decoder = new TextDecoder();
    let text = '';
    for await (const packet of response.body!) {
      text += decoder.decode(packet, { stream: true });
      if ((text.match(/"content":"[^"]/g) ?? []).length === 10) world.upstream.dropAll();
    }
    const seen = read(text);
    expect(seen).toMatchObject({ tokens: 10, isDone: false, error: { code: 'upstream_error' } });
    expect(await record()).toMatchObject({ reason: 'upstream_error', output_tokens: '10' });
  });

  it('21: every byte in a packet of its own: the same text', async () => {
    await world.misbehave('tokens=11,fault=split-bytes');
    const seen = read(await (await ask()).text());
    expect(seen).toMatchObject({ text: ' it is é a 日 day of 🌊 sea and sky', isDone: true });
    expect(await record()).toMatchObject({ reason: 'completed', output_tokens: '11' });
  });

  it('21: a line of 10 MB is not taken in', async () => {
    await world.misbehave('tokens=40,fault=long-line,after=3');
    const seen = read(await (await ask()).text());
    expect(seen).toMatchObject({ tokens: 3, isDone: false });
    expect(seen.error.message).toContain('1048576 bytes');
    expect(await record()).toMatchObject({ reason: 'upstream_error', output_tokens: '3' });
  });

  it.each([
    ['status-500', 502, 'upstream_error', 'upstream_error'],
    // A text and nothing else: there is nothing to be refused in it.
    ['status-400', 502, 'upstream_error', 'plain_refused'],
    ['status-401', 502, 'upstream_error', 'upstream_error'],
    ['status-429', 503, 'upstream_busy', 'upstream_busy'],
    ['status-498', 503, 'upstream_busy', 'upstream_busy'],
    ['not-json', 502, 'upstream_error', 'upstream_error'],
  ])('%s: %i, and nothing is billed', async (fault, status, code, reason) => {
    await world.misbehave(`fault=${fault}`);
    const whole = { stream: false, stream_options: null };
    const response = await ask(fault === 'not-json' ? whole : {});
    expect(response.status).toBe(status);
    expect(((await response.json()) as any).error.code).toBe(code);
    expect(await record()).toMatchObject({ reason, input_tokens: '0', output_tokens: '0' });
  });

  // A status of 200 is no answer yet. Nothing has gone out: the error has a status of its own.
  it.each([
    ['empty', true],
    ['empty', false],
    ['error-in-200', true],
    ['error-in-200', false],
    ['done-only', true],
    ['done-only', false],
  ])('%s in a 200, stream %s: the lane’s fault, and nothing is billed', async (fault, stream) => {
    await world.misbehave(`fault=${fault}`);
    const response = await ask(stream ? {} : { stream, stream_options: null });
    const { error } = (await response.json()) as any;
    expect([response.status, error.code]).toEqual([502, 'upstream_error']);
    const stored = await record();
    expect(stored).toMatchObject({ reason: 'upstream_error', input_tokens: '0', output_tokens: '0' });
  });

  it.each([[true], [false]])('nothing said where nothing need be said (stream %s) is billed as nothing', async (stream) => {
    await world.misbehave('fault=empty');
    const response = await ask({ stop: ['.'], ...(stream ? {} : { stream, stream_options: null }) });
    expect([response.status, response.headers.has('x-request-id')]).toEqual([200, true]);
    const text = await response.text();
    // The upstream claims a prompt: what is told is what is billed.
    const { usage } = stream ? read(text) : JSON.parse(text);
    expect(usage).toMatchObject({ prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 });
    const stored = await record();
    expect(stored).toMatchObject({ reason: 'completed', input_tokens: '0', output_tokens: '0' });
  });

  it('a refusal of what may be refused is the client’s', async () => {
    await world.misbehave('fault=status-400');
    const response = await ask({ logit_bias: { 50_256: 1_000 } });
    expect(response.status).toBe(400);
    expect(((await response.json()) as any).error.code).toBe('upstream_refused');
    expect(await record()).toMatchObject({ reason: 'request_refused', input_tokens: '0', output_tokens: '0' });
  });

  it.each([['openai'], ['vllm'], ['tgi'], ['cerebras'], ['groq']])(
    'what %s writes differently is understood',
    async (dialect) => {
      await world.misbehave(`tokens=40,dialect=${dialect}`);
      const seen = await (await ask()).text();
      expect(seen).toContain('"completion_tokens":40');
      expect(seen.match(/"usage"/g)).toHaveLength(1);
      expect(await record()).toMatchObject({ output_tokens: '40', claimed_output_tokens: '40', dispute: null });
    },
  );

  it('who asks is known before a body is read: what a stranger sends is not taken in', async () => {
    const headers = { 'content-type': 'application/json', 'content-length': '8000000', authorization: 'Bearer nobody' };
    const asked = httpRequest(`${world.app.url}/v1/chat/completions`, { method: 'POST', headers });
    asked.flushHeaders();
    // Not a byte of it was sent.
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    expect(response.statusCode).toBe(401);
    const closed = once(asked, 'close');
    asked.on('error', () => undefined).destroy();
    await closed;
  });

  it('bodies under way have a bound: the lowest tier is refused first, and what is over makes room', async () => {
    await world.misbehave('tokens=4');
    const budget = world.app.application.get(BodyBudget, { strict: false });
    const free = () => until(async () => budget.heldBytes, (bytes) => bytes === 0);
    await free();
    const held = [];
    while (budget.heldBytes * 2 < GATEWAY_BOUNDS.bodiesBytes) held.push(budget.hold(null, 'fast'));
    const refused = await world.post({ model: MODEL, messages: HELLO }, { headers: { 'x-headroom-tier': 'batch' } });
    const { error } = (await refused.json()) as any;
    expect([refused.status, error.code, refused.headers.get('retry-after')]).toEqual([503, 'server_busy', '1']);
    await (await ask()).text();
    await record();
    for (const one of held) one?.release();
    // The response is over a moment after its last byte.
    await free();
  });

  it('a client that leaves in the middle of its body leaves nothing behind', async () => {
    const budget = world.app.application.get(BodyBudget, { strict: false });
    const headers = { 'content-type': 'application/json', 'content-length': '8000000', authorization: `Bearer ${world.key}` };
    const asked = httpRequest(`${world.app.url}/v1/chat/completions`, { method: 'POST', headers });
    asked.on('error', () => undefined).write('{');
    await until(async () => budget.heldBytes, (bytes) => bytes > 0);
    asked.destroy();
    expect(await until(async () => budget.heldBytes, (bytes) => bytes === 0)).toBe(0);
  });

  it('when the process is stopped, what was forwarded is billed, and nothing more is taken', async () => {
    await world.misbehave('tokens=40,fault=stall,after=6');
    const response = await ask();
    const decoder = new TextDecoder();
    let text = '';
    for await (const packet of response.body!) {
      text += decoder.decode(packet, { stream: true });
      if ((text.match(/"content":"[^"]/g) ?? []).length !== 6) continue;
      await world.app.application.get(GatewayService, { strict: false }).onModuleDestroy();
    }
    const seen = read(text);
    expect([seen.tokens, seen.isDone, seen.error.code]).toEqual([6, false, 'gateway_stopping']);
    expect(await record()).toMatchObject({ reason: 'gateway_shutdown', output_tokens: '6' });
    const next = await ask();
    expect([next.status, next.headers.get('retry-after')]).toEqual([503, '1']);
  });
});
