import type { Pool } from 'pg';
import { ROLL_UP_AFTER } from '../../src/metering/application/usage.definition.js';
import { POOL } from '../../src/platform/platform.module.js';
import { startTestApp, type ApiClient, type TestApp } from '../support/app.js';
import { gatewayRecord, recordAll } from '../support/gateway-records.js';
import { verifySettled } from '../support/pools.js';
import { clockOf, HOUR, iso, Trading } from '../support/trading.js';
import { until } from '../support/until.js';
import { makeKey } from '../support/usage.js';

// 1 token/s for four hours: 3,600 tokens an hour, 2 micro-USD for each above. The fee is 2.5 %. No more than
// these go through our gateway in an hour; what makes an hour cost more is reported by others.

let app: TestApp;
let market: Trading;
let [holder, stranger]: ApiClient[] = [];
let [own, holderId, providerId] = ['', '', ''];

const organizationOf = async (client: ApiClient): Promise<string> =>
  (await client.ask('{ viewer { organization { organizationId } } }')).data?.['viewer'].organization.organizationId;

beforeAll(async () => {
  app = await startTestApp();
  market = await Trading.open(app);
  [holder, stranger] = [await market.buyer('Holder'), await market.buyer('Stranger')];
  own = await market.buy(holder!, await market.list(0, 4, 1), 0, 4, 1);
  [holderId, providerId] = [await organizationOf(holder!), await organizationOf(market.provider)];
});
afterAll(async () => {
  await verifySettled(app);
  await app.close();
});

/** What the provider served beside our gateway, and reports. */
async function report(hour: number, outputTokens: number): Promise<void> {
  const event = {
    ...{ specversion: '1.0', type: 'ai.headroom.usage.v1', source: '/provider', id: `direct-${hour}` },
    ...{ time: iso(market.start + hour * HOUR), data: { reservationId: own, inputTokens: 0, outputTokens } },
  };
  const headers = {
    'content-type': 'application/cloudevents+json',
    authorization: `Bearer ${await makeKey(market.provider, ['USAGE_WRITE'])}`,
  };
  const response = await fetch(`${app.url}/v1/usage`, { method: 'POST', headers, body: JSON.stringify(event) });
  expect([response.status, await response.json()]).toEqual([202, { accepted: 1, duplicates: 0 }]);
}

/** So many requests, each billed, counted and claimed so. */
async function serve(hour: number, requests: number, ...counts: readonly [number, number, number]): Promise<void> {
  const [billed, ownOutput, claimedOutput] = counts;
  const whose = { organizationId: holderId, reservationId: own, servedAt: market.start + hour * HOUR };
  const billing = { counts: { input: 0n, cachedInput: 0n, output: BigInt(billed), reasoning: 0n } };
  const said = { ...billing, ownOutput, claimedOutput, claimedInput: 0 };
  const dispute = claimedOutput > billed ? 'output-higher' : null;
  await recordAll(app, Array.from({ length: requests }, () => gatewayRecord(whose, { ...said, dispute })));
  await clockOf(app).advance(ROLL_UP_AFTER);
  const left = async (): Promise<number> =>
    (await app.application.get<Pool>(POOL).query('SELECT 1 FROM usage_pending')).rows.length;
  await until(left, (rows) => rows === 0);
}

const DISPUTES = `query($id: ID, $first: Int!, $after: String, $state: CountDisputeState) {
  countDisputes(reservationId: $id, first: $first, after: $after, state: $state) {
    edges { cursor node { reservationId hour evidenceRevision state requests differing position concededBy note until endedAt
      billed { output weighted } samples { requestId billed counted claimed reason } rule { tolerance least }
      positions { position conceder overageChange tokens { output } } } }
    pageInfo { hasNextPage endCursor } } }`;
async function disputes(client: ApiClient, asked: Record<string, unknown> = {}): Promise<any[]> {
  const { data, errors } = await client.ask(DISPUTES, { id: own, first: 10, ...asked });
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data?.['countDisputes'].edges.map(({ node }: any) => node);
}
const disputed = (hour: number): Promise<any> =>
  until(
    async (): Promise<any> => (await disputes(holder!)).find((one) => one.hour === iso(market.start + hour * HOUR)),
    (found) => found !== undefined,
  );

const FIELDS = `... on ConcedeCountsSuccess { reservationId revision }
  ... on ConcessionRejection { until position allowed evidenceRevision }`;
const concede = (client: ApiClient, changes: Record<string, unknown>, key?: string): Promise<any> => {
  const input = { reservationId: own, hour: iso(market.start), position: 'COUNTED', evidenceRevision: 1, note: 'Fair', ...changes };
  return client.mutate('concedeCounts', 'ConcedeCountsInput', input, { fields: FIELDS, ...(key !== undefined && { key }) });
};

/** Lines of overage and credits, as `kind amount evidence`. */
async function lines(client: ApiClient, expected: readonly string[]): Promise<void> {
  const month = iso(market.start).slice(0, 7);
  const query = 'query($month: String!) { invoice(month: $month) { lines { kind reservationId amount evidence } } }';
  const wanted = [...expected].sort().join('\n');
  await until(
    async () => {
      const { data } = await client.ask(query, { month });
      const all: any[] = data?.['invoice']?.lines ?? [];
      const kept = all.filter(({ kind, amount }) => kind === 'CREDIT' || (kind === 'OVERAGE' && Number(amount) > 0));
      return kept.map(({ kind, amount, evidence }) => `${kind} ${amount} ${evidence}`).sort().join('\n');
    },
    (found) => found === wanted,
  );
}
const evidence = (hour: number, revision: number): string =>
  `${own}/usage/${iso(market.start + hour * HOUR)}/${revision}`;

describe('an hour that was counted too high', () => {
  it('is disputed once it is over, with what both sides count', async () => {
    await market.pass(0.5);
    await report(0.25, 6_500);
    // Claims of 14 are within the tolerance of 8 tokens.
    await serve(0.25, 250, 14, 6, 14);
    await lines(holder!, [`OVERAGE 12800 ${evidence(0, 1)}`]);
    expect(await disputes(holder!)).toEqual([]);
    await market.pass(1.2);
    const found = await disputed(0);
    expect(found).toMatchObject({
      ...{ evidenceRevision: 1, state: 'OPEN', requests: 250, differing: 250, position: null, concededBy: null },
      billed: { output: '3500', weighted: '3500' },
      positions: [
        { position: 'COUNTED', conceder: providerId, overageChange: '-4000', tokens: { output: '1500' } },
        { position: 'CLAIMED', conceder: null, overageChange: '0', tokens: { output: '3500' } },
      ],
      rule: { tolerance: 500, least: '1000' },
    });
    expect(found.samples).toHaveLength(10);
    expect(found.samples[0]).toMatchObject({ billed: '14', counted: '6', claimed: '14', reason: null });
    expect(await disputes(market.provider)).toEqual([found]);
    expect(await disputes(stranger!)).toEqual([]);
  });

  it('is conceded by its provider and nobody else, and comes back as a credit', async () => {
    expect(await concede(stranger!, {})).toMatchObject({ code: 'NOT_FOUND' });
    expect(await concede(holder!, {})).toMatchObject({ code: 'NOT_YOURS_TO_CONCEDE', allowed: [] });
    const other = await concede(market.provider, { position: 'CLAIMED' });
    expect(other).toMatchObject({ code: 'NOT_YOURS_TO_CONCEDE', allowed: ['COUNTED'] });
    expect(await concede(market.provider, { evidenceRevision: 2 })).toMatchObject({ code: 'EVIDENCE_CHANGED', evidenceRevision: 1 });
    const success = { __typename: 'ConcedeCountsSuccess', reservationId: own, revision: 2 };
    expect(await concede(market.provider, {}, 'concession')).toEqual(success);
    expect(await concede(market.provider, {}, 'concession')).toEqual(success);
    expect(await concede(market.provider, {})).toMatchObject({ code: 'ALREADY_CONCEDED', position: 'COUNTED' });
    // 2,000 tokens: 4,000, of which the exchange had 100.
    const charged = `OVERAGE 12800 ${evidence(0, 1)}`;
    await lines(holder!, [charged, `CREDIT -3900 ${evidence(0, 2)}`, `CREDIT -100 ${evidence(0, 2)}`]);
    await lines(market.provider, [`CREDIT 3900 ${evidence(0, 2)}`]);
    const [ended] = await until(() => disputes(holder!, { state: 'CONCEDED' }), (found) => found.length === 1);
    expect(ended).toMatchObject({ state: 'CONCEDED', position: 'COUNTED', concededBy: providerId, note: 'Fair' });
    expect(ended.positions.map(({ overageChange }: any) => overageChange)).toEqual([null, null]);
  });
});

describe('an hour that the upstream claims more of', () => {
  it('is conceded by its holder, and charged', async () => {
    await report(1.1, 2_000);
    await serve(1.1, 3, 1_000, 1_000, 2_000);
    await market.pass(2.2);
    const { positions } = await disputed(1);
    expect(positions.map(({ position, conceder }: any) => [position, conceder])).toEqual([
      ['COUNTED', null],
      ['CLAIMED', holderId],
    ]);
    const hour = iso(market.start + HOUR);
    expect(await concede(market.provider, { hour, position: 'CLAIMED' })).toMatchObject({ allowed: [] });
    expect(await concede(holder!, { hour, position: 'CLAIMED' })).toMatchObject({ revision: 2 });
    await lines(holder!, [
      ...[`OVERAGE 12800 ${evidence(0, 1)}`, `CREDIT -3900 ${evidence(0, 2)}`, `CREDIT -100 ${evidence(0, 2)}`],
      ...[`OVERAGE 2800 ${evidence(1, 1)}`, `OVERAGE 6000 ${evidence(1, 2)}`],
    ]);
  });

  it('stays as it was billed when nobody concedes in seven days', async () => {
    await serve(2.1, 3, 400, 400, 1_000);
    await market.pass(3.2);
    const { until: end, positions } = await disputed(2);
    // Both counts are within what was held: whoever concedes, no money moves.
    const changes = positions.map(({ position, overageChange }: any) => [position, overageChange]);
    expect(changes).toEqual([['COUNTED', '0'], ['CLAIMED', '0']]);
    expect(Date.parse(end)).toBeGreaterThanOrEqual(market.start + 3 * HOUR + 7 * 24 * HOUR);
    await market.pass(3.5 + 7 * 24);
    const [lapsed] = await until(() => disputes(holder!, { state: 'LAPSED' }), (found) => found.length === 1);
    expect(lapsed).toMatchObject({ state: 'LAPSED', position: null, until: end });
    const hour = iso(market.start + 2 * HOUR);
    const refused = await concede(holder!, { hour, position: 'CLAIMED' });
    expect(refused).toMatchObject({ code: 'DISPUTE_OVER', until: end });
  });

  it('is shown page by page, newest first', async () => {
    const hours = async (after: string | null): Promise<any> =>
      (await holder!.ask(DISPUTES, { first: 2, after })).data?.['countDisputes'];
    const first = await hours(null);
    expect(first.edges.map(({ node }: any) => node.hour)).toEqual([2, 1].map((at) => iso(market.start + at * HOUR)));
    const rest = await hours(first.pageInfo.endCursor);
    expect(rest.edges.map(({ node }: any) => node.hour)).toEqual([iso(market.start)]);
    expect(rest.pageInfo.hasNextPage).toBe(false);
  });
});
