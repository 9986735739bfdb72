import OpenAI from 'openai';
import { heldBytes } from '../support/held-bytes.js';
import { HELLO, MODEL, ServingWorld } from '../support/serving.js';
import { until } from '../support/until.js';
import { makeKey } from '../support/usage.js';

describe('the inference gateway, with the client of OpenAI', () => {
  let world: ServingWorld;
  let reservationId: string;

  beforeAll(async () => {
    world = await ServingWorld.start();
    reservationId = await world.hold(1_000);
  });
  afterAll(() => world.close());

  /** The real client, pointed at us. */
  const clientOf = (key = world.key, headers: Record<string, string> = {}): OpenAI => {
    const baseURL = `${world.app.url}/v1`;
    return new OpenAI({ baseURL, apiKey: key, maxRetries: 0, defaultHeaders: headers });
  };

  it('streams a chat over what the organization holds, and the usage that is billed', async () => {
    const { data: stream, response } = await clientOf().chat.completions.create({
        ...{ model: MODEL, messages: HELLO, max_tokens: 12 },
        ...{ stream: true, stream_options: { include_usage: true } },
      })
      .withResponse();
    let text = '';
    let usage;
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? '';
      usage = chunk.usage ?? usage;
    }
    expect(text).toBe(' it is é a 日 day of 🌊 sea and sky it');
    expect(usage).toMatchObject({ completion_tokens: 12 });
    expect(response.headers.get('x-headroom-lane')).toBe(reservationId);
    expect(response.headers.get('x-headroom-tier')).toBe('standard');
    expect(response.headers.get('x-headroom-simulated')).toBe('true');
    const [record] = (await world.records()).slice(-1);
    expect(record).toMatchObject({
      ...{ id: response.headers.get('x-request-id'), reservation_id: reservationId },
      ...{ output_tokens: '12', own_output_tokens: '12', claimed_output_tokens: '12' },
      ...{ dispute: null, reason: 'completed', tier: 'standard', evidence: 'gateway' },
    });
    expect(Number(record?.ttft_us)).toBeGreaterThan(0);
  });

  it('sends the credential of the pool, and nothing of the client', async () => {
    await clientOf().chat.completions.create({ model: `${MODEL}@fp8`, messages: HELLO, max_tokens: 1 });
    const [seen] = world.upstream.requests.slice(-1);
    expect(seen?.headers.authorization).toBe('Bearer upstream-secret');
    expect(JSON.stringify(seen)).not.toContain(world.key);
    // The pool is Cerebras': it knows the bound by the newer name.
    expect(seen?.body).toMatchObject({ model: MODEL, messages: HELLO, max_completion_tokens: 1 });
  });

  it('answers whole, without a stream', async () => {
    const answer = await clientOf().chat.completions.create({ model: MODEL, messages: HELLO, max_tokens: 3 });
    expect(answer.choices[0]?.message.content).toBe(' it is é');
    expect(answer.usage?.completion_tokens).toBe(3);
  });

  it('passes tools through', async () => {
    const stream = await clientOf().chat.completions.create({
      ...{ model: MODEL, messages: HELLO, stream: true, tool_choice: 'required' },
      tools: [{ type: 'function', function: { name: 'look', parameters: { type: 'object' } } }],
    });
    let call = '';
    for await (const chunk of stream) {
      call += chunk.choices[0]?.delta.tool_calls?.[0]?.function?.arguments ?? '';
    }
    expect(JSON.parse(call)).toEqual({ a: 'é', b: 1 });
  });

  it('completes prompts, and embeds', async () => {
    const client = clientOf();
    const completed = await client.completions.create({ model: MODEL, prompt: 'Once', max_tokens: 2 });
    expect(completed.choices[0]?.text).toBe(' it is');
    const embedded = await client.embeddings.create({
      ...{ model: MODEL, input: ['a', 'b'], encoding_format: 'float' },
    });
    expect(embedded.data).toHaveLength(2);
  });

  it.each([true, false])('a list of prompts is billed for every answer (stream: %s)', async (stream) => {
    const body = { model: MODEL, prompt: ['Once', 'Twice', [1, 2, 3]], n: 2, max_tokens: 12, stream };
    const response = await world.post(body, { path: '/v1/completions' });
    expect(response.status).toBe(200);
    await response.text();
    const id = response.headers.get('x-request-id');
    const record = (await world.records()).find((one) => one.id === id);
    expect(record).toMatchObject({ output_tokens: '72', claimed_output_tokens: '72', dispute: null });
  });

  it('lists the models that are held', async () => {
    const models = await clientOf().models.list();
    expect(models.data.map(({ id }) => id)).toEqual([MODEL, `${MODEL}@fp8`]);
    await expect(clientOf().models.retrieve('other')).rejects.toMatchObject({ status: 404 });
  });

  it('what was served is what is metered, hour by hour, and none of it overage', async () => {
    const records = await world.records();
    const sum = (column: 'input_tokens' | 'output_tokens'): number =>
      records.reduce((total, record) => total + Number(record[column]), 0);
    expect(await world.usage(reservationId)).toMatchObject({
      events: `${records.length}`,
      inputTokens: `${sum('input_tokens')}`,
      outputTokens: `${sum('output_tokens')}`,
      overageTokens: '0',
    });
  });

  it.each([
    [{}, 400, 'invalid_value', 'model'],
    [{ model: 'GPT 4' }, 400, 'invalid_value', 'model'],
    [{ model: MODEL }, 400, 'invalid_value', 'messages'],
    [{ model: MODEL, messages: [{}] }, 400, 'invalid_value', 'messages.0'],
    [{ model: MODEL, messages: HELLO, max_tokens: 0 }, 400, 'invalid_value', 'max_tokens'],
    [{ model: MODEL, messages: HELLO, n: 99 }, 400, 'invalid_value', 'n'],
    [{ model: MODEL, messages: HELLO, best_of: 2 }, 400, 'invalid_value', 'best_of'],
    [{ model: MODEL, messages: HELLO, stream: 1 }, 400, 'invalid_value', 'stream'],
    [{ model: MODEL, messages: HELLO, service_tier: 'x' }, 400, 'invalid_value', 'service_tier'],
    [{ model: 'other', messages: HELLO }, 404, 'model_not_found', 'model'],
    [{ model: MODEL, messages: HELLO, max_tokens: 200_000 }, 400, 'context_length_exceeded', 'messages'],
    [{ model: MODEL, messages: HELLO, max_tokens: 100_000 }, 400, 'request_exceeds_reservation', 'max_tokens'],
    ['{', 400, 'invalid_json', 'body'],
    ['[]', 400, 'invalid_json', 'body'],
  ])('%j is refused as OpenAI would: %i %s', async (body, status, code, param) => {
    const response = await world.post(body);
    const { error } = (await response.json()) as any;
    expect([response.status, error.code, error.param]).toEqual([status, code, param]);
    expect(error).toMatchObject({ type: 'invalid_request_error', message: expect.any(String) });
  });

  it('asks for a key that may', async () => {
    const refused = (key: string) => clientOf(key).models.list();
    await expect(refused('hr_x')).rejects.toMatchObject({ status: 401, code: 'invalid_api_key' });
    const other = await makeKey(world.buyer, ['USAGE_WRITE']);
    await expect(refused(other)).rejects.toMatchObject({ status: 403 });
  });

  it('what another organization holds is not to be seen or used', async () => {
    const stranger = await world.trading.buyer('Stranger', 1);
    const client = clientOf(await makeKey(stranger, ['INFERENCE_USE']));
    expect((await client.models.list()).data).toEqual([]);
    const asked = client.chat.completions.create({ model: MODEL, messages: HELLO });
    await expect(asked).rejects.toMatchObject({ status: 404, code: 'model_not_found' });
    const named = clientOf(client.apiKey, { 'x-headroom-lane': reservationId });
    await expect(
      named.chat.completions.create({ model: MODEL, messages: HELLO }),
    ).rejects.toMatchObject({ status: 404 });
  });

  it('a body above 8 MiB is refused', async () => {
    const response = await world.post('x'.repeat(8_388_609));
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ error: { code: 'request_too_large' } });
  });

  describe('a request under a key of its client', () => {
    const create = async (idempotencyKey: string | null, maxTokens: number) =>
      clientOf(world.key, idempotencyKey === null ? {} : { 'idempotency-key': idempotencyKey })
        .chat.completions.create({ model: MODEL, messages: HELLO, max_tokens: maxTokens })
        .withResponse();
    const named = async (id: string | null): Promise<readonly string[]> =>
      (await world.records()).filter((one) => one.id.startsWith(id ?? '?')).map(({ id, reason }) => `${id} ${reason}`);

    it('counts once, and says so when it is sent again', async () => {
      const { response } = await create('order-1', 3);
      const id = response.headers.get('x-request-id');
      const again = create('order-1', 3);
      await expect(again).rejects.toMatchObject({ status: 409, code: 'request_already_counted' });
      const refused = await again.catch(({ headers }: { headers: Headers }) => headers.get('x-should-retry'));
      expect(refused).toBe('false');
      expect(await named(id)).toEqual([`${id} completed`]);
    });

    it('with other content, of another organization, or without a key it is another request', async () => {
      const ids = [await create('order-2', 3), await create('order-2', 4), await create(null, 3), await create(null, 3)];
      expect(new Set(ids.map(({ response }) => response.headers.get('x-request-id'))).size).toBe(4);
      const neighbour = await world.trading.buyer('Neighbour', 1);
      const theirs = clientOf(await makeKey(neighbour, ['INFERENCE_USE']), { 'idempotency-key': 'order-2' });
      const asked = theirs.chat.completions.create({ model: MODEL, messages: HELLO, max_tokens: 3 });
      // It holds nothing: that is what it hears, and not what became of ours.
      await expect(asked).rejects.toMatchObject({ status: 404 });
    });

    it('that failed, or whose client left, is served again; while it is under way it is not', async () => {
      const body = { model: MODEL, messages: HELLO, max_tokens: 40, stream: true };
      const headers = { 'idempotency-key': 'order-3' };
      await world.misbehave('fault=status-500');
      expect((await world.post(body, { headers })).status).toBe(502);
      await world.misbehave('tokens=40,fault=stall,after=5');
      const leaving = new AbortController();
      const first = await world.post(body, { headers, signal: leaving.signal });
      expect(first.status).toBe(200);
      const meanwhile = await world.post(body, { headers });
      expect([meanwhile.status, ((await meanwhile.json()) as any).error.code]).toEqual([409, 'request_in_progress']);
      expect(meanwhile.headers.get('retry-after')).toBe('1');
      const before = world.upstream.aborted;
      leaving.abort();
      await world.upstream.untilAborted(before + 1);
      const name = first.headers.get('x-request-id')?.replace(/-2$/, '') ?? '?';
      await until(() => named(name), ({ length }) => length === 2);
      await world.misbehave('tokens=40');
      const served = await until(() => world.post(body, { headers }), ({ status }) => status !== 409);
      await served.text();
      expect(await named(name)).toEqual([`${name} upstream_error`, `${name}-2 client_abort`, `${name}-3 completed`]);
    });

    it('has a key that is one', async () => {
      const response = await world.post({ model: MODEL, messages: HELLO }, { headers: { 'idempotency-key': 'a b' } });
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ error: { code: 'invalid_value', param: 'idempotency-key' } });
    });
  });

  /**
   * A cache fills up and stops; what is kept of each request grows with every round. The middle one of the
   * rounds counts, so that what fills up late, or is collected late, changes nothing.
   */
  describe('memory', () => {
    const [WARM_UP, ROUNDS, STREAMS, LEFT, OTHERS] = [2, 5, 30, 10, 10];
    /** What each request is by itself: who keeps requests is above the bound. */
    const NOTE_BYTES = 16_384;
    const KEPT_MAX = 8_192;
    let asked = 0;

    /** No two are alike: what is kept by name, key or content would grow as well. */
    const ask = (change: object = {}, options: { key?: string; signal?: AbortSignal } = {}): Promise<Response> => {
      asked += 1;
      const note = `${asked} `.padEnd(NOTE_BYTES, `${asked} `);
      const { key = world.key, signal } = options;
      return world.post(
        { model: MODEL, messages: HELLO, max_tokens: 8, stream: true, metadata: { note }, ...change },
        {
          headers: { authorization: `Bearer ${key}`, 'idempotency-key': `kept-${asked}` },
          ...(signal === undefined ? {} : { signal }),
        },
      );
    };
    const many = <Value>(count: number, one: () => Promise<Value>): Promise<Value[]> =>
      Promise.all(Array.from({ length: count }, one));

    const serve = async (): Promise<void> => {
      const ended = await many(STREAMS, async () => (await ask()).text());
      expect(ended.filter((text) => !text.endsWith('data: [DONE]\n\n'))).toEqual([]);
    };
    /** In the middle of their streams: each is recorded before it is over. */
    const leave = async (): Promise<void> => {
      const { aborted } = world.upstream;
      const { length: recorded } = await world.records();
      world.upstream.become('fault=stall,after=2');
      const leaving = new AbortController();
      const open = await many(LEFT, () => ask({}, { signal: leaving.signal }));
      expect(open.filter(({ status }) => status !== 200)).toEqual([]);
      leaving.abort();
      await world.upstream.untilAborted(aborted + LEFT);
      await world.untilRecorded(recorded + LEFT);
      world.upstream.become('fault=none');
    };
    const refuse = async (): Promise<void> => {
      const answers = await many(OTHERS, async () => {
        const unknown = await ask({ model: `model-${asked}` });
        const nobody = await ask({}, { key: `hk_${asked}` });
        await Promise.all([unknown.text(), nobody.text()]);
        return [unknown.status, nobody.status];
      });
      expect(answers).toEqual(answers.map(() => [404, 401]));
    };

    it('of requests that are over is given back, whoever sent them and however they ended', async () => {
      await world.misbehave('tokens=8');
      const held: number[] = [];
      for (let round = 0; round < WARM_UP + ROUNDS; round += 1) {
        await serve();
        await leave();
        await refuse();
        held.push(heldBytes());
      }
      const counted = held.slice(WARM_UP - 1);
      const growth = counted.slice(1).map((bytes, index) => bytes - (counted[index] ?? 0));
      const middle = growth.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? Infinity;
      expect(middle / (STREAMS + LEFT + 2 * OTHERS)).toBeLessThan(KEPT_MAX);
    });
  });
});
