import { DESK, TELEPHONE, TestOffice, type Visitor } from '../support/browser.js';
import { clockOf } from '../support/trading.js';
import { populate } from '../support/populated-market.js';

const MARKET = 'llama-3.3-70b@fp8';
/** What the market page may load of script before it is of use, compressed. */
const SCRIPT_BYTES_MAX = 250_000;
/** A server, a browser and a whole market, on a machine that may be busy. */
const POPULATED_WITHIN_MS = 240_000;
let office: TestOffice;

beforeAll(async () => {
  office = await TestOffice.open();
  const { signUp } = office.app;
  await populate({ signUp, now: clockOf(office.app).now() });
}, POPULATED_WITHIN_MS);
afterAll(() => office.close());

const PAGES = [
  ['market', '/', 'Market'],
  ['market-chosen', `/?market=${encodeURIComponent(MARKET)}`, 'Market'],
  ['bid', `/app/bid?market=${encodeURIComponent(MARKET)}`, 'Bid'],
  ['auctions', '/app/auctions', 'Auctions'],
  ['plan', '/app/plan', 'Planner'],
  ['capacity', '/app/capacity', 'My capacity'],
  ['serving-empty', '/app/serving', 'Serving'],
  ['pilots-empty', '/app/pilots', 'Pilots'],
  ['wallet', '/app/wallet', 'Wallet'],
  ['finance', '/app/finance', 'Finance'],
  ['invoices', '/app/finance/invoices', 'Invoices'],
  ['ledger', '/app/finance/ledger', 'Ledger'],
  ['payment-methods', '/app/finance/payment-methods', 'Payment methods'],
  ['payouts', '/app/finance/payouts', 'Payouts'],
  ['exports', '/app/finance/exports', 'Exports'],
  ['billing-profile', '/app/finance/profile', 'Billing profile'],
  ['settings', '/app/settings', 'Settings'],
  ['keys', '/app/settings/keys', 'API keys'],
  ['teams', '/app/settings/teams', 'Teams'],
  ['sessions', '/app/settings/security', 'Sessions and password'],
  ['audit-trail', '/app/settings/audit', 'Audit trail'],
  ['docs', '/docs', 'Quick start'],
  ['invite', '/app/invite', 'Join an organization'],
] as const;

describe.each([
  ['desk', DESK],
  ['telephone', TELEPHONE],
] as const)('at a %s', (size, options) => {
  let visitor: Visitor;

  beforeAll(async () => {
    visitor = await office.member(`Looker${size}`, options);
  });

  it.each(PAGES)('%s is sound in light and dark, and stands still', async (name, path, title) => {
    const { page } = visitor;
    await page.goto(path);
    await page.getByRole('heading', { name: title, level: 1 }).waitFor();
    await visitor.settled();
    await visitor.expectStill(name);
    await visitor.expectSound(`${size}-${name}`);
  });
});

describe('the market page', () => {
  it('loads little script, and shows what it is about', async () => {
    const { page } = await office.visitor(DESK);
    const scripts: Promise<number>[] = [];
    page.on('requestfinished', (request) => {
      if (request.resourceType() === 'script') scripts.push(request.sizes().then(({ responseBodySize }) => responseBodySize));
    });
    await page.goto('/');
    await page.getByText('24 offers, best price first').waitFor();
    const bytes = (await Promise.all(scripts)).reduce((sum, one) => sum + one, 0);
    process.stdout.write(`market page: ${bytes} bytes of compressed script in ${scripts.length} files\n`);
    expect(bytes).toBeGreaterThan(0);
    expect(bytes).toBeLessThan(SCRIPT_BYTES_MAX);
  });

  it('keeps what one looks for in the address, and sorts', async () => {
    const { page } = await office.visitor(DESK);
    await page.goto('/?ttft=200&region=us-west-2');
    await page.getByText('8 offers fit').waitFor();
    await page.getByLabel('≤ USD / M tokens').fill('0.5');
    await page.getByText('3 offers fit').waitFor();
    await page.waitForURL(/budget=0\.5/);
    await page.getByLabel('Evidence', { exact: true }).selectOption('L3');
    await page.getByText('No offer is like that').waitFor();
    await page.getByRole('button', { name: 'Clear the filters' }).click();
    await page.getByText('24 offers').waitFor();
    await page.getByRole('button', { name: 'USD per M tokens' }).click();
    await page.getByRole('button', { name: 'USD per M tokens' }).click();
    await page.getByRole('row').nth(1).getByText('$0.636').waitFor();
  });

  it('says what evidence there is to whoever points at it', async () => {
    const { page } = await office.visitor(DESK);
    await page.goto('/');
    await page.getByRole('button', { name: 'Evidence L1' }).first().hover();
    await page.getByText('Nothing yet of profile version 1').waitFor();
  });

  it('shows a new offer without being asked', async () => {
    const { page } = await office.visitor(DESK);
    await page.goto(`/?market=${encodeURIComponent('mixtral-8x7b@int4')}`);
    await page.getByText('4 offers fit').waitFor();
    await page.getByRole('tab', { name: 'Depth' }).click();
    await page.getByRole('tab', { name: 'Speed premium' }).click();
    await page.getByRole('img', { name: /^What speed costs/ }).waitFor();
  });
});

describe('the planner', () => {
  it('covers a demand with the cheapest mix, buys all of it, and says what is missing', async () => {
    const buyer = await office.member('Planning', DESK);
    const { page } = buyer;
    await buyer.goTo('Wallet');
    await page.getByLabel('Amount').fill('500');
    await page.getByRole('button', { name: 'Top up (TEST)' }).click();
    await page.getByText('$500.00 is in your wallet').waitFor();
    await buyer.goTo('Planner');
    await page.getByLabel('Model').selectOption('qwen3-32b');
    await page.getByRole('button', { name: 'Type it' }).click();
    await page.getByLabel('Tokens/s, a line for each hour').fill('200\nmany');
    await page.getByText('line 2 ends in “many”').waitFor();
    await page.getByLabel('Tokens/s, a line for each hour').fill('0\n0\n500\n900\n900\n400');
    await page.getByRole('button', { name: 'Find the cheapest mix' }).click();
    await page.getByText('nothing on offer is cheaper').waitFor();
    await buyer.expectSound('plan-found');
    await page.getByRole('button', { name: /^Buy all of it/ }).click();
    await page.getByRole('heading', { name: 'My capacity', level: 1 }).waitFor();
    await page.getByText('Scheduled').first().waitFor();
    await buyer.expectSound('capacity-planned');
    await buyer.goTo('Planner');
    await page.getByLabel('At most').fill('0.0001');
    await page.getByRole('button', { name: 'Find the cheapest mix' }).click();
    await page.getByText('The market cannot cover that').waitFor();
    await page.getByRole('button', { name: 'Compare' }).click();
    await page.getByRole('rowheader', { name: '12 months' }).waitFor();
    await buyer.expectSound('plan-missing');
  });
});

describe('an auction', () => {
  it('takes a sealed bid and gives it back', async () => {
    const buyer = await office.member('Bidding', DESK);
    const { page } = buyer;
    await buyer.goTo('Wallet');
    await page.getByLabel('Amount').fill('500');
    await page.getByRole('button', { name: 'Top up (TEST)' }).click();
    await page.getByText('$500.00 is in your wallet').waitFor();
    await buyer.goTo('Auctions');
    await page.getByRole('row', { name: 'Open' }).getByRole('link').click();
    await page.getByRole('heading', { name: `Auction of ${MARKET}` }).waitFor();
    await page.getByLabel('Tokens per second').fill('500');
    await page.getByLabel('Limit').fill('0.0001');
    await page.getByRole('button', { name: 'Bid', exact: true }).click();
    await page.getByText('accepted:').waitFor();
    await buyer.expectSound('auction-refused');
    await page.getByLabel('Limit').fill('0.001');
    await page.getByRole('button', { name: 'Bid', exact: true }).click();
    await page.getByText('Sealed', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Withdraw' }).click();
    await page.getByText('is free again').waitFor();
  });
});

describe('how fast it answers', () => {
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
});

/** Runs in the page: from the click until what was asked for is on the screen. */
function paintedAfterClick(name: string): Promise<number> {
  const { document, performance, requestAnimationFrame } = globalThis as any;
  const link = [...document.querySelectorAll('nav a')].find((one: any) => one.textContent === name);
  const began = performance.now();
  link.click();
  return new Promise((done) => {
    const look = (): void => {
      const isThere = document.querySelector('h1')?.textContent === name;
      const isBusy = document.querySelector('main [aria-busy=true]') !== null;
      if (isThere && !isBusy) requestAnimationFrame(() => done(performance.now() - began));
      else requestAnimationFrame(look);
    };
    look();
  });
}
