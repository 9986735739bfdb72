import type { Pool } from 'pg';
import { startTestApp, type ApiClient, type TestApp } from '../support/app.js';
import { gatewayRecord, recordAll } from '../support/gateway-records.js';
import { clockOf, HOUR, iso, Trading, walletOf } from '../support/trading.js';
import { verifySettled } from '../support/pools.js';
import { until, untilHolds } from '../support/until.js';
import { ROLL_UP_AFTER } from '../../src/metering/application/usage.definition.js';
import { POOL } from '../../src/platform/platform.module.js';

// 1,000 tokens/s for four hours at 1 USD an hour; 400 of them resold in the second one, at 1.50 a unit
// instead of 1.00. The fee is 2.5 %, the royalty 5 %, and the formula the standard one: 400 ms.

let app: TestApp;
let market: Trading;
let [first, second]: ApiClient[] = [];
let [own, resold] = ['', ''];
const START = 1_000_000_000;

beforeAll(async () => {
  app = await startTestApp();
  market = await Trading.open(app);
  [first, second] = [await market.buyer('First'), await market.buyer('Second')];
  own = await market.buy(first!, await market.list(0, 4, 1_000), 0, 4, 1_000);
  const offer = { reservationId: own, window: market.window(1, 2), quantity: '400', unitPrice: '1500' };
  const resale = await first!.mustMutate('resellReservation', 'ResellReservationInput', offer, {
    fields: '... on ResellReservationSuccess { listing { listingId } }',
  });
  resold = await market.buy(second!, resale['listing'].listingId, 1, 2, 400);
});
afterAll(async () => {
  await verifySettled(app);
  await app.close();
});

const organizationOf = async (client: ApiClient): Promise<string> =>
  (await client.ask('{ viewer { organization { organizationId } } }')).data?.['viewer'].organization.organizationId;

/** So many requests of each time to first token, served some hours after the start. */
async function serve(
  client: ApiClient,
  reservationId: string,
  ...[at, groups]: readonly [hours: number, groups: readonly (readonly [count: number, ttftMs: number])[]]
): Promise<void> {
  const whose = { organizationId: await organizationOf(client), reservationId, servedAt: market.start + at * HOUR };
  const records = groups.flatMap(([count, ttftMs]) =>
    Array.from({ length: count }, () => gatewayRecord(whose, { ttft: ttftMs * 1_000 })),
  );
  await recordAll(app, records);
}

/**
 * Lets what came in gather and be measured, and the clock go on to some hours after the start. What was earned until the
 * last of them is paid before that one is judged: what is taken back of it is one part then, and not two.
 */
async function judge(hours: number): Promise<void> {
  await clockOf(app).advance(ROLL_UP_AFTER);
  const pool = app.application.get<Pool>(POOL);
  await untilHolds(pool, 'SELECT count(*) = 0 AS holds FROM usage_pending');
  const over = Math.floor(hours);
  await market.pass(over);
  await untilHolds(
    pool,
    `SELECT count(*) = 0 AS holds FROM eventstore.outbox WHERE job = 'settle-delivery' AND completed_at IS NULL AND run_at <= $1`,
    [iso(market.start + over * HOUR)],
  );
  await market.pass(hours);
}

const balance = async (client: ApiClient, expected: number): Promise<unknown> =>
  until(() => walletOf(client), (wallet) => Number(wallet['balance']) === expected);

const HOURS = `query($id: ID!) { serviceHours(reservationId: $id) { edges { node {
  hour revision evidenceId verdict misses { objective missedBy } creditShare credit profileVersion termsVersion
  samples { requests ttft ttftInTime answered aborted } figures { ttftMs { p50 p95 } streamTokensPerSecond { p50 } interTokenMs { p5 p50 p95 p99 } concurrency { p50 } }
  dispute { state reason note } } } } }`;
async function hoursOf(client: ApiClient, id: string): Promise<any[]> {
  const { data, errors } = await client.ask(HOURS, { id });
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data?.['serviceHours'].edges.map(({ node }: any) => node);
}

async function creditLines(client: ApiClient): Promise<readonly string[]> {
  const month = iso(market.start).slice(0, 7);
  const query = 'query($month: String!) { invoice(month: $month) { lines { kind reservationId amount evidence } } }';
  const { data } = await client.ask(query, { month });
  return data?.['invoice'].lines
    .filter(({ kind }: any) => kind === 'CREDIT')
    .map(({ reservationId, amount, evidence }: any) => `${reservationId === own ? 'own' : 'resold'} ${amount} ${evidence}`);
}

/** Until an invoice shows these credits among others, and no others of those that are kept. */
async function credits(
  client: ApiClient,
  expected: readonly string[],
  keep: (line: string) => boolean = () => true,
): Promise<void> {
  const wanted = [...expected].sort().join('\n');
  await until(
    async () => (await creditLines(client)).filter(keep).sort().join('\n'),
    (found) => found === wanted,
  );
}

const of = (id: string, hour: number, revision = 1): string =>
  `${id}/${iso(market.start + hour * HOUR)}/${revision}`;
const paid = START - 4_000_000;

describe('an hour that missed what was promised', () => {
  it('is judged once, a few minutes after it, and its price comes back by itself', async () => {
    await market.pass(0.5);
    await serve(first!, own, 0.25, [[90, 100], [10, 900]]);
    await judge(1.2);
    // All of 1 USD: 10 % of the first tokens took more than twice as long. 0.6 USD came for what was resold.
    await balance(first!, paid + 1_000_000);
    const [hour] = await hoursOf(first!, own);
    expect(hour).toMatchObject({
      ...{ revision: 1, evidenceId: of(own, 0), verdict: 'BREACHED', creditShare: 10_000, credit: '1000000' },
      misses: [{ objective: 'TTFT', missedBy: 10_000 }],
      samples: { requests: 100, ttft: 100, ttftInTime: 90, answered: 100 },
      ...{ profileVersion: 1, termsVersion: 1, dispute: null },
    });
    expect(Math.abs(hour.figures.ttftMs.p50 - 100)).toBeLessThanOrEqual(1);
    expect(Math.abs(hour.figures.ttftMs.p95 - 900)).toBeLessThanOrEqual(9);
    // All streams are equally fast: each token takes what their speed says, also for the slowest in a hundred.
    const { streamTokensPerSecond: { p50: speed }, interTokenMs } = hour.figures;
    const perToken = Math.round(1_000_000 / speed) / 1_000;
    expect(interTokenMs).toEqual({ p5: perToken, p50: perToken, p95: perToken, p99: perToken });
    await credits(first!, [`own -975000 ${of(own, 0)}`, `own -25000 ${of(own, 0)}`]);
    await credits(market.provider, [`own 975000 ${of(own, 0)}`]);
    // What it had got for the hour.
    await balance(market.provider, 0);
  });

  it('is given back along the chain of title where it was resold, each sale at its own price', async () => {
    await serve(second!, resold, 1.25, [[90, 100], [10, 401]]);
    await judge(2.2);
    // A tenth of 0.60 to who was served, and a tenth of the 0.40 that the reseller had paid for it.
    await balance(second!, START - 600_000 + 60_000);
    const sold = 600_000 - 15_000 - 30_000;
    await balance(first!, paid + 1_000_000 + sold + 40_000 - 55_500);
    await credits(
      first!,
      [`own -39000 ${of(resold, 1)}`, `own -1000 ${of(resold, 1)}`, `resold 55500 ${of(resold, 1)}`],
      (line) => line.endsWith(of(resold, 1)),
    );
    await credits(second!, [55_500, 3_000, 1_500].map((amount) => `resold -${amount} ${of(resold, 1)}`));
  });

  it('is shown to those it concerns, and summed up', async () => {
    expect(await hoursOf(second!, own)).toEqual([]);
    expect(await hoursOf(market.provider, resold)).toHaveLength(1);
    const query = `query($id: ID!, $window: WindowInput!) { serviceLevel(reservationId: $id, window: $window) {
      met breached thin credits samples figures { ttftMs { p50 } promptTokens { p50 } } } }`;
    const ask = async (client: ApiClient) =>
      (await client.ask(query, { id: own, window: market.window(0, 4) })).data?.['serviceLevel'];
    expect(await ask(first!)).toMatchObject({ met: 0, breached: 1, thin: 0, credits: '1000000', samples: 100 });
    expect(await ask(second!)).toBeNull();
    const evidence = 'query($id: ID!) { poolEvidence(poolId: $id) { level profileVersion samples figures { concurrency { p50 } } } }';
    const { data } = await second!.ask(evidence, { id: market.poolId });
    expect(data?.['poolEvidence']).toMatchObject({ level: 'L3', profileVersion: 1, samples: 200 });
    // Listings of the pool carry the same, to whoever looks at the market.
    const offered = `query($id: ID!) { listings(poolId: $id, status: SOLD, first: 5) { edges { node { evidence {
      level samples from until figures { ttftMs { p50 p95 p99 } streamTokensPerSecond { p50 } concurrency { p50 } promptTokens { p50 } } } } } } }`;
    const shown = await until(
      async () => (await app.stranger().ask(offered, { id: market.poolId })).data?.['listings'].edges,
      (edges: any[]) => edges.length > 0 && edges.every(({ node }) => node.evidence?.samples === 200),
    );
    const { figures, ...carried } = shown[0].node.evidence;
    expect(carried).toEqual({ level: 'L3', samples: 200, from: iso(market.start), until: iso(market.start + HOUR) });
    // What a sketch says is right to a hundredth.
    for (const [figure, was] of [[figures.concurrency, 4], [figures.promptTokens, 1_000]] as const) {
      expect(Math.abs(figure.p50 / was - 1)).toBeLessThanOrEqual(0.01);
    }
    for (const value of [...Object.values(figures.ttftMs), figures.streamTokensPerSecond.p50]) expect(value).toBeGreaterThan(0);
  });

  it('is there by the minute, for those it concerns', async () => {
    const minutes = `query($id: ID!, $window: WindowInput) { serviceMinutes(reservationId: $id, window: $window) { edges { node {
      minute failed weightedTokens samples { requests ttft ttftInTime } figures { ttftMs { p50 } } } } } }`;
    const seen = async (client: ApiClient, window: object | null = null): Promise<any[]> =>
      (await client.ask(minutes, { id: own, window })).data?.['serviceMinutes'].edges.map(({ node }: any) => node);
    const [minute, ...more] = await seen(first!);
    // 1,000 of input at a tenth and 200 of output, a hundred times.
    expect(minute).toMatchObject({ minute: iso(market.start + HOUR / 4), failed: 0, weightedTokens: '30000' });
    expect(minute.samples).toEqual({ requests: 100, ttft: 100, ttftInTime: 90 });
    expect(more).toEqual([]);
    expect(await seen(market.provider, market.window(0, 1))).toHaveLength(1);
    expect(await seen(market.provider, market.window(1, 2))).toEqual([]);
    expect(await seen(second!)).toEqual([]);
  });

  it('is among the credits of everybody on either side, newest first', async () => {
    const query = `query($side: CreditSide!, $first: Int!, $after: String) { serviceCredits(side: $side, first: $first, after: $after) {
      edges { node { evidenceId credit } } pageInfo { hasNextPage endCursor } } }`;
    const page = async (client: ApiClient, side: string, first = 20, after: string | null = null): Promise<any> =>
      (await client.ask(query, { side, first, after })).data?.['serviceCredits'];
    const told = ({ edges }: any): readonly string[] => edges.map(({ node }: any) => `${node.evidenceId} ${node.credit}`);
    const both = [`${of(resold, 1)} 60000`, `${of(own, 0)} 1000000`];
    expect(told(await page(market.provider, 'GIVEN'))).toEqual(both);
    expect(told(await page(market.provider, 'RECEIVED'))).toEqual([]);
    expect(told(await page(first!, 'RECEIVED'))).toEqual([both[1]]);
    expect(told(await page(first!, 'GIVEN'))).toEqual([both[0]]);
    expect(told(await page(second!, 'RECEIVED'))).toEqual([both[0]]);
    const one = await page(market.provider, 'GIVEN', 1);
    expect(told(one)).toEqual([both[0]]);
    expect(told(await page(market.provider, 'GIVEN', 1, one.pageInfo.endCursor))).toEqual([both[1]]);
  });

  it('is judged again when late events change it, and what was given back is corrected', async () => {
    await serve(first!, own, 0.75, [[400, 100]]);
    await judge(2.4);
    await until(() => hoursOf(first!, own), ([hour]) => hour.verdict === 'MET');
    const before = 600_000 - 45_000 + 40_000 - 55_500;
    await balance(first!, paid + before);
    await credits(market.provider, [`own -975000 ${of(own, 0, 2)}`], (line) => line.endsWith('/2'));
  });

  it('is posted once, however often it is told of', async () => {
    const pool = app.application.get<Pool>(POOL);
    const posted = async (): Promise<readonly { readonly n: number }[]> =>
      (await pool.query<{ n: number }>(`SELECT count(*)::int AS n FROM ledger_entry WHERE kind LIKE 'Credit%'`)).rows;
    // Entries of the two credits above and of the correction, once everything has arrived.
    const once = await until(posted, ([found]) => found?.n === 18);
    const again = `UPDATE eventstore.checkpoints SET transaction_id = '0', position = 0
      WHERE subscription = 'process:service-credits'`;
    await pool.query(again);
    await serve(first!, own, 2.1, [[60, 100]]);
    await judge(3.2);
    await until(() => hoursOf(first!, own), (hours) => hours.length === 2);
    const behind = `SELECT (SELECT max(position) FROM eventstore.events WHERE stream_id LIKE 'slo-%') <= position AS done
      FROM eventstore.checkpoints WHERE subscription = 'process:service-credits'`;
    await until(async () => (await pool.query(behind)).rows[0].done as boolean, (done) => done);
    expect(await posted()).toEqual(once);
  });
});

describe('a credit that is disputed', () => {
  const hour = () => iso(market.start + HOUR);
  const FIELDS = '... on DisputeRejection { until outcome allowed } ... on NotFoundRejection { field }';
  const dispute = (client: ApiClient, changes: object = {}) =>
    client.mutate('disputeCredit', 'DisputeCreditInput', { reservationId: resold, hour: hour(), reason: 'Our meter says otherwise', ...changes }, { fields: FIELDS });
  const resolve = (client: ApiClient, outcome: string) =>
    client.mutate('resolveDispute', 'ResolveDisputeInput', { reservationId: resold, hour: hour(), outcome, note: 'Fair' }, { fields: `${FIELDS} ... on ResolveDisputeSuccess { revision }` });

  it('is refused for good reasons', async () => {
    const stranger = await app.signUp('Stranger');
    expect(await dispute(stranger)).toMatchObject({ code: 'NOT_FOUND' });
    expect(await dispute(second!)).toMatchObject({ code: 'NOT_THE_SELLER' });
    expect(await dispute(market.provider, { reason: ' ' })).toMatchObject({ code: 'VALIDATION_FAILED' });
    expect(await resolve(second!, 'ACCEPTED')).toMatchObject({ code: 'NOT_DISPUTED' });
  });

  it('is opened by who gives it back, and ended by either side', async () => {
    expect(await dispute(market.provider)).toMatchObject({ __typename: 'DisputeCreditSuccess' });
    expect(await dispute(first!)).toMatchObject({ code: 'ALREADY_DISPUTED' });
    expect(await resolve(first!, 'WITHDRAWN')).toMatchObject({ code: 'NOT_YOURS_TO_SAY', allowed: [] });
    expect(await resolve(second!, 'DISMISSED')).toMatchObject({ code: 'NOT_YOURS_TO_SAY', allowed: ['ACCEPTED'] });
    expect(await resolve(second!, 'ACCEPTED')).toMatchObject({ revision: 2 });
    await balance(second!, START - 600_000);
    await balance(first!, paid + 555_000);
    const [judged] = await until(() => hoursOf(second!, resold), ([one]) => one.verdict === 'OVERTURNED');
    expect(judged).toMatchObject({ credit: '0', dispute: { state: 'ACCEPTED', note: 'Fair' } });
    expect(await resolve(second!, 'ACCEPTED')).toMatchObject({ code: 'DISPUTE_RESOLVED', outcome: 'ACCEPTED' });
  });
});
