import { DESK, TELEPHONE, TestOffice, type Visitor } from '../support/browser.js';
import { Trading } from '../support/trading.js';

const LETTERS = 'abcdefghijklmnopqrstuvwxyz'.repeat(4);

let office: TestOffice;

beforeAll(async () => {
  office = await TestOffice.open();
  const market = await Trading.open(office.app);
  await market.list(0, 24, 1_000);
});
afterAll(() => office.close());

const editor = ({ page }: Visitor, name: 'Query' | 'Variables') => page.getByRole('textbox', { name, exact: true });
const result = ({ page }: Visitor) => page.getByRole('region', { name: 'Result' });

const write = async (visitor: Visitor, name: 'Query' | 'Variables', text: string) => {
  await editor(visitor, name).click();
  await visitor.page.keyboard.press('Control+a');
  await visitor.page.keyboard.insertText(text);
};

/** Runs in the page: text and keys of one turn, between which nothing is drawn. */
const writeAndRun = (content: any, text: string): void => {
  const { document, KeyboardEvent } = globalThis as any;
  document.execCommand('insertText', false, text);
  const keys = { key: 'Enter', code: 'Enter', keyCode: 13, ctrlKey: true };
  content.dispatchEvent(new KeyboardEvent('keydown', { ...keys, bubbles: true, cancelable: true }));
};

/** Runs in the page: a letter in each turn, whatever the page is at between them. */
const writeFast = async (_content: any, text: string): Promise<void> => {
  const { document, MessageChannel } = globalThis as any;
  const turns = new MessageChannel();
  for (const letter of text) {
    document.execCommand('insertText', false, letter);
    await new Promise((next) => {
      turns.port1.onmessage = next;
      turns.port2.postMessage(null);
    });
  }
};

const open = async (visitor: Visitor) => {
  await visitor.page.goto('/docs/explorer');
  // The schema has come, so that there is something to complete from.
  await visitor.page.getByRole('button', { name: 'Subscription', exact: true }).waitFor();
};

describe('the explorer', () => {
  it('completes a query, runs it, says what is wrong, and lets go of the keyboard', async () => {
    const visitor = await office.visitor(DESK);
    const { page } = visitor;
    await open(visitor);
    await write(visitor, 'Query', '{ ');
    await page.keyboard.type('exchangeF');
    await page.getByRole('option', { name: /^exchangeFee/ }).waitFor();
    await visitor.expectSound('explorer-completing');
    await editor(visitor, 'Query').press('Control+End');
    await page.keyboard.press('Control+Space');
    await page.getByRole('option', { name: /^exchangeFee/ }).click();
    await page.keyboard.press('Control+End');
    await editor(visitor, 'Query').evaluate(writeAndRun, ' }');
    await result(visitor).getByText(/^Answered in \d+ ms$/).waitFor();
    await result(visitor).getByText('"exchangeFee":').waitFor();
    // Typed over what is chosen, a bracket stands around it.
    await write(visitor, 'Variables', '"first": 2');
    await page.keyboard.press('Control+a');
    await page.keyboard.type('{');
    expect(await editor(visitor, 'Variables').textContent()).toBe('{"first": 2}');
    await write(visitor, 'Variables', ' ');
    await editor(visitor, 'Query').click();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Tab');
    expect(await editor(visitor, 'Query').evaluate((one) => one.getRootNode().activeElement === one)).toBe(false);

    await write(visitor, 'Query', 'query($first: Int) { markets(first: $first) { edges { cursor } } nothing }');
    await write(visitor, 'Variables', '{"first": "two"}');
    await editor(visitor, 'Query').locator('.cm-lintRange-error').first().waitFor();
    await editor(visitor, 'Variables').locator('.cm-lintRange-error').filter({ hasText: '"two"' }).waitFor();
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await result(visitor).getByText(/^Answered with errors in/).waitFor();
    await result(visitor).getByText('Cannot query field').waitFor();
    await write(visitor, 'Variables', '{"first": ');
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await result(visitor).getByText('Variables are no JSON').waitFor();
    await visitor.expectSound('explorer-refused');
    await page.getByRole('tab', { name: 'History' }).click();
    await page.getByRole('button', { name: 'query exchangeFee' }).click();
    expect(await editor(visitor, 'Query').textContent()).toContain('exchangeFee');
  });

  it('keeps each letter, however fast they come', async () => {
    const visitor = await office.visitor(DESK);
    await open(visitor);
    for (const name of ['Query', 'Variables'] as const) {
      await write(visitor, name, ' ');
      await editor(visitor, name).evaluate(writeFast, LETTERS);
      expect(await editor(visitor, name).textContent()).toBe(` ${LETTERS}`);
    }
  });

  it('asks before it changes anything, and names the request', async () => {
    const visitor = await office.member('Exploring', TELEPHONE);
    const { page } = visitor;
    await open(visitor);
    await page.getByRole('button', { name: 'Reserve', exact: true }).click();
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.getByRole('heading', { name: 'Run mutation Reserve?' }).waitFor();
    await visitor.expectSound('explorer-asks');
    const key = await page.getByLabel('Idempotency key').inputValue();
    expect(key).toMatch(/^[0-9a-f]{32}$/);
    await page.getByRole('button', { name: 'Do not run it' }).click();
    await result(visitor).getByText('Nothing was run yet').waitFor();
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.getByLabel('Idempotency key').fill('my-first-reservation');
    await page.getByRole('button', { name: 'Run the mutation' }).click();
    await result(visitor).getByText('"ReserveSuccess"').waitFor();
    expect(await editor(visitor, 'Variables').textContent()).toContain('my-first-reservation');
    await visitor.expectSound('explorer-reserved');
  });

  it('listens until it is stopped, tells strangers what is open to all, and explains each type', async () => {
    const visitor = await office.visitor(DESK);
    const { page } = visitor;
    await open(visitor);
    await page.getByRole('button', { name: 'Follow the depth' }).click();
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await result(visitor).getByText('Event 1,').waitFor();
    await result(visitor).getByText('"depthChanged"').waitFor();
    await visitor.expectSound('explorer-listening');
    await page.getByRole('button', { name: 'Stop' }).click();
    await result(visitor).getByText('Stopped.').waitFor();
    await page.getByText('Asked by nobody').click();
    await page.getByText('Everything about the market is open to all').waitFor();
    await page.getByLabel('Search types and fields').fill('depthCha');
    await page.getByRole('button', { name: 'Subscription.depthChanged' }).click();
    await page.getByText('The book of a market for one window').waitFor();
    await page.getByRole('button', { name: 'MarketDepth!' }).click();
    await page.getByRole('button', { name: 'MarketDepth', exact: true }).waitFor();
    await visitor.expectSound('explorer-explained');
    await page.getByLabel('API key instead').fill('hk_not-a-key');
    await page.getByRole('button', { name: 'Use the key' }).click();
    await page.getByText('Asked with the API key you pasted').waitFor();
    expect(await page.evaluate(() => JSON.stringify({ ...(globalThis as any).localStorage, ...(globalThis as any).sessionStorage }))).not.toContain('hk_not');
  });
});
