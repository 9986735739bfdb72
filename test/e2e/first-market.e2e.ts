import type { Pool } from 'pg';
import { stockDemoMarket } from '../../src/demo-market.js';
import { POOL } from '../../src/platform/platform.module.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { clockOf } from '../support/trading.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

/** Stocks until `requests` have been answered, as a product that is killed then would have. */
async function stockFor(requests: number): Promise<unknown> {
  const abort = new AbortController();
  const usual = globalThis.fetch;
  let count = 0;
  globalThis.fetch = async (...request) => {
    const answer = await usual(...request);
    count += 1;
    if (count === requests) abort.abort();
    return answer;
  };
  try {
    return await stockDemoMarket({ ...stock(), signal: abort.signal }).catch((error: Error) => error.name);
  } finally {
    globalThis.fetch = usual;
  }
}

const stock = () => ({ url: app.url, dataDir: app.dataDir, now: clockOf(app).now() });

/** What happened, by the log. */
async function counted(): Promise<Record<string, number>> {
  const types = ['PoolRegistered', 'ListingCreated', 'TopUpCredited', 'OrderPlaced'];
  const { rows } = await app.application
    .get<Pool>(POOL)
    .query('SELECT type, count(*)::int AS count FROM eventstore.events WHERE type = ANY($1) GROUP BY type', [types]);
  return Object.fromEntries((rows as { type: string; count: number }[]).map(({ type, count }) => [type, count]));
}

describe('the first market', () => {
  // Eighteen offers, and what is auctioned.
  const whole = { PoolRegistered: 6, ListingCreated: 19, TopUpCredited: 1, OrderPlaced: 6 };

  it('is finished by the next start when one is stopped in the middle, and nothing is there twice', async () => {
    for (const requests of [2, 6, 17, 41]) expect(await stockFor(requests)).toBe('AbortError');
    expect(await stockDemoMarket(stock())).toBe(18);
    expect(await counted()).toEqual(whole);
  });

  it('is left alone from then on', async () => {
    expect(await stockDemoMarket(stock())).toBe(0);
    expect(await counted()).toEqual(whole);
  });
});
