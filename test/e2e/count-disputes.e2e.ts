import { startTestApp, type ApiClient, type TestApp } from '../support/app.js';
import { CountWorld } from '../support/count-disputes.js';
import { verifySettled } from '../support/pools.js';
import { HOUR, iso, type Trading } from '../support/trading.js';
import { until } from '../support/until.js';

let app: TestApp;
let world: CountWorld;
let market: Trading;
let [holder, stranger]: ApiClient[] = [];

beforeAll(async () => {
  app = await startTestApp();
  world = await CountWorld.open(app);
  ({ market, holder } = world);
  stranger = await market.buyer('Stranger');
});
afterAll(async () => {
  await verifySettled(app);
  await app.close();
});

describe('an hour that was counted too high', () => {
  it('is disputed once it is over, with what both sides count', async () => {
    await market.pass(0.5);
    await world.report(0.25, 6_500);
    // Claims of 14 are within the tolerance of 8 tokens.
    await world.serve(0.25, 250, 14, 6, 14);
    await world.lines(holder!, [`OVERAGE 12800 ${world.evidence(0, 1)}`]);
    expect(await world.disputes(holder!)).toEqual([]);
    await market.pass(1.2);
    const found = await world.disputed(0);
    expect(found).toMatchObject({
      ...{ evidenceRevision: 1, state: 'OPEN', requests: 250, differing: 250, position: null, concededBy: null },
      billed: { output: '3500', weighted: '3500' },
      positions: [
        { position: 'COUNTED', conceder: world.providerId, overageChange: '-4000', tokens: { output: '1500' } },
        { position: 'CLAIMED', conceder: null, overageChange: '0', tokens: { output: '3500' } },
      ],
      rule: { tolerance: 500, least: '1000' },
    });
    expect(found.samples).toHaveLength(10);
    expect(found.samples[0]).toMatchObject({ billed: '14', counted: '6', claimed: '14', reason: null });
    expect(await world.disputes(market.provider)).toEqual([found]);
    expect(await world.disputes(stranger!)).toEqual([]);
  });

  it('is conceded by its provider and nobody else, and comes back as a credit', async () => {
    expect(await world.concede(stranger!, {})).toMatchObject({ code: 'NOT_FOUND' });
    expect(await world.concede(holder!, {})).toMatchObject({ code: 'NOT_YOURS_TO_CONCEDE', allowed: [] });
    const other = await world.concede(market.provider, { position: 'CLAIMED' });
    expect(other).toMatchObject({ code: 'NOT_YOURS_TO_CONCEDE', allowed: ['COUNTED'] });
    expect(await world.concede(market.provider, { evidenceRevision: 2 })).toMatchObject({ code: 'EVIDENCE_CHANGED', evidenceRevision: 1 });
    const success = { __typename: 'ConcedeCountsSuccess', reservationId: world.reservationId, revision: 2 };
    expect(await world.concede(market.provider, {}, 'concession')).toEqual(success);
    expect(await world.concede(market.provider, {}, 'concession')).toEqual(success);
    expect(await world.concede(market.provider, {})).toMatchObject({ code: 'ALREADY_CONCEDED', position: 'COUNTED' });
    // 2,000 tokens: 4,000, of which the exchange had 100.
    const charged = `OVERAGE 12800 ${world.evidence(0, 1)}`;
    await world.lines(holder!, [charged, `CREDIT -3900 ${world.evidence(0, 2)}`, `CREDIT -100 ${world.evidence(0, 2)}`]);
    await world.lines(market.provider, [`CREDIT 3900 ${world.evidence(0, 2)}`]);
    const [ended] = await until(() => world.disputes(holder!, { state: 'CONCEDED' }), (found) => found.length === 1);
    expect(ended).toMatchObject({ state: 'CONCEDED', position: 'COUNTED', concededBy: world.providerId, note: 'Fair' });
    expect(ended.positions.map(({ overageChange }: any) => overageChange)).toEqual([null, null]);
  });
});

describe('an hour that the upstream claims more of', () => {
  it('is conceded by its holder, and charged', async () => {
    await world.report(1.1, 2_000);
    await world.serve(1.1, 3, 1_000, 1_000, 2_000);
    await market.pass(2.2);
    const { positions } = await world.disputed(1);
    expect(positions.map(({ position, conceder }: any) => [position, conceder])).toEqual([
      ['COUNTED', null],
      ['CLAIMED', world.holderId],
    ]);
    const hour = iso(market.start + HOUR);
    expect(await world.concede(market.provider, { hour, position: 'CLAIMED' })).toMatchObject({ allowed: [] });
    expect(await world.concede(holder!, { hour, position: 'CLAIMED' })).toMatchObject({ revision: 2 });
    await world.lines(holder!, [
      ...[`OVERAGE 12800 ${world.evidence(0, 1)}`, `CREDIT -3900 ${world.evidence(0, 2)}`, `CREDIT -100 ${world.evidence(0, 2)}`],
      ...[`OVERAGE 2800 ${world.evidence(1, 1)}`, `OVERAGE 6000 ${world.evidence(1, 2)}`],
    ]);
  });

  it('stays as it was billed when nobody concedes in seven days', async () => {
    await world.serve(2.1, 3, 400, 400, 1_000);
    await market.pass(3.2);
    const { until: end, positions } = await world.disputed(2);
    // Both counts are within what was held: whoever concedes, no money moves.
    const changes = positions.map(({ position, overageChange }: any) => [position, overageChange]);
    expect(changes).toEqual([['COUNTED', '0'], ['CLAIMED', '0']]);
    expect(Date.parse(end)).toBeGreaterThanOrEqual(market.start + 3 * HOUR + 7 * 24 * HOUR);
    await market.pass(3.5 + 7 * 24);
    const [lapsed] = await until(() => world.disputes(holder!, { state: 'LAPSED' }), (found) => found.length === 1);
    expect(lapsed).toMatchObject({ state: 'LAPSED', position: null, until: end });
    const hour = iso(market.start + 2 * HOUR);
    const refused = await world.concede(holder!, { hour, position: 'CLAIMED' });
    expect(refused).toMatchObject({ code: 'DISPUTE_OVER', until: end });
  });

  it('is shown page by page, newest first', async () => {
    const hours = (after: string | null): Promise<any> => world.page(holder!, { first: 2, after });
    const first = await hours(null);
    expect(first.edges.map(({ node }: any) => node.hour)).toEqual([2, 1].map((at) => iso(market.start + at * HOUR)));
    const rest = await hours(first.pageInfo.endCursor);
    expect(rest.edges.map(({ node }: any) => node.hour)).toEqual([iso(market.start)]);
    expect(rest.pageInfo.hasNextPage).toBe(false);
  });
});
