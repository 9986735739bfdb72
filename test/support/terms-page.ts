import type { ApiClient } from './app.js';
import { DESK, type TestOffice } from './browser.js';

const limitOf = async (client: ApiClient): Promise<unknown> => (await client.ask('{ creditLine { limit termDays } }')).data?.['creditLine'];

/** Operators grant a customer a line, change and withdraw it, and set when a seller is paid; what is none is refused at its field. */
export async function setsTerms(office: TestOffice, admin: ApiClient): Promise<void> {
  const customer = await office.app.signUp('Terms Taker');
  const operator = await office.as(admin, DESK);
  const { page } = operator;
  await page.goto('/app/admin?name=terms+taker');
  await page.getByRole('button', { name: 'Terms… of Terms Taker' }).click();
  const dialog = page.getByRole('dialog', { name: 'Terms of Terms Taker' });
  const line = dialog.getByRole('region', { name: 'Credit line' });
  await line.getByText('There is none').waitFor();
  await operator.expectSound('terms-none');
  await line.getByLabel('Limit (USD)').fill('lots');
  await line.getByRole('button', { name: 'Grant the credit line' }).click();
  await line.getByText('is no amount; accepted:').waitFor();
  await line.getByLabel('Limit (USD)').fill('2,500');
  await line.getByLabel('Days from an invoice until it is due').fill('181');
  await line.getByRole('button', { name: 'Grant the credit line' }).click();
  await line.getByText('1 to 180').nth(1).waitFor();
  expect(await limitOf(customer)).toEqual({ limit: null, termDays: null });
  await line.getByLabel('Days from an invoice until it is due').fill('45');
  await line.getByRole('button', { name: 'Grant the credit line' }).click();
  await line.getByRole('button', { name: 'Change the credit line' }).waitFor();
  expect(await limitOf(customer)).toEqual({ limit: '2500000000', termDays: 45 });
  await operator.expectSound('terms-line');

  const rule = dialog.getByRole('region', { name: 'When it is paid out' });
  await rule.getByLabel('From how much on (USD)').fill('0.005');
  await rule.getByLabel('Days held back').fill('3');
  await rule.getByRole('button', { name: 'Set the rule' }).click();
  await rule.locator('[aria-invalid=true]').waitFor();
  await rule.getByLabel('From how much on (USD)').fill('25');
  await rule.getByRole('button', { name: 'Set the rule' }).click();
  await page.getByText('Terms Taker is paid by this rule from now on').waitFor();
  const { data } = await customer.ask('{ payoutAccount { rule { minimum holdBackDays } } }');
  expect(data?.['payoutAccount'].rule).toEqual({ minimum: '25000000', holdBackDays: 3 });

  await line.getByRole('button', { name: 'Withdraw it…' }).click();
  await page.getByRole('button', { name: 'Withdraw the credit line' }).click();
  await line.getByText('There is none').waitFor();
  expect(await limitOf(customer)).toEqual({ limit: null, termDays: null });
}
