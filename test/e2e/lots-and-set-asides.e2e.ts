import type { Instant } from '../../src/kernel/time.js';
import { Database } from '../../src/platform/database/prisma.js';
import { startTestApp, type ApiClient, type TestApp } from '../support/app.js';
import { clockOf, HOUR, iso, poolInput, Trading } from '../support/trading.js';
import { until } from '../support/until.js';
import { verifyApp } from '../support/verify.js';

// 10,000 tokens/s in lots of 100, of which 40 % are for who holds at most 1,000, until six hours before.
const SET_ASIDE = { share: 4_000, smallBuyerMax: '1000', releasedBeforeHours: 6 };

let app: TestApp;
let market: Trading;
let large: ApiClient;
let other: ApiClient;
beforeAll(async () => {
  app = await startTestApp();
  const { terms } = poolInput(0);
  market = await Trading.open(app, { lotSize: '100', terms: { ...terms, setAside: SET_ASIDE } });
  [large, other] = [await market.buyer('Large'), await market.buyer('Other')];
});
afterAll(async () => {
  await verifyApp(app);
  await app.close();
});

const LOT = '... on LotRejection { field lotSize below above }';
const REFUSED = `... on Rejection { code message } ${LOT}`;
const KEPT = '... on SetAsideRejection { available smallBuyerMax releasedAt }';
const ask = async (client: ApiClient, mutation: string, input: object, more = ''): Promise<any> => {
  const type = `${mutation.slice(0, 1).toUpperCase()}${mutation.slice(1)}Input`;
  return client.mutate(mutation, type, input as never, { fields: `__typename ${REFUSED} ${more}` });
};
const offLot = (below: string | null, above: string, field = 'quantity') => ({
  ...{ __typename: 'LotRejection', code: 'OFF_LOT', field, lotSize: '100', below, above },
  message: `${field} is not in lots of 100 tokens/s: ${below === null ? above : `${below} or ${above}`} would be`,
});
const rows = (): Database => app.application.get(Database);

it('shows lots and set-asides of a pool and what is listed of it', async () => {
  const listingId = await market.list(0, 4, 1_000);
  await until(() => rows().listing.count({ where: { listingId } }), (count) => count === 1);
  const { data } = await large.ask(`{
    pool(poolId: "${market.poolId}") { lotSize terms { setAside { share smallBuyerMax releasedBeforeHours } } }
    listing(listingId: "${listingId}") { lotSize }
  }`);
  expect(data).toEqual({
    pool: { lotSize: '100', terms: { setAside: SET_ASIDE } },
    listing: { lotSize: '100' },
  });
});

it('refuses what is not whole lots wherever somebody asks for it', async () => {
  const { poolId } = market;
  const listingId = await market.list(100, 104, 5_000);
  const window = market.window(100, 104);
  const reservationId = await market.buy(other, listingId, 100, 104, 300);
  const bid = { marketId: 'llama-3.3-70b@fp8', window, limitPrice: '10' };
  const made = await ask(other, 'placeOrder', { ...bid, quantity: '200' }, '... on PlaceOrderSuccess { order { orderId } }');
  const { orderId } = made.order;
  const provider = market.provider;
  const asked: readonly (readonly [client: ApiClient, mutation: string, input: object])[] = [
    [provider, 'createListing', { poolId, window, unitPrice: '1', quantity: '250' }],
    [other, 'reserve', { listingId, window, quantity: '250' }],
    [other, 'resellReservation', { reservationId, window, unitPrice: '1', quantity: '250' }],
    [other, 'placeOrder', { ...bid, quantity: '250' }],
    [other, 'amendOrder', { orderId, limitPrice: '10', quantity: '250' }],
  ];
  for (const [client, mutation, input] of asked) {
    expect([mutation, await ask(client, mutation, input)]).toEqual([mutation, offLot('200', '300')]);
  }
  const little = await ask(other, 'placeOrder', { ...bid, quantity: '200', minimumFill: '50' });
  expect(little).toEqual(offLot(null, '100', 'minimumFill'));
});

it('refuses a pool of which parts of lots would be all there is', async () => {
  const { terms } = poolInput(0);
  const input = poolInput(market.start, {
    ...{ lotSize: '300', name: 'Odd' },
    terms: { ...terms, setAside: { ...SET_ASIDE, share: 10_001, smallBuyerMax: '299' } },
  });
  const answer = await market.provider.mutate('registerPool', 'RegisterPoolInput', input, {
    fields: '... on ValidationRejection { issues { field reason accepted } }',
  });
  expect(answer['issues']).toEqual([
    { field: 'nameplate', reason: 'has 10000 tokens/s somewhere, which is not whole lots', accepted: 'whole lots of 300 tokens/s, such as 9900 or 10200' },
    { field: 'terms.setAside.share', reason: 'is out of range', accepted: 'a whole number from 1 to 10000' },
    { field: 'terms.setAside.smallBuyerMax', reason: 'is less than a lot, or more than can be traded', accepted: '300 to 1000000000000 tokens/s' },
  ]);
});

const roomOf = async (client: ApiClient, window: object): Promise<unknown> => {
  const query = `query($poolId: ID!, $window: WindowInput!) { buyerRoom(poolId: $poolId, window: $window) { quantity growsAt lotSize } }`;
  return (await client.ask(query, { poolId: market.poolId, window })).data?.['buyerRoom'];
};

it('keeps what is set aside for small buyers until it is released, and then for who waited', async () => {
  const [from, to] = [200, 204];
  const window = market.window(from, to);
  const listingId = await market.list(from, to, 10_000, 1);
  await market.buy(large, listingId, from, to, 6_000);
  // Six hours before the last hour of the window.
  const release = market.start + (to - 1 - 6) * HOUR;
  expect(await roomOf(large, window)).toEqual({ quantity: '0', growsAt: iso(release), lotSize: '100' });
  expect(await roomOf(other, window)).toEqual({ quantity: '1000', growsAt: iso(release), lotSize: '100' });
  expect(await ask(other, 'reserve', { listingId, window, quantity: '1100' }, KEPT)).toEqual({
    ...{ __typename: 'SetAsideRejection', code: 'SET_ASIDE_FOR_SMALL_BUYERS' },
    message: `the rest is set aside for buyers who hold at most 1000 tokens/s of this pool until ${iso(release)}: 1000 tokens/s are left for you`,
    ...{ available: '1000', smallBuyerMax: '1000', releasedAt: iso(release) },
  });
  const order = { marketId: 'llama-3.3-70b@fp8', window, quantity: '3000', minimumFill: '3000', limitPrice: '1' };
  const placed = await ask(other, 'placeOrder', order, '... on PlaceOrderSuccess { order { orderId status } }');
  expect(placed.order.status).toBe('RESTING');
  const status = async (): Promise<string | undefined> =>
    (await rows().marketOrder.findUnique({ where: { orderId: placed.order.orderId } }))?.status;
  await clockOf(app).advanceTo(release as Instant);
  await until(status, (now) => now === 'filled');
  expect(await roomOf(other, window)).toEqual({ quantity: null, growsAt: null, lotSize: '100' });
});
