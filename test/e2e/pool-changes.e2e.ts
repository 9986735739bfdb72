import type { Pool } from 'pg';
import { Market } from '../../src/allocation/contract.js';
import type { ReservationId } from '../../src/kernel/ids.js';
import { POOL } from '../../src/platform/platform.module.js';
import { startTestApp, type ApiClient, type TestApp } from '../support/app.js';
import { change, errorOf, issuesOf, nextHour, poolOf, provider, registered, verifySettled } from '../support/pools.js';
import { HOUR, poolInput, span, Trading } from '../support/trading.js';
import { until } from '../support/until.js';

let app: TestApp;
let start: number;
beforeAll(async () => {
  app = await startTestApp();
  start = nextHour(app);
});
afterAll(() => app.close());

const hours = (from: number, to: number) => span(start + from * HOUR, start + to * HOUR);
const added = (from: number, to: number, quantity: number) => [
  { window: hours(from, to), quantity: `${quantity}` },
];

/** Title of whoever asks, over time. */
async function titleOf(client: ApiClient, poolId: string): Promise<any[]> {
  const query = `query($poolId: ID!) { titles(poolId: $poolId) {
    edges { node { isProvider quantity { quantity window { start end } } } } } }`;
  const { data } = await client.ask(query, { poolId });
  return data?.['titles'].edges.map((edge: any) => edge.node);
}

const eventsOf = async (poolId: string): Promise<string[]> => {
  const { rows } = await app.application
    .get<Pool>(POOL)
    .query('SELECT type FROM eventstore.events WHERE stream_id = $1 ORDER BY version', [`pool-${poolId}`]);
  return rows.map(({ type }) => type as string);
};

describe('more capacity', () => {
  it('is shown at once, heard by the market, and offered without waiting', async () => {
    const client = await provider(app, 'Grows');
    const poolId = await registered(app, client, { nameplate: added(0, 240, 10_000) });
    const input = { poolId, added: [...added(0, 10, 500), ...added(240, 250, 7)] };
    const { pool } = await change(client, 'extendPool', input, 'grow');
    const grown = [...added(0, 10, 10_500), ...added(10, 240, 10_000), ...added(240, 250, 7)];
    expect(pool.nameplate).toEqual(grown);
    const offer = { poolId, window: hours(0, 10), quantity: '10500', unitPrice: '1' };
    await client.mustMutate('createListing', 'CreateListingInput', offer);
    expect(await change(client, 'extendPool', input, 'grow')).toMatchObject({ pool: { nameplate: grown } });
    await until(() => poolOf(client, poolId), (row) => row?.nameplate.length === 3);
    expect(await titleOf(client, poolId)).toEqual([{ isProvider: true, quantity: grown }]);
  });

  it('is heard by the market also when nobody lists', async () => {
    const client = await provider(app, 'Quiet');
    const poolId = await registered(app, client, { nameplate: added(0, 5, 1) });
    const heard = async (end: number) =>
      until(
        () => titleOf(client, poolId),
        (nodes) => nodes[0]?.quantity.at(-1).window.end === hours(0, end).end,
      );
    await heard(5);
    await change(client, 'extendPool', { poolId, added: added(5, 6, 1) });
    expect(await heard(6)).toEqual([{ isProvider: true, quantity: added(0, 6, 1) }]);
  });

  it.each([
    ['no window', () => [], 'added is empty'],
    ['a turned window', () => added(2, 1, 1), 'added.0.window does not end after it starts'],
    ['the past', () => added(-3, 1, 1), 'added starts in the past'],
    ['half an hour', () => added(0, 0.5, 1), 'added does not start and end on the grid'],
    ['too far a future', () => added(0, 24 * 366 * 4, 1), 'added reaches too far ahead'],
    ['more than can be traded', () => added(0, 1, 1e12), 'added adds up to more than can be traded'],
    [
      'the past, and more than can be traded',
      () => added(-3, 1, 1e12),
      'added starts in the past; added adds up to more than can be traded',
    ],
  ])('is not of %s', async (_what, windows, issue) => {
    const client = await provider(app, `Not: ${issue}`);
    const poolId = await registered(app, client, { nameplate: added(0, 240, 1) });
    const answer = await change(client, 'extendPool', { poolId, added: windows() });
    expect(issuesOf(answer).join('; ')).toBe(issue);
  });
});

describe('another way of serving', () => {
  it('is another version, the same again is none', async () => {
    const client = await provider(app, 'Serves');
    const poolId = await registered(app, client);
    const { profile } = poolInput(start);
    const versions = [];
    for (const tier of ['FAST', 'BATCH', 'BATCH', 'FAST']) {
      const input = { poolId, profile: { ...profile, tier } };
      versions.push((await change(client, 'changeServingProfile', input))['pool'].profileVersion);
    }
    expect(versions).toEqual([1, 2, 2, 3]);
    expect(await eventsOf(poolId)).toEqual([
      'PoolRegistered',
      'ServingProfileChanged',
      'ServingProfileChanged',
    ]);
    const row = await until(() => poolOf(client, poolId), (one) => one?.profileVersion === 3);
    expect(row.profile).toEqual(profile);
  });

  it('has every wrong field named', async () => {
    const client = await provider(app, 'Serves badly');
    const poolId = await registered(app, client);
    const weights = { input: -1, cachedInput: 0, reasoning: 100_001 };
    const profile = { runtime: '\u200b', contextLength: 0, tier: 'FAST', weights };
    expect(issuesOf(await change(client, 'changeServingProfile', { poolId, profile }))).toEqual([
      'profile.runtime is empty, too long or has hidden marks',
      'profile.contextLength is out of range',
      'profile.weights.input is out of range',
      'profile.weights.reasoning is out of range',
    ]);
  });
});

describe('other terms', () => {
  const STRICT = {
    resale: { isTransferable: false, hopsMax: 0, royalty: 0 },
    cancellation: [{ noticeHours: 0, fee: 10_000 }],
    overagePrice: null,
  };

  const feeOf = async (client: ApiClient, id: string): Promise<number> => {
    const query = 'query($id: ID!) { cancellationQuote(reservationId: $id) { feeShare } }';
    return (await client.ask(query, { id })).data?.['cancellationQuote'].feeShare;
  };
  const resell = (market: Trading, client: ApiClient, ...what: [string, number, number]) => {
    const [reservationId, from, to] = what;
    const input = { reservationId, window: market.window(from, to), quantity: '100', unitPrice: '1' };
    const fields = '... on ResellReservationSuccess { listing { listingId hops } }';
    return client.mutate('resellReservation', 'ResellReservationInput', input, { fields });
  };
  /** What use of a reservation is rated by. */
  const usageOf = async (id: string) =>
    (await until(() => app.application.get(Market).entitlement(id as ReservationId), (one) => one !== null))!
      .terms.usage;

  it('are those of later sales only, and of what is resold of them', async () => {
    const market = await Trading.open(app);
    const { poolId, provider: seller } = market;
    const [one, two, three] = [
      await market.buyer('Before'),
      await market.buyer('Of before'),
      await market.buyer('After'),
    ];
    const listedBefore = await market.list(48, 60, 300);
    const before = await market.buy(one, listedBefore, 48, 52, 100);
    const { pool } = await change(seller, 'changePoolTerms', { poolId, terms: STRICT });
    expect(pool.terms).toMatchObject({ ...STRICT, buyerShareMax: null });
    const listedAfter = await market.list(48, 60, 300);
    const after = await market.buy(three, listedAfter, 48, 52, 100);

    expect([await feeOf(one, before), await feeOf(three, after)]).toEqual([0, 10_000]);
    expect(await resell(market, three, after, 48, 50)).toMatchObject({ code: 'NOT_TRANSFERABLE' });
    const first = await resell(market, one, before, 48, 50);
    const resold = await market.buy(two, first['listing'].listingId, 48, 50, 100);
    expect(await feeOf(two, resold)).toBe(0);
    const second = await resell(market, two, resold, 48, 49);
    expect([first['listing'].hops, second['listing'].hops]).toEqual([1, 2]);

    // An offer stands under the terms it was made under, whenever it is taken.
    const late = await market.buy(three, listedBefore, 56, 58, 100);
    expect(await feeOf(three, late)).toBe(0);
    expect(await usageOf(before)).toMatchObject({ profileVersion: 1, overagePrice: 2_000_000n });
    expect(await usageOf(after)).toMatchObject({ profileVersion: 1, overagePrice: null });
    expect(await usageOf(resold)).toEqual(await usageOf(before));
  });

  it('count the weights of the serving profile among them', async () => {
    const market = await Trading.open(app);
    const { poolId, provider: seller } = market;
    const buyer = await market.buyer('Weighs');
    const before = await market.buy(buyer, await market.list(10, 20, 5), 10, 11, 5);
    const { profile } = poolInput(start);
    const heavy = { ...profile, weights: { ...profile.weights, input: 9_000 } };
    await change(seller, 'changeServingProfile', { poolId, profile: heavy });
    const after = await market.buy(buyer, await market.list(10, 20, 5), 10, 11, 5);
    expect(await usageOf(before)).toMatchObject({ profileVersion: 1, weights: { input: 1_000 } });
    expect(await usageOf(after)).toMatchObject({ profileVersion: 2, weights: { input: 9_000 } });
  });

  it('are no others when they are the same', async () => {
    const client = await provider(app, 'Same terms');
    const poolId = await registered(app, client);
    const { terms } = poolInput(start);
    await change(client, 'changePoolTerms', { poolId, terms });
    await change(client, 'changePoolTerms', { poolId, terms: { ...terms, buyerShareMax: null } });
    expect(await eventsOf(poolId)).toEqual(['PoolRegistered']);
  });

  it('leave out of the judgement what they name, each once and in any order; all that may be where they name nothing', async () => {
    const client = await provider(app, 'Counting');
    const poolId = await registered(app, client);
    const { terms } = poolInput(start);
    const steps = [{ missedBy: 0, credit: 1_000 }];
    const counted = async (exclusions: readonly string[] | null): Promise<readonly string[]> => {
      const { pool } = await change(client, 'changePoolTerms', { poolId, terms: { ...terms, credits: { samplesMin: 20, steps, exclusions } } });
      return pool.terms.credits.exclusions;
    };
    expect(await counted(null)).toEqual(['OVER_LIMIT', 'TOO_LONG', 'BATCH']);
    expect(await counted(['BATCH', 'OVER_LIMIT', 'TOO_LONG', 'BATCH'])).toEqual(['OVER_LIMIT', 'TOO_LONG', 'BATCH']);
    expect(await counted(['BATCH', 'OVER_LIMIT'])).toEqual(['OVER_LIMIT', 'BATCH']);
    expect(await counted([])).toEqual([]);
    expect(await eventsOf(poolId)).toEqual(['PoolRegistered', 'TermsChanged', 'TermsChanged', 'TermsChanged']);
  });

  it('have every wrong field named', async () => {
    const client = await provider(app, 'Wrong terms');
    const poolId = await registered(app, client);
    const terms = {
      resale: { isTransferable: true, hopsMax: 11, priceCap: 0, royalty: -1 },
      cancellation: [],
      overagePrice: '-1',
      buyerShareMax: 10_001,
    };
    expect(issuesOf(await change(client, 'changePoolTerms', { poolId, terms }))).toEqual([
      'terms.resale.hopsMax is out of range',
      'terms.resale.priceCap is out of range',
      'terms.resale.royalty is out of range',
      'terms.cancellation has no steps, or too many',
      'terms.overagePrice is out of range',
      'terms.buyerShareMax is out of range',
    ]);
  });

  it('are refused for a key that came with others', async () => {
    const client = await provider(app, 'Terms twice');
    const poolId = await registered(app, client);
    await change(client, 'changePoolTerms', { poolId, terms: STRICT }, 'terms');
    const again = change(client, 'changePoolTerms', { poolId, terms: poolInput(start).terms }, 'terms');
    expect(await errorOf(again)).toBe('IDEMPOTENCY_MISMATCH');
  });
});

describe('after all of that', () => {
  it('the log and what is read from it agree', async () => {
    expect((await verifySettled(app)).streams).toBeGreaterThan(10);
  });
});
