import { DESK, TELEPHONE, type TestOffice, type Visitor } from '../support/browser.js';
import { expectGood } from '../support/page-walk.js';
import { refusesFiles, showsHoursToCome, tellsEvidence } from '../support/page-values.js';
import { openPopulated, POPULATED_WITHIN_MS } from '../support/populated-office.js';

const MARKET = 'llama-3.3-70b@fp8';
/** What the market page may load of script before it is of use, compressed. */
const SCRIPT_BYTES_MAX = 250_000;
let office: TestOffice;

beforeAll(async () => {
  office = await openPopulated();
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
  ['limits', '/app/finance/limits', 'Limits and approvals'],
  ['exports', '/app/finance/exports', 'Exports'],
  ['billing-profile', '/app/finance/profile', 'Billing profile'],
  ['settings', '/app/settings', 'Settings'],
  ['keys', '/app/settings/keys', 'API keys'],
  ['teams', '/app/settings/teams', 'Teams'],
  ['webhooks', '/app/settings/webhooks', 'Webhooks and e-mail'],
  ['sessions', '/app/settings/security', 'Sessions and password'],
  ['audit-trail', '/app/settings/audit', 'Audit trail'],
  ['docs', '/docs', 'Quick start'],
  ['explorer', '/docs/explorer', 'GraphQL explorer'],
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

  it.each(PAGES)('%s is sound in light and dark, and stands still', (...page) => expectGood(visitor, size, page));
});

describe('the page of a market’s book', () => {
  it('stands still at a telephone, also when who looks is known last', async () => {
    const visitor = await office.member('Late', TELEPHONE);
    const { page } = visitor;
    const told = page.waitForResponse((response) => (response.request().postData() ?? '').includes('query Depth'));
    await page.route('**/graphql', async (route) => {
      if ((route.request().postData() ?? '').includes('query Viewer')) {
        await told;
        // What is known without has been painted.
        await page.evaluate(() => new Promise((done) => (globalThis as any).requestAnimationFrame(() => (globalThis as any).requestAnimationFrame(done))));
      }
      await route.continue();
    });
    await page.goto(`/app/bid?market=${encodeURIComponent(MARKET)}`);
    await page.getByRole('button', { name: 'Place the bid' }).waitFor();
    await visitor.settled();
    await visitor.expectStill('bid-late');
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
    await page.waitForURL(/sort=-perMillion/);
    await page.getByLabel('Platform').selectOption('groq-lpu');
    await page.getByText('4 offers fit').waitFor();
  });

  it('says what is wrong with what one types, and lists as if it were not there', async () => {
    const visitor = await office.visitor(TELEPHONE);
    const { page } = visitor;
    await page.goto('/?ttft=soon&speed=0&budget=cheap&from=2026-12-02T00:00&to=2026-12-01T00:00&market=%3Cb%3E&sort=__proto__&region=nowhere');
    await page.getByText('No offer is like that').waitFor();
    await page.getByText('A whole number from 1').nth(1).waitFor();
    await page.getByText('An amount such as 0.5').waitFor();
    await page.getByText('Not after the start').waitFor();
    await visitor.expectSound('telephone-market-wrong');
    await page.goto('/?ttft=soon&speed=0&budget=cheap&sort=__proto__&from=yesterday&to=2026-13-45T99:99');
    await page.getByText('24 offers fit').waitFor();
    await page.getByText('No time after 1970').nth(1).waitFor();
    await page.goto('/app/auctions/%00');
    await page.getByText('There is no such auction').waitFor();
    expect(visitor.complaints).toEqual([]);
  });

  it('shows the hours to come when all of them are here, not as empty ones, and says what each means', async () => {
    await showsHoursToCome(await office.visitor(DESK), MARKET);
  });

  it.each(['hover', 'tap', 'press'] as const)('says what evidence there is to whoever points at it, touches it or comes by keyboard: %s', async (how) => {
    await tellsEvidence(await office.visitor({ ...DESK, hasTouch: how === 'tap', isWhole: how === 'tap' }), how);
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
    await page.getByText('$500.00 USD is in your wallet').waitFor();
    await buyer.goTo('Planner');
    await page.getByLabel('Model').selectOption('qwen3-32b');
    await page.getByRole('button', { name: 'Type it' }).click();
    await page.getByLabel('Tokens/s, a line for each hour').fill('200\nmany');
    await page.getByText('line 2 ends in “many”').waitFor();
    await refusesFiles(buyer);
    await page.getByLabel('Tokens/s, a line for each hour').fill('0\n0\n500\n900\n900\n400');
    await page.getByLabel('By the token (USD / M)').fill('cheap');
    await page.getByRole('button', { name: 'Find the cheapest mix' }).click();
    await page.getByText('is no amount').waitFor();
    await page.getByLabel('By the token (USD / M)').fill('0.90');
    await page.getByRole('button', { name: 'Find the cheapest mix' }).click();
    await page.getByText('nothing on offer is cheaper').waitFor();
    await page.getByRole('heading', { name: 'Bought again and again, against paying by the token' }).waitFor();
    await page.getByRole('rowheader', { name: '36 months' }).waitFor();
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

describe('a firm price', () => {
  it('is asked for from an offer, with the hours and the quantity that were chosen there', async () => {
    const { page } = await office.member('Comparing', DESK);
    await page.goto(`/?market=${encodeURIComponent(MARKET)}`);
    await page.getByRole('link', { name: `Reserve ${MARKET}` }).first().click();
    await page.getByLabel('Tokens per second').fill('1200');
    const [start, end] = [await page.getByLabel('Start (UTC)').inputValue(), await page.getByLabel('End (UTC)').inputValue()];
    await page.getByRole('link', { name: 'ask for a firm price' }).click();
    await page.getByRole('heading', { name: 'Bid', level: 1 }).waitFor();
    await page.getByRole('button', { name: 'Ask for a firm price' }).waitFor();
    const ticket = page.getByRole('region', { name: 'Order ticket' });
    expect(await ticket.getByLabel('Tokens per second').inputValue()).toBe('1200');
    expect([await ticket.getByLabel('Start (UTC)').inputValue(), await ticket.getByLabel('End (UTC)').inputValue()]).toEqual([start, end]);
    await page.getByRole('button', { name: 'Ask for a firm price' }).click();
    await page.locator('.quote[data-status=OPEN]').getByText('1,200').first().waitFor();
  });

  it('stands for a minute: it is given back, taken, or refused with what there is', async () => {
    const buyer = await office.member('Quoting', DESK);
    const { page } = buyer;
    await page.goto(`/app/bid?market=${encodeURIComponent('qwen3-32b@fp8')}&ticket=quote`);
    const ask = page.getByRole('button', { name: 'Ask for a firm price' });
    await page.getByLabel('Tokens per second').fill('much');
    await page.getByText('is no quantity').waitFor();
    await page.getByLabel('Tokens per second').fill('999999999');
    await ask.click();
    await page.locator('[data-code=NOT_FILLABLE]').waitFor();
    await buyer.expectSound('quote-refused');
    await page.getByLabel('Tokens per second').fill('500');
    await ask.click();
    const [open, ended] = [page.locator('.quote[data-status=OPEN]'), page.locator('.quote:not([data-status=OPEN])')];
    await open.getByText('Missing in the wallet').waitFor();
    await open.getByRole('button', { name: /^Accept for/ }).click();
    await open.locator('[data-code=INSUFFICIENT_FUNDS]').waitFor();
    await buyer.expectSound('quote-unpaid');
    await open.getByRole('button', { name: 'Give it back' }).click();
    await ended.getByText('Given back').waitFor();
    await page.getByRole('link', { name: 'Wallet' }).first().click();
    await page.getByLabel('Amount').fill('500');
    await page.getByRole('button', { name: 'Top up (TEST)' }).click();
    await page.getByText('$500.00 USD is in your wallet').waitFor();
    await page.goto(`/app/bid?market=${encodeURIComponent('qwen3-32b@fp8')}&ticket=quote`);
    await page.getByLabel('Tokens per second').fill('500');
    await ask.click();
    await open.getByRole('button', { name: /^Accept for/ }).click();
    await ended.getByText('Accepted: all of it is yours').waitFor();
    await buyer.expectSound('quote-accepted');
  });
});

describe('an auction', () => {
  it('takes a sealed bid and gives it back', async () => {
    const buyer = await office.member('Bidding', DESK);
    const { page } = buyer;
    await buyer.goTo('Wallet');
    await page.getByLabel('Amount').fill('500');
    await page.getByRole('button', { name: 'Top up (TEST)' }).click();
    await page.getByText('$500.00 USD is in your wallet').waitFor();
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
