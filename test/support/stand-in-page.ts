import type { ApiClient } from './app.js';
import { DESK, TELEPHONE, type TestOffice, type Visitor } from './browser.js';
import { becomes, usd } from './card-money.js';
import { Payments } from './payments.js';

/** Lets a call fail, a payment be disputed and webhooks come late, twice and backwards, from the page of operators. */
export async function triesWhatGoesWrong(office: TestOffice, admin: ApiClient): Promise<void> {
  const payments = new Payments(office.app);
  const client = await office.app.signUp('Unlucky');
  const operator = await office.as(admin, DESK);
  const { page } = operator;
  await page.goto('/app/admin/payments');
  await page.getByRole('link', { name: 'Try what goes wrong (TEST)' }).click();
  await page.getByText('No money moves').waitFor();
  await page.getByLabel('What Stripe is asked for').selectOption('refunds.create');
  await page.getByLabel('Status').fill('200');
  await page.getByRole('button', { name: 'Let it fail (TEST)' }).click();
  await page.getByText('400 to 599').nth(1).waitFor();
  await page.getByLabel('What goes wrong').selectOption('CUT');
  await page.getByRole('button', { name: 'Let it fail (TEST)' }).click();
  await page.getByRole('row', { name: /refunds\.create.*Connection cut/ }).waitFor();
  await page.getByRole('button', { name: 'Let nothing fail' }).click();
  await page.getByText('Nothing fails now').waitFor();
  await page.getByRole('button', { name: 'Keep them back (TEST)' }).click();
  await page.getByText('They are kept back').waitFor();
  const { topUp } = await payments.topUp(client, 10);
  const [intent] = await payments.intentsOf(topUp.topUpId);
  await page.getByRole('button', { name: new RegExp(`^Dispute it.*${intent?.id}`) }).click();
  await page.getByRole('button', { name: /^Let it be won/ }).click();
  await page.getByRole('cell', { name: 'Won' }).waitFor();
  const half = await payments.topUp(client, 10);
  const [other] = await payments.intentsOf(half['topUp'].topUpId);
  await page.getByRole('button', { name: new RegExp(`^Dispute half of it.*${other?.id}`) }).click();
  await page.getByRole('button', { name: /^Let it be lost/ }).click();
  await page.getByRole('cell', { name: 'Lost' }).waitFor();
  await operator.expectSound('stand-in');
  await page.getByLabel('In which order').selectOption('REVERSED');
  await page.getByLabel('How often each').fill('2');
  await page.getByRole('button', { name: 'Send them (TEST)' }).click();
  await page.getByRole('row', { name: /charge\.dispute\.closed.*sent twice/ }).first().waitFor();
  await payments.settled();
  await becomes(client, { balance: usd(15), owed: '0' });
  const pocket = await office.as(admin, TELEPHONE);
  await pocket.page.goto('/app/admin/stand-in');
  await pocket.page.getByText('Each is sent as soon as it is made').waitFor();
  await pocket.settled();
  await pocket.expectStill('stand-in-telephone');
  await pocket.expectSound('stand-in-telephone');
  await isNowhereWithAKey(pocket);
}

/** As the server writes the page where Stripe itself is asked, and answers there. */
async function isNowhereWithAKey({ page }: Visitor): Promise<void> {
  await page.route('**/app/admin/*', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: (await response.text()).replace('content="simulated"', 'content="live"') });
  });
  await page.goto('/app/admin/payments');
  await page.getByRole('heading', { name: 'Differences' }).waitFor();
  expect(await page.locator('a[href="/app/admin/stand-in"]').count()).toBe(0);
  await page.route('**/graphql', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: (await response.text()).replace('"isAnswering":true', '"isAnswering":false') });
  });
  await page.goto('/app/admin/stand-in');
  await page.getByText('Stripe itself answers').waitFor();
}
