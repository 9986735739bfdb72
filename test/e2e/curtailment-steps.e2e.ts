import { isDeepStrictEqual } from 'node:util';
import type { Pool } from 'pg';
import { POOL } from '../../src/platform/platform.module.js';
import { startTestApp, type ApiClient, type TestApp } from '../support/app.js';
import { untilQuiet } from '../support/log-checks.js';
import { breakAt, CURTAILMENT_STEPS, type Side } from '../support/money-steps.js';
import { poolInput, Trading } from '../support/trading.js';
import { until } from '../support/until.js';
import { verifyApp } from '../support/verify.js';

/** Of 1,000 tokens/s; a fifth of the price of what an outage takes is the penalty. */
const terms = { ...poolInput(0).terms, curtailment: { reclaimNoticeHours: null, outagePenalty: 2_000, reclaimPenalty: 2_000 } };

let app: TestApp;
let market: Trading;
let elsewhere: Trading;
let buyer: ApiClient;

beforeAll(async () => {
  app = await startTestApp();
  market = await Trading.open(app, { terms });
  elsewhere = await Trading.open(app, { name: 'Elsewhere' });
  buyer = await market.buyer('Buyer', 10);
  await market.provider.mustMutate('topUpWallet', 'TopUpWalletInput', { amount: '1000000', paymentMethod: 'pm_card_visa' });
});
afterAll(async () => {
  await untilQuiet(app.application.get<Pool>(POOL));
  await verifyApp(app);
  await app.close();
});

/** Hours after the start that no test has used yet. */
let next = 20;

interface Told {
  readonly wallet: readonly bigint[];
  /** Of whoever lost something: what was bought in its place, and what was written down of it. */
  readonly rebookings: readonly string[];
  readonly orders: readonly string[];
}

const WALLET = '{ wallet { balance reserved inEscrow owed } }';
const amountsOf = async (client: ApiClient, names: readonly string[]): Promise<readonly bigint[]> => {
  const { data } = await client.ask(WALLET);
  return names.map((name) => BigInt(data?.['wallet'][name]));
};

async function told(): Promise<Told> {
  const own = await amountsOf(buyer, ['balance', 'reserved', 'inEscrow']);
  const providers = await amountsOf(market.provider, ['balance', 'owed']);
  const { data } = await buyer.ask(`{
    rebookings(first: 50) { edges { node { status quantity } } }
    orders(first: 50) { edges { node { status quantity spent reserved } } } }`);
  const rows = (name: string): string[] => data?.[name].edges.map(({ node }: any) => Object.values(node).join(' '));
  return { wallet: [...own, ...providers], rebookings: rows('rebookings'), orders: rows('orders') };
}

/** 400 are bought for an hour at 100; 100 of them fail, and are wanted again at up to 120: elsewhere they cost 110. */
async function outage(): Promise<Record<string, unknown>> {
  const hours = [(next += 2), next + 1] as const;
  await elsewhere.list(...hours, 100, 110);
  const reservationId = await market.buy(buyer, await market.list(...hours, 400, 100), ...hours, 400);
  const rebooking = { limitPrice: '120', timeInForce: 'IOC' };
  await buyer.mustMutate('setRebooking', 'SetRebookingInput', { reservationId, rebooking });
  // What is not offered goes first: 9,600 of 10,000.
  return { poolId: market.poolId, window: market.window(...hours), quantity: '9700', cause: 'OUTAGE' };
}

describe.each(CURTAILMENT_STEPS)('what follows a curtailment, cut off at %s', (step) => {
  it.each<Side>(['before', 'after'])('%s it: refund, penalty, order and record are made once', async (side) => {
    const input = await outage();
    const { wallet, rebookings, orders } = await told();
    const broken = breakAt(app, step, side);
    await market.provider.mustMutate('curtailPool', 'CurtailPoolInput', input);
    await until(() => Promise.resolve(broken.count()), (count) => count > 0);
    broken.mend();
    // Something new wakes those who rest after a failure.
    await elsewhere.list(next + 1, next + 2, 1, 1_000_000);
    // 100 x 100 come back, a fifth of that is the penalty, 100 x 110 are paid; nothing of 100 x 120 stays set aside.
    const changes = [10_000n + 2_000n - 11_000n, 0n, 11_000n - 10_000n, -2_000n, 0n];
    const due: Told = {
      wallet: wallet.map((before, index) => before + (changes[index] ?? 0n)),
      rebookings: ['PLACED 100', ...rebookings],
      orders: ['FILLED 100 11000 11000', ...orders],
    };
    await until(told, (found) => isDeepStrictEqual(found, due));
    await untilQuiet(app.application.get<Pool>(POOL));
    expect(await told()).toEqual(due);
  });
});
