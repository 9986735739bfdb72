import { startTestApp, type TestApp } from '../support/app.js';
import { SocketClient } from '../support/socket-client.js';
import { Trading } from '../support/trading.js';

const MARKET = 'llama-3.3-70b@fp8';
const TRADES = `subscription($after: Int) { tradesMade(marketId: "${MARKET}", after: $after) {
  sequence trades { sequence quantity unitPrice } } }`;
const DEPTH = `subscription($window: WindowInput!) { depthChanged(marketId: "${MARKET}", window: $window) {
  asks { unitPrice quantity } bids { unitPrice quantity } } }`;

let app: TestApp;
let market: Trading;
const clients: SocketClient[] = [];
beforeAll(async () => {
  app = await startTestApp();
  market = await Trading.open(app);
});
afterEach(() => Promise.all(clients.splice(0).map((client) => client.leave())));
afterAll(() => app.close());

async function watch(query: string, variables: object = {}): Promise<SocketClient> {
  const client = await SocketClient.open(app);
  clients.push(client);
  await client.init();
  client.ask('w', query, variables as Record<string, unknown>);
  return client;
}

const read = async (client: SocketClient, field: string): Promise<any> =>
  (await client.next()).payload.data[field];

describe('tradesMade', () => {
  it('tells where trades stand, then each trade once, and goes on where a reader left', async () => {
    const live = await watch(TRADES);
    const start = await read(live, 'tradesMade');
    expect(start.trades).toEqual([]);
    const buyer = await market.buyer('Reader');
    const listingId = await market.list(0, 4, 100, 50);
    await market.buy(buyer, listingId, 0, 4, 30);
    const first = await read(live, 'tradesMade');
    expect(first.trades).toMatchObject([{ quantity: '30', unitPrice: '50' }]);
    expect(first.sequence).toBe(first.trades[0].sequence);
    await market.buy(buyer, listingId, 0, 4, 20);
    const second = await read(live, 'tradesMade');
    expect(second.trades).toMatchObject([{ quantity: '20' }]);

    const late = await watch(TRADES, { after: start.sequence });
    const missed = await read(late, 'tradesMade');
    expect(missed).toEqual({
      sequence: second.sequence,
      trades: [...first.trades, ...second.trades],
    });
  });

  it('is not told of offers and of holds that are not paid', async () => {
    const live = await watch(TRADES);
    const { sequence } = await read(live, 'tradesMade');
    const buyer = await market.buyer('Hesitant');
    const listingId = await market.list(4, 5, 100, 50);
    await market.reserve(buyer, listingId, 4, 5, 30);
    await market.buy(buyer, listingId, 4, 5, 10);
    const next = await read(live, 'tradesMade');
    expect(next.trades).toMatchObject([{ quantity: '10' }]);
    expect(next.sequence).toBeGreaterThan(sequence);
  });

  it.each([{ after: -1 }])('refuses %j', async (variables) => {
    const live = await watch(TRADES, variables);
    expect(await live.next()).toMatchObject({
      payload: { errors: [{ message: 'after is negative; expected 0 or more' }] },
    });
  });
});

describe('depthChanged', () => {
  it('shows the book at once, and again when it is another', async () => {
    const window = market.window(10, 14);
    const live = await watch(DEPTH, { window });
    expect(await read(live, 'depthChanged')).toEqual({ asks: [], bids: [] });
    await market.list(10, 14, 70, 80);
    const asks = [{ unitPrice: '80', quantity: '70' }];
    expect(await read(live, 'depthChanged')).toEqual({ asks, bids: [] });
    // Of another time, which nobody here asked for.
    await market.list(20, 24, 70, 80);
    const buyer = await market.buyer('Bidder');
    const bid = { marketId: MARKET, window, quantity: '5', limitPrice: '60' };
    await buyer.mustMutate('placeOrder', 'PlaceOrderInput', bid);
    expect(await read(live, 'depthChanged')).toEqual({
      asks,
      bids: [{ unitPrice: '60', quantity: '5' }],
    });
  });

  it('refuses a window that nothing can be traded for', async () => {
    const { start } = market.window(10, 14);
    const live = await watch(DEPTH, { window: { start, end: start } });
    expect(await live.next()).toMatchObject({
      payload: { errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] },
    });
  });
});
