import type { Pool } from 'pg';
import { ROLL_UP_AFTER } from '../../src/metering/application/usage.definition.js';
import { POOL } from '../../src/platform/platform.module.js';
import { startTestApp, type ApiClient, type TestApp } from '../support/app.js';
import { gatewayRecord, recordAll } from '../support/gateway-records.js';
import { untilQuiet } from '../support/log-checks.js';
import { breakAt, DELIVERY_STEPS, type Side } from '../support/money-steps.js';
import { clockOf, HOUR, Trading, walletOf } from '../support/trading.js';
import { until, untilHolds } from '../support/until.js';
import { verifyApp } from '../support/verify.js';

let app: TestApp;
let market: Trading;
let buyer: ApiClient;
let organizationId: string;
let pool: Pool;

beforeAll(async () => {
  app = await startTestApp();
  market = await Trading.open(app);
  buyer = await market.buyer('Buyer', 100);
  organizationId = (await buyer.ask('{ viewer { organization { organizationId } } }')).data?.['viewer'].organization.organizationId;
  pool = app.application.get<Pool>(POOL);
});
afterAll(async () => {
  await untilQuiet(pool);
  await verifyApp(app);
  await app.close();
});

/** Hours after the start: each test has one of its own, and the one after it to be measured in. */
let next = -1;

const wallets = async (): Promise<readonly bigint[]> => {
  const [own, providers] = [await walletOf(buyer), await walletOf(market.provider)];
  return [own['balance'], own['inEscrow'], providers['balance'], providers['owed']].map((amount) => BigInt(amount ?? ''));
};

/** 100 tokens/s at 1,000 for an hour, which is 360,000 tokens; 370,000 are used. Of 100 requests, 90 are answered in time. */
async function serve(): Promise<void> {
  const hour = (next += 2);
  const reservationId = await market.buy(buyer, await market.list(hour, hour + 1, 100), hour, hour + 1, 100);
  await market.pass(hour + 0.5);
  const whose = { organizationId, reservationId, servedAt: market.start + hour * HOUR + HOUR / 4 };
  const counts = { input: 0n, cachedInput: 0n, output: 3_700n, reasoning: 0n };
  const records = Array.from({ length: 100 }, (_, index) => gatewayRecord(whose, { counts, ttft: index < 90 ? 100_000 : 900_000 }));
  await recordAll(app, records);
  await clockOf(app).advance(ROLL_UP_AFTER);
  await untilHolds(pool, 'SELECT count(*) = 0 AS holds FROM usage_pending');
  await market.pass(hour + 1.2);
}

// 100,000 are paid and delivered, and 20,000 for 10,000 tokens at 2 USD a million; the fee of both is a fortieth. All of the
// hour's price comes back, from those who had it.
const CHANGES = [-20_000n, 0n, 19_500n, 0n];

describe.each(DELIVERY_STEPS)('what an hour brings and what comes back of it, cut off at %s', (step) => {
  it.each<Side>(['before', 'after'])('%s it: delivery, shares, overage and credit are booked once', async (side) => {
    const before = await wallets();
    const due = before.map((amount, index) => amount + (CHANGES[index] ?? 0n));
    const broken = breakAt(app, step, side);
    await serve();
    await until(() => Promise.resolve(broken.count()), (count) => count > 0);
    broken.mend();
    // Something new wakes those who rest after a failure.
    await market.list(next + 4, next + 5, 1);
    await until(wallets, (found) => `${found}` === `${due}`);
    await untilQuiet(pool);
    expect(await wallets()).toEqual(due);
  });
});
