// `npm run screenshots -- FOLDER [--url URL] [--only NAME]`: every page that needs no id, and the first offer's, at 1440 and 390 px,
// light and dark, of the product that runs on PORT (or at URL), as the demo login sees it. For looking at; the good ones go into
// docs/images. Every page, with something of every kind on it: `SUITE=pictures`, docs/TESTING.md.
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { nameOf, roomsOf } from '../test/support/page-list.js';

const SIZES = { desk: { width: 1440, height: 900 }, telephone: { width: 390, height: 844 } };
const SCHEMES = ['light', 'dark'];
const MARKET = encodeURIComponent('qwen3-32b@fp8');

/** Beside the router's own list. */
const CHOSEN = ['market-chosen', `/?market=${MARKET}`];

function readOptions() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { url: { type: 'string' }, only: { type: 'string' } },
  });
  const [folder] = positionals;
  if (folder === undefined) throw new Error('say where to: npm run screenshots -- FOLDER');
  return { folder, only: values.only, url: values.url ?? `http://127.0.0.1:${process.env.PORT || 4_000}` };
}

async function signIn(page, login) {
  await page.goto('/app/sign-in');
  await page.getByLabel('E-mail address').fill(login.email);
  await page.getByLabel('Password').fill(login.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: /^Account of/ }).waitFor();
}

/** The page of the first offer, as a path. */
async function firstOffer(page) {
  const query = '{ listings(first: 1) { edges { node { listingId } } } }';
  const answer = await page.request.post('/graphql', { data: { query } });
  const [edge] = (await answer.json()).data.listings.edges;
  return edge === undefined ? [] : [['reserve', `/app/reserve/${encodeURIComponent(edge.node.listingId)}`]];
}

async function pagesFor(page) {
  const listed = (await roomsOf()).filter(({ path }) => !path.includes(':')).map(({ path }) => [nameOf(path), path]);
  return [...listed, CHOSEN, ...(await firstOffer(page))];
}

async function take(page, name, path, folder) {
  await page.goto(path);
  await page.locator('main h1').waitFor();
  await page.locator('main [aria-busy=true]').first().waitFor({ state: 'detached' });
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: join(folder, `${name}.png`) });
}

async function main() {
  const { folder, url, only } = readOptions();
  const login = JSON.parse(await readFile(join(process.env.DATA_DIR || '.headroom', 'demo-login.json'), 'utf8'));
  await mkdir(folder, { recursive: true });
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  });
  try {
    for (const [size, viewport] of Object.entries(SIZES)) {
      for (const colorScheme of SCHEMES) {
        const context = await browser.newContext({ baseURL: url, viewport, colorScheme, reducedMotion: 'reduce' });
        await context.addInitScript(() => localStorage?.setItem('headroom-tour', 'over'));
        const page = await context.newPage();
        await signIn(page, login);
        const pages = (await pagesFor(page)).filter(([name]) => only === undefined || name === only);
        for (const [name, path] of pages) await take(page, `${size}-${colorScheme}-${name}`, path, folder);
        console.log(`${size}, ${colorScheme}: ${pages.length} pages`);
        await context.close();
      }
    }
  } finally {
    await browser.close();
  }
}

await main();
