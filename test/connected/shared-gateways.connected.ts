import pg from 'pg';
import { INSTANT } from '../../src/gateway/adapter/simulator/scenario.js';
import { simulateUpstream, type SimulatedUpstream } from '../../src/gateway/adapter/simulator/simulated-upstream.js';
import { present } from '../../src/kernel/assert.js';
import type { Instant } from '../../src/kernel/time.js';
import { SimulatedClock } from '../../src/platform/clock/clock.js';
import type { TestDatabase } from '../support/database.js';
import { RedisProcess } from '../support/redis-process.js';
import { ServedMarket } from '../support/served-market.js';
import { newSecretKey, ServerProcess } from '../support/server-processes.js';
import { emptyDatabase, TESTS_BEGIN } from '../support/test-time.js';
import { HOUR } from '../support/trading.js';
import { makeKey } from '../support/usage.js';
import { giveWay } from '../support/until.js';

/** Tokens/s that are held, and seconds of them that the bucket has. */
const [RATE, BUCKET_SECONDS] = [200, 60];
/** A burst is more than the bucket, and a request less than what an even share gathers while one waits. */
const [BURST, OUTPUT] = [40, 400];
const INPUT_WEIGHT = 0.1;

let database: TestDatabase;
let pool: pg.Pool;
let redis: RedisProcess;
let upstream: SimulatedUpstream;
let gateways: readonly ServerProcess[] = [];
let key: string;
/** When the first request may have been sent, by the clock of the test. */
let began: number;
const statuses: number[] = [];
/** What was said to whom was neither served nor told that there is no room. */
const failures: string[] = [];
let used = 0;

beforeAll(async () => {
  database = await emptyDatabase();
  pool = new pg.Pool({ connectionString: database.url, max: 2 });
  redis = await RedisProcess.start();
  upstream = await simulateUpstream({ seed: 1, scenario: { ...INSTANT, tokens: OUTPUT } });
  const shared = { databaseUrl: database.url, secretKey: newSecretKey() };
  const own = { SIMULATED_CLOCK: 'true', LOCAL_ENDPOINTS: 'true', GATEWAY_PROCESSES: '2', PROBES: 'false' };
  const options = { settings: { ...own, REDIS_URL: redis.url } };
  gateways = [await ServerProcess.start(shared, options), await ServerProcess.start(shared, options)];
  const market = await ServedMarket.open(urlOf(0), TESTS_BEGIN);
  const endpoint = { poolId: market.poolId, endpoint: { url: upstream.url } };
  await market.provider.mustMutate('changePoolEndpoint', 'ChangePoolEndpointInput', endpoint);
  await market.buy(0, 10, RATE);
  key = await makeKey(market.buyer, ['INFERENCE_USE']);
  await new SimulatedClock(pool).advanceTo((market.start + HOUR / 4) as Instant);
  for (const index of [0, 1]) await lanesAt(index);
}, 120_000);
afterAll(async () => {
  for (const gateway of gateways) await gateway.end();
  await upstream.close();
  await redis.end();
  await pool.end();
  await database.drop();
});

const urlOf = (index: number): string => present(gateways[index]?.url, 'a gateway that listens');

async function lanesAt(index: number): Promise<void> {
  for (;;) {
    const response = await fetch(`${urlOf(index)}/v1/models`, { headers: { authorization: `Bearer ${key}` } });
    if (((await response.json()) as { data: readonly unknown[] }).data.length > 0) return;
    await giveWay();
  }
}

async function ask(index: number): Promise<number> {
  const body = { model: 'llama-3.3-70b', messages: [{ role: 'user', content: 'Hello' }], max_tokens: OUTPUT };
  const response = await fetch(`${urlOf(index)}/v1/chat/completions`, {
    ...{ method: 'POST', body: JSON.stringify(body) },
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
  });
  const { usage, error } = (await response.json()) as {
    usage?: { prompt_tokens: number; completion_tokens: number };
    error?: { code: string; message: string };
  };
  statuses.push(response.status);
  if (response.status !== 200 && response.status !== 429) failures.push(`${response.status} ${error?.code}: ${error?.message}`);
  if (usage !== undefined) used += usage.completion_tokens + INPUT_WEIGHT * usage.prompt_tokens;
  return response.status;
}

/** More at once than there is, of both. */
const burst = (): Promise<unknown> => Promise.all(Array.from({ length: BURST }, (_, index) => ask(index % 2)));

/** Until a gateway serves again: what it may use has to gather first. */
async function untilServed(index: number): Promise<void> {
  while ((await ask(index)) !== 200) continue;
}

/** Nobody was told of an error, and both together used no more than what is held and has flowed in since. */
function checkBound(): void {
  expect(failures).toEqual([]);
  const seconds = (performance.now() - began) / 1_000;
  expect(used).toBeLessThanOrEqual(RATE * (BUCKET_SECONDS + seconds));
}

describe('two gateways on a Redis that goes and comes back (FAULTS 18)', () => {
  it('use one bucket', async () => {
    began = performance.now();
    await burst();
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThan(BURST / 4);
    checkBound();
  }, 120_000);

  it('go on with their even shares while it is away', async () => {
    await redis.kill();
    await burst();
    await Promise.all([untilServed(0), untilServed(1)]);
    await burst();
    checkBound();
  }, 120_000);

  it('come back to one bucket by themselves, with nothing used twice', async () => {
    await redis.start();
    await Promise.all([untilServed(0), untilServed(1)]);
    await burst();
    checkBound();
    expect(gateways.map(({ isRunning }) => isRunning)).toEqual([true, true]);
  }, 120_000);
});
