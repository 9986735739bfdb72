import type { MarketId } from '../../src/kernel/ids.js';
import { PostgresEventStore } from '../../src/eventstore/postgres-event-store.js';
import { streamId, type StreamId } from '../../src/eventstore/event.js';
import { Streams } from '../../src/eventstore/streams.js';
import { startTestApp, type ApiClient, type TestApp } from '../support/app.js';
import { Trading } from '../support/trading.js';

/** Nothing runs in the background: no process tells a market of its pools. */
let app: TestApp;
let buyer: ApiClient;

beforeAll(async () => {
  app = await startTestApp();
  await app.stopBackground();
  buyer = await (await Trading.open(app)).buyer('Buyer');
});
afterAll(() => app.close());

const open = (model: string): Promise<Trading> => Trading.open(app, { model });
const place = (marketId: string, trading: Trading): Promise<any> => {
  const bid = { marketId, window: trading.window(0, 4), quantity: '100', limitPrice: '80' };
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

it.each(['nobody-has-this@fp8', 'phi-4@fp4', 'phi@fp8', 'phi-4@fp'])('of a market that no pool was registered for nothing is kept: %s', async (marketId) => {
  const trading = await open('phi-4');
  const told = await place(marketId, trading);
  expect(told['__typename']).toBe('NotFoundRejection');
  expect(app.application.get(Streams).isOpen('market', marketId as MarketId)).toBe(false);
  const kept = await app.application.get(PostgresEventStore).listStreams(`market-${marketId}` as StreamId, '', 10);
  expect(kept.filter((stream) => stream === `market-${marketId}`)).toEqual([]);
});
