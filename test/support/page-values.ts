import type { Locator } from 'playwright-core';
import type { Visitor } from './browser.js';
import { HOUR } from './trading.js';

/** An id is short to the eye and whole on the clipboard, and its button says that it is there. */
export async function copiesWhole({ page }: Visitor): Promise<void> {
  const id = page.locator('.id').filter({ has: page.getByRole('button', { name: 'Copy the id of the transfer' }) }).first();
  const whole = (await id.locator('code').getAttribute('title')) ?? '';
  expect(whole).toMatch(/^tr_.{8}/);
  expect(await id.locator('code').textContent()).toBe(`…${whole.slice(-8)}`);
  // It says so for a moment: whoever looks from outside may be late.
  expect(await id.getByRole('button').evaluate(pressAndListen)).toBe('Copied');
  expect(await page.evaluate(() => (globalThis as any).navigator.clipboard.readText())).toBe(whole);
}

/** Runs in the page: what the button is called next. */
const pressAndListen = (button: any): Promise<string> =>
  new Promise((done) => {
    const { MutationObserver } = globalThis as any;
    new MutationObserver(() => done(button.getAttribute('aria-label'))).observe(button, { attributes: true, attributeFilter: ['aria-label'] });
    button.click();
  });

/** A time is UTC and says so; whoever points at it, touches it or comes to it by keyboard reads it as on the wall of where they are. */
export async function saysBothTimes({ page }: Visitor): Promise<void> {
  const card = page.getByRole('tooltip');
  const inRow = page.locator('main td time, main th time').first();
  const alone = page.locator('main time[tabindex="0"]').first();
  await inRow.hover();
  await expectLocal(inRow, card);
  await page.keyboard.press('Escape');
  await card.waitFor({ state: 'detached' });
  await alone.focus();
  await expectLocal(alone, card);
  expect(await alone.getAttribute('aria-describedby')).toBe(await card.getAttribute('id'));
  await inRow.tap();
  await expectLocal(inRow, card);
  await page.getByRole('heading', { level: 1 }).tap();
  await card.waitFor({ state: 'detached' });
  // Rows have no places for the keyboard by the hundred: there one says that one wants both.
  expect(await inRow.getAttribute('tabindex')).toBe(null);
  await page.getByRole('button', { name: /^Account of/ }).press('Enter');
  await page.getByRole('menuitemcheckbox', { name: 'Local times beside UTC' }).press('Enter');
  await inRow.getByText('GMT+5:30').waitFor();
}

async function expectLocal(time: Locator, card: Locator): Promise<void> {
  await card.waitFor();
  const at = (await time.getAttribute('datetime')) ?? '';
  expect(await time.textContent()).toBe(`${at.slice(0, 16).replace('T', ' ')} UTC`);
  const onWall = new Date(Date.parse(at) + 5.5 * HOUR);
  const clock = `${onWall.getUTCHours() % 12 || 12}:${String(onWall.getUTCMinutes()).padStart(2, '0')}`;
  const said = (await card.textContent()) ?? '';
  expect(said).toContain(`${onWall.getUTCFullYear()}, ${clock}:`);
  expect(said).toContain('GMT+5:30');
}

/** What is known of a promise, and from what, however one comes to its level. */
export async function tellsEvidence({ page }: Visitor, how: 'hover' | 'tap' | 'press'): Promise<void> {
  await page.goto('/');
  const level = page.getByRole('button', { name: 'Evidence L1' }).first();
  if (how === 'press') await level.press('Enter');
  else await level[how]();
  await page.getByText('Nothing yet of profile version 1').waitFor();
}

/** In its place, where a browser shows PDF within a page. */
export async function showsDocument({ page }: Visitor, at: string): Promise<void> {
  await page.goto(at);
  await page.getByRole('button', { name: 'Show the document' }).click();
  await page.frameLocator('iframe').locator('embed, body').first().waitFor();
  await page.getByRole('button', { name: 'Hide the document' }).click();
}

/** The planner says what is wrong with a file that is no demand, and does not read one that is far too large. */
export async function refusesFiles({ page }: Visitor): Promise<void> {
  const upload = page.locator('input[type=file]');
  await upload.setInputFiles({ name: 'photo.csv', mimeType: 'text/csv', buffer: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0xff]) });
  await page.getByText('photo.csv is no text').waitFor();
  await upload.setInputFiles({ name: 'year.csv', mimeType: 'text/csv', buffer: Buffer.alloc(2_000_000, '1500\n') });
  await page.getByText('year.csv has 2.0 MB, and was not read').waitFor();
}

/** Hours of a calendar: only whole, and in words with the hour where one is, for whoever points at one. */
export async function showsHoursToCome({ page }: Visitor, marketId: string): Promise<void> {
  let goOn = (): void => undefined;
  const held = new Promise<void>((done) => {
    goOn = done;
  });
  await page.route('**/graphql', async (route) => {
    const { query, variables } = route.request().postDataJSON();
    if (query.includes('query Availability') && variables.after !== null) await held;
    return route.continue();
  });
  await Promise.all([
    page.waitForRequest((request) => /query Availability.*"after":"/s.test(request.postData() ?? '')),
    page.goto(`/?market=${encodeURIComponent(marketId)}`),
  ]);
  await page.getByRole('row').getByRole('link', { name: 'Reserve' }).first().waitFor();
  expect(await page.locator('.calendar').count()).toBe(0);
  goOn();
  const last = page.locator('.calendar tr:last-child td:last-child');
  expect(await last.getAttribute('data-shade')).not.toBe('0');
  await last.hover();
  const card = page.getByRole('tooltip');
  await card.getByText(/^\d{4}-\d{2}-\d{2} 23:00 UTC: [\d,.]+k? tokens\/s, from /).waitFor();
  await card.getByText('Where you are').waitFor();
}
