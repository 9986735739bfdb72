import { marketOf, type OrderId } from '../../src/kernel/ids.js';
import { Market } from '../../src/allocation/contract.js';
import { startTestApp, type ApiClient, type TestApp } from '../support/app.js';
import { replace } from '../support/payments.js';
import { clockOf, Trading } from '../support/trading.js';
import { until } from '../support/until.js';
import { verifyApp } from '../support/verify.js';

const FIELDS = `
  ... on PlaceOrderSuccess { order { orderId status remaining spent unspent fills { reservationId quantity unitPrice amount } } }
  ... on ValidationRejection { issues { field reason } }
  ... on NotFoundRejection { field }
  ... on CapacityRejection { available }
  ... on InsufficientFundsRejection { balance due }`;

let app: TestApp;
let market: Trading;
beforeAll(async () => {
  app = await startTestApp();
  market = await Trading.open(app);
});
afterAll(async () => {
  const { projections } = await verifyApp(app);
  expect(projections).toBeGreaterThan(4);
  await app.close();
});

let marketId: string;
/** Hours after the start that no test has used yet. */
let next = 10;
const slot = (): [number, number] => [(next += 5), next + 4];

interface BidInput {
  readonly hours: readonly [number, number];
  readonly quantity: number;
  readonly limitPrice: number;
  readonly more?: object;
}

async function place(
  buyer: ApiClient,
  { hours: [from, to], quantity, limitPrice, more = {} }: BidInput,
  key = buyer.nextKey(),
): Promise<Record<string, any>> {
  marketId ??= marketOf(await market.list(1, 2, 1, 1)) as string;
  const window = market.window(from, to);
  const input = { marketId, window, quantity: `${quantity}`, limitPrice: `${limitPrice}`, ...more };
  return buyer.mutate('placeOrder', 'PlaceOrderInput', input, { key, fields: FIELDS });
}

async function moneyOf(client: ApiClient): Promise<string> {
  const { data } = await client.ask('{ wallet { balance reserved inEscrow } }');
  const { balance, reserved, inEscrow } = data?.['wallet'];
  return `${balance} ${reserved} ${inEscrow}`;
}
const money = (client: ApiClient, expected: string): Promise<string> =>
  until(() => moneyOf(client), (found) => found === expected);

async function reservationsOf(client: ApiClient): Promise<readonly Record<string, any>[]> {
  const { data } = await client.ask(
    '{ reservations(first: 20) { edges { node { reservationId status quantity amount unitPrice } } } }',
  );
  return data?.['reservations'].edges.map(({ node }: any) => node);
}

describe('a bid', () => {
  it('that meets an ask is filled at its price, and the money follows', async () => {
    const hours = slot();
    await market.list(...hours, 100, 80);
    const buyer = await market.buyer('Taker', 1);
    const { order } = await place(buyer, { hours, quantity: 40, limitPrice: 100 });
    expect(order).toMatchObject({ status: 'FILLED', remaining: '0', spent: '12800', unspent: '3200' });
    expect(order.fills).toMatchObject([{ quantity: '40', unitPrice: '80', amount: '12800' }]);
    await money(buyer, `${1_000_000 - 12_800} 0 12800`);
    const [reservation] = await until(() => reservationsOf(buyer), ({ length }) => length > 0);
    expect(reservation).toMatchObject({ status: 'SCHEDULED', quantity: '40', amount: '12800' });
    const orders = '{ orders(first: 5) { edges { node { orderId status remaining spent reserved } } } }';
    const ordered = async (): Promise<any> => (await buyer.ask(orders)).data?.['orders'].edges;
    const [row] = await until(ordered, ({ length }) => length > 0);
    expect(row.node).toMatchObject({ status: 'FILLED', remaining: '0', spent: '12800', reserved: '12800' });
  });

  it('shows what it bought, fill by fill, to its buyer alone', async () => {
    const hours = slot();
    await market.list(...hours, 30, 70);
    await market.list(...hours, 30, 80);
    const buyer = await market.buyer('Collector', 1);
    const constraints = { evidenceMin: 'L1', providerShareMax: 10_000 };
    const more = { minimumFill: '20', constraints };
    const { order } = await place(buyer, { hours, quantity: 80, limitPrice: 100, more });
    const fills = async (client: ApiClient): Promise<unknown> => {
      const query = 'query($id: ID!) { order(orderId: $id) { status remaining minimumFill constraints { evidenceMin providerShareMax } } reservations(orderId: $id) { edges { node { orderId quantity unitPrice } } } }';
      const { data } = await client.ask(query, { id: order.orderId });
      return [data?.['order'], data?.['reservations'].edges.map(({ node }: any) => node)];
    };
    const fill = (unitPrice: string) => ({ orderId: order.orderId, quantity: '30', unitPrice });
    const bought = expect.arrayContaining([fill('70'), fill('80')]);
    // The order and what it bought are two read models.
    const shows = (...texts: readonly string[]) => (found: unknown): boolean =>
      texts.every((text) => JSON.stringify(found).includes(text));
    const first = await until(() => fills(buyer), shows('"remaining":"20"', '"unitPrice":"80"', '"unitPrice":"70"'));
    expect(first).toEqual([{ status: 'RESTING', remaining: '20', ...more }, bought]);
    expect(await fills(market.provider)).toEqual([null, []]);
    await market.list(...hours, 20, 90);
    const last = await until(() => fills(buyer), shows('FILLED', '"unitPrice":"100"'));
    expect(JSON.stringify(last)).toContain(JSON.stringify({ ...fill('90'), quantity: '20', unitPrice: '100' }));
  });

  it('waits its turn, and is served before others when supply comes', async () => {
    const hours = slot();
    const [first, second] = [await market.buyer('First', 1), await market.buyer('Second', 1)];
    const one = await place(first, { hours, quantity: 50, limitPrice: 90 });
    const two = await place(second, { hours, quantity: 50, limitPrice: 95 });
    expect([one['order'].status, two['order'].status]).toEqual(['RESTING', 'RESTING']);
    expect(await moneyOf(first)).toBe(`${1_000_000 - 18_000} 18000 0`);
    const ask = '{ waitlistPosition(orderId: "ID") { position quantityAhead } }'.replace('ID', one['order'].orderId);
    expect((await first.ask(ask)).data?.['waitlistPosition']).toEqual({ position: 2, quantityAhead: '50' });
    expect((await second.ask(ask)).data?.['waitlistPosition']).toBeNull();
    await market.list(...hours, 70, 85);
    await money(second, `${1_000_000 - 19_000} 0 19000`);
    await money(first, `${1_000_000 - 18_000} 10800 7200`);
    expect((await first.ask(ask)).data?.['waitlistPosition']).toEqual({ position: 1, quantityAhead: '0' });
    const id = { orderId: one['order'].orderId };
    const cancelled = await first.mustMutate('cancelOrder', 'CancelOrderInput', id, {
      fields: '... on CancelOrderSuccess { order { status unspent } }',
    });
    expect(cancelled['order']).toEqual({ status: 'CANCELLED', unspent: '10800' });
    await money(first, `${1_000_000 - 7_200} 0 7200`);
  });

  it('can be raised, and pays for what it takes then', async () => {
    const hours = slot();
    await market.list(...hours, 100, 120);
    const buyer = await market.buyer('Raiser', 1);
    const { order } = await place(buyer, { hours, quantity: 10, limitPrice: 100 });
    const input = { orderId: order.orderId, quantity: '10', limitPrice: '130' };
    const fields = '... on AmendOrderSuccess { order { status spent unspent } }';
    const options = { key: buyer.nextKey(), fields };
    const amend = (): Promise<Record<string, any>> => buyer.mutate('amendOrder', 'AmendOrderInput', input, options);
    const amended = await amend();
    expect(amended['order']).toEqual({ status: 'FILLED', spent: '4800', unspent: '400' });
    expect(await until(amend, ({ order: again }) => again !== undefined)).toEqual(amended);
    await money(buyer, `${1_000_000 - 4_800} 0 4800`);
  });

  it('takes at least what its buyer said, or all of it, whatever it is changed to', async () => {
    const buyer = await market.buyer('Amender', 1);
    const { order } = await place(buyer, { hours: slot(), quantity: 100, limitPrice: 100, more: { minimumFill: '60' } });
    const query = 'query($id: ID!) { order(orderId: $id) { quantity minimumFill } }';
    const shown = async (): Promise<any> => (await buyer.ask(query, { id: order.orderId })).data?.['order'];
    for (const [quantity, minimumFill] of [['50', '50'], ['60', '60'], ['100', '60']]) {
      const input = { orderId: order.orderId, quantity, limitPrice: '100' };
      await buyer.mustMutate('amendOrder', 'AmendOrderInput', input, { fields: '... on AmendOrderSuccess { order { status } }' });
      expect(await until(shown, (found) => found?.quantity === quantity)).toEqual({ quantity, minimumFill });
    }
  });

  it('sent twenty times with one key is one order', async () => {
    const hours = slot();
    const buyer = await market.buyer('Repeats', 1);
    const bid = { hours, quantity: 10, limitPrice: 100 };
    const answers = await Promise.all(Array.from({ length: 20 }, () => place(buyer, bid, 'once')));
    expect(new Set(answers.map(({ order }) => JSON.stringify(order))).size).toBe(1);
    expect(await moneyOf(buyer)).toBe(`${1_000_000 - 4_000} 4000 0`);
    await expect(place(buyer, { ...bid, quantity: 11 }, 'once')).rejects.toThrow('IDEMPOTENCY_MISMATCH');
  });

  it('gives its money back when its window can no longer be bought', async () => {
    const buyer = await market.buyer('Late', 1);
    const from = Math.ceil((clockOf(app).now() - market.start) / 3_600_000) + 1;
    const { order } = await place(buyer, { hours: [from, from + 1], quantity: 10, limitPrice: 100 });
    expect(order.status).toBe('RESTING');
    await clockOf(app).advanceTo((market.start + (from + 1) * 3_600_000) as never);
    await money(buyer, '1000000 0 0');
    next = Math.max(next, from + 5);
  });
});

describe('what a bid insists on', () => {
  it.each<[what: string, met: unknown, other: unknown]>([
    ['platforms', ['groq-lpu', 'cerebras-wse-3'], ['groq-lpu']],
    ['regions', ['us-west-2'], ['eu-west-2']],
    ['residency', ['US', 'CA'], ['CA']],
    ['ttftP95MaxMs', 400, 399],
    ['streamTokensPerSecondMin', 900, 901],
    ['evidenceMin', 'L1', 'L2'],
    ['providerShareMax', 10_000, 9_999],
  ])('%s: is filled at %j, not at %j', async (what, met, other) => {
    const hours = slot();
    await market.list(...hours, 10, 80);
    const buyer = await market.buyer('Insists', 1);
    const insisting = (value: unknown) => ({ hours, quantity: 10, limitPrice: 80, more: { timeInForce: 'FOK', constraints: { [what]: value } } });
    expect(await place(buyer, insisting(other))).toMatchObject({ code: 'NOT_FILLABLE', available: '0' });
    expect((await place(buyer, insisting(met)))['order']).toMatchObject({ status: 'FILLED' });
  });

  it('may end at an instant, and not trade at once', async () => {
    const hours = slot();
    const buyer = await market.buyer('Waits', 1);
    const { start: end } = market.window(hours[0] - 3, hours[1]);
    const { order } = await place(buyer, { hours, quantity: 10, limitPrice: 80, more: { timeInForce: 'GTD', until: end } });
    const query = 'query($id: ID!) { order(orderId: $id) { status timeInForce expiresAt } }';
    const shown = async (): Promise<unknown> => (await buyer.ask(query, { id: order.orderId })).data?.['order'];
    expect(await until(shown, (found) => found !== null)).toEqual({ status: 'RESTING', timeInForce: 'GTD', expiresAt: end });
    const ask = (unitPrice: string): Promise<Record<string, any>> => {
      const offer = { poolId: market.poolId, window: market.window(...hours), quantity: '10', unitPrice, isPostOnly: true };
      return market.provider.mutate('createListing', 'CreateListingInput', offer, {
        fields: '... on ValidationRejection { issues { field accepted } } ... on CreateListingSuccess { listing { quantity } }',
      });
    };
    expect((await ask('80'))['issues']).toEqual([{ field: 'unitPrice', accepted: 'a price above 80 micro-USD, which is bid' }]);
    expect(await ask('81')).toMatchObject({ listing: { quantity: '10' } });
  });
});

describe('a bid whose process dies', () => {
  /** Nothing is sent, neither by who asks nor by the process that asks after them, which may come first. */
  const killed = (): (() => void) =>
    replace(app.application.get(Market), 'sendOrder', () => async () => {
      throw new Error('killed');
    });

  it('is placed all the same, once', async () => {
    const hours = slot();
    const buyer = await market.buyer('Killed', 1);
    const restore = killed();
    await expect(place(buyer, { hours, quantity: 10, limitPrice: 100 }, 'killed')).rejects.toThrow();
    await money(buyer, `${1_000_000 - 4_000} 4000 0`);
    restore();
    const { order } = await place(buyer, { hours, quantity: 10, limitPrice: 100 }, 'killed');
    expect(order.status).toBe('RESTING');
    expect(marketOf(order.orderId as OrderId)).toBe(marketId);
    expect(await moneyOf(buyer)).toBe(`${1_000_000 - 4_000} 4000 0`);
  });
});

describe('a bid is refused, and nothing is set aside', () => {
  const HUGE = 10 ** 14;
  it.each<[what: string, bid: readonly [quantity: number, limitPrice: number, more: object], expected: object]>([
    ['at no price', [1, 0, {}], { code: 'VALIDATION_FAILED', issues: [{ field: 'limitPrice', reason: 'is below 1' }] }],
    ['in an unknown market', [1, 1, { marketId: 'no-model@fp8' }], { code: 'NOT_FOUND', field: 'marketId' }],
    ['in what is no market', [1, 1, { marketId: 'x' }], { code: 'NOT_FOUND', field: 'marketId' }],
    ['at a minimum above its quantity', [5, 1, { minimumFill: '6' }], { issues: [{ field: 'minimumFill', reason: 'is more than the quantity' }] }],
    ['good till no date', [1, 1, { timeInForce: 'GTD' }], { issues: [{ field: 'until', reason: 'is missing' }] }],
    ['good till the past', [1, 1, { timeInForce: 'GTD', until: '2020-01-01T00:00:00Z' }], { issues: [{ field: 'until', reason: 'is in the past' }] }],
    ['with a date it does not use', [1, 1, { until: '2030-01-01T00:00:00Z' }], { issues: [{ field: 'until', reason: 'has no meaning with GTC' }] }],
    ['fill or kill without an ask', [1, 1, { timeInForce: 'FOK' }], { code: 'NOT_FILLABLE', available: '0' }],
    ['above the wallet', [10_000, 100, {}], { code: 'INSUFFICIENT_FUNDS', balance: '1000000', due: '4000000' }],
    ['above any amount', [100, HUGE, {}], { code: 'AMOUNT_TOO_LARGE' }],
    ['at odds with ISO 3166', [1, 1, { constraints: { residency: ['USA'] } }], { issues: [{ field: 'constraints.residency' }] }],
    ['of no share', [1, 1, { constraints: { providerShareMax: 0 } }], { issues: [{ field: 'constraints.providerShareMax', reason: 'is out of range' }] }],
  ])('%s', async (_what, [quantity, limitPrice, more], expected) => {
    const buyer = await market.buyer('Refused', 1);
    const answer = await place(buyer, { hours: slot(), quantity, limitPrice, more });
    expect(answer).toMatchObject(expected);
    expect(await moneyOf(buyer)).toBe('1000000 0 0');
  });

  it('to change or cancel, for everybody but its buyer', async () => {
    const [buyer, other] = [await market.buyer('Owner', 1), await market.buyer('Other', 1)];
    const { order } = await place(buyer, { hours: slot(), quantity: 10, limitPrice: 100 });
    const { orderId } = order;
    const change = { orderId, quantity: '10', limitPrice: '1' };
    expect(await other.mutate('amendOrder', 'AmendOrderInput', change)).toMatchObject({ code: 'NOT_FOUND' });
    expect(await other.mutate('cancelOrder', 'CancelOrderInput', { orderId })).toMatchObject({ code: 'NOT_FOUND' });
    expect((await other.ask('{ orders(first: 9) { edges { cursor } } }')).data?.['orders'].edges).toEqual([]);
  });
});
