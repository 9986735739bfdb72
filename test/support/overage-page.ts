import type { Locator } from 'playwright-core';
import { ROLL_UP_AFTER } from '../../src/metering/application/usage.definition.js';
import { usd } from '../../web/ui/format.js';
import type { ApiClient, TestApp } from './app.js';
import { TELEPHONE, type TestOffice, type Visitor } from './browser.js';
import { organizationOf } from './finance.js';
import { gatewayRecord, recordAll } from './gateway-records.js';
import { clockOf, iso } from './trading.js';
import { until } from './until.js';
import { makeKey } from './usage.js';

/** A reservation, and an hour of it that is over. */
interface Used {
  readonly app: TestApp;
  readonly buyer: ApiClient;
  /** Whose gateway says no tier. */
  readonly provider: ApiClient;
  readonly reservationId: string;
  readonly servedAt: number;
}

/** In which order they are told. */
const GROUPS = [
  ['Input', 'Batch'],
  ['Input', 'Standard'],
  ['Input', 'Not reported'],
  ['Cached input', 'Standard'],
  ['Output', 'Batch'],
  ['Output', 'Standard'],
  ['Output', 'Not reported'],
  ['Reasoning', 'Standard'],
] as const;
const KINDS = '{ ledgerEntries(first: 20) { edges { node { kind } } } }';

/** More than 1,500 tokens/s in an hour, charged: of every class, at two tiers, and some that nobody says a tier of. */
export async function useMore({ app, buyer, provider, reservationId, servedAt }: Used): Promise<void> {
  const whose = { organizationId: await organizationOf(buyer), reservationId, servedAt };
  await recordAll(app, [
    gatewayRecord(whose, { tier: 'standard', counts: { input: 3_000_007n, cachedInput: 1_000_003n, output: 5_200_001n, reasoning: 700_000n } }),
    gatewayRecord(whose, { tier: 'batch', counts: { input: 400_000n, cachedInput: 0n, output: 900_000n, reasoning: 0n } }),
  ]);
  const data = { reservationId, inputTokens: 12_345, outputTokens: 54_321 };
  const event = { specversion: '1.0', type: 'ai.headroom.usage.v1', source: '/own', id: 'own-1', time: iso(servedAt), data };
  const headers = { 'content-type': 'application/cloudevents+json', authorization: `Bearer ${await makeKey(provider, ['USAGE_WRITE'])}` };
  const reported = await fetch(`${app.url}/v1/usage`, { method: 'POST', headers, body: JSON.stringify(event) });
  expect(reported.status).toBe(202);
  await clockOf(app).advance(ROLL_UP_AFTER);
  await until(() => buyer.ask(KINDS), ({ data }) => data?.['ledgerEntries'].edges.some(({ node }: any) => node.kind === 'OverageCharged'));
}

/** Micro-USD of cells that show all six places. */
async function amountsIn(table: Locator): Promise<readonly bigint[]> {
  return (await table.locator('.money').allTextContents()).map((text) => BigInt(text.replace(/[^\d-]/g, '')));
}

const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((all, one) => all + one, 0n);

/** At the desk that stands at an invoice, and at a telephone that comes to it. */
export async function tellOverage(office: TestOffice, desk: Visitor): Promise<void> {
  await tellsOverage(desk, 'invoice');
  const pocket = await office.as(await office.clientOf(desk), TELEPHONE);
  await pocket.page.goto(new URL(desk.page.url()).pathname);
  await pocket.page.getByRole('region', { name: 'Overage' }).waitFor();
  await pocket.expectStill('invoice-telephone');
  await tellsOverage(pocket, 'invoice-telephone');
}

/** To its last column, without scrolling aside. */
async function seesWhole(table: Locator): Promise<void> {
  const over = await table.evaluate((one) => Math.round(one.getBoundingClientRect().right - one.closest('dialog').getBoundingClientRect().right));
  expect(over).toBeLessThan(0);
}

/** What was used above a reservation is told by tokens and tier, on the invoice and of the line that charges it; both come to the charge. */
async function tellsOverage(visitor: Visitor, name: string): Promise<void> {
  const { page } = visitor;
  const section = page.getByRole('region', { name: 'Overage' });
  const line = page.getByRole('table', { name: /^Lines of/ }).getByRole('row', { name: /^Overage/ });
  const [charge = 0n] = await amountsIn(line);
  expect(charge).toBeGreaterThan(0n);
  const rows = section.getByRole('row').filter({ has: page.getByRole('rowheader') });
  expect(await rows.getByRole('rowheader').allTextContents()).toEqual(GROUPS.map(([tokens]) => tokens));
  for (const [index, [, tier]] of GROUPS.entries()) await rows.nth(index).getByText(tier, { exact: true }).waitFor();
  expect(sum(await amountsIn(section.locator('tbody')))).toBe(charge);
  await section.getByText(`${usd(charge)} of the charges are for use above`).waitFor();
  await visitor.expectSound(name);
  await line.getByRole('button', { name: 'Evidence' }).click();
  const dialog = page.getByRole('dialog');
  const parts = dialog.getByRole('table', { name: 'By tokens and tier' });
  await parts.getByText('4,500,001').waitFor();
  await seesWhole(parts);
  expect(sum(await amountsIn(parts.locator('tbody')))).toBe(charge);
  expect(await amountsIn(parts.locator('tfoot'))).toEqual([charge]);
  await dialog.getByText('Overage charged').waitFor();
  await visitor.settled();
  await visitor.expectSound(`${name}-overage-evidence`);
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
}
