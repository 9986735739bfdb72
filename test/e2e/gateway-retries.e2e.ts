import { simulateUpstream, type SimulatedUpstream } from '../../src/gateway/adapter/simulator/simulated-upstream.js';
import { INSTANT } from '../../src/gateway/adapter/simulator/scenario.js';
import { LaneMeasurements } from '../../src/gateway/application/lane-measurements.js';
import type { ReservationId } from '../../src/kernel/ids.js';
import { HELLO, MODEL, ServingWorld, type StoredRecord } from '../support/serving.js';
import { until } from '../support/until.js';

/** Of several lanes: which of them is asked when one fails, and which is not. */
describe('another lane', () => {
  let world: ServingWorld;
  let others: readonly SimulatedUpstream[];
  let first: string;
  let lanes: readonly string[];
  let fallback: SimulatedUpstream;
  /** The only one of its market. */
  let alone: SimulatedUpstream;

  beforeAll(async () => {
    world = await ServingWorld.start();
    first = await world.hold(1_000);
    alone = await simulateUpstream({ seed: 6, scenario: { ...INSTANT, fault: 'status-500' } });
    await world.holdElsewhere(alone.url, 1_000, 9_000, { quantization: 'fp16' });
    others = await Promise.all([2, 3, 4].map((seed) => simulateUpstream({ seed, scenario: { ...INSTANT, fault: 'status-500' } })));
    fallback = await simulateUpstream({ seed: 5, scenario: { ...INSTANT, tokens: 4 } });
    const found: string[] = [];
    // The dearer the later: the lowest price goes first, and the world's own pool sells at 1,000.
    for (const [index, { url }] of others.entries()) found.push(await world.holdElsewhere(url, 1_000, 2_000 + index));
    lanes = found;
  });
  afterAll(async () => {
    await world.close();
    await Promise.all([...others, alone, fallback].map((one) => one.close()));
  });

  const route = (more: object = {}): Promise<unknown> =>
    world.buyer.mustMutate('setRouting', 'SetRoutingInput', { policy: 'LOWEST_COST', ...more });
  const ask = (changes: object = {}): Promise<Response> =>
    world.post({ model: MODEL, messages: HELLO, max_tokens: 8, stream: true, ...changes });
  /** As if it had just served: who failed comes last for a while. */
  const forgive = (): void =>
    world.app.application.get(LaneMeasurements, { strict: false }).add(first as ReservationId, false, { ttftMs: null, tpotMs: null });
  const asked = (): readonly number[] => others.map(({ requests }) => requests.length);
  /** By the name of the request, its tries included, in order. */
  const recordsOf = async (id: string | null, count: number): Promise<readonly StoredRecord[]> => {
    const records = await until(
      async () => (await world.records()).filter((one) => one.id === id || one.id.startsWith(`${id}.`)),
      ({ length }) => length === count,
    );
    return records.toSorted((one, two) => (one.id < two.id ? -1 : 1));
  };

  it.each(['error', 'cut', 'long-line'])('is left alone after the first token, whatever happens then: %s', async (fault) => {
    await route({ fallback: { url: fallback.url } });
    await world.misbehave(`tokens=8,fault=${fault},after=3`);
    forgive();
    const before = asked();
    const response = await ask();
    expect([response.status, response.headers.get('x-headroom-lane')]).toEqual([200, first]);
    const text = await response.text();
    expect(text.match(/"content":"[^"]/g)).toHaveLength(3);
    expect(text).toContain('"code":"upstream_error"');
    expect(text).not.toContain('[DONE]');
    expect([asked(), fallback.requests.length]).toEqual([before, 0]);
    const id = response.headers.get('x-request-id');
    expect(await recordsOf(id, 1)).toMatchObject([{ id, reservation_id: first, reason: 'upstream_error', output_tokens: '3' }]);
  });

  it('is asked before it: three at the most, and the last one’s answer is told', async () => {
    await route();
    await world.misbehave('fault=status-500');
    forgive();
    const before = asked();
    const response = await ask({ stream: false });
    expect(response.status).toBe(502);
    const id = response.headers.get('x-request-id');
    const tries = await recordsOf(id, 3);
    expect(tries.map(({ id: name, reason, output_tokens: tokens }) => [name, reason, tokens])).toEqual([
      [id, 'upstream_error', '0'],
      [`${id}.0`, 'upstream_error', '0'],
      [`${id}.1`, 'upstream_error', '0'],
    ]);
    // Each of them once, and nobody twice: of five lanes two were left.
    expect(new Set(tries.map(({ reservation_id: lane }) => lane)).size).toBe(3);
    const more = asked().map((count, index) => count - before[index]!);
    expect(more.reduce((sum, count) => sum + count, 0) + 1).toBe(3);
    expect(Math.max(...more)).toBe(1);
    expect(lanes).toEqual(expect.arrayContaining(tries.flatMap(({ reservation_id: lane }) => (lane === first ? [] : [lane]))));
  });

  it('is the fallback, when no lane is left, and never where a lane is pinned', async () => {
    await route({ fallback: { url: fallback.url, model: 'elsewhere' } });
    const before = [alone.requests.length, fallback.requests.length];
    const response = await ask({ model: `${MODEL}@fp16`, stream: false });
    expect([response.status, response.headers.get('x-headroom-lane')]).toEqual([200, 'fallback']);
    expect([alone.requests.length, fallback.requests.length]).toEqual(before.map((count) => count + 1));
    const id = response.headers.get('x-request-id');
    expect(await recordsOf(id, 2)).toMatchObject([
      { id, reservation_id: null, reason: 'completed' },
      { id: `${id}.0`, reason: 'upstream_error', output_tokens: '0' },
    ]);
    const { reservation_id: held } = (await recordsOf(id, 2))[1]!;
    await route({ policy: 'PINNED', reservationId: held, fallback: { url: fallback.url } });
    expect((await ask({ model: `${MODEL}@fp16`, stream: false })).status).toBe(502);
    expect(fallback.requests).toHaveLength(before[1]! + 1);
  });
});
