import { HELLO, MODEL, ServingWorld } from '../support/serving.js';

const VLLM = {
  platform: 'google-tpu-v6e',
  profile: {
    runtime: 'vllm 0.12',
    contextLength: 131_072,
    weights: { input: 1_000, cachedInput: 100, reasoning: 10_000 },
    tier: 'STANDARD',
  },
};

describe('upstreams of several vendors', () => {
  let world: ServingWorld;
  let own: string;
  let tpu: string;

  beforeAll(async () => {
    world = await ServingWorld.start({}, { tokens: 8, dialect: 'cerebras' });
    own = await world.hold(1_000);
    tpu = await world.holdElsewhere(world.upstream.with('dialect=vllm'), 1_000, 1_000, VLLM);
  });
  afterAll(() => world.close());

  const ask = async (lane: string, body: object = {}): Promise<Record<string, unknown>> => {
    const answer = await world.post(
      { model: MODEL, messages: HELLO, stream: true, ...body },
      { headers: { 'x-headroom-lane': lane } },
    );
    await answer.text();
    const { rows } = await world.pool.query('SELECT * FROM usage_report WHERE id = $1', [
      answer.headers.get('x-request-id'),
    ]);
    return rows[0];
  };
  const load = async (reservationId: string) => {
    const query = `query($id: ID!) { upstreamLoad(reservationId: $id) { vendor evidence running waiting cacheShare } }`;
    return (await world.buyer.ask(query, { id: reservationId })).data?.['upstreamLoad'];
  };

  it.each([
    ['Cerebras', () => own],
    ['vLLM on a TPU', () => tpu],
  ])('%s says how long it took; that is kept beside what we measured', async (_, lane) => {
    const times = { claimed_queue_us: '1000', claimed_prefill_us: '10000', claimed_decode_us: '100000' };
    expect(await ask(lane())).toMatchObject({ ...times, is_cold: true, reason: 'completed' });
    expect(await ask(lane())).toMatchObject({ ...times, is_cold: false, reason: 'completed' });
  });

  it('the holder sees how busy a server says it is, where it says so', async () => {
    expect(await load(tpu)).toEqual({
      ...{ vendor: 'vllm', evidence: 'L1', running: 3, waiting: 2, cacheShare: 2_500 },
    });
    const silent = { running: null, waiting: null, cacheShare: null };
    expect(await load(own)).toEqual({ vendor: 'cerebras', evidence: 'L1', ...silent });
  });

  it('nobody else does', async () => {
    const stranger = await world.trading.buyer('Stranger', 1);
    const query = `query($id: ID!) { upstreamLoad(reservationId: $id) { vendor } }`;
    expect((await stranger.ask(query, { id: tpu })).data).toEqual({ upstreamLoad: null });
  });

  it('every platform of the catalogue is reached, at the level that was shown', async () => {
    const query = '{ platforms { slug } platformLanes { platform runtime vendor evidence sources } }';
    const { data } = await world.app.stranger().ask(query);
    const lanes = data?.['platformLanes'] as { platform: string; evidence: string; sources: string[] }[];
    const reached = new Set(lanes.map(({ platform }) => platform));
    expect([...reached].sort()).toEqual(data?.['platforms'].map(({ slug }: any) => slug).sort());
    expect(new Set(lanes.map(({ evidence }) => evidence))).toEqual(new Set(['L2']));
    expect(lanes.every(({ sources }) => sources.every((source) => source.startsWith('https://')))).toBe(true);
    expect(lanes).toHaveLength(25);
  });
});
