import { present } from '../../src/kernel/assert.js';
import type { PoolId } from '../../src/kernel/ids.js';
import { DAY_MS, plus, type Instant } from '../../src/kernel/time.js';
import { PoolProbes, type Probe } from '../../src/metering/contract.js';
import { gatewayRecord, recordAll } from '../support/gateway-records.js';
import type { ApiClient } from '../support/app.js';
import { organizationOf } from '../support/finance.js';
import { registerEndpoint } from '../support/notices.js';
import { ServingWorld } from '../support/serving.js';
import { clockOf } from '../support/trading.js';
import { until } from '../support/until.js';

const EVIDENCE = `query($id: ID!) { poolEvidence(poolId: $id) { level profileVersion samples
  probes { samples concurrency promptWords outputTokensMax newest figures { ttftMs { p50 p95 p99 } streamTokensPerSecond { p50 } outputTokens { p50 } } } } }`;
const ALARMS = `{ poolAlarms(first: 10) { edges { node {
  poolId source figure recent recentSamples baseline baselineSamples } } } }`;

let world: ServingWorld;
let poolId: PoolId;
let reservationId: string;
beforeAll(async () => {
  world = await ServingWorld.start({ settings: { PROBES: 'true' } }, { tokens: 32 });
  poolId = world.trading.poolId as PoolId;
  reservationId = await world.hold(100);
});
afterAll(() => world.close());

const probes = async (): Promise<readonly Record<string, any>[]> =>
  (await world.pool.query('SELECT * FROM probe ORDER BY slot, number')).rows;
const evidence = async (): Promise<any> =>
  (await world.buyer.ask(EVIDENCE, { id: poolId })).data?.['poolEvidence'];
/** What endpoints are told of pools, in its order. */
const noticed = async (): Promise<readonly Record<string, any>[]> => {
  const { rows } = await world.pool.query<{ body: string }>(`SELECT body FROM notice WHERE kind LIKE 'pool.%' ORDER BY occurred_at, kind DESC`);
  return rows.map(({ body }) => JSON.parse(body));
};
const alarmsOf = async (client: ApiClient): Promise<readonly any[]> =>
  (await client.ask(ALARMS)).data?.['poolAlarms'].edges.map(({ node }: { node: unknown }) => node);
const doors = (): PoolProbes => world.app.application.get(PoolProbes);
/** Until every turn that is due is over, and has put the next one. */
async function anHourLater(): Promise<void> {
  await clockOf(world.app).advance(3_600_000 as never);
  await untilTurned();
}

async function untilTurned(): Promise<void> {
  const due = `SELECT bool_and(completed_at IS NOT NULL OR run_at > $1) AND bool_or(run_at > $1) AS holds
    FROM eventstore.outbox WHERE job = 'probe-pool'`;
  const now = new Date(clockOf(world.app).now());
  await until(() => world.pool.query(due, [now]), ({ rows }) => rows[0]?.holds === true);
}

const probe = (sentAt: Instant, milliseconds: number): Probe => ({
  ...{ sentAt, outcome: 'completed', promptTokens: 100, outputTokens: 32, concurrency: 1 },
  ...{ ttft: milliseconds * 1_000, streaming: 31_000 },
});
const keep = (slot: Instant, count: number, milliseconds: number, profileVersion = 1): Promise<void> =>
  doors().record({ poolId, slot, profileVersion, probes: Array.from({ length: count }, () => probe(slot, milliseconds)) });

describe('our own requests to a pool', () => {
  it('are sent once an hour while it is idle, as stated, and show that it answers', async () => {
    await untilTurned();
    // A turn that began before there was anything to serve may have put the next one after it.
    if ((await probes()).length === 0) await anHourLater();
    await until(probes, (rows) => rows.length === 5);
    const rows = await probes();
    expect(rows.map(({ outcome }) => outcome)).toEqual(rows.map(() => 'completed'));
    expect(rows.every(({ output_tokens: tokens }) => tokens <= 32)).toBe(true);
    // The pool's vendor knows the bound by the newer name, and is told it once.
    const { body } = present(world.upstream.requests.at(-1), 'the last request');
    expect([body['max_completion_tokens'], body['max_tokens'], body['stream_options']]).toEqual([32, undefined, { include_usage: true }]);
    await until(evidence, (found) => found?.level === 'L2');
    expect(await evidence()).toMatchObject({
      ...{ level: 'L2', profileVersion: 1, samples: 0 },
      probes: { samples: 5, concurrency: 1, promptWords: 100, outputTokensMax: 32 },
    });
    await untilTurned();
    await anHourLater();
    expect(await probes()).toHaveLength(10);
  });

  it('are metered apart: nobody is billed, and no hour of a holder knows of them', async () => {
    for (const table of ['usage_report', 'usage_pending', 'service_minute', 'service_hour']) {
      const { rows } = await world.pool.query(`SELECT count(*)::int AS found FROM ${table}`);
      expect({ table, ...rows[0] }).toEqual({ table, found: 0 });
    }
  });

  it('are not sent while half of what is held is used', async () => {
    const servedAt = plus(clockOf(world.app).now(), 3_599_000);
    const { data } = await world.buyer.ask('{ viewer { organization { organizationId } } }');
    const whose = { organizationId: data?.['viewer'].organization.organizationId, reservationId, servedAt };
    const counts = { input: 0n, cachedInput: 0n, output: 15_000n, reasoning: 0n };
    await recordAll(world.app, [gatewayRecord(whose, { counts })]);
    await anHourLater();
    expect(await probes()).toHaveLength(10);
    await anHourLater();
    expect(await probes()).toHaveLength(15);
  });

  it('make it measured from 100 requests on', async () => {
    const now = clockOf(world.app).now();
    await keep(plus(now, -2 * DAY_MS), 85, 100);
    await doors().assess(poolId, 'after 100');
    expect((await evidence()).level).toBe('L3');
    const { rows } = await world.pool.query(`SELECT type, data::json->>'level' AS level FROM eventstore.events
      WHERE stream_id = $1 ORDER BY version`, [`evidence-${poolId}`]);
    expect(rows).toEqual(['L2', 'L3'].map((level) => ({ type: 'EvidenceLevelChanged', level })));
  });

  it('raise an alarm where today is worse than the week before, to the provider and to who runs it all', async () => {
    const now = clockOf(world.app).now();
    await keep(plus(now, -3 * DAY_MS), 100, 100);
    await keep(now, 60, 200);
    const { provider } = world.trading;
    const endpoints = await Promise.all([provider, world.buyer].map((who) => registerEndpoint(who, 'https://hooks.example.com/pools', ['POOL_REGRESSED', 'POOL_RECOVERED'])));
    expect(new Set(endpoints.map(({ endpointId }) => endpointId)).size).toBe(2);
    await doors().assess(poolId, 'slower');
    await doors().assess(poolId, 'slower');
    const [alarm] = await until(() => alarmsOf(provider), ({ length }) => length === 1);
    expect(alarm).toMatchObject({ poolId, source: 'probe', figure: 'ttft', baselineSamples: 185 });
    expect(alarm.baseline).toBeGreaterThan(98);
    expect(alarm.baseline).toBeLessThan(102);
    expect(alarm.recent).toBeGreaterThan(196);
    expect(await alarmsOf(world.buyer)).toEqual([]);
    const [notice] = await until(noticed, ({ length }) => length === 1);
    expect(notice).toMatchObject({ type: 'pool.regressed', data: { poolId, profileVersion: 1, source: 'probe', figure: 'ttft', samplesBefore: 185 } });
    expect(await organizationOf(provider)).toBe(notice?.['organizationId']);
    const metrics = await (await fetch(`${world.app.url}/metrics`)).text();
    expect(metrics).toContain('headroom_pool_regressions{source="probe",figure="ttft"} 1');
  });

  it('count no more under another serving profile, and the alarm is void', async () => {
    const { provider } = world.trading;
    const profile = {
      ...{ runtime: 'cerebras-inference 3.0', contextLength: 131_072, tier: 'FAST' },
      weights: { input: 1_000, cachedInput: 100, reasoning: 10_000 },
    };
    await provider.mustMutate('changeServingProfile', 'ChangeServingProfileInput', { poolId, profile });
    await until(() => alarmsOf(provider), ({ length }) => length === 0);
    const [, ended] = await until(noticed, ({ length }) => length === 2);
    expect(ended).toMatchObject({ type: 'pool.recovered', data: { poolId, source: 'probe', figure: 'ttft', outcome: 'void' } });
    await until(evidence, (found) => found?.level === 'L2');
    expect(await evidence()).toMatchObject({ level: 'L2', profileVersion: 2, probes: { samples: 5 } });
  });
});

describe('a bid that insists on an evidence level', () => {
  const marketLevel = async (): Promise<string | undefined> => {
    const { rows } = await world.pool.query<{ level: string }>(
      `SELECT data::json->>'level' AS level FROM eventstore.events
       WHERE type = 'PoolEvidenceRated' AND data::json->>'poolId' = $1 ORDER BY version DESC LIMIT 1`,
      [poolId],
    );
    return rows[0]?.level;
  };

  it('waits until our own requests have shown it, and is filled then', async () => {
    await world.misbehave('fault=status-500');
    await anHourLater();
    await until(marketLevel, (level) => level === 'L1');
    const hour = Math.ceil((clockOf(world.app).now() - world.trading.start) / 3_600_000) + 4;
    await world.trading.list(hour, hour + 2, 100);
    const window = world.trading.window(hour, hour + 2);
    const { order } = await world.buyer.mustMutate(
      'placeOrder',
      'PlaceOrderInput',
      {
        ...{ marketId: poolId.split('~')[0], window, quantity: '100', limitPrice: '1000' },
        constraints: { evidenceMin: 'L2' },
      },
      { fields: '... on PlaceOrderSuccess { order { orderId status remaining } }' },
    );
    // It is offered at the price of the bid, and by nobody who was seen to answer.
    expect(order).toMatchObject({ status: 'RESTING', remaining: '100' });
    const query = 'query($id: ID!) { order(orderId: $id) { status remaining spent } }';
    const bid = async (): Promise<any> => (await world.buyer.ask(query, { id: order.orderId })).data?.['order'];
    await world.misbehave('tokens=32');
    await anHourLater();
    await until(marketLevel, (level) => level === 'L2');
    const filled = await until(bid, (found) => found?.status === 'FILLED');
    expect(filled).toEqual({ status: 'FILLED', remaining: '0', spent: '200000' });
  });
});
