import type { Duration } from '../../src/kernel/time.js';
import { Database } from '../../src/platform/database/prisma.js';
import { startTestApp, type ApiClient, type TestApp } from '../support/app.js';
import { clockOf, HOUR, Trading } from '../support/trading.js';
import { until } from '../support/until.js';
import { verifyApp } from '../support/verify.js';

const MARKET = 'llama-3.3-70b@fp8';

let app: TestApp;
let market: Trading;
beforeAll(async () => {
  app = await startTestApp();
  market = await Trading.open(app);
  // A pool enters its market by a process; the first offer would wait for it, the first bid does not.
  const { start, end } = market.window(48, 52);
  const book = `{ topOfBook(marketId: "${MARKET}", window: { start: "${start}", end: "${end}" }) { asOf } }`;
  await until(() => app.stranger().ask(book), ({ data }) => (data?.['topOfBook'] ?? null) !== null);
});
afterAll(async () => {
  await verifyApp(app);
  await app.close();
});

async function wait(buyer: ApiClient, quantity: number, changes: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const marketId = MARKET;
  const window = market.window(48, 52);
  const input = { marketId, window, quantity: `${quantity}`, limitPrice: '90', ...changes };
  const made = await buyer.mustMutate('placeOrder', 'PlaceOrderInput', input, {
    fields: '... on PlaceOrderSuccess { order { orderId status } }',
  });
  expect(made['order'].status).toBe('RESTING');
  return made['order'].orderId as string;
}

async function standing(buyer: ApiClient, orderId: string): Promise<any> {
  const { data } = await buyer.ask(`{ waitlistPosition(orderId: "${orderId}") {
    position quantityAhead
    estimate { fillsAt expiresFirst supplied watchedMinutes }
    trackRecord { judged inTime medianErrorMinutes }
  } }`);
  return data?.['waitlistPosition'];
}

/** Once what came of bids is in the read model, or what they were told is noted. */
const traded = (count: number) => until(() => rows().reservation.count(), (n) => n === count);
const noted = (outcome: 'filled' | null, count: number) =>
  until(() => rows().waitlistEstimate.count({ where: { outcome } }), (n) => n === count);
const rows = (): Database => app.application.get(Database);

it('tells who waits when their turn may come, and how often that was right', async () => {
  const buyer = await market.buyer('Waiting');
  const clock = clockOf(app);
  const advance = (hours: number) => clock.advance((hours * HOUR) as Duration);

  const first = await wait(buyer, 60);
  expect(await standing(buyer, first)).toEqual({
    ...{ position: 1, quantityAhead: '0', estimate: null },
    trackRecord: { judged: 0, inTime: 0, medianErrorMinutes: null },
  });

  // 60 tokens/s come in ten hours.
  await advance(10);
  await market.list(48, 52, 60, 90);
  await traded(1);
  await wait(buyer, 30);
  const third = await wait(buyer, 60);
  const told = await standing(buyer, third);
  expect(told).toMatchObject({ position: 2, quantityAhead: '30' });
  const { fillsAt, ...rest } = told.estimate;
  expect(rest).toEqual({ expiresFirst: false, supplied: '60', watchedMinutes: 600 });
  const hours = (Date.parse(fillsAt) - clock.now()) / HOUR;
  expect(hours).toBeGreaterThan(14.9);
  expect(hours).toBeLessThan(15.1);

  await noted(null, 2);
  // What came was neither for other hours, nor as cheap as that, nor elsewhere: nothing is told of it, and nothing noted.
  const elsewhere = { constraints: { regions: ['nowhere'] } };
  for (const changes of [{ window: market.window(52, 56) }, { window: market.window(44, 56) }, { limitPrice: '89' }, elsewhere]) {
    expect((await standing(buyer, await wait(buyer, 5, changes))).estimate).toBeNull();
  }
  // Half of the hours are all of what it wants: what came for them is as much.
  const shorter = await wait(buyer, 5, { window: market.window(50, 52), quantity: '5', limitPrice: '90' });
  expect((await standing(buyer, shorter)).estimate).toMatchObject({ supplied: '60' });

  await noted(null, 3);
  await advance(14);
  await market.list(48, 52, 90, 90);
  await noted('filled', 2);
  const fourth = await wait(buyer, 10);
  const { trackRecord } = await standing(buyer, fourth);
  // The second was told five hours and took fourteen; the third was told fifteen.
  expect(trackRecord).toEqual({ judged: 2, inTime: 1, medianErrorMinutes: 60 });
});
