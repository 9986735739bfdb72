import { stockDemoMarket } from '../../src/demo-market.js';
import { SeedService } from '../../src/identity/application/seed.service.js';
import { DESK, TELEPHONE, TestOffice, type Visitor } from '../support/browser.js';
import { standsStillForEverybody } from '../support/tour-guests.js';
import { coversNothing } from '../support/tour-place.js';
import { clockOf, HOUR } from '../support/trading.js';
import { until } from '../support/until.js';

const MARKET = 'llama-3.3-70b@fp8';
/** A server, a browser and a market, on a machine that may be busy. */
const STOCKED_WITHIN_MS = 240_000;
const DRAWN_WITHIN_MS = 45_000;
let office: TestOffice;

beforeAll(async () => {
  office = await TestOffice.open();
  await stockDemoMarket({ url: office.app.url, dataDir: office.app.dataDir, now: clockOf(office.app).now() });
}, STOCKED_WITHIN_MS);
afterAll(() => office.close());

const topUp = async ({ page }: Visitor, amount: string) => {
  await page.getByLabel('Amount').fill(amount);
  await page.getByRole('button', { name: 'Top up (TEST)' }).click();
  await page.getByText(`$${amount}.00 USD is in your wallet`).waitFor();
};

/** The same person by API: their cookie. */
const clientOf = async ({ page }: Visitor) => {
  const client = office.app.stranger();
  const [cookie] = await page.context().cookies();
  client.cookie = `${cookie?.name}=${cookie?.value}`;
  return client;
};

const whole = (field: string) => Date.parse(`${field}Z`);

describe('a newcomer', () => {
  let newcomer: Visitor;
  const tourOf = ({ page }: Visitor) => page.getByRole('region', { name: /^(Come in|Choose an offer|Say how much|Pay, then)/ });

  it('is led by the tour from the door to a reservation', async () => {
    newcomer = await office.visitor({ ...DESK, isNew: true });
    const { page } = newcomer;
    const tour = tourOf(newcomer);
    await page.goto('/');
    await tour.getByText('Step 1 of 4').waitFor();
    await coversNothing(newcomer);
    await tour.getByRole('link', { name: 'Sign up' }).click();
    await newcomer.signUp('Newcomer', false);
    await tour.getByText('Step 2 of 4').waitFor();
    await page.getByRole('link', { name: 'Reserve' }).first().waitFor();
    await coversNothing(newcomer);
    await newcomer.expectSound('tour');
    await page.getByRole('link', { name: 'Reserve' }).first().click();
    await tour.getByText('Step 3 of 4').waitFor();
    await coversNothing(newcomer);
    // Pressed twice, as some people do: it is done once.
    await page.getByRole('button', { name: 'Reserve', exact: true }).dblclick();
    await tour.getByText('Step 4 of 4').waitFor();
    await coversNothing(newcomer);
    await topUp(newcomer, '500');
    await page.getByRole('button', { name: /^Pay / }).dblclick();
    await page.getByText('Scheduled').waitFor();
    const { data } = await (await office.clientOf(newcomer)).ask('{ reservations { edges { node { status amount } } } wallet { balance } }');
    const [{ node }, ...others] = data?.['reservations'].edges;
    expect(others).toEqual([]);
    expect(BigInt(data?.['wallet'].balance)).toBe(500_000_000n - BigInt(node.amount));
  });

  it('puts it away for good, and has it back, by keyboard', async () => {
    const { page } = newcomer;
    const tour = tourOf(newcomer);
    await tour.getByRole('button', { name: 'Done' }).press('Escape');
    await tour.waitFor({ state: 'detached' });
    await page.reload();
    await page.getByText('Scheduled').waitFor();
    expect(await tour.count()).toBe(0);
    await newcomer.account().press('Enter');
    await page.getByRole('menuitem', { name: 'Take the tour' }).press('Enter');
    await tour.getByText('Step 4 of 4').waitFor();
    await newcomer.goTo('Wallet');
    await tour.getByRole('link', { name: 'To the market' }).press('Enter');
    await tour.getByText('Step 2 of 4').waitFor();
    await tour.getByRole('button', { name: 'Not now' }).press('Enter');
    await tour.waitFor({ state: 'detached' });
    expect(newcomer.complaints).toEqual([]);
  });

  it('is told their own first step where they do not buy, and nothing moves for it', () => standsStillForEverybody(office));
});

describe('whoever has run the first command, and has the login that it prints', () => {
  it('holds paid capacity after a few clicks; how many, and how long it took, is printed', async () => {
    const { email, password } = await office.app.application.get(SeedService).ensureDemoLogin();
    const visitor = await office.visitor({ ...DESK, isNew: true });
    const { page } = visitor;
    const clicks: string[] = [];
    const click = async (name: string | RegExp, role: 'link' | 'button' = 'button') => {
      await page.getByRole(role, { name, exact: true }).first().click();
      clicks.push(String(name));
    };
    const began = performance.now();
    await page.goto('/');
    await page.getByText(/^\d+ offers, best price first/).waitFor();
    await page.getByRole('region', { name: 'Come in' }).getByRole('link', { name: 'Sign in' }).waitFor();
    await click('Sign in', 'link');
    await page.getByLabel('E-mail address').fill(email);
    await page.getByLabel('Password').fill(password);
    await click('Sign in');
    await page.getByRole('region', { name: 'Choose an offer' }).waitFor();
    await click(/^Reserve /, 'link');
    await click('Reserve');
    await page.getByText('Held for you', { exact: true }).waitFor();
    await visitor.expectSound('newcomer-held');
    await click('Top up (TEST)');
    await page.getByText(' is in your wallet').waitFor();
    await click(/^Pay \$/);
    await page.getByText('Scheduled').waitFor();
    process.stdout.write(`a newcomer: ${clicks.length} clicks and ${Math.round((performance.now() - began) / 1_000)} s from the address to paid capacity\n`);
    await page.getByRole('button', { name: 'Copy the base URL' }).waitFor();
    await visitor.expectSound('newcomer-paid');
    expect(clicks).toHaveLength(6);
  });
});

describe('the whole story, from a pool to an invoice', () => {
  let provider: Visitor;
  let buyer: Visitor;
  let key = '';
  /** When what was reserved begins. */
  let start = 0;

  it('a provider signs up, registers a pool and lists', async () => {
    provider = await office.member('Waferworks', { ...DESK, isProvider: true });
    const { page } = provider;
    await provider.goTo('Pools');
    await page.getByRole('link', { name: 'Register a pool' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Wafer row 7');
    await page.getByLabel('Platform').selectOption('cerebras-wse-3');
    await page.getByLabel('Model').fill('llama-3.3-70b');
    await page.getByLabel('Quantization').fill('fp8');
    await page.getByLabel('Region').fill('us-west-2');
    await page.getByLabel('Endpoint').fill('https://inference.example.com/v1');
    await page.getByLabel('Tokens per second', { exact: true }).fill('10,000');
    await page.getByLabel('Runtime').fill('cerebras-inference 2.4');
    await page.getByRole('button', { name: 'Register the pool' }).click();
    await page.getByRole('heading', { name: 'Wafer row 7' }).waitFor();
    await page.getByRole('button', { name: 'List capacity' }).click();
    await page.getByLabel('Tokens per second', { exact: true }).fill('8000');
    await page.getByLabel('Price').fill('0.001');
    await page.getByRole('button', { name: 'List', exact: true }).click();
    await page.getByText('Listed: it is on the market now').waitFor();
  });

  it('a startup signs up, tops up and reserves', async () => {
    buyer = await office.member('Startup', DESK);
    const { page } = buyer;
    await page.getByRole('row', { name: MARKET }).getByRole('link', { name: 'Reserve' }).click();
    await page.getByRole('heading', { name: `Reserve ${MARKET}` }).waitFor();
    const field = await page.getByLabel('Start (UTC)').inputValue();
    start = whole(field);
    await page.getByLabel('End (UTC)').fill(new Date(start + 6 * HOUR).toISOString().slice(0, 16));
    await page.getByLabel('Tokens per second', { exact: true }).fill('1500');
    await page.getByRole('button', { name: 'Reserve', exact: true }).click();
    await page.getByText('Missing').waitFor();
    await topUp(buyer, '100');
    await page.getByRole('button', { name: 'Pay $9.00 USD' }).click();
    await page.getByText('Scheduled').waitFor();
    await page.getByRole('button', { name: 'Make a key' }).click();
    key = (await page.locator('.secret').textContent()) ?? '';
    expect(key).toMatch(/^hr_/);
  });

  it('it calls the gateway with the key that it was shown', async () => {
    await clockOf(office.app).advanceTo((start + HOUR / 2) as never);
    const call = async () =>
      fetch(`${office.app.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ model: MARKET, max_tokens: 8, messages: [{ role: 'user', content: 'Hello' }] }),
      });
    // A reservation begins by a job, a moment after its time.
    const answer = await until(call, ({ status }) => status === 200);
    const { choices } = (await answer.json()) as { readonly choices: readonly any[] };
    expect(choices[0].message.content.length).toBeGreaterThan(0);
    const refused = await fetch(`${office.app.url}/v1/chat/completions`, { method: 'POST', headers: { authorization: 'Bearer hr_none' }, body: '{}' });
    expect(refused.status).toBe(401);
    await buyer.page.getByText('Active').first().waitFor();
  });

  it('it resells', async () => {
    const { page } = buyer;
    const resell = page.getByRole('region', { name: 'Resell' });
    await resell.getByLabel('Start (UTC)').fill(new Date(start + 4 * HOUR).toISOString().slice(0, 16));
    await resell.getByLabel('End (UTC)').fill(new Date(start + 6 * HOUR).toISOString().slice(0, 16));
    await resell.getByLabel('Tokens per second').fill('1500');
    await resell.getByLabel('Price').fill('0.0009');
    await page.getByRole('button', { name: 'Offer for resale' }).click();
    await page.getByText('Offered: it is on the market now').waitFor();
  });

  it('a second buyer’s bid takes that', async () => {
    const other = await office.member('Nightowl', TELEPHONE);
    await other.goTo('Wallet');
    await topUp(other, '50');
    await other.goTo('Bid');
    const ticket = other.page.getByRole('region', { name: 'Order ticket' });
    await ticket.getByLabel('Start (UTC)').fill(new Date(start + 4 * HOUR).toISOString().slice(0, 16));
    await ticket.getByLabel('End (UTC)').fill(new Date(start + 6 * HOUR).toISOString().slice(0, 16));
    await ticket.getByLabel('Tokens per second').fill('1000');
    await ticket.getByLabel('Limit').fill('0.00095');
    await other.page.getByRole('button', { name: 'Place the bid' }).click();
    await other.goTo('My capacity');
    await other.page.getByRole('row', { name: '1,000' }).first().waitFor();
    await other.expectSound('story-second-buyer');
  });

  it('the provider fails; the holder sees what comes back', async () => {
    const client = await clientOf(provider);
    const { data } = await client.ask('{ pools(own: true) { edges { node { poolId } } } }');
    const { poolId } = data?.['pools'].edges[0].node;
    const window = { start: new Date(start + 2 * HOUR).toISOString(), end: new Date(start + 3 * HOUR).toISOString() };
    await client.mustMutate('curtailPool', 'CurtailPoolInput', { poolId, window, quantity: '10000', cause: 'OUTAGE' });
    await buyer.page.getByText('comes back').first().waitFor();
  });

  it('the month is over: its invoice is exported', async () => {
    const { page } = buyer;
    const began = new Date(start);
    const month = began.toISOString().slice(0, 7);
    await clockOf(office.app).advanceTo((Date.UTC(began.getUTCFullYear(), began.getUTCMonth() + 1, 1) + 73 * HOUR) as never);
    const client = await clientOf(buyer);
    // Three days after its end a month is invoiced by itself, once all that was delivered in it is settled.
    await until(() => client.ask('{ invoices { edges { node { number } } } }'), ({ data }) => data?.['invoices'].edges.length > 0);
    await buyer.goTo('Finance');
    await page.getByRole('link', { name: /^HR-/ }).waitFor();
    await page.getByRole('link', { name: 'Exports' }).click();
    await page.getByLabel('Month').fill(month);
    await page.getByRole('button', { name: 'Make the file' }).click();
    const file = page.getByRole('row', { name: 'Invoice, statement and credit notes' });
    // What draws documents is large, and loaded by the first one.
    await file.getByText('Ready').waitFor({ timeout: DRAWN_WITHIN_MS });
    const [download] = await Promise.all([page.waitForEvent('download'), file.getByRole('button', { name: 'Download' }).click()]);
    expect(download.suggestedFilename()).toMatch(/HR-\d{4}-\d{6}\.pdf\.zip$/);
    await buyer.expectSound('story-exports');
    expect(buyer.complaints).toEqual([]);
  }, STOCKED_WITHIN_MS);
});
