import type { Pool } from 'pg';
import { POOL } from '../../src/platform/platform.module.js';
import type { TestOffice, Visitor } from './browser.js';
import { until } from './until.js';

/** Of either side of an invoice; refused first for its country and its e-mail address, which is said at these fields. */
export async function fillProfile(visitor: Visitor, legalName: string, name: string): Promise<void> {
  const { page } = visitor;
  const save = page.getByRole('button', { name: 'Save the profile' });
  await page.getByLabel('Registered name').fill(legalName);
  await page.getByLabel('Street and number').fill('Musterweg 1');
  await page.getByLabel('Postal code').fill('10115');
  await page.getByLabel('City').fill('Berlin');
  await page.getByLabel('Country').fill('xx');
  await page.getByLabel(/^(Bills|Questions) go to$/).fill('nobody');
  await save.click();
  await page.getByText('accepted:').nth(1).waitFor();
  for (const field of [page.getByLabel('Country'), page.getByLabel(/^(Bills|Questions) go to$/)]) {
    expect(await field.getAttribute('aria-invalid')).toBe('true');
  }
  await visitor.expectSound(`${name}-refused`);
  await page.getByLabel('Country').fill('de');
  await page.getByLabel(/^(Bills|Questions) go to$/).fill('bills@example.com');
  await save.click();
}

async function askForInvoice({ page }: Visitor, month: string): Promise<void> {
  await page.goto('/app/finance/exports');
  await page.getByLabel('What').selectOption('E_INVOICES');
  await page.getByLabel('Month (UTC)').fill(month);
  await page.getByRole('button', { name: 'Make the file' }).click();
  await page.getByText('The exchange’s is missing').waitFor();
  expect(await page.getByText('Your organization’s is missing').count()).toBe(0);
}

/** An invoice was issued before anybody said whom it is from: who is no administrator is told whom to ask, who is one gets there and says it. */
export async function sayWhomInvoicesAreFrom(office: TestOffice, owner: Visitor, month: string): Promise<void> {
  const { page } = owner;
  await askForInvoice(owner, month);
  await page.getByText('ask whoever runs the exchange to fill it in').waitFor();
  await owner.expectSound('exports-no-issuer');
  await page.goto('/app/admin/profile');
  await page.getByText('Your role does not allow this').waitFor();
  await office.app.application.get<Pool>(POOL).query('UPDATE member SET is_platform_admin = true');
  // Who somebody is, is believed for a moment.
  await until(() => page.request.get('/admin/jobs'), (response) => response.status() === 200);
  await askForInvoice(owner, month);
  await page.getByRole('link', { name: 'fill in the exchange profile' }).click();
  await page.getByText('no customer can have an e-invoice made').waitFor();
  await owner.expectSound('admin-profile-missing');
  await fillProfile(owner, 'Headroom Exchange GmbH', 'admin-profile');
  await page.getByText('Headroom Exchange GmbH issues invoices from now on').waitFor();
  await page.getByText('no customer can have an e-invoice made').waitFor({ state: 'detached' });
  await page.reload();
  await page.getByRole('link', { name: 'Exchange profile' }).waitFor();
  await until(() => page.getByLabel('Country').inputValue(), (country) => country === 'DE');
  await owner.expectSound('admin-profile');
}
