import { PASSWORD, TestOffice } from '../support/browser.js';
import { Trading } from '../support/trading.js';

let office: TestOffice;

beforeAll(async () => {
  office = await TestOffice.open();
  const market = await Trading.open(office.app);
  await market.list(0, 24, 1_000);
  await office.member('Startup');
});
afterAll(() => office.close());

describe('the page itself', () => {
  it('goes back and forth, opens at any address, and works by keyboard alone', async () => {
    const visitor = await office.visitor();
    const { page } = visitor;
    await page.goto('/app/nowhere');
    await page.getByRole('heading', { name: 'No such page' }).waitFor();
    await page.getByRole('link', { name: 'Go to the market' }).click();
    await page.goBack();
    await page.getByRole('heading', { name: 'No such page' }).waitFor();
    await page.goto('/app/pools');
    await page.getByText('Sign in to see this').waitFor();
    expect(await page.title()).toBe('Pools · Headroom');
    await page.keyboard.press('Tab');
    expect(await page.locator(':focus').textContent()).toBe('Skip to content');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.type('startup@example.com');
    await page.keyboard.press('Tab');
    await page.keyboard.type(PASSWORD);
    await page.keyboard.press('Enter');
    await page.getByText('Your organization signed up as a buyer').waitFor();
    await visitor.expectSound('pools-of-buyer');
    await visitor.goTo('Market');
    await page.getByRole('button', { name: 'Reserve' }).first().focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    const focused = await page.locator('button:focus').textContent();
    expect(focused).toContain('Reserve');
  });

  it.each(['127.0.0.1', 'localhost'])('keeps a session on http://%s', async (host) => {
    const baseURL = office.app.url.replace('127.0.0.1', host);
    const { page } = await office.visitor({ baseURL });
    await page.goto('/app/sign-in');
    await page.getByLabel('E-mail address').fill('startup@example.com');
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
    await page.reload();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('link', { name: 'Sign in', exact: true }).waitFor();
  });

  it('says so when the exchange is gone, and keeps what it showed', async () => {
    const visitor = await office.visitor();
    const { page } = visitor;
    await page.goto('/');
    await page.getByText(/^\d+ listings?/).waitFor();
    await page.route('**/graphql', (route) => route.abort());
    await page.getByText('What you see may be old').waitFor();
    expect(await page.getByRole('row').count()).toBeGreaterThan(1);
    await page.unroute('**/graphql');
    await page.getByText('What you see may be old').waitFor({ state: 'detached' });
  });
});
