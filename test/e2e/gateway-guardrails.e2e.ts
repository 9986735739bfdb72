import { HELLO, MODEL, ServingWorld } from '../support/serving.js';
import { makeKey } from '../support/usage.js';

const FIELDS = `... on SetGuardrailsSuccess { guardrails { keyId contextTokensMax outputTokensMax
  coalescing { windowMs fromStreams } deadline { afterMs lowerTo } } }
  ... on ValidationRejection { issues { field reason accepted } }`;
const OFF = { contextTokensMax: null, outputTokensMax: null, coalescing: null, deadline: null };

describe('guardrails of the inference gateway', () => {
  let world: ServingWorld;
  let keyId: string;

  beforeAll(async () => {
    world = await ServingWorld.start();
    await world.hold(100);
    keyId = world.key.split('_')[1] ?? '';
  });
  afterAll(() => world.close());
  afterEach(() => set({ keyId }));

  const set = (input: Record<string, unknown>, client = world.buyer): Promise<Record<string, any>> =>
    client.mutate('setGuardrails', 'SetGuardrailsInput', input, { fields: FIELDS });
  const ask = async (
    changes: Record<string, unknown> = {},
    headers: Record<string, string> = {},
  ): Promise<{ readonly status: number; readonly headers: Headers; readonly body: any }> => {
    const body = { model: MODEL, messages: HELLO, max_tokens: 4, ...changes };
    const response = await world.post(body, { headers });
    return { status: response.status, headers: response.headers, body: await response.json() };
  };

  it('are off by default, set for every key or for one, and told', async () => {
    const all = await set({ outputTokensMax: 3 });
    expect(all).toMatchObject({ guardrails: { ...OFF, keyId: null, outputTokensMax: 3 } });
    expect((await ask()).status).toBe(400);
    const deadline = { afterMs: 500, lowerTo: 'BATCH' };
    const own = await set({ keyId, outputTokensMax: 4, coalescing: { windowMs: 20 }, deadline });
    const told = { ...OFF, keyId, outputTokensMax: 4, coalescing: { windowMs: 20, fromStreams: 1 }, deadline };
    expect(own['guardrails']).toEqual(told);
    expect((await ask()).status).toBe(200);
    const query = `query($after: String) { guardrails(first: 1, after: $after) {
      edges { node { keyId outputTokensMax } } pageInfo { hasNextPage endCursor } } }`;
    const first = (await world.buyer.ask(query, { after: null })).data?.['guardrails'] as any;
    expect(first).toMatchObject({ edges: [{ node: { keyId: null, outputTokensMax: 3 } }] });
    const second = (await world.buyer.ask(query, { after: first.pageInfo.endCursor })).data?.['guardrails'];
    expect(second).toMatchObject({ edges: [{ node: { keyId, outputTokensMax: 4 } }], pageInfo: { hasNextPage: false } });
    await set({});
    const audit = await world.pool.query(
      `SELECT details FROM audit_entry WHERE action = 'guardrails.set' AND subject = $1 LIMIT 1`,
      [keyId],
    );
    expect(audit.rows[0].details).toMatchObject({ outputTokensMax: '4', coalescingMs: '20', afterDeadline: 'batch' });
  });

  it.each([
    [{ contextTokensMax: 1 }, ['contextTokensMax 2 to 10000000']],
    [
      { outputTokensMax: 0, coalescing: { windowMs: 1_001, fromStreams: 0 }, deadline: { afterMs: 0 } },
      ['outputTokensMax 1 to 1000000', 'coalescing.windowMs 1 to 1000', 'coalescing.fromStreams 1 to 10000', 'deadline.afterMs 1 to 600000'],
    ],
  ])('%j is refused with what is accepted', async (input, issues) => {
    const answer = await set(input);
    expect(answer['issues'].map(({ field, accepted }: any) => `${field} ${accepted}`)).toEqual(issues);
  });

  it('nobody sets them for a key of somebody else', async () => {
    expect(await set({ keyId: 'f'.repeat(32) })).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('a request above a cap is refused as OpenAI would, and sent nowhere', async () => {
    await set({ keyId, contextTokensMax: 40, outputTokensMax: 8 });
    const before = world.upstream.requests.length;
    const long = await ask({ messages: [{ role: 'user', content: 'x'.repeat(400) }] });
    expect([long.status, long.body.error.code, long.body.error.param]).toEqual([400, 'context_length_exceeded', 'messages']);
    expect(long.body.error.message).toContain('expected at most 39 tokens');
    const wordy = await ask({ max_tokens: 9 });
    expect([wordy.status, wordy.body.error.code, wordy.body.error.param]).toEqual([400, 'invalid_value', 'max_tokens']);
    expect(wordy.body.error.message).toBe(
      'max_tokens is more than this key may ask for: expected a whole number from 1 to 8',
    );
    expect(world.upstream.requests).toHaveLength(before);
    expect((await ask({ max_tokens: undefined })).status).toBe(200);
    expect(world.upstream.requests.at(-1)?.body).toMatchObject({ max_completion_tokens: 8 });
  });

  it('chunks of a stream become fewer, its text and what is billed stay', async () => {
    const stream = async (): Promise<{ readonly text: string; readonly chunks: number; readonly usage: any }> => {
      const options = { stream: true, stream_options: { include_usage: true }, max_tokens: 200 };
      const response = await world.post({ model: MODEL, messages: HELLO, ...options });
      const frames = (await response.text()).split('\n\n').filter((frame) => frame.startsWith('data: {'));
      const bodies = frames.map((frame) => JSON.parse(frame.slice('data: '.length)));
      const text = bodies.map(({ choices }) => choices[0]?.delta?.content ?? '').join('');
      return { text, chunks: bodies.length, usage: bodies.at(-1).usage };
    };
    await world.misbehave('tokens=200');
    const plain = await stream();
    await set({ keyId, coalescing: { windowMs: 1_000 } });
    const merged = await stream();
    expect([merged.text, merged.usage]).toEqual([plain.text, plain.usage]);
    expect(plain.chunks).toBe(203);
    expect(merged.chunks).toBeLessThan(203 / 2);
    await set({ keyId, coalescing: { windowMs: 1_000, fromStreams: 2 } });
    expect((await stream()).chunks).toBe(203);
    const [record] = (await world.records()).slice(-1);
    expect(record).toMatchObject({ output_tokens: '200', own_output_tokens: '200', dispute: null });
    await world.misbehave('fault=none');
  });

  it('whoever cannot be let in by the deadline is refused, or moves to a lower tier', async () => {
    await world.misbehave('fault=stall,after=5');
    const leaving = new AbortController();
    const body = { model: MODEL, messages: HELLO, max_tokens: 5_900, stream: true };
    const holder = await makeKey(world.buyer, ['INFERENCE_USE']);
    const headers = { authorization: `Bearer ${holder}` };
    const first = await world.post(body, { headers, signal: leaving.signal });
    expect(first.status).toBe(200);
    await set({ keyId, deadline: { afterMs: 1 } });
    const refused = await ask({ max_tokens: 300 });
    expect([refused.status, refused.body.error.code]).toEqual([429, 'deadline_exceeded']);
    expect(refused.body.error.message).toMatch(/^there was no room within the 1 ms that this key waits: try again in \d+ s$/);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    await set({ keyId, deadline: { afterMs: 1, lowerTo: 'BATCH' } });
    const { aborted } = world.upstream;
    // At its own tier a fast request gives up after a second; as batch it waits until there is room.
    const moved = ask({ max_tokens: 300 }, { 'x-headroom-tier': 'fast' });
    await world.misbehave('fault=none');
    leaving.abort();
    await world.upstream.untilAborted(aborted + 1);
    const { status, headers: told } = await moved;
    expect([status, told.get('x-headroom-tier')]).toEqual([200, 'batch']);
    const [record] = (await world.records()).filter(({ tier }) => tier === 'batch');
    expect(record).toMatchObject({ id: told.get('x-request-id'), reason: 'completed' });
  });

  it('a lane that brings nothing by the deadline is left, and that is no failure of its own', async () => {
    await world.misbehave('fault=hang');
    await set({ keyId, deadline: { afterMs: 300 } });
    const { status, body } = await ask();
    expect([status, body.error.code]).toEqual([504, 'deadline_exceeded']);
    const [record] = (await world.records()).filter(({ reason }) => reason === 'deadline_exceeded');
    expect(record).toMatchObject({ output_tokens: '0', input_tokens: '0' });
    await world.misbehave('fault=none');
  });
});
