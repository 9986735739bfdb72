import { Database } from '../../src/platform/database/prisma.js';
import { DESK, type TestOffice } from '../support/browser.js';
import { paintedAfterClick, shownAfterChoosing, SHOWS_ROW } from '../support/page-measures.js';
import { addListings } from '../support/populated-market.js';
import { openPopulated, POPULATED_WITHIN_MS } from '../support/populated-office.js';

/**
 * How soon the pages answer: printed, and not asserted, because it is the machine's as well. `.ci/browser` runs this
 * after the other suites, and not beside them.
 */
let office: TestOffice;

beforeAll(async () => {
  office = await openPopulated();
}, POPULATED_WITHIN_MS);
afterAll(() => office.close());

it('paints a page soon after a click; how soon is printed', async () => {
  const visitor = await office.member('Quick', DESK);
  const { page } = visitor;
  const names = ['Bid', 'Auctions', 'Planner', 'My capacity', 'Wallet', 'Finance', 'Settings', 'Market'];
  // Once to fetch the pages, once to measure.
  for (const name of names) await visitor.goTo(name);
  const times: string[] = [];
  for (const name of names) {
    const took = await page.evaluate(paintedAfterClick, name);
    times.push(`${name} ${Math.round(took)} ms`);
    expect(took).toBeGreaterThan(0);
  }
  process.stdout.write(`click to painted answer: ${times.join(', ')}\n`);
});

it('has few rows in the page of ten thousand, and filters them at once; how soon is printed', async () => {
  const { page } = await office.visitor(DESK);
  await addListings(office.app.application.get(Database), 10_000);
  try {
    await page.goto('/');
    await page.getByText('10,024 offers').waitFor();
    for (const seen of [2, 3, 4]) {
      await page.waitForFunction(SHOWS_ROW, seen * 100 - 120);
      await page.evaluate(() => (globalThis as any).scrollTo({ top: 1e9, behavior: 'instant' }));
    }
    await page.waitForFunction(SHOWS_ROW, 350);
    const rows = await page.getByRole('row').count();
    expect(rows).toBeLessThan(60);
    await page.evaluate(() => (globalThis as any).scrollTo({ top: 0, behavior: 'instant' }));
    const took = await page.evaluate(shownAfterChoosing, ['Platform', 'groq-lpu', 'fit'] as const);
    expect(took).toBeGreaterThan(0);
    process.stdout.write(`10,000 listings: ${rows} rows in the page, filtered in ${Math.round(took)} ms\n`);
  } finally {
    await office.app.application.get(Database).listing.deleteMany({ where: { listingId: { startsWith: 'many-' } } });
  }
});
