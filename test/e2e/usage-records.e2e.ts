import { simulateUpstream, type SimulatedUpstream } from '../../src/gateway/adapter/simulator/simulated-upstream.js';
import { INSTANT } from '../../src/gateway/adapter/simulator/scenario.js';
import type { ApiClient } from '../support/app.js';
import { HELLO, MODEL, ServingWorld } from '../support/serving.js';
import { iso } from '../support/trading.js';

const FIELDS = `recordId reservationId model tier outcome isStream isColdStart isCounted mirrorOf concurrency
  inputTokens cachedInputTokens outputTokens reasoningTokens countedOutputTokens claimedInputTokens claimedOutputTokens
  disagreement servedAt ttftMs queuedMs streamingMs durationMs`;
const LIST = `query($id: ID!, $first: Int!, $after: String, $only: Boolean!, $window: WindowInput) {
  usageRecords(reservationId: $id, first: $first, after: $after, onlyDisagreeing: $only, window: $window) {
    edges { node { ${FIELDS} } } pageInfo { hasNextPage endCursor } } }`;
const ONE = `query($id: ID!) { requestRecords(requestId: $id) { ${FIELDS} } }`;

describe('records of requests, for whoever sent them', () => {
  let world: ServingWorld;
  let other: SimulatedUpstream;
  let reservationId: string;
  const ids: string[] = [];

  beforeAll(async () => {
    world = await ServingWorld.start();
    reservationId = await world.hold(1_000);
    other = await simulateUpstream({ seed: 2, scenario: { ...INSTANT, tokens: 4 } });
  });
  afterAll(async () => {
    await world.close();
    await other.close();
  });

  const ask = async (scenario: string, more: object = {}, lane: object = {}): Promise<string> => {
    await world.misbehave(scenario);
    const response = await world.post({ model: MODEL, messages: HELLO, max_tokens: 40, ...more }, { headers: { 'x-headroom-tier': 'fast', ...lane } });
    await response.text();
    return response.headers.get('x-request-id')!;
  };
  interface Asked { readonly first?: number; readonly after?: string | null; readonly only?: boolean; readonly window?: object; readonly by?: ApiClient }
  const list = async ({ first = 10, after = null, only = false, window, by = world.buyer }: Asked = {}): Promise<any> => {
    const { data, errors } = await by.ask(LIST, { id: reservationId, first, after, only, window });
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    const { edges, pageInfo } = data?.['usageRecords'];
    return { nodes: edges.map(({ node }: any) => node), ...pageInfo };
  };
  const one = async (id: string, by = world.buyer): Promise<any> => (await by.ask(ONE, { id })).data?.['requestRecords'];

  it('are found by the name that its answer said, with what was billed, counted, claimed and measured', async () => {
    const id = await ask('tokens=40', { stream: true });
    ids.push(id);
    const [record, ...more] = await one(id);
    expect(more).toEqual([]);
    expect(record).toMatchObject({
      ...{ recordId: id, reservationId, model: `${MODEL}@fp8`, tier: 'fast', outcome: 'completed', isStream: true, isCounted: true },
      ...{ outputTokens: '40', countedOutputTokens: '40', claimedOutputTokens: '40', disagreement: null, mirrorOf: null, concurrency: 1 },
      ...{ cachedInputTokens: '0', reasoningTokens: '0', queuedMs: expect.any(Number) },
    });
    expect(record.inputTokens).toBe(record.claimedInputTokens);
    expect(record.queuedMs).toBeLessThanOrEqual(record.ttftMs);
    expect(record.ttftMs + record.streamingMs).toBeLessThanOrEqual(record.durationMs);
  });

  it('are listed newest first, page by page, those that disagree by themselves, and none outside the window', async () => {
    ids.push(await ask('tokens=40,fault=usage-higher', { stream: true }));
    ids.push(await ask('fault=status-500'));
    const newestFirst = ids.toReversed();
    // All are of one instant of this clock: their names are in the order of their making.
    expect((await list()).nodes.map(({ recordId }: any) => recordId)).toEqual(newestFirst);
    const paged: string[] = [];
    for (let after: string | null = null; ; ) {
      const { nodes, hasNextPage, endCursor } = await list({ first: 1, after });
      paged.push(...nodes.map(({ recordId }: any) => recordId));
      if (!hasNextPage) break;
      after = endCursor;
    }
    expect(paged).toEqual(newestFirst);
    const { nodes } = await list({ only: true });
    expect(nodes).toMatchObject([{ recordId: ids[1], disagreement: 'output-higher', outputTokens: '40', claimedOutputTokens: '120' }]);
    expect((await list()).nodes[0]).toMatchObject({ outcome: 'upstream_error', outputTokens: '0', ttftMs: null, streamingMs: null });
    const { start } = world.trading;
    const hours = (from: number, to: number) => ({ start: iso(start + from * 3_600_000), end: iso(start + to * 3_600_000) });
    expect((await list({ window: hours(0, 1) })).nodes).toHaveLength(ids.length);
    expect((await list({ window: hours(1, 2) })).nodes).toEqual([]);
  });

  it('show the lanes that were given up before', async () => {
    const elsewhere = await world.holdElsewhere(other.url, 1_000, 2_000);
    await world.buyer.mustMutate('setRouting', 'SetRoutingInput', { policy: 'CANARY', reservationId, share: 10_000 });
    // Who failed comes last, until it has served again.
    await ask('tokens=4', {}, { 'x-headroom-lane': reservationId });
    const id = await ask('fault=status-500');
    expect(await one(id)).toMatchObject([
      { recordId: id, reservationId: elsewhere, outcome: 'completed', outputTokens: '4' },
      { recordId: `${id}.0`, reservationId, outcome: 'upstream_error', outputTokens: '0' },
    ]);
  });

  it('are nobody else’s: neither a stranger’s nor the provider’s', async () => {
    const stranger = await world.trading.buyer('Stranger', 1);
    for (const by of [stranger, world.trading.provider]) {
      expect((await list({ by })).nodes).toEqual([]);
      expect(await one(ids[0]!, by)).toBeNull();
    }
  });

  it.each([
    [{ after: 'x' }, 'after: expected a cursor from an earlier page of this list'],
    [{ after: Buffer.from('["soon","a"]').toString('base64url') }, 'after: expected a cursor from an earlier page of this list'],
    [{ first: 101 }, 'first: expected a whole number from 1 to 100'],
  ])('%j is no page', async (asked, message) => {
    await expect(list(asked)).rejects.toThrow(message);
  });
});
