import type { MarketId } from '../../src/kernel/ids.js';
import { PostgresEventStore } from '../../src/eventstore/postgres-event-store.js';
import { streamId, type StreamId } from '../../src/eventstore/event.js';
import { Streams } from '../../src/eventstore/streams.js';
import { startTestApp, type ApiClient, type TestApp } from '../support/app.js';
import { poolInput, Trading } from '../support/trading.js';

/** Nothing runs in the background: no process tells a market of its pools. */
let app: TestApp;
let buyer: ApiClient;

beforeAll(async () => {
  app = await startTestApp();
  await app.stopBackground();
  buyer = await (await Trading.open(app)).buyer('Buyer');
});
afterAll(() => app.close());

const open = (model: string, changes: object = {}): Promise<Trading> => Trading.open(app, { model, ...changes });
const place = (marketId: string, trading: Trading, quantity = '100'): Promise<any> => {
  const bid = { marketId, window: trading.window(0, 4), quantity, limitPrice: '80' };
  return buyer.mutate('placeOrder', 'PlaceOrderInput', bid, {
    fields: '__typename ... on PlaceOrderSuccess { order { status } }',
  });
};
const opened = async (marketId: string): Promise<number> => {
  const events = await app.application.get(PostgresEventStore).readStream(streamId('market', marketId), 0, 100);
  return events.filter(({ type }) => type === 'PoolOpened').length;
};

describe('right after a pool was registered', () => {
  it('a bid waits in its market', async () => {
    const trading = await open('qwen3-32b');
    const placed = await place('qwen3-32b@fp8', trading);
    expect(placed['order']).toEqual({ status: 'RESTING' });
    expect(await opened('qwen3-32b@fp8')).toBe(1);
  });

  it('a quote is told that nothing is offered yet', async () => {
    const trading = await open('mixtral-8x7b');
    const asked = { marketId: 'mixtral-8x7b@fp8', window: trading.window(0, 4), quantity: '100' };
    const told: any = await buyer.mutate('requestQuote', 'RequestQuoteInput', asked, {
      fields: '__typename ... on NotFillableRejection { available }',
    });
    expect(told).toMatchObject({ __typename: 'NotFillableRejection', available: '0' });
  });

  it('its book is there, and empty', async () => {
    const trading = await open('gemma-3-27b');
    const window = trading.window(0, 4);
    const book = `query($window: WindowInput!) { topOfBook(marketId: "gemma-3-27b@fp8", window: $window) { bestAsk { quantity } } }`;
    expect((await app.stranger().ask(book, { window })).data).toEqual({ topOfBook: { bestAsk: null } });
  });

  it('it enters once, whoever brings the news and however many they are', async () => {
    const trading = await open('phi-4');
    const second = await open('phi-4');
    const all = await Promise.all([place('phi-4@fp8', trading), place('phi-4@fp8', trading), second.list(4, 8, 10, 90), place('phi-4@fp8', trading)]);
    expect(all.map((one) => one['order']?.status ?? typeof one)).toEqual(['RESTING', 'RESTING', 'string', 'RESTING']);
    expect(await opened('phi-4@fp8')).toBe(2);
  });
});

describe('a market that is there hears at once', () => {
  const quarter = (trading: Trading, from = 0) => ({
    start: trading.window(from, 1).start,
    end: trading.window(from + 0.25, 1).start,
  });
  const top = async (marketId: string, window: object): Promise<unknown> => {
    const book = 'query($marketId: ID!, $window: WindowInput!) { topOfBook(marketId: $marketId, window: $window) { bestAsk { quantity } } }';
    return (await app.stranger().ask(book, { marketId, window })).data?.['topOfBook'];
  };

  it('of another pool, which sells what the first does not', async () => {
    const first = await open('llama-4-scout');
    const bid = { marketId: 'llama-4-scout@fp8', window: quarter(first), quantity: '100', limitPrice: '80' };
    const asked = () => buyer.mutate('placeOrder', 'PlaceOrderInput', bid, { fields: '__typename ... on PlaceOrderSuccess { order { status } }' });
    expect(await asked()).toMatchObject({ code: 'OFF_GRID' });
    await open('llama-4-maverick');
    await Trading.open(app, { model: 'llama-4-scout', grid: 'QUARTER_HOUR' });
    expect(await asked()).toMatchObject({ order: { status: 'RESTING' } });
    const quoted = await buyer.mutate('requestQuote', 'RequestQuoteInput', { marketId: bid.marketId, window: quarter(first, 0.25), quantity: '1' });
    expect(quoted).toMatchObject({ __typename: 'NotFillableRejection' });
    expect(await top(bid.marketId, quarter(first))).toEqual({ bestAsk: null });
  });

  it('of other terms, which serve who waits', async () => {
    const terms = { ...poolInput(0).terms, buyerShareMax: 100 };
    const trading = await open('deepseek-v3', { terms });
    await trading.list(0, 4, 1_000, 80);
    await place('deepseek-v3@fp8', trading, '150');
    expect(await top('deepseek-v3@fp8', trading.window(0, 4))).toEqual({ bestAsk: { quantity: '900' } });
    const input = { poolId: trading.poolId, terms: { ...terms, buyerShareMax: 200 } };
    await trading.provider.mustMutate('changePoolTerms', 'ChangePoolTermsInput', input);
    expect(await top('deepseek-v3@fp8', trading.window(0, 4))).toEqual({ bestAsk: { quantity: '850' } });
  });

  it('of more capacity, which is room for who waits', async () => {
    const trading = await open('glm-4', { terms: { ...poolInput(0).terms, buyerShareMax: 100 } });
    await trading.list(0, 4, 1_000, 80);
    await place('glm-4@fp8', trading, '150');
    const added = [{ window: trading.window(0, 4), quantity: '2000' }];
    await trading.provider.mustMutate('extendPool', 'ExtendPoolInput', { poolId: trading.poolId, added });
    expect(await top('glm-4@fp8', trading.window(0, 4))).toEqual({ bestAsk: { quantity: '880' } });
  });

  it('of it again where the market could not be told, by the same key', async () => {
    const streams = app.application.get(Streams);
    const usual = streams.execute.bind(streams);
    const cut = jest.spyOn(streams, 'execute').mockImplementation((definition, id, request) =>
      id === 'command-r@fp8' ? Promise.reject(new Error('the market cannot be reached')) : usual(definition, id, request));
    const client = await app.signUp('Unheard', { isProvider: true, isBuyer: false });
    const input = poolInput((await open('command-a')).start, { model: 'command-r' });
    const register = () => client.mutate('registerPool', 'RegisterPoolInput', input, { key: 'unheard' });
    await expect(register()).rejects.toThrow();
    cut.mockRestore();
    expect(await opened('command-r@fp8')).toBe(0);
    expect(await register()).toMatchObject({ __typename: 'RegisterPoolSuccess' });
    expect(await opened('command-r@fp8')).toBe(1);
  });
});

it.each(['nobody-has-this@fp8', 'phi-4@fp4', 'phi@fp8', 'phi-4@fp'])('of a market that no pool was registered for nothing is kept: %s', async (marketId) => {
  const trading = await open('phi-4');
  const told = await place(marketId, trading);
  expect(told['__typename']).toBe('NotFoundRejection');
  expect(app.application.get(Streams).isOpen('market', marketId as MarketId)).toBe(false);
  const kept = await app.application.get(PostgresEventStore).listStreams(`market-${marketId}` as StreamId, '', 10);
  expect(kept.filter((stream) => stream === `market-${marketId}`)).toEqual([]);
});
