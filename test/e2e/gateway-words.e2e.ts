import { BodyBudget } from '../../src/gateway/application/body-budget.js';
import { GATEWAY_BOUNDS } from '../../src/gateway/application/gateway-limits.js';
import { HELLO, MODEL, ServingWorld, type StoredRecord } from '../support/serving.js';
import { until } from '../support/until.js';

/** What an answer says of its use, and what is said of what is not there. */
describe('the words of the gateway', () => {
  let world: ServingWorld;
  beforeAll(async () => {
    world = await ServingWorld.start();
    await world.hold(1_000);
  });
  afterAll(() => world.close());

  const recordOf = async (response: Response): Promise<StoredRecord | undefined> => {
    const id = response.headers.get('x-request-id');
    return (await world.records()).find((one) => one.id === id);
  };

  it.each([true, false])('a claim above what was asked for is billed up to that, and the answer says so (stream: %s)', async (stream) => {
    // 45 tokens are sent and claimed where 42 are the most: a few more than the bound are no reason to end it.
    await world.misbehave('tokens=45,fault=over-limit');
    const more = stream ? { stream_options: { include_usage: true } } : {};
    const response = await world.post({ model: MODEL, messages: HELLO, max_tokens: 42, stream, ...more });
    const [usage] = /"usage":\{"prompt_tokens":\d+,"completion_tokens":42,/.exec(await response.text()) ?? [];
    expect(usage).toBeDefined();
    expect(await recordOf(response)).toMatchObject({ output_tokens: '42', claimed_output_tokens: '45', dispute: null });
    await world.misbehave('fault=none');
  });

  it('an answer that comes whole is kept within the bound of the process, or not at all', async () => {
    const budget = world.app.application.get(BodyBudget, { strict: false });
    await until(async () => budget.heldBytes, (bytes) => bytes === 0);
    const body = JSON.stringify({ model: MODEL, messages: HELLO, max_tokens: 40 });
    // Room for the request, and for not a byte more than 100.
    const others = budget.hold(1, 'fast');
    others?.grow(GATEWAY_BOUNDS.bodiesBytes - Buffer.byteLength(body) - 101);
    const fast = { headers: { 'x-headroom-tier': 'fast' } };
    const refused = await world.post(body, fast);
    expect([refused.status, refused.headers.get('retry-after'), ((await refused.json()) as any).error.code]).toEqual([503, '1', 'server_busy']);
    expect(await recordOf(refused)).toMatchObject({ reason: 'gateway_busy', input_tokens: '0', output_tokens: '0' });
    others?.release();
    const answered = await world.post(body, fast);
    expect([answered.status, ((await answered.json()) as any).choices.length]).toEqual([200, 1]);
    await until(async () => budget.heldBytes, (bytes) => bytes === 0);
  });

  it('an embedding is billed for its input as claimed, up to the bound, and for nothing else', async () => {
    const embed = async (): Promise<{ readonly usage: any; readonly record: unknown }> => {
      const response = await world.post({ model: MODEL, input: ['Once', 'Twice'] }, { path: '/v1/embeddings' });
      const { usage } = (await response.json()) as any;
      return { usage, record: await recordOf(response) };
    };
    // ["Once","Twice"] is 16 bytes of JSON: the upstream claims 4 tokens.
    const { usage, record } = await embed();
    expect(usage).toEqual({ prompt_tokens: 4, total_tokens: 4 });
    expect(record).toMatchObject({ input_tokens: '4', output_tokens: '0', own_output_tokens: '0', dispute: null, reason: 'completed' });
  });

  it.each([
    ['POST', '/v1/responses?stream=1', 'POST /v1/responses'],
    ['GET', '/v1/chat/completions', 'GET /v1/chat/completions'],
    ['DELETE', '/v1/models/a', 'DELETE /v1/models/a'],
  ])('%s %s is not there, in OpenAI’s words', async (method, path, told) => {
    const response = await fetch(`${world.app.url}${path}`, { method, headers: { authorization: `Bearer ${world.key}` } });
    const { error } = (await response.json()) as any;
    expect([response.status, error.type, error.code, error.param]).toEqual([404, 'invalid_request_error', 'unknown_url', null]);
    expect(error.message).toContain(`there is no ${told} here: expected POST /v1/chat/completions`);
  });

  it.each([
    ['/v1/completions', { prompt: 'x'.repeat(600_000) }, 'prompt'],
    ['/v1/embeddings', { input: 'x'.repeat(600_000) }, 'input'],
  ])('%s: what does not fit is named as it is called there', async (path, content, param) => {
    const response = await world.post({ model: MODEL, ...content }, { path });
    const { error } = (await response.json()) as any;
    expect([response.status, error.code, error.param]).toEqual([400, 'context_length_exceeded', param]);
  });
});
