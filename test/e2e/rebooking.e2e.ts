import { MINUTE_MS, type Duration } from '../../src/kernel/time.js';
import { startTestApp, type ApiClient, type TestApp } from '../support/app.js';
import { nextHour } from '../support/pools.js';
import { clockOf, HOUR, poolInput, span, Trading } from '../support/trading.js';
import { until } from '../support/until.js';
import { verifyApp } from '../support/verify.js';

const TERMS = 'limitPrice timeInForce restMinutes minimumFill isAllOrNone';
const REFUSED = '... on ValidationRejection { issues { field reason } } ... on LotRejection { field lotSize below above }';

let app: TestApp;
let market: Trading;
let holder: ApiClient;
let rival: ApiClient;
let rivalPool: string;

beforeAll(async () => {
  app = await startTestApp();
  const start = nextHour(app);
  const nameplate = [{ window: span(start, start + 48 * HOUR), quantity: '1000' }];
  market = await Trading.open(app, { nameplate, terms: { ...poolInput(0).terms, curtailment: { reclaimNoticeHours: null, outagePenalty: 0, reclaimPenalty: 0 } } });
  rival = await app.signUp('Rival', { isProvider: true, isBuyer: false });
  const made = await rival.mustMutate('registerPool', 'RegisterPoolInput', poolInput(start, { name: 'Elsewhere', nameplate }), {
    fields: '... on RegisterPoolSuccess { pool { poolId } }',
  });
  rivalPool = made['pool'].poolId;
  holder = await market.buyer('Holder', 1);
});
afterAll(async () => {
  await verifyApp(app);
  await app.close();
});

async function offer(from: number, to: number, quantity: number, unitPrice = 110): Promise<void> {
  const input = { poolId: rivalPool, window: market.window(from, to), quantity: `${quantity}`, unitPrice: `${unitPrice}` };
  await rival.mustMutate('createListing', 'CreateListingInput', input);
}

const set = (reservationId: string, rebooking: object): Promise<Record<string, any>> =>
  holder.mutate('setRebooking', 'SetRebookingInput', { reservationId, rebooking: { limitPrice: '120', ...rebooking } } as never, {
    fields: `... on SetRebookingSuccess { reservation { rebooking { ${TERMS} } } } ${REFUSED}`,
  });

/** A hundred tokens/s of the holder’s for some hours. */
const own = async (from: number, to: number): Promise<string> =>
  market.buy(holder, await market.list(from, to, 100, 100), from, to, 100);

/** All of the pool fails for some hours: what became of what its holder wants in place of it. */
async function fail(reservationId: string, from: number, to: number, orders = 1): Promise<readonly any[]> {
  const input = { poolId: market.poolId, window: market.window(from, to), quantity: '1000', cause: 'OUTAGE' };
  await market.provider.mustMutate('curtailPool', 'CurtailPoolInput', input);
  const query = `query($id: ID!) { rebookings(reservationId: $id) { edges { node { orderId status refusal quantity at window { start end } } } } }`;
  const ask = async (): Promise<readonly any[]> =>
    (await holder.ask(query, { id: reservationId })).data?.['rebookings'].edges.map(({ node }: any) => node);
  return until(ask, ({ length }) => length === orders);
}

const orderOf = async (orderId: string): Promise<any> =>
  (await holder.ask(`query($id: ID!) { order(orderId: $id) { status quantity remaining minimumFill timeInForce placedAt expiresAt } }`, { id: orderId })).data?.['order'];
const orderIn = (orderId: string, status: string): Promise<any> => until(() => orderOf(orderId), (order) => order?.status === status);
/** What is set aside for bids, once it is as expected. */
const setAside = (expected: string): Promise<unknown> =>
  until(async () => (await holder.ask('{ wallet { reserved } }')).data?.['wallet'].reserved, (reserved) => reserved === expected);

describe('what is bid in place of what is lost', () => {
  it('is filled whole at once, of several offers', async () => {
    const reservationId = await own(2, 4);
    expect(await set(reservationId, { timeInForce: 'FOK' })).toMatchObject({
      reservation: { rebooking: { limitPrice: '120', timeInForce: 'FOK', restMinutes: null, minimumFill: '1', isAllOrNone: false } },
    });
    await offer(2, 4, 60);
    await offer(2, 4, 60, 120);
    const [placed] = await fail(reservationId, 2, 4);
    expect(placed).toMatchObject({ status: 'PLACED', refusal: null, quantity: '100' });
    expect(await orderIn(placed.orderId, 'FILLED')).toMatchObject({ remaining: '0', timeInForce: 'FOK' });
    await setAside('0');
  });

  it('is refused whole where a token/s is missing, and nothing stays set aside', async () => {
    const reservationId = await own(6, 8);
    await set(reservationId, { timeInForce: 'FOK' });
    await offer(6, 8, 99);
    const [refused] = await fail(reservationId, 6, 8);
    expect(refused).toMatchObject({ status: 'REFUSED', refusal: 'NOT_FILLABLE', quantity: '100' });
    expect(await orderOf(refused.orderId)).toBeNull();
    await setAside('0');
  });

  it('is filled or refused rectangle by rectangle', async () => {
    const reservationId = await own(10, 14);
    await set(reservationId, { timeInForce: 'FOK' });
    const sale = { reservationId, window: market.window(12, 14), quantity: '40', unitPrice: '100' };
    const resale = await holder.mustMutate('resellReservation', 'ResellReservationInput', sale, {
      fields: '... on ResellReservationSuccess { listing { listingId } }',
    });
    await market.buy(await market.buyer('Third', 1), resale['listing'].listingId, 12, 14, 40);
    await offer(10, 14, 60);
    const all = await fail(reservationId, 10, 14, 2);
    const told = all.map(({ quantity, window, status, refusal }: any) => [quantity, window, status, refusal]);
    expect(told).toEqual(expect.arrayContaining([
      ['40', market.window(10, 12), 'PLACED', null],
      // What was left then lacks 40 in the first hours.
      ['60', market.window(10, 14), 'REFUSED', 'NOT_FILLABLE'],
    ]));
  });

  it('waits until its least is there', async () => {
    const reservationId = await own(16, 18);
    await set(reservationId, { minimumFill: '40' });
    await offer(16, 18, 30);
    const [{ orderId }] = (await fail(reservationId, 16, 18)) as [any];
    expect(await orderIn(orderId, 'RESTING')).toMatchObject({ remaining: '100', minimumFill: '40' });
    await offer(16, 18, 20);
    expect(await until(() => orderOf(orderId), ({ remaining }) => remaining !== '100')).toMatchObject({ status: 'RESTING', remaining: '50' });
    await holder.mustMutate('cancelOrder', 'CancelOrderInput', { orderId });
    await setAside('0');
  });

  it('is all or none, however much is lost, and rests for as long as it says', async () => {
    const reservationId = await own(20, 22);
    expect(await set(reservationId, { timeInForce: 'GTD', restMinutes: 30, isAllOrNone: true })).toMatchObject({
      reservation: { rebooking: { timeInForce: 'GTD', restMinutes: 30, minimumFill: '1', isAllOrNone: true } },
    });
    await offer(20, 22, 99);
    const before = clockOf(app).now();
    const [{ orderId }] = (await fail(reservationId, 20, 22)) as [any];
    const resting = await orderIn(orderId, 'RESTING');
    expect(resting).toMatchObject({ remaining: '100', minimumFill: '100', timeInForce: 'GTD' });
    const restsUntil = Date.parse(resting.expiresAt);
    expect(restsUntil).toBeGreaterThanOrEqual(before + 30 * MINUTE_MS);
    expect(restsUntil).toBeLessThanOrEqual(Date.parse(resting.placedAt) + 30 * MINUTE_MS);
    await clockOf(app).advance((30 * MINUTE_MS) as Duration);
    await orderIn(orderId, 'EXPIRED');
    await setAside('0');
  });

  it('is refused at once where no order could be so', async () => {
    const reservationId = await own(24, 26);
    const issues = (field: string, reason: string): object => ({ issues: [{ field: `rebooking.${field}`, reason }] });
    expect(await set(reservationId, { timeInForce: 'GTD' })).toMatchObject(issues('restMinutes', 'is missing'));
    expect(await set(reservationId, { timeInForce: 'FOK', restMinutes: 5 })).toMatchObject(issues('restMinutes', 'has no meaning with FOK'));
    expect(await set(reservationId, { timeInForce: 'GTD', restMinutes: 0 })).toMatchObject(issues('restMinutes', 'is out of range'));
    expect(await set(reservationId, { minimumFill: '2', isAllOrNone: true })).toMatchObject(issues('minimumFill', 'has no meaning with isAllOrNone'));
  });
});
