import { Database } from '../../src/platform/database/prisma.js';
import type { ApiClient } from '../support/app.js';
import { DESK, TELEPHONE, TestOffice, type Visitor } from '../support/browser.js';
import { expectGood, type Size } from '../support/page-walk.js';
import { ServedStory } from '../support/served-story.js';
import { TESTS_BEGIN } from '../support/test-time.js';
import { HOUR } from '../support/trading.js';

const MARKET = 'llama-3.3-70b@fp8';
/** A server, a browser and two hours of traffic, on a machine that may be busy. */
const STORY_WITHIN_MS = 240_000;
let office: TestOffice;
let story: ServedStory;

beforeAll(async () => {
  office = await TestOffice.open();
  story = await ServedStory.tell(office.app);
}, STORY_WITHIN_MS);
afterAll(() => office.close());

const of = (path: string) => path.replace(':pilot', encodeURIComponent(story.pilotId)).replace(':pool', encodeURIComponent(story.market.poolId)).replace(':lane', encodeURIComponent(story.lane));

/** Each with what it is not sound without. */
const BUYERS = [
  ['serving', '/app/serving', 'Serving', 'Time to first token'],
  ['serving-hours', '/app/serving?range=day', 'Serving', 'Hour by hour'],
  ['capacity-used', '/app/capacity', 'My capacity', 'Used, as a rate over its hour'],
  ['reservation-used', '/app/capacity/:lane', 'llama-3.3-70b@fp8', 'Used of what was held'],
  ['usage', '/app/serving/usage', 'Usage', 'By model'],
  ['requests', '/app/serving/requests', 'Requests', 'Completed'],
  ['routing', '/app/serving/routing', 'Routing', 'Fastest first token'],
  ['keys', '/app/serving/keys', 'Serving keys', 'As every key'],
  ['credits', '/app/serving/credits', 'Credits and disputes', 'of the hour'],
  ['pilots', '/app/pilots', 'Pilots', 'Running'],
  ['pilot', '/app/pilots/:pilot', 'Pilot on llama-3.3-70b@fp16', 'Cost of a million tokens'],
  ['platforms', '/app/platforms', 'Platforms', 'Cerebras'],
] as const;
const PROVIDERS = [
  ['pools', '/app/pools', 'Pools', 'Wafer row 7'],
  ['pool', '/app/pools/:pool', 'Wafer row 7', 'Stream p5, tokens/s'],
  ['list', '/app/pools/:pool/list', 'List capacity', 'Free now:'],
  ['curtail', '/app/pools/:pool/curtail', 'Take capacity back', 'Nothing has happened yet'],
  ['change', '/app/pools/:pool/change', 'Change a pool', 'This is version 1'],
  ['provided', '/app/provided', 'Statements', 'No statement was prepared yet'],
] as const;

const walk = (visitor: Visitor, size: Size, [name, path, ...shown]: readonly [string, string, string, string]): Promise<void> =>
  expectGood(visitor, size, [name, of(path), ...shown]);

describe.each([
  ['desk', DESK],
  ['telephone', TELEPHONE],
] as const)('at a %s', (size, options) => {
  let [buyer, provider]: Visitor[] = [];

  beforeAll(async () => {
    buyer = await office.as(story.buyer, options);
    provider = await office.as(story.market.provider, options);
  });

  it.each(BUYERS)('%s is sound in light and dark, and stands still', (...page) => walk(buyer!, size, page));

  it.each(PROVIDERS)('%s is sound for a provider', (...page) => walk(provider!, size, page));
});

/** By the name that its answer said; what is no name finds nothing, and says why. */
async function findsOneOf(buyer: Visitor, requestId: string): Promise<void> {
  const { page } = buyer;
  await page.goto('/app/serving/requests');
  await page.getByRole('button', { name: 'Counts that differ' }).click();
  await page.getByText('All counts agree').waitFor();
  await page.getByLabel('Request', { exact: true }).fill('nothing');
  await page.getByText('No such request of yours').waitFor();
  await page.getByLabel('Request', { exact: true }).fill(` ${requestId} `);
  const found = page.getByRole('row', { name: requestId.slice(-6) });
  await found.getByText('Completed').waitFor();
  expect(await found.count()).toBe(1);
  await buyer.expectSound('request-found');
}

const organizationOf = async (client: ApiClient): Promise<string> =>
  (await client.ask('{ viewer { organization { organizationId } } }')).data?.['viewer'].organization.organizationId;

/** One of each end that a purchase can have. */
async function haveBought(organizationId: string): Promise<void> {
  const windowStart = new Date(TESTS_BEGIN - (TESTS_BEGIN % HOUR));
  const window = { windowStart, windowEnd: new Date(windowStart.getTime() + HOUR) };
  const asked = { ...window, organizationId, marketId: MARKET, quantity: 100n, priceMax: 2_000n, costMax: 200_000n, keyId: 'key', startedAt: windowStart };
  const none = { endedAt: windowStart, spent: 0n, reservationIds: [], refusal: null };
  const ends = [{ ...none, spent: 150_000n, reservationIds: [story.lane] }, none, { ...none, refusal: 'INSUFFICIENT_FUNDS' }, {}];
  const data = ends.map((end, number) => ({ ...asked, ...end, number, purchaseId: `purchase-${number}` }));
  await office.app.application.get(Database).spotPurchase.createMany({ data });
}

describe('a buyer who starts to serve', () => {
  it('makes a key, sends requests with it, and sees what was measured of them', async () => {
    const buyer = await office.as(story.buyer, DESK);
    const { page } = buyer;
    await page.goto('/app/serving/keys');
    await page.getByRole('button', { name: 'Create a key…' }).first().click();
    await page.getByRole('button', { name: 'Create the key' }).click();
    await page.getByText('accepted:').first().waitFor();
    await page.getByLabel('What it is for').fill('Chat backend');
    await page.getByLabel('Expires after (days)').fill('900');
    await page.getByRole('button', { name: 'Create the key' }).click();
    await page.getByText('accepted:').waitFor();
    await page.getByLabel('Expires after (days)').fill('30');
    await page.getByRole('button', { name: 'Create the key' }).click();
    await page.getByRole('heading', { name: 'Copy the secret now' }).waitFor();
    const secret = (await page.locator('code.secret').textContent()) ?? '';
    await page.getByRole('button', { name: 'I have copied it' }).click();
    await page.getByRole('row', { name: /Chat backend/ }).waitFor();
    expect(await page.content()).not.toContain(secret);

    await page.getByRole('button', { name: 'Guardrails of Chat backend' }).click();
    await page.getByLabel('Answer (tokens)').fill('0');
    await page.getByRole('button', { name: 'Set the guardrails' }).click();
    await page.getByText('is out of range; accepted: 1 to').waitFor();
    await buyer.expectSound('guardrails-refused');
    await page.getByLabel('Answer (tokens)').fill('30');
    await page.getByRole('button', { name: 'Set the guardrails' }).click();
    await page.getByText('answer ≤ 30 tokens').waitFor();

    // Three hours hold all there was, whatever minute it is; and nothing is on its way.
    await story.settle();
    await page.goto('/app/serving?range=three');
    await page.getByText('Time to first token').first().waitFor();
    const errors = page.locator('.live-figures > div').filter({ hasText: 'Errors' });
    await page.locator('.live-figures > [data-bad=true]').getByText('First tokens in time').waitFor();
    const before = Number(/of ([\d,]+) requests/.exec((await errors.textContent()) ?? '')?.[1]);
    const body = JSON.stringify({ model: 'llama-3.3-70b@fp8', stream: true, messages: [{ role: 'user', content: 'Hello' }] });
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${secret}` };
    let requestId = '';
    for (let count = 0; count < 3; count += 1) {
      const response = await fetch(`${office.app.url}/v1/chat/completions`, { method: 'POST', headers, body });
      expect([response.status, response.headers.get('x-headroom-simulated')]).toEqual([200, 'true']);
      await response.text();
      requestId = response.headers.get('x-request-id') ?? '';
    }
    await story.settle();
    await errors.getByText(`of ${before + 3} requests`).waitFor();
    await findsOneOf(buyer, requestId);

    await page.goto('/app/serving/keys');
    await page.getByRole('button', { name: 'Revoke Chat backend' }).click();
    await page.getByRole('button', { name: 'Revoke the key' }).click();
    await page.getByText('Chat backend is revoked').waitFor();
    const refused = await fetch(`${office.app.url}/v1/chat/completions`, { method: 'POST', headers, body });
    expect(refused.status).toBe(401);
  });

  it('routes a share to a canary; what is no share, no lane and no address is refused at its field', async () => {
    const buyer = await office.as(story.buyer, DESK);
    const { page } = buyer;
    await page.goto('/app/serving/routing');
    await page.getByRole('button', { name: 'Change the routing for Every key' }).click();
    await page.getByLabel('Policy').selectOption('CANARY');
    await page.getByLabel('Share of requests that try it first (%)').fill('0');
    await page.getByLabel('A fallback of our own').check();
    await page.getByLabel('Endpoint').fill('http://169.254.169.254/v1');
    await page.getByRole('button', { name: 'Set the routing' }).click();
    await page.getByText('names no reservation; accepted:').waitFor();
    await page.getByText('is out of range; accepted: 0.01 % to 100 %').waitFor();
    expect(await page.getByLabel('Endpoint').getAttribute('aria-invalid')).toBe('true');
    await buyer.expectSound('routing-refused');
    await page.getByLabel('A fallback of our own').uncheck();
    await page.getByLabel('Share of requests that try it first (%)').fill('12.5');
    await page.getByLabel('Lane', { exact: true }).selectOption(story.lane);
    await page.getByRole('button', { name: 'Set the routing' }).click();
    await page.getByText('12.5 % of requests try it first').first().waitFor();
    const lanes = page.getByRole('region', { name: 'Lanes side by side: Every key' });
    await lanes.getByText(/^(On trial|Holds|Retreated)$/).waitFor();
    await lanes.getByText('In order').first().waitFor();
    await buyer.expectSound('routing-canary');
  });

  it('lets the gateway buy what is missing, and sees what it bought', async () => {
    const buyer = await office.as(story.buyer, DESK);
    const { page } = buyer;
    await page.goto('/app/serving/routing');
    await page.getByText('Nothing is bought by itself').waitFor();
    await page.getByRole('button', { name: 'Set a rule…' }).click();
    await page.getByLabel('Market').fill(MARKET);
    await page.getByLabel('Tokens/s at a time').fill('100');
    await page.getByLabel('At most (USD per token/s and hour)').fill('0.002');
    await page.getByLabel('At most in a UTC day (USD)').fill('5');
    await page.getByRole('button', { name: 'Set the rule' }).click();
    await page.getByText('No request has found no room yet').waitFor();
    await haveBought(await organizationOf(story.buyer));
    await page.reload();
    for (const end of ['a reservation', 'nothing was for sale at the limit', 'refused: Insufficient funds', 'under way']) {
      await page.getByRole('cell', { name: end, exact: true }).waitFor();
    }
    await buyer.expectSound('spot-purchases');
    await page.getByRole('link', { name: 'a reservation', exact: true }).click();
    await page.getByText('Chain of title').first().waitFor();
  });

  it('sees why a credit was given, worked out', async () => {
    const buyer = await office.as(story.buyer, DESK);
    const { page } = buyer;
    await page.goto('/app/serving/credits');
    await page.getByRole('button', { name: /^Evidence of/ }).first().click();
    await page.getByText('Share of the worst miss').waitFor();
    await page.getByText('$1.00').first().waitFor();
    await buyer.expectSound('credit-worked-out');
  });
});

describe('a provider', () => {
  it('lists step by step, sees what a buyer will see, and finds it in the market', async () => {
    const provider = await office.as(story.market.provider, DESK);
    const { page } = provider;
    await page.goto(of('/app/pools/:pool'));
    await page.getByRole('link', { name: 'List capacity…' }).click();
    await page.getByLabel('Tokens per second').fill('lots');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByText('is no quantity; accepted:').waitFor();
    await page.getByLabel('Tokens per second').fill('999,999');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByLabel('Price (USD').fill('cheap');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByText('is no amount; accepted:').waitFor();
    await page.getByLabel('Price (USD').fill('0.00321');
    await page.getByLabel(/^Post only/).check();
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByText('Whoever buys keeps these terms').waitFor();
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByText('What a buyer sees in the market').waitFor();
    await provider.expectSound('wizard-preview');
    await page.getByRole('button', { name: 'Publish the listing' }).click();
    await page.getByText(/free to list throughout this window/).waitFor();
    await provider.expectSound('wizard-refused');
    await page.getByRole('button', { name: /^Use [\d,]+ tokens\/s$/ }).click();
    await page.getByRole('button', { name: 'Publish the listing' }).click();
    await page.getByRole('heading', { name: 'Wafer row 7', level: 1 }).waitFor();
    await page.getByRole('row', { name: /0\.003210/ }).waitFor();
    const buyer = await office.as(story.buyer, DESK);
    await buyer.page.goto(`/?market=${encodeURIComponent('llama-3.3-70b@fp8')}`);
    await buyer.page.getByRole('row', { name: /0\.003210/ }).getByRole('link', { name: 'Reserve' }).waitFor();
  });

  it('sees who loses what before capacity is taken back', async () => {
    const provider = await office.as(story.market.provider, DESK);
    const { page } = provider;
    await page.goto(of('/app/pools/:pool'));
    await page.getByRole('link', { name: 'Take capacity back…' }).click();
    await page.getByRole('button', { name: 'Preview' }).click();
    await page.getByText('is no quantity; accepted:').waitFor();
    await page.getByLabel('Tokens per second').fill('10000000');
    await page.getByRole('button', { name: 'Preview' }).click();
    await page.getByText(/At most [\d,]+ tokens\/s can be taken back/).waitFor();
    await page.getByLabel('Tokens per second').fill('9,500');
    await page.getByRole('button', { name: 'Preview' }).click();
    await page.getByRole('region', { name: 'Holder by holder' }).waitFor();
    await provider.expectSound('curtail-preview');
    await page.getByRole('button', { name: /^Declare it: 1 holder loses/ }).click();
    await page.getByRole('heading', { name: 'Wafer row 7', level: 1 }).waitFor();
    await page.getByRole('region', { name: 'Taken back' }).getByText('9,500').waitFor();
  });
});
