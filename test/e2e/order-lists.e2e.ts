import { marketOf } from '../../src/kernel/ids.js';
import { startTestApp, type ApiClient, type TestApp } from '../support/app.js';
import { Trading, walletOf } from '../support/trading.js';
import { until } from '../support/until.js';
import { verifyApp } from '../support/verify.js';

const QUERY = `mutation($key: IdempotencyKey!, $input: PlaceOrdersInput!) {
  answer: placeOrders(idempotencyKey: $key, input: $input) {
    ... on PlaceOrdersSuccess {
      results {
        __typename
        ... on PlaceOrderSuccess { order { orderId status remaining spent fills { quantity unitPrice } } }
        ... on ValidationRejection { issues { field } }
        ... on Rejection { code }
      }
    }
    ... on ValidationRejection { code issues { field reason accepted } }
  }
}`;

let app: TestApp;
let market: Trading;
let marketId: string;
beforeAll(async () => {
  app = await startTestApp();
  market = await Trading.open(app);
  marketId = marketOf(await market.list(1, 2, 1, 1)) as string;
});
afterAll(async () => {
  await verifyApp(app);
  await app.close();
});

const bid = (from: number, quantity: number, limitPrice: number, changes: object = {}) => ({
  marketId,
  window: market.window(from, from + 4),
  quantity: `${quantity}`,
  limitPrice: `${limitPrice}`,
  ...changes,
});

async function placeOrders(buyer: ApiClient, orders: readonly object[], key = buyer.nextKey()) {
  const { data, errors } = await buyer.ask(QUERY, { key, input: { orders } });
  if (errors !== undefined) throw new Error(errors[0]?.extensions.code);
  return data?.['answer'] as Record<string, any>;
}

describe('a list of bids', () => {
  it('is placed one by one: what is refused does not concern the others', async () => {
    await market.list(10, 14, 100, 80);
    const buyer = await market.buyer('Lister', 1);
    const { results } = await placeOrders(buyer, [
      bid(10, 30, 90),
      bid(10, 1, 0),
      bid(10, 1, 1, { marketId: 'x' }),
      bid(10, 1, 1, { timeInForce: 'FOK' }),
      bid(10, 20, 90),
      bid(10, 10_000, 90),
      bid(20, 10, 50),
    ]);
    expect(results).toMatchObject([
      { order: { status: 'FILLED', fills: [{ quantity: '30', unitPrice: '80' }] } },
      { code: 'VALIDATION_FAILED', issues: [{ field: 'limitPrice' }] },
      { code: 'NOT_FOUND' },
      { code: 'NOT_FILLABLE' },
      { order: { status: 'FILLED', fills: [{ quantity: '20', unitPrice: '80' }] } },
      { code: 'INSUFFICIENT_FUNDS' },
      { order: { status: 'RESTING', remaining: '10', spent: '0' } },
    ]);
    const spent = 50 * 80 * 4;
    const isSettled = ({ balance, inEscrow }: Record<string, string>): boolean =>
      balance === `${1_000_000 - spent - 10 * 50 * 4}` && inEscrow === `${spent}`;
    await until(() => walletOf(buyer), isSettled);
  });

  it('that is sent again is answered as it was, and changes nothing', async () => {
    const buyer = await market.buyer('Again', 1);
    const orders = [bid(30, 5, 10), bid(30, 5, 20)];
    const first = await placeOrders(buyer, orders, 'again');
    expect(await placeOrders(buyer, orders, 'again')).toEqual(first);
    expect(await walletOf(buyer)).toMatchObject({ balance: `${1_000_000 - 5 * 30 * 4}` });
    const all = await until(
      async () => (await buyer.ask('{ orders(first: 9) { edges { node { orderId } } } }')).data?.['orders'].edges,
      ({ length }) => length === 2,
    );
    const placed = first['results'].map(({ order }: any) => order.orderId);
    expect(all.map(({ node }: any) => node.orderId).sort()).toEqual(placed.sort());
  });

  it.each<[what: string, change: (orders: object[]) => object[]]>([
    ['shorter', ([first]) => [first!]],
    ['longer', (orders) => [...orders, orders[0]!]],
    ['changed at its end', ([first]) => [first!, bid(30, 6, 20)]],
  ])('is another one when it is %s', async (what, change) => {
    const buyer = await market.buyer(`Other ${what}`, 1);
    const orders = [bid(30, 5, 10), bid(30, 5, 20)];
    await placeOrders(buyer, orders, 'other');
    await expect(placeOrders(buyer, change(orders), 'other')).rejects.toThrow('IDEMPOTENCY_MISMATCH');
    expect(await walletOf(buyer)).toMatchObject({ balance: `${1_000_000 - 5 * 30 * 4}` });
  });

  it.each([0, 21])('may not have %i', async (count) => {
    const buyer = await market.buyer(`Count ${count}`, 1);
    const answer = await placeOrders(buyer, Array.from({ length: count }, () => bid(30, 1, 1)));
    expect(answer).toMatchObject({
      code: 'VALIDATION_FAILED',
      issues: [{ field: 'orders', reason: `has ${count}`, accepted: '1 to 20 bids' }],
    });
  });
});
