import { startTestApp, type TestApp } from '../support/app.js';
import { Trading } from '../support/trading.js';

/** Read models stand still: whatever they do not know yet must not be missing in an answer. */
let app: TestApp;

beforeAll(async () => {
  app = await startTestApp();
  await app.stopBackground();
});
afterAll(() => app.close());

it('what was listed just now is planned over and in the book', async () => {
  const trading = await Trading.open(app);
  const sixteen = await Trading.open(app, { quantization: 'fp16' });
  await Trading.open(app, { model: 'llama-3.3-70b-turbo' });
  await trading.list(0, 24, 1_000, 900);
  await sixteen.list(0, 24, 1_000, 600);
  const buyer = await app.signUp('Buyer');

  const demand = [{ window: trading.window(0, 4), quantity: '1400' }];
  const plan = await buyer.ask(
    `query($input: PlanInput!) { plan(input: $input) { __typename ... on Plan { fills { marketId quantity } } } }`,
    { input: { model: 'llama-3.3-70b', demand } },
  );
  expect(plan.data?.['plan']).toEqual({
    __typename: 'Plan',
    fills: [
      { marketId: 'llama-3.3-70b@fp16', quantity: '1000' },
      { marketId: 'llama-3.3-70b@fp8', quantity: '400' },
    ],
  });

  const book = `query($window: WindowInput!) {
    there: topOfBook(marketId: "llama-3.3-70b@fp8", window: $window) { bestAsk { quantity } }
    other: topOfBook(marketId: "llama-3.3-70b@fp4", window: $window) { bestAsk { quantity } }
  }`;
  const { data } = await app.stranger().ask(book, { window: trading.window(0, 4) });
  expect(data).toEqual({ there: { bestAsk: { quantity: '1000' } }, other: null });
});
