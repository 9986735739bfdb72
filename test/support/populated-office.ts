import { TestOffice } from './browser.js';
import { populate } from './populated-market.js';
import { clockOf } from './trading.js';

/** A server, a browser and a whole market, on a machine that may be busy. */
export const POPULATED_WITHIN_MS = 240_000;

/** The product with its pages and a market in it. */
export async function openPopulated(): Promise<TestOffice> {
  const office = await TestOffice.open();
  const { signUp } = office.app;
  await populate({ signUp, now: clockOf(office.app).now() });
  return office;
}
