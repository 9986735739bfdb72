import { DAY_MS, type Duration } from '../../src/kernel/time.js';
import { HELLO, MODEL, ServingWorld } from '../support/serving.js';
import { clockOf } from '../support/trading.js';
import { makeKey } from '../support/usage.js';
import type { ApiClient } from '../support/app.js';
import { until } from '../support/until.js';

const PILOT = 'pilot { pilotId state requests requestsMax tokens primaryReservationIds mirrorReservationId }';
const FIGURE = '{ samples p50 p95 p99 }';
const REPORT = `query($id: ID!) { pilotReport(pilotId: $id) { ${PILOT}
  groups { side start requests answered failed aborted inputTokens outputTokens ttft ${FIGURE} streamSpeed ${FIGURE} }
  clientCostPerMillionTokens mirrorCostPerMillionTokens } }`;

/** Requests of a client over one lane, repeated on another. */
describe('pilots', () => {
  let world: ServingWorld;
  /** 1,000 tokens/s at 1,000 micro-USD, and half of it at four times the price. */
  let lane: string;
  let other: string;

  beforeAll(async () => {
    world = await ServingWorld.start({}, { tokens: 20, speed: 4_000 });
    lane = await world.hold(1_000);
    other = await world.holdElsewhere(world.upstream.with('tokens=20'), 500, 4_000);
  });
  afterAll(() => world.close());

  const ask = async (body: object = {}, to = lane): Promise<Response> => {
    const response = await world.post(
      { model: MODEL, messages: HELLO, max_tokens: 20, stream: true, ...body },
      { headers: { 'x-headroom-lane': to } },
    );
    await response.clone().text();
    return response;
  };
  const plan = (changes: object = {}): Record<string, unknown> => ({
    ...{ share: 10_000, primaryReservationIds: [lane], mirrorReservationId: other },
    ...{ requestsMax: 100, tokensMax: '1000000', ...changes },
  });
  const start = (changes: object = {}, client: ApiClient = world.buyer, key?: string) =>
    client.mutate('startPilot', 'StartPilotInput', plan(changes), {
      fields: `... on StartPilotSuccess { ${PILOT} } ... on PilotRunningRejection { pilotId }
        ... on NotFoundRejection { field } ... on ValidationRejection { issues { field reason accepted } }`,
      ...(key === undefined ? {} : { key }),
    });
  const stop = (pilotId: string, client: ApiClient = world.buyer) =>
    client.mutate('stopPilot', 'StopPilotInput', { pilotId }, {
      fields: `... on StopPilotSuccess { ${PILOT} } ... on StateRejection { state }`,
    });
  const report = async (id: string, client: ApiClient = world.buyer): Promise<any> => {
    const { data, errors } = await client.ask(REPORT, { id });
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    return data?.['pilotReport'];
  };
  const groupOf = (told: any, side: string, begun = 'ALL') =>
    told.groups.find((group: any) => group.side === side && group.start === begun);
  const untilPairs = (id: string, count: number) =>
    until(() => report(id), (told) => groupOf(told, 'MIRROR').requests >= count);
  /** Runs it, and stops it afterwards. */
  const during = async (changes: object, story: (pilotId: string) => Promise<void>): Promise<void> => {
    const { pilot } = await start(changes);
    try {
      await story(pilot.pilotId);
    } finally {
      await stop(pilot.pilotId);
    }
  };

  it('compares both sides of the same requests, cold apart from warm, with what they cost', async () => {
    await during({}, async (id) => {
      for (let count = 1; count <= 4; count += 1) {
        const response = await ask();
        expect(response.headers.get('x-headroom-lane')).toBe(lane);
        await untilPairs(id, count);
      }
      const told = await report(id);
      for (const side of ['CLIENT', 'MIRROR']) {
        const all = groupOf(told, side);
        expect(all).toMatchObject({ requests: 4, answered: 4, failed: 0, aborted: 0, outputTokens: '80' });
        expect(all.ttft).toMatchObject({ samples: 4, p50: expect.any(Number), p99: expect.any(Number) });
        expect(all.streamSpeed.samples).toBe(4);
        expect(groupOf(told, side, 'COLD').requests).toBe(1);
        expect(groupOf(told, side, 'WARM').requests).toBe(3);
      }
      // Input weighs a tenth. So (0.1 x 8 + 20) / 28 weighted tokens a token, at 1,000 and 4,000 / 3,600 a token.
      const input = Number(groupOf(told, 'CLIENT').inputTokens);
      const weight = (0.1 * input + 80) / (input + 80);
      const cost = (unitPrice: number) => Math.round((weight * unitPrice * 1_000_000) / 3_600);
      expect(Number(told.clientCostPerMillionTokens)).toBe(cost(1_000));
      expect(Number(told.mirrorCostPerMillionTokens)).toBe(cost(4_000));
      expect(told.pilot.requests).toBe(4);
      expect(Number(told.pilot.tokens)).toBe(input + 80);
    });
  });

  it('what is repeated has a record of its own, is metered, and is batch: no promise is judged by it', async () => {
    const before = Number((await world.usage(other)).events);
    await during({}, async (id) => {
      const response = await ask({ stream: false });
      await untilPairs(id, 1);
      const requestId = response.headers.get('x-request-id');
      const { rows } = await world.pool.query('SELECT * FROM usage_report WHERE mirror_of = $1', [requestId]);
      expect(rows).toMatchObject([
        { id: `${requestId}.mirror`, pilot_id: id, reservation_id: other, tier: 'batch', reason: 'completed' },
      ]);
    });
    expect(Number((await world.usage(other)).events)).toBe(before + 1);
  });

  it('a mirror that fails fails alone', async () => {
    const broken = await world.holdElsewhere(world.upstream.with('fault=status-500'), 100);
    await during({ mirrorReservationId: broken }, async (id) => {
      const response = await ask();
      expect(await response.text()).toContain('[DONE]');
      const told = await untilPairs(id, 1);
      expect(groupOf(told, 'CLIENT')).toMatchObject({ answered: 1, failed: 0 });
      expect(groupOf(told, 'MIRROR')).toMatchObject({ answered: 0, failed: 1, outputTokens: '0' });
      // Nothing was used, so nothing is known of what it would cost; and clients may go there as before.
      expect(told.mirrorCostPerMillionTokens).toBeNull();
      expect((await ask({}, broken)).status).toBe(502);
    });
  });

  it('gives way to a client that has no room beside it', async () => {
    const slow = await world.holdElsewhere(world.upstream.with('tokens=20,fault=stall,after=1'), 100);
    await during({ mirrorReservationId: slow }, async (id) => {
      const before = world.upstream.requests.length;
      await ask({ max_tokens: 2_500 });
      await until(async () => world.upstream.requests.length, (count) => count === before + 2);
      // The bucket holds 6,000: what is repeated has set 2,500 of them aside and more.
      const gone = new AbortController();
      const response = await world.post(
        { model: MODEL, messages: HELLO, max_tokens: 5_500, stream: true },
        { headers: { 'x-headroom-lane': slow }, signal: gone.signal },
      );
      expect(response.status).toBe(200);
      expect(response.headers.get('x-headroom-lane')).toBe(slow);
      gone.abort();
      const told = await untilPairs(id, 1);
      expect(groupOf(told, 'MIRROR')).toMatchObject({ requests: 1, aborted: 1 });
    });
  });

  it('nothing is repeated beyond the caps, of other lanes, or of what is no chat', async () => {
    const { pilot } = await start({ requestsMax: 1 });
    await world.post({ model: MODEL, input: 'a' }, { path: '/v1/embeddings', headers: { 'x-headroom-lane': lane } });
    await ask({}, other);
    await ask();
    await untilPairs(pilot.pilotId, 1);
    await ask();
    const told = await report(pilot.pilotId);
    expect(told.pilot).toMatchObject({ state: 'COMPLETE', requests: 1 });
    expect(await stop(pilot.pilotId)).toMatchObject({ code: 'NOT_RUNNING', state: 'COMPLETE' });

    // The prompt can be at most 80 tokens, and the answer 20: the second does not fit.
    await during({ tokensMax: '120' }, async (id) => {
      await ask();
      await untilPairs(id, 1);
      await ask();
      expect((await report(id)).pilot).toMatchObject({ requests: 1 });
    });
  });

  it('a fallback of one’s own can be the mirror, at the price that is told', async () => {
    expect(await start({ mirrorReservationId: null })).toMatchObject({ code: 'NO_FALLBACK' });
    const fallback = { url: world.upstream.with('dialect=groq,tokens=20'), credential: 'own' };
    await world.buyer.mustMutate('setRouting', 'SetRoutingInput', { policy: 'LOWEST_TTFT', fallback });
    const mirrorPrice = { input: '0', output: '2800000' };
    await during({ mirrorReservationId: null, mirrorPrice }, async (id) => {
      await ask();
      const told = await untilPairs(id, 1);
      expect(groupOf(told, 'MIRROR')).toMatchObject({ answered: 1, outputTokens: '20' });
      const tokens = Number(groupOf(told, 'MIRROR').inputTokens) + 20;
      expect(Number(told.mirrorCostPerMillionTokens)).toBe(Math.round((20 * 2_800_000) / tokens));
      const [seen] = world.upstream.requests.slice(-1);
      expect(seen?.headers.authorization).toBe('Bearer own');
    });
  });

  it('its report is a file, too', async () => {
    const { data } = await world.buyer.ask('{ pilots(first: 50) { edges { node { pilotId state } } } }');
    const edges = data?.['pilots'].edges;
    const { pilotId } = edges[edges.length - 1].node;
    const url = `${world.app.url}/exports/pilot.csv?pilot=`;
    const get = (id: string, headers = world.buyer.headers()) => fetch(`${url}${id}`, { headers });
    const response = await get(pilotId);
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    const rows = (await response.text()).trimEnd().split('\r\n');
    expect(rows[0]).toMatch(/^pilot_id,started_at,side,start,requests,answered,failed/);
    expect(rows).toHaveLength(7);
    expect(rows[1]).toMatch(new RegExp(`^${pilotId},[^,]+,client,all,4,4,0,0,0,`));
    expect(rows[1]).toMatch(/,USD,0\.\d+$/);
    const json = await fetch(url.replace('.csv', '.json') + pilotId, { headers: world.buyer.headers() });
    expect(json.headers.get('content-type')).toBe('application/json; charset=utf-8');
    const report: any = await json.json();
    expect(report).toMatchObject({ pilot: { pilotId, primaryReservationIds: expect.any(Array) }, clientCostPerMillionTokens: expect.stringMatching(/^\d+$/) });
    expect(report.pilot.startedAt).toMatch(/^\d{4}-.*Z$/);
    expect(report.groups).toHaveLength(6);
    expect(report.groups[0]).toMatchObject({ side: 'CLIENT', start: 'ALL', requests: 4, answered: 4, ttft: { samples: 4 } });
    const stranger = await world.app.signUp('Reader');
    expect((await get(pilotId, stranger.headers())).status).toBe(404);
    expect((await get('%00')).status).toBe(404);
    expect((await get(pilotId, { 'content-type': 'text/plain' })).status).toBe(401);
  });

  it('is refused, in this order', async () => {
    const bad = { share: 0, primaryReservationIds: ['x', 'x'], mirrorReservationId: 'x', hours: 0 };
    const { issues } = await start({ ...bad, requestsMax: 0, tokensMax: '0', mirrorPrice: { input: '1', output: '1' } });
    expect(issues.map(({ field }: { field: string }) => field)).toEqual([
      ...['share', 'primaryReservationIds', 'primaryReservationIds', 'primaryReservationIds'],
      ...['mirrorReservationId', 'mirrorPrice', 'requestsMax', 'tokensMax', 'hours'],
    ]);
    const stranger = await world.trading.buyer('Stranger', 1);
    expect(await start({}, stranger)).toMatchObject({ code: 'NOT_FOUND', field: 'primaryReservationIds' });
    const alone = { primaryReservationIds: [] };
    expect(await start(alone, stranger)).toMatchObject({ code: 'NOT_FOUND', field: 'mirrorReservationId' });

    const key = world.buyer.nextKey();
    const { pilot } = await start({}, world.buyer, key);
    expect((await start({}, world.buyer, key))['pilot'].pilotId).toBe(pilot.pilotId);
    expect(await start()).toMatchObject({ code: 'PILOT_RUNNING', pilotId: pilot.pilotId });
    expect(await stop(pilot.pilotId, stranger)).toMatchObject({ code: 'NOT_FOUND' });
    expect(await report(pilot.pilotId, stranger)).toBeNull();
    expect((await stop(pilot.pilotId))['pilot']).toMatchObject({ state: 'STOPPED' });
    expect(await stop(pilot.pilotId)).toMatchObject({ code: 'NOT_RUNNING', state: 'STOPPED' });
  });

  it('is started by who may set the routing, and by nobody else', async () => {
    const reader = new (world.buyer.constructor as new (url: string) => ApiClient)(world.app.url);
    reader.bearer = await makeKey(world.buyer, ['MARKET_READ']);
    const query = `mutation($input: StartPilotInput!) {
      startPilot(idempotencyKey: "a", input: $input) { __typename } }`;
    const { errors } = await reader.ask(query, { input: plan() });
    expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });

  it('a report is kept when the use it is made of is forgotten, also when nobody had asked for it', async () => {
    const { data } = await world.buyer.ask('{ pilots(first: 50) { edges { node { pilotId } } } }');
    const ids: string[] = data?.['pilots'].edges.map(({ node }: any) => node.pilotId);
    const before = await Promise.all(ids.map((id) => report(id)));
    await world.pool.query('DELETE FROM pilot_minute');
    await clockOf(world.app).advance((42 * DAY_MS) as Duration);
    const left = 'SELECT count(*)::int AS count FROM usage_report WHERE pilot_id IS NOT NULL';
    await until(async () => (await world.pool.query(left)).rows[0].count, (count) => count === 0);
    const groups = (reports: readonly any[]) => reports.map((told) => told.groups);
    expect(groups(before).some((all) => all.length > 0)).toBe(true);
    expect(groups(await Promise.all(ids.map((id) => report(id))))).toEqual(groups(before));
  });
});
