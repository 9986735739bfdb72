import { simulateUpstream, type SimulatedUpstream } from '../../src/gateway/adapter/simulator/simulated-upstream.js';
import { INSTANT } from '../../src/gateway/adapter/simulator/scenario.js';
import { LaneMeasurements } from '../../src/gateway/application/lane-measurements.js';
import { CANARY } from '../../src/gateway/model/lane.order.js';
import { RECORD_LIMITS } from '../../src/gateway/model/lane.record.js';
import type { ReservationId } from '../../src/kernel/ids.js';
import { HELLO, MODEL, ServingWorld } from '../support/serving.js';
import { verifySettled } from '../support/pools.js';
import { clockOf, HOUR, iso, walletOf } from '../support/trading.js';
import { until } from '../support/until.js';

const ISSUES = '... on ValidationRejection { issues { field reason } }';
const ROUTING = `... on SetRoutingSuccess { routing { keyId policy reservationId share
  fallback { url model hasCredential } } } ${ISSUES}`;

describe('lanes of the inference gateway', () => {
  let world: ServingWorld;
  let other: SimulatedUpstream;
  let cheap: string;
  let dear: string;

  beforeAll(async () => {
    world = await ServingWorld.start();
    other = await simulateUpstream({ seed: 2, scenario: INSTANT });
    dear = await world.hold(100);
    cheap = await world.holdElsewhere(other.url, 1_000, 500);
  });
  afterAll(async () => {
    await verifySettled(world.app);
    await world.close();
    await other.close();
  });

  const set = (input: Record<string, unknown>): Promise<Record<string, any>> =>
    world.buyer.mutate('setRouting', 'SetRoutingInput', input, { fields: ROUTING });
  const standings = async (keyId: string | null | undefined): Promise<readonly any[]> => {
    const query = `query($keyId: ID) { routedLanes(keyId: $keyId) { edges { node {
      reservationId standing comparedWith requests failureShare firstTokens ttftP95Ms ttftPromisedMs
      trial { requestsMin ttftFactor failureMargin comparedTtftMs comparedFailureShare } } } } }`;
    return (await world.buyer.ask(query, { keyId })).data?.['routedLanes'].edges.map(({ node }: any) => node);
  };
  /** Each on a page of its own. */
  const oneByOne = async (keyId: string | undefined, after: string | null = null): Promise<readonly string[]> => {
    const query = 'query($keyId: ID, $after: String) { routedLanes(keyId: $keyId, first: 1, after: $after) { edges { node { reservationId } } pageInfo { hasNextPage endCursor } } }';
    const { edges, pageInfo } = (await world.buyer.ask(query, { keyId, after })).data?.['routedLanes'];
    const rest = pageInfo.hasNextPage ? await oneByOne(keyId, pageInfo.endCursor) : [];
    return [...edges.map(({ node }: any) => node.reservationId), ...rest];
  };
  const ask = async (
    changes: Record<string, unknown> = {},
    headers: Record<string, string> = {},
  ): Promise<{ readonly status: number; readonly headers: Headers; readonly body: any }> => {
    const body = { model: MODEL, messages: HELLO, max_tokens: 4, ...changes };
    const response = await world.post(body, { headers });
    return { status: response.status, headers: response.headers, body: await response.json() };
  };
  const laneOf = async (changes = {}, headers = {}): Promise<string | null> =>
    (await ask(changes, headers)).headers.get('x-headroom-lane');

  it('the lowest price goes first, when that is wanted', async () => {
    await set({ policy: 'LOWEST_COST' });
    expect(await laneOf()).toBe(cheap);
  });

  it('pinned: that one and no other', async () => {
    const { routing } = await set({ policy: 'PINNED', reservationId: dear });
    expect(routing).toMatchObject({ policy: 'PINNED', reservationId: dear, fallback: null });
    expect(await laneOf()).toBe(dear);
  });

  it('a request may name its lane', async () => {
    await set({ policy: 'LOWEST_COST' });
    expect(await laneOf({}, { 'x-headroom-lane': dear })).toBe(dear);
  });

  it('a lane too slow for each token comes last; a wish that is none is refused', async () => {
    // Both promise the same speed: the pool's draft says how fast, and nothing was measured yet.
    await set({ policy: 'LOWEST_COST' });
    expect(await laneOf({}, { 'x-slo-tpot-ms': '0.001' })).toBe(cheap);
    const { status, body } = await ask({}, { 'x-slo-tpot-ms': 'soon' });
    expect([status, body.error.param, body.error.code]).toEqual([400, 'x-slo-tpot-ms', 'invalid_value']);
    expect(body.error.message).toBe(
      'x-slo-tpot-ms is out of range: expected milliseconds from 0.001 to 99999.999',
    );
  });

  it('a lane measured slower to its first token than is wished for comes last, whatever the price', async () => {
    const measurements = world.app.application.get(LaneMeasurements, { strict: false });
    for (let count = 0; count < RECORD_LIMITS.samplesMin; count += 1) {
      measurements.add(cheap as ReservationId, false, { ttftMs: 500, tpotMs: null });
    }
    expect(await laneOf({}, { 'x-slo-ttft-ms': '499' })).toBe(dear);
    expect(await laneOf({}, { 'x-slo-ttft-ms': '500' })).toBe(cheap);
    expect((await ask({}, { 'x-slo-ttft-ms': 'soon' })).body.error.param).toBe('x-slo-ttft-ms');
  });

  it('which lane served, and at which tier, is in the headers and in the record', async () => {
    for (const [changes, headers, tier] of [
      [{}, {}, 'standard'],
      [{}, { 'x-headroom-tier': 'fast' }, 'fast'],
      [{ service_tier: 'priority' }, {}, 'priority'],
      [{ service_tier: 'flex' }, {}, 'batch'],
    ] as const) {
      const answer = await ask(changes, headers);
      expect([answer.headers.get('x-headroom-lane'), answer.headers.get('x-headroom-tier')]).toEqual([cheap, tier]);
      const record = (await world.records()).find(({ id }) => id === answer.headers.get('x-request-id'));
      expect(record).toMatchObject({ reservation_id: cheap, tier });
    }
  });

  it('a key’s own setting goes before the organization’s', async () => {
    const keyId = world.key.split('_')[1];
    await set({ policy: 'LOWEST_COST' });
    await set({ keyId, policy: 'PINNED', reservationId: dear });
    expect(await laneOf()).toBe(dear);
    await set({ keyId, policy: 'LOWEST_COST' });
    const list = async (after: string | null): Promise<any> => {
      const query = `query($after: String) { routings(first: 1, after: $after) {
        edges { node { keyId policy } } pageInfo { hasNextPage endCursor } } }`;
      return (await world.buyer.ask(query, { after })).data?.['routings'];
    };
    const first = await list(null);
    expect(first.edges).toEqual([{ node: { keyId: null, policy: 'LOWEST_COST' } }]);
    expect((await list(first.pageInfo.endCursor)).edges).toEqual([
      { node: { keyId, policy: 'LOWEST_COST' } },
    ]);
  });

  it.each([
    [{ policy: 'PINNED' }, ['reservationId names no reservation']],
    [{ policy: 'LOWEST_COST', share: 1 }, ['share is not for this policy']],
    [{ policy: 'CANARY', reservationId: 'm@fp8~1', share: 0 }, ['share is out of range']],
    [
      { policy: 'LOWEST_TTFT', fallback: { url: 'http://169.254.169.254/v1', credential: 'a b' } },
      ['fallback.url is not https', 'fallback.credential is no bearer token'],
    ],
  ])('%j is refused', async (input, issues) => {
    const answer = await set(input);
    expect(answer['issues'].map(({ field, reason }: any) => `${field} ${reason}`)).toEqual(issues);
  });

  it('a cursor that is no place of a lane is refused', async () => {
    const after = Buffer.from(JSON.stringify(['m@fp8', '', 'soon', 'r'])).toString('base64url');
    const { errors } = await world.buyer.ask('query($after: String) { routedLanes(after: $after) { edges { cursor } } }', { after });
    expect(errors?.[0]?.message).toBe('after: expected a cursor from an earlier page of this list');
  });

  it('no setting for a key of somebody else', async () => {
    const answer = await set({ keyId: 'f'.repeat(32), policy: 'LOWEST_TTFT' });
    expect(answer).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('when a lane fails before its first token another one takes over; both are written down', async () => {
    await world.misbehave('fault=status-500');
    const keyId = world.key.split('_')[1];
    await set({ keyId, policy: 'CANARY', reservationId: dear, share: 10_000 });
    const before = (await world.records()).length;
    const { status, headers } = await ask();
    expect([status, headers.get('x-headroom-lane')]).toEqual([200, cheap]);
    const id = headers.get('x-request-id');
    expect((await world.records()).slice(before)).toMatchObject([
      { id, reservation_id: cheap, reason: 'completed', output_tokens: '4' },
      { id: `${id}.0`, reservation_id: dear, reason: 'upstream_error', output_tokens: '0' },
    ]);
    await world.misbehave('fault=none');
  });

  it('a fallback serves what no lane has room for, is measured and not rated', async () => {
    const fallback = { url: other.with('tokens=4'), credential: 'fallback-secret', model: 'gpt-x' };
    const keyId = world.key.split('_')[1];
    const { routing } = await set({ keyId, policy: 'LOWEST_COST', fallback });
    expect(routing.fallback).toEqual({ url: fallback.url, model: 'gpt-x', hasCredential: true });
    // More than both buckets hold.
    const answer = await ask({ max_tokens: 90_000 });
    expect([answer.status, answer.headers.get('x-headroom-lane')]).toEqual([200, 'fallback']);
    const [seen] = other.requests.slice(-1);
    expect([seen?.headers.authorization, seen?.body['model']]).toEqual(['Bearer fallback-secret', 'gpt-x']);
    const [record] = (await world.records()).slice(-1);
    expect(record).toMatchObject({ reservation_id: null, output_tokens: '4', reason: 'completed' });
    const stored = JSON.stringify((await world.pool.query('SELECT * FROM routing')).rows);
    expect(stored).not.toContain('fallback-secret');
    await set({ keyId, policy: 'LOWEST_COST' });
  });

  it('a lane that becomes slow pays for its hour, once, and traffic goes where it is served', async () => {
    const keyId = world.key.split('_')[1];
    const [canary, pinned] = [{ policy: 'CANARY', share: 10_000 }, { policy: 'PINNED' }];
    const route = (policy: object) => set({ keyId, reservationId: dear, ...policy });
    await route(pinned);
    expect(await laneOf()).toBe(dear);
    await route(canary);
    expect(await laneOf()).toBe(dear);
    await route(pinned);
    // 400 ms are promised: missed by more than the whole of it.
    await world.misbehave('ttft=1000,tokens=4');
    const body = { model: MODEL, messages: HELLO, max_tokens: 4, stream: true };
    const streams = Array.from({ length: 50 }, async () => {
      const response = await world.post(body);
      expect([response.status, response.headers.get('x-headroom-lane')]).toEqual([200, dear]);
      return response.text();
    });
    for (const stream of await Promise.all(streams)) expect(stream).toContain('[DONE]');
    await route(canary);
    expect(await laneOf()).toBe(cheap);
    await world.misbehave('fault=none');

    const { start } = world.trading;
    const hour = Math.floor((clockOf(world.app).now() - start) / HOUR);
    await world.usage(dear);
    // Side by side, by what is written down: the canary has retreated, from what, and why.
    const [retreated, ...others] = await until(() => standings(keyId), ([first]) => first?.firstTokens === 50);
    expect(retreated).toMatchObject({ reservationId: dear, standing: 'RETREATED_SLOWER', comparedWith: cheap, ttftPromisedMs: 400 });
    expect(retreated.ttftP95Ms).toBeGreaterThan(600);
    expect(others).toMatchObject([{ reservationId: cheap, standing: 'IN_ORDER', comparedWith: null, trial: null }]);
    // By which limits, and against what: too little was measured of the other lane, so its promise counted.
    const { samplesMin: requestsMin, ttftFactor, failureMargin } = CANARY;
    expect(retreated.trial).toEqual({ requestsMin, ttftFactor, failureMargin, comparedTtftMs: others[0].ttftPromisedMs, comparedFailureShare: others[0].failureShare });
    expect(await oneByOne(keyId)).toEqual([dear, cheap]);
    expect((await standings(null)).map(({ standing }) => standing)).toEqual(['IN_ORDER', 'IN_ORDER']);
    expect(await standings('f'.repeat(32))).toEqual([]);
    await set({ keyId, policy: 'LOWEST_COST' });
    const { balance: before } = await walletOf(world.buyer);
    const judged = async (): Promise<any> => {
      const query = `query($id: ID!) { serviceHours(reservationId: $id) { edges { node {
        hour revision verdict misses { objective missedBy } credit samples { ttft ttftInTime } } } } }`;
      const { data } = await world.buyer.ask(query, { id: dear });
      return data?.['serviceHours'].edges.map(({ node }: any) => node).find((one: any) => one.hour === iso(start + hour * HOUR));
    };
    const credits = async (): Promise<readonly string[]> => {
      const query = 'query($month: String!) { invoice(month: $month) { lines { kind reservationId amount evidence } } }';
      const { data } = await world.buyer.ask(query, { month: iso(start).slice(0, 7) });
      const lines: any[] = data?.['invoice']?.lines ?? [];
      return lines.filter(({ kind }) => kind === 'CREDIT').map(({ amount, evidence }) => `${amount} ${evidence}`).sort();
    };
    await world.trading.pass(hour + 1.2);
    const found = await until(judged, (one) => one !== undefined);
    expect(found).toMatchObject({ revision: 1, verdict: 'BREACHED', credit: '100000', samples: { ttft: 50, ttftInTime: 0 } });
    expect(found.misses).toContainEqual({ objective: 'TTFT', missedBy: 10_000 });
    // All of 100 tokens/s at 1,000 micro-USD: from the provider what it got, and the fee from the exchange.
    const evidence = `${dear}/${iso(start + hour * HOUR)}/1`;
    const paid = ['-2500', '-97500'].map((amount) => `${amount} ${evidence}`);
    await until(credits, (lines) => lines.join() === paid.join());
    await until(() => walletOf(world.buyer), ({ balance }) => Number(balance) === Number(before) + 100_000);
    await world.trading.pass(hour + 2.2);
    await world.usage(dear);
    expect([await judged(), await credits()]).toEqual([found, paid]);
    expect((await walletOf(world.buyer))['balance']).toBe(`${Number(before) + 100_000}`);
  });

  it('what is used up is refused with when to come again; what was not used comes back', async () => {
    const pinned = { 'x-headroom-lane': dear };
    // The bucket of 100 tokens/s holds 6,000: one request sets most of it aside.
    await world.misbehave('fault=stall,after=5');
    const leaving = new AbortController();
    const body = { model: MODEL, messages: HELLO, max_tokens: 5_900, stream: true };
    const first = await world.post(body, { headers: pinned, signal: leaving.signal });
    expect(first.status).toBe(200);
    const second = await ask({ max_tokens: 5_900 }, pinned);
    expect(second.status).toBe(429);
    expect(second.body.error).toMatchObject({ type: 'rate_limit_error', code: 'rate_limit_exceeded' });
    expect(Number(second.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(second.headers.get('x-ratelimit-limit-tokens')).toBe('6000');
    expect(Number(second.headers.get('x-ratelimit-remaining-tokens'))).toBeLessThan(200);
    const { aborted } = world.upstream;
    leaving.abort();
    await world.upstream.untilAborted(aborted + 1);
    await world.misbehave('fault=none');
    const third = await until(
      () => ask({ max_tokens: 5_000 }, pinned),
      ({ status }) => status === 200,
    );
    expect(third.headers.get('x-headroom-lane')).toBe(dear);
  });

  it('a reservation that is over is no lane any more', async () => {
    const clock = clockOf(world.app);
    await clock.advanceTo((world.trading.start + 11 * 3_600_000) as never);
    const answer = await ask();
    expect([answer.status, answer.body.error.code]).toEqual([404, 'model_not_found']);
  });
});
