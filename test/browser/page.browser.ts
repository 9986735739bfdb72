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

/** No page has so many places for the keyboard before the one that is looked for. */
const TABS_MAX = 60;

/** On by the key for it until the focus is on what is called so; wherever it was, one saw it. */
async function tabTo(page: Visitor['page'], name: RegExp): Promise<void> {
  for (let count = 0; count < TABS_MAX; count += 1) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate(lookAtFocus);
    expect({ ...focused, isSeen: true }).toEqual(focused);
    if (name.test(focused.name)) return;
  }
  throw new Error(`the keyboard does not reach ${String(name)}`);
}

/** Runs in the page. */
function lookAtFocus(): { readonly name: string; readonly isSeen: boolean } {
  const { document, getComputedStyle } = globalThis as any;
  const one = document.activeElement;
  if (one === document.body) return { name: '', isSeen: true };
  const { outlineStyle, outlineWidth } = getComputedStyle(one);
  const name = one.getAttribute('aria-label') ?? one.labels?.[0]?.textContent ?? one.textContent;
  return { name: name.trim(), isSeen: outlineStyle !== 'none' && parseFloat(outlineWidth) > 0 };
}

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
    expect(await page.locator(':focus').getAttribute('href')).toBe('/docs#providing');
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
    await page.getByRole('link', { name: 'Docs on this page' }).click();
    await page.locator('#market:focus').waitFor();
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
    await page.getByText('nothing was done: once you are signed in, send it again').waitFor();
    await page.getByRole('button', { name: 'Top up (TEST)' }).click();
    await page.getByText('$123.00 USD is in your wallet').waitFor();
    expect(await page.getByText('nothing was done').count()).toBe(0);
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

  it('leaves letters and marks alone for whoever turned such keys off, as who speaks to a computer does', async () => {
    const visitor = await office.member('Dictating');
    const { page } = visitor;
    const isInFilter = () => page.locator(':focus').evaluate(({ tagName }) => tagName === 'SELECT');
    await page.locator('search select').first().waitFor();
    await page.locator('main h1').press('/');
    expect(await isInFilter()).toBe(true);
    await visitor.account().press('Enter');
    await page.getByRole('menuitemcheckbox', { name: 'Keys without Ctrl' }).press('Enter');
    await page.reload();
    await visitor.account().waitFor();
    await page.locator('search select').first().waitFor();
    await page.locator('main h1').focus();
    await page.locator('main h1').press('/');
    expect(await isInFilter()).toBe(false);
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Go to or do' }).waitFor();
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

  it('is one’s way from an offer to what one holds by keyboard alone, with a focus that is seen', async () => {
    const visitor = await office.member('Typist');
    const { page } = visitor;
    await page.getByRole('link', { name: 'Reserve' }).first().waitFor();
    await page.locator('main h1').press('/');
    await tabTo(page, /^Reserve llama/);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: /^Reserve llama/ }).waitFor();
    await tabTo(page, /^Tokens per second/);
    await page.keyboard.type('10');
    await tabTo(page, /^Reserve$/);
    await page.keyboard.press('Enter');
    await page.getByText('Pay before').waitFor();
    await tabTo(page, /^Amount/);
    await page.keyboard.type('100');
    await page.keyboard.press('Enter');
    await page.getByText('$100.00 USD is in your wallet').waitFor();
    await page.locator('main h1').focus();
    await tabTo(page, /^Pay \$/);
    await page.keyboard.press('Enter');
    await page.getByText('Scheduled').waitFor();
    await page.locator('main h1').focus();
    await tabTo(page, /^Transfer/);
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name of the team').waitFor();
    await tabTo(page, /^Make a team/);
    await tabTo(page, /^Close/);
    expect(await dialog.locator(':focus').count()).toBe(1);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(await page.locator(':focus').textContent()).toBe('Transfer…');
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
