// `npm run screenshots -- FOLDER [--url URL] [--only NAME]`: most pages, at 1440 and 390 px, light and dark, of the product that
// runs on PORT (or at URL), as the demo login sees it. For looking at; the good ones go into docs/images.
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';

const SIZES = { desk: { width: 1440, height: 900 }, telephone: { width: 390, height: 844 } };
const SCHEMES = ['light', 'dark'];
const MARKET = encodeURIComponent('qwen3-32b@fp8');

/** Name and path; those of one offer and one reservation are asked for. */
const PAGES = [
  ['market', '/'],
  ['market-chosen', `/?market=${MARKET}`],
  ['bid', `/app/bid?market=${MARKET}`],
  ['auctions', '/app/auctions'],
  ['plan', '/app/plan'],
  ['capacity', '/app/capacity'],
  ['wallet', '/app/wallet'],
  ['finance', '/app/finance'],
  ['invoices', '/app/finance/invoices'],
  ['ledger', '/app/finance/ledger'],
  ['payment-methods', '/app/finance/payment-methods'],
  ['payouts', '/app/finance/payouts'],
  ['exports', '/app/finance/exports'],
  ['billing-profile', '/app/finance/profile'],
  ['settings', '/app/settings'],
  ['keys', '/app/settings/keys'],
  ['teams', '/app/settings/teams'],
  ['sessions', '/app/settings/security'],
  ['audit-trail', '/app/settings/audit'],
  ['pools', '/app/pools'],
  ['register-pool', '/app/pools/register'],
  ['admin', '/app/admin'],
  ['admin-evidence', '/app/admin/evidence'],
  ['admin-jobs', '/app/admin/jobs'],
  ['admin-payments', '/app/admin/payments'],
  ['admin-verify', '/app/admin/verify'],
  ['admin-audit', '/app/admin/audit'],
  ['docs', '/docs'],
  ['sign-in', '/app/sign-in'],
  ['sign-up', '/app/sign-up'],
  ['invite', '/app/invite'],
];

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
        const pages = [...PAGES, ...(await firstOffer(page))].filter(([name]) => only === undefined || name === only);
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
