import { randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import { Market } from '../../src/allocation/contract.js';
import { Streams } from '../../src/eventstore/streams.js';
import { marketOf } from '../../src/kernel/ids.js';
import { POOL } from '../../src/platform/platform.module.js';
import { startTestApp, type ApiClient, type TestApp } from '../support/app.js';
import { replace } from '../support/payments.js';
import { Trading, walletOf } from '../support/trading.js';
import { until } from '../support/until.js';
import { verifyApp } from '../support/verify.js';

const FIELDS = `
  ... on PlaceOrderSuccess { order { orderId status remaining spent } }
  ... on NotFoundRejection { field }
  ... on CapacityRejection { available }
  ... on InsufficientFundsRejection { balance due }`;
const AMENDED = '... on AmendOrderSuccess { order { orderId status remaining spent unspent } }';

let app: TestApp;
let market: Trading;
let marketId: string;
let pool: Pool;
beforeAll(async () => {
  app = await startTestApp();
  market = await Trading.open(app);
  marketId = marketOf(market.poolId) as string;
  pool = app.application.get<Pool>(POOL);
});
afterAll(async () => {
  expect((await verifyApp(app)).projections).toBeGreaterThan(4);
  await app.close();
});

/** Hours after the start that no test has used yet. */
let next = 0;
const slot = (): readonly [number, number] => [(next += 5), next + 4];

type Terms = Readonly<Record<string, unknown>>;
const bidFor = (hours: readonly [number, number], more: Terms = {}) => ({
  ...{ marketId, window: market.window(...hours), quantity: '1', limitPrice: '100', ...more },
});

const place = (buyer: ApiClient, input: Terms, key = buyer.nextKey()): Promise<Record<string, any>> =>
  buyer.mutate('placeOrder', 'PlaceOrderInput', input, { key, fields: FIELDS });

async function countOf(type: string, field: string, value: string): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM eventstore.events WHERE type = $1 AND data::json->>$2 = $3`,
    [type, field, value],
  );
  return rows[0]?.count ?? 0;
}
async function eventCount(): Promise<number> {
  const { rows } = await pool.query<{ count: number }>('SELECT count(*)::int AS count FROM eventstore.events');
  return rows[0]?.count ?? 0;
}
const codesOf = (answers: readonly Record<string, any>[]): Record<string, number> => {
  const codes = answers.map((one) => (one['code'] ?? one['order'].status) as string);
  return Object.fromEntries([...new Set(codes)].sort().map((code) => [code, codes.filter((one) => one === code).length]));
};

describe('200 orders at once for 100 units (fault 1)', () => {
  it.each([
    ['IOC', { FILLED: 100, UNFILLED: 100 }],
    ['FOK', { FILLED: 100, NOT_FILLABLE: 100 }],
  ])('%s: exactly 100 are filled, and the others are told so', async (timeInForce, expected) => {
    const hours = slot();
    await market.list(...hours, 100, 80);
    const buyers = await Promise.all([1, 2, 3, 4].map((name) => market.buyer(`${timeInForce} ${name}`, 1)));
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, index) => place(buyers[index % 4]!, bidFor(hours, { timeInForce }))),
    );
    expect(codesOf(answers)).toEqual(expected);
    const wallets = await until(
      () => Promise.all(buyers.map(async (buyer) => (await buyer.ask('{ wallet { balance reserved inEscrow } }')).data?.['wallet'])),
      (all) => all.every(({ reserved }) => reserved === '0'),
    );
    // 80 micro-USD x 4 h for each unit, and nothing for what was not filled.
    const inEscrow = wallets.reduce((sum, one) => sum + BigInt(one.inEscrow), 0n);
    expect(inEscrow).toBe(100n * 320n);
    expect(wallets.every((one) => BigInt(one.balance) + BigInt(one.inEscrow) === 1_000_000n)).toBe(true);
  });
});

describe('one key (faults 2, 3 and 4)', () => {
  it('twenty times at once pays for a hold once', async () => {
    const hours = slot();
    const buyer = await market.buyer('Payer', 1);
    const { reservationId } = await market.reserve(buyer, await market.list(...hours, 10, 100), ...hours, 10);
    const options = { key: 'pay', fields: '... on PayReservationSuccess { walletBalance }' };
    const pay = (): Promise<Record<string, any>> =>
      buyer.mutate('payReservation', 'PayReservationInput', { reservationId }, options);
    const answers = await Promise.all(Array.from({ length: 20 }, pay));
    expect(new Set(answers.map((one) => JSON.stringify(one))).size).toBe(1);
    expect(answers[0]).toMatchObject({ walletBalance: '996000' });
    expect(await countOf('EscrowFunded', 'reservationId', reservationId as string)).toBe(1);
    expect(await pay()).toEqual(answers[0]);
    expect(await walletOf(buyer)).toMatchObject({ balance: '996000', inEscrow: '4000' });
  });

  it.each([
    ['placeOrder', 'PlaceOrderInput', () => bidFor(slot()), { quantity: '2' }],
    ['placeOrders', 'PlaceOrdersInput', () => ({ orders: [bidFor(slot()), bidFor(slot())] }), { orders: [] as Terms[] }],
    ['reserve', 'ReserveInput', async () => {
      const hours = slot();
      return { listingId: await market.list(...hours, 10, 100), window: market.window(...hours), quantity: '1' };
    }, { quantity: '2' }],
  ])('of %s with other content is an error, and nothing is written', async (mutation, type, given, other) => {
    const buyer = await market.buyer('Other content', 1);
    const input = await given();
    const first = await buyer.mutate(mutation, type, input, { key: 'mine' });
    expect(first).not.toHaveProperty('code');
    const changed = mutation === 'placeOrders' ? { orders: [bidFor(slot())] } : { ...input, ...other };
    const before = await eventCount();
    await expect(buyer.mutate(mutation, type, changed, { key: 'mine' })).rejects.toThrow('"code":"IDEMPOTENCY_MISMATCH"');
    expect(await eventCount()).toBe(before);
  });

  it('of another organization is new, and tells nothing of the first', async () => {
    const hours = slot();
    const [first, second] = [await market.buyer('One', 1), await market.buyer('Two', 1)];
    const one = await place(first, bidFor(hours, { quantity: '3' }), 'shared');
    const two = await place(second, bidFor(hours, { quantity: '5' }), 'shared');
    expect([one['order'].remaining, two['order'].remaining]).toEqual(['3', '5']);
    expect(two['order'].orderId).not.toBe(one['order'].orderId);
  });
});

describe('a refusal is the answer to its key for good', () => {
  it('of a bid that could be filled by now', async () => {
    const hours = slot();
    const buyer = await market.buyer('Refused once', 1);
    const bid = bidFor(hours, { timeInForce: 'FOK' });
    const refused = await place(buyer, bid, 'fok');
    expect(refused).toMatchObject({ code: 'NOT_FILLABLE', available: '0' });
    await market.list(...hours, 10, 80);
    expect(await place(buyer, bid, 'fok')).toEqual(refused);
    expect((await place(buyer, bid, 'fok-again'))['order'].status).toBe('FILLED');
    await expect(place(buyer, { ...bid, quantity: '2' }, 'fok')).rejects.toThrow('IDEMPOTENCY_MISMATCH');
  });

  it('of a bid in a list', async () => {
    const hours = slot();
    const buyer = await market.buyer('Refused in a list', 1);
    const input = { orders: [bidFor(hours, { timeInForce: 'FOK' }), bidFor(hours)] };
    const options = { key: 'list', fields: '... on PlaceOrdersSuccess { results { __typename ... on PlaceOrderSuccess { order { status } } } }' };
    const ask = (): Promise<Record<string, any>> => buyer.mutate('placeOrders', 'PlaceOrdersInput', input, options);
    const answer = await ask();
    expect(answer['results'].map((one: any) => one.__typename)).toEqual(['CapacityRejection', 'PlaceOrderSuccess']);
    await market.list(...hours, 10, 80);
    expect(await ask()).toEqual(answer);
  });

  it('of a change of an order that could be made by now', async () => {
    const hours = slot();
    const buyer = await market.buyer('Changes late', 1);
    const { order } = await place(buyer, bidFor(hours));
    const change = { orderId: order.orderId, quantity: '1', limitPrice: '1000000000000000' };
    const amend = (key: string): Promise<Record<string, any>> =>
      buyer.mutate('amendOrder', 'AmendOrderInput', change, { key, fields: AMENDED });
    const refused = await amend('huge');
    expect(refused).toMatchObject({ code: 'AMOUNT_TOO_LARGE' });
    await buyer.mustMutate('cancelOrder', 'CancelOrderInput', { orderId: order.orderId });
    expect(await amend('huge')).toEqual(refused);
    expect(await amend('gone')).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('of a payment for what is not there', async () => {
    const buyer = await app.signUp('Pays nothing');
    const input = { reservationId: `${marketId}~nothing` };
    const pay = (key: string): Promise<Record<string, any>> => buyer.mutate('payReservation', 'PayReservationInput', input, { key });
    const refused = await pay('none');
    expect(refused).toMatchObject({ code: 'NOT_FOUND' });
    expect(await pay('none')).toEqual(refused);
    await expect(buyer.mutate('payReservation', 'PayReservationInput', { reservationId: 'x' }, { key: 'none' })).rejects.toThrow('IDEMPOTENCY_MISMATCH');
  });
});

describe('a change of an order that is cut off between books and market', () => {
  /** Nobody reaches the market with a change, neither who asks nor the process that asks after them. */
  const cutOff = (): (() => void) =>
    replace(app.application.get(Market), 'sendOrder', (send) => async (...asked) => {
      if (asked[0].type !== 'AmendOrder') return send(...asked);
      throw new Error('killed');
    });

  it.each([
    ['raised', '200', { status: 'RESTING', unspent: '8000' }],
    ['lowered', '50', { status: 'RESTING', unspent: '2000' }],
  ])('and is %s: is made all the same, once, and the same key is told so', async (_what, limitPrice, expected) => {
    const hours = slot();
    const buyer = await market.buyer('Cut off', 1);
    const { order } = await place(buyer, bidFor(hours, { quantity: '10' }));
    const { orderId } = order;
    const input = { orderId, quantity: '10', limitPrice };
    const amend = (): Promise<Record<string, any>> =>
      buyer.mutate('amendOrder', 'AmendOrderInput', input, { key: 'cut', fields: AMENDED });
    const restore = cutOff();
    await expect(amend()).rejects.toThrow('INTERNAL');
    // BUSY until the process has told the market; never anything else.
    await expect(amend()).rejects.toThrow('"code":"BUSY"');
    restore();
    const outcome = await until(
      () => amend().catch((error: Error) => error),
      (told) => !(told instanceof Error && told.message.includes('"code":"BUSY"')),
    );
    expect(outcome).toMatchObject({ order: { orderId, ...expected } });
    expect(await amend()).toEqual(outcome);
    expect(await countOf('OrderAmended', 'orderId', orderId)).toBe(1);
    const reserved = `${BigInt(limitPrice) * 10n * 4n}`;
    const wallet = await until(
      async () => (await buyer.ask('{ wallet { balance reserved } }')).data?.['wallet'],
      (found) => found.reserved === reserved,
    );
    expect(BigInt(wallet.balance) + BigInt(wallet.reserved)).toBe(1_000_000n);
  });
});

describe('figures for whoever operates it', () => {
  it('say how far readers of the log are behind', async () => {
    const response = await fetch(`${app.url}/metrics`);
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    const text = await response.text();
    expect(text).toMatch(/^headroom_subscription_lag_events\{subscription="projection:market"\} \d+$/m);
    expect(text).toMatch(/^headroom_subscription_standstill_seconds\{subscription="process:money-flow"\} [\d.]+$/m);
    expect(text).toMatch(/^headroom_oldest_transaction_seconds [\d.e-]+$/m);
  });
});

describe('names of markets that nobody made', () => {
  const madeUp = (): string => `made-up-${randomBytes(4).toString('hex')}@fp8`;

  it('are refused by their kind, and nothing is kept for them', async () => {
    const buyer = await market.buyer('Inventive', 1);
    const [hours, streams] = [slot(), app.application.get(Streams)];
    const names = Array.from({ length: 40 }, madeUp);
    const window = market.window(...hours);
    const answers = await Promise.all(
      names.flatMap((name) => {
        const [id, orderId] = [`${name}~x`, `${name}~y`];
        return [
          place(buyer, bidFor(hours, { marketId: name })),
          buyer.mutate('reserve', 'ReserveInput', { listingId: id, window, quantity: '1' }),
          buyer.mutate('cancelOrder', 'CancelOrderInput', { orderId }),
          buyer.mutate('amendOrder', 'AmendOrderInput', { orderId, quantity: '1', limitPrice: '1' }),
          buyer.mutate('payReservation', 'PayReservationInput', { reservationId: id }),
          buyer.mutate('releaseHold', 'ReleaseHoldInput', { reservationId: id }),
          buyer.mutate('placeAuctionBid', 'PlaceAuctionBidInput', { auctionId: id, quantity: '1', limitPrice: '1' }),
          market.provider.mutate('withdrawListing', 'WithdrawListingInput', { listingId: id }),
          market.provider.mutate('createListing', 'CreateListingInput', { poolId: id, window, quantity: '1', unitPrice: '1' }),
        ];
      }),
    );
    expect(codesOf(answers)).toEqual({ NOT_FOUND: answers.length });
    const query = `query($id: ID!, $own: ID!, $window: WindowInput!, $from: Instant!, $to: Instant!) {
      depth(marketId: $id, window: $window) { asks { unitPrice } }
      topOfBook(marketId: $id, window: $window) { marketId }
      trades(marketId: $id) { edges { cursor } }
      candles(marketId: $id, interval: HOUR, from: $from, to: $to) { edges { cursor } }
      availability(marketId: $id, from: $from, to: $to, step: HOUR) { edges { cursor } }
      waitlistPosition(orderId: $own) { position }
      cancellationQuote(reservationId: $own) { fee } }`;
    const { start: from, end: to } = window;
    for (const id of names) {
      const { data, errors } = await buyer.ask(query, { id, own: `${id}~x`, window, from, to });
      expect(errors).toBeUndefined();
      const none = { edges: [] };
      expect(data).toEqual({
        ...{ depth: null, topOfBook: null, trades: none, candles: none, availability: none },
        ...{ waitlistPosition: null, cancellationQuote: null },
      });
    }
    expect(names.filter((name) => streams.isOpen('market', name))).toEqual([]);
    const { rows } = await pool.query(`SELECT stream_id FROM eventstore.streams WHERE stream_id LIKE 'market-made-up%'`);
    expect(rows).toEqual([]);
  });
});

describe('a sealed bid that came too early', () => {
  it('is refused under its key for good, also once the auction is open', async () => {
    const buyer = await market.buyer('Early', 1);
    const [opensAt, closesAt] = [market.window(0, 1).start, market.window(1, 2).start];
    const lot = { poolId: market.poolId, window: market.window(200, 204), quantity: '10', reservePrice: '60' };
    const made = await market.provider.mustMutate('openAuction', 'OpenAuctionInput', { ...lot, opensAt, closesAt }, {
      fields: '... on OpenAuctionSuccess { listing { listingId } }',
    });
    const input = { auctionId: made['listing'].listingId, quantity: '5', limitPrice: '80' };
    const bid = (key: string): Promise<Record<string, any>> =>
      buyer.mutate('placeAuctionBid', 'PlaceAuctionBidInput', input, { key });
    const refused = await bid('early');
    expect(refused).toMatchObject({ __typename: 'AuctionStateRejection' });
    await market.pass(0);
    expect(await bid('early')).toEqual(refused);
    expect(await bid('in-time')).not.toHaveProperty('code');
  });
});
