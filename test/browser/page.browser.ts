import { PASSWORD, TestOffice, type Visitor } from '../support/browser.js';
import { Trading } from '../support/trading.js';

let office: TestOffice;

beforeAll(async () => {
  office = await TestOffice.open();
  const market = await Trading.open(office.app);
  await market.list(0, 24, 1_000);
  await office.member('Startup');
});
afterAll(() => office.close());

const signIn = async (visitor: Visitor, within: Pick<Visitor['page'], 'getByLabel' | 'getByRole'> = visitor.page) => {
  await within.getByLabel('E-mail address').fill('startup@example.com');
  await within.getByLabel('Password').fill(PASSWORD);
  await within.getByRole('button', { name: 'Sign in' }).click();
  await visitor.account().waitFor();
};

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
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Go to or do' }).waitFor();
    await page.keyboard.type('Planner');
    await visitor.expectSound('palette');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Planner', level: 1 }).waitFor();
    await page.locator('main h1').press('g');
    await page.keyboard.press('m');
    await page.getByRole('heading', { name: 'Market', level: 1 }).waitFor();
    await page.getByText('1 offer, best price first').waitFor();
    await page.locator('main h1').press('/');
    expect(await page.locator(':focus').evaluate(({ tagName }) => tagName)).toBe('SELECT');
    await page.goto('/docs');
    const keys = page.locator('.keys > div').filter({ hasText: 'then' });
    await keys.first().waitFor();
    for (const [key = '', title = ''] of await keys.evaluateAll((rows) => rows.map((row: any) => [row.querySelector('kbd:last-child').textContent, row.querySelector('dd').textContent]))) {
      await page.keyboard.press('g');
      await page.keyboard.press(key.toLowerCase());
      await page.getByRole('heading', { name: title, level: 1 }).waitFor();
    }
  });

  it('asks to sign in again over what one was doing, when a session has ended', async () => {
    const visitor = await office.visitor();
    const { page } = visitor;
    await page.goto('/app/wallet');
    await signIn(visitor);
    await page.getByLabel('Amount').fill('123');
    await page.context().clearCookies();
    // Whatever the page asks for by itself may find out first, and lie over the button.
    await page.getByRole('button', { name: 'Top up (TEST)' }).dispatchEvent('click');
    await page.getByRole('heading', { name: 'Your session has ended' }).waitFor();
    await visitor.expectSound('session-ended');
    await signIn(visitor, page.getByRole('dialog'));
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await page.getByLabel('Amount').inputValue()).toBe('123');
    await page.getByRole('button', { name: 'Top up (TEST)' }).click();
    await page.getByText('$123.00 is in your wallet').waitFor();
  });

  it('is light or dark as one says, also the next time', async () => {
    const visitor = await office.member('Nightshift');
    const { page } = visitor;
    await visitor.account().click();
    await page.getByRole('menuitemradio', { name: 'Dark' }).click();
    await page.reload();
    await visitor.account().waitFor();
    expect(await page.locator('html').evaluate((html) => html.ownerDocument.defaultView?.getComputedStyle(html).colorScheme)).toBe('dark');
  });

  it.each(['127.0.0.1', 'localhost'])('keeps a session on http://%s', async (host) => {
    const baseURL = office.app.url.replace('127.0.0.1', host);
    const visitor = await office.visitor({ baseURL });
    const { page } = visitor;
    await page.goto('/app/sign-in');
    await signIn(visitor);
    await page.reload();
    await visitor.signOut();
    await page.getByRole('link', { name: 'Sign in', exact: true }).waitFor();
  });

  it('says so when the exchange is gone, and keeps what it showed', async () => {
    const visitor = await office.visitor();
    const { page } = visitor;
    await page.goto('/');
    await page.getByText(/^\d+ offers?/).first().waitFor();
    await page.route('**/graphql', (route) => route.abort());
    await page.getByText('What you see may be old').waitFor();
    expect(await page.getByRole('row').count()).toBeGreaterThan(1);
    await page.unroute('**/graphql');
    await page.getByText('What you see may be old').waitFor({ state: 'detached' });
  });
});
