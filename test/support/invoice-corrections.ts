import { TaxBooks } from '../../src/billing/application/tax/tax-books.service.js';
import type { ApiClient, TestApp } from './app.js';
import type { Visitor } from './browser.js';
import { replace } from './payments.js';
import { until } from './until.js';

/** The invoice of the month of an instant, which stays unpaid until what is returned is called. */
export async function issueUnpaid(app: TestApp, client: ApiClient, at: number): Promise<() => void> {
  const letSettle = replace(app.application.get(TaxBooks), 'charge', () => () => Promise.reject(new Error('not yet')));
  const month = new Date(at).toISOString().slice(0, 7);
  // What was delivered last may not be booked yet; asked again under a new key.
  await until(() => client.mutate('issueInvoice', 'IssueInvoiceInput', { month }), ({ __typename }) => __typename === 'IssueInvoiceSuccess');
  return letSettle;
}

const parts = ({ page }: Visitor) => {
  const dialog = page.getByRole('dialog');
  return { page, dialog, see: dialog.getByRole('button', { name: 'See what it does' }), reason: dialog.getByLabel('Why') };
};

async function open({ page }: Visitor, customer: string): Promise<void> {
  await page.goto('/app/admin/invoices');
  await page.getByRole('row').filter({ hasText: customer }).getByRole('link', { name: /^HR-/ }).click();
  await page.getByRole('heading', { name: /^Invoice HR-/ }).waitFor();
}

/** Tries what a person would, sees what it does, types on, sees it again, and does it. */
export async function makeVoidOf(customer: string, admin: Visitor): Promise<void> {
  const { page, dialog, see, reason } = parts(admin);
  await page.goto('/app/admin/invoices');
  await page.getByRole('row').filter({ hasText: customer }).getByText('Issued', { exact: true }).waitFor();
  await admin.expectSound('admin-invoices');
  await open(admin, customer);
  await page.getByRole('button', { name: 'Make it void' }).click();
  await see.click();
  await dialog.getByText('is empty, too long or not printable').waitFor();
  await reason.fill('Sent to the wrong address');
  await dialog.getByText('is empty, too long or not printable').waitFor({ state: 'detached' });
  await reason.fill('x'.repeat(501));
  await see.click();
  await dialog.getByText('accepted: 1 to 500 printable characters, in one line').waitFor();
  await reason.fill('Sent to the wrong address');
  await see.click();
  await dialog.getByText('Nothing is posted').waitFor();
  await admin.expectSound('admin-invoice-void');
  // Only what was seen can be done.
  await reason.fill('Sent to a wrong address');
  await dialog.getByText('Nothing is posted').waitFor({ state: 'detached' });
  await see.click();
  await dialog.getByRole('button', { name: /^Make HR-\d{4}-\d{6} void$/ }).click();
  await page.getByText('Made void: Sent to a wrong address').waitFor();
  await page.getByRole('button', { name: 'Make it void' }).waitFor({ state: 'detached' });
}

export async function refuseToVoidPaid(customer: string, admin: Visitor): Promise<void> {
  const { page, dialog, see, reason } = parts(admin);
  await open(admin, customer);
  await page.getByRole('button', { name: 'Make it void' }).click();
  await reason.fill('It is paid');
  await see.click();
  await dialog.locator('[data-code=INVOICE_PAID]').waitFor();
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
}

export async function giveBack(customer: string, admin: Visitor): Promise<void> {
  const { page, dialog, see, reason } = parts(admin);
  await page.getByRole('button', { name: /^Give back/ }).first().click();
  const amount = dialog.getByLabel('Amount (USD)');
  const refused = async (typed: string, why: string): Promise<void> => {
    await amount.fill(typed);
    await see.click();
    await dialog.locator('.field', { has: page.getByLabel('Amount (USD)') }).getByText(why).waitFor();
  };
  await reason.fill('An hour was not served');
  for (const typed of ['', 'ten', '0.0000001']) await refused(typed, 'is no amount');
  for (const typed of ['0', '-1']) await refused(typed, 'is not above zero');
  await refused('1000000', 'is more than is left of what was charged; accepted: at most $');
  await admin.expectSound('admin-credit-note-refused');
  await amount.fill('0.5');
  await reason.fill(' ');
  await see.click();
  await dialog.getByText('is empty, too long or not printable').waitFor();
  await reason.fill('An hour was not served');
  await see.click();
  await dialog.getByRole('region', { name: `Books of ${customer}` }).getByText('Transfer received').waitFor();
  await admin.expectSound('admin-credit-note');
  await dialog.getByRole('button', { name: 'Issue the credit note' }).click();
  await dialog.waitFor({ state: 'detached' });
  await page.getByRole('rowheader', { name: /^CN-\d{4}-000001$/ }).waitFor();
  await admin.expectSound('admin-invoice');
}

/** From the list of credit notes to the invoice, which names it in turn. */
export async function findCreditNote(customer: Visitor): Promise<void> {
  const { page } = customer;
  await page.goto('/app/finance/invoices');
  await page.getByRole('table', { name: 'Credit notes' }).getByRole('link', { name: /^HR-/ }).click();
  await page.getByRole('table', { name: 'Credit notes for this invoice' }).getByText('An hour was not served').waitFor();
  await customer.expectSound('invoice-credited');
}

/** One that is void says so, shows what it charged, and leads to what its month has instead. */
export async function findVoid(customer: Visitor): Promise<void> {
  const { page } = customer;
  await page.goto('/app/finance/invoices');
  await page.getByRole('row', { name: 'Void' }).getByRole('link', { name: /^HR-/ }).click();
  await page.getByRole('heading', { name: /^Invoice HR-/ }).waitFor();
  await page.getByRole('note').getByText(/^Void since .*: Sent to a wrong address$/).waitFor();
  await page.getByRole('table', { name: /^Lines of HR-/ }).getByRole('rowheader', { name: 'Delivery' }).first().waitFor();
  await customer.expectSound('invoice-void');
  await page.getByRole('note').getByRole('link', { name: /^the draft of/ }).click();
  await page.getByRole('heading', { name: /^Invoice of/ }).waitFor();
  await page.getByText('none: a draft').waitFor();
  await page.goto('/app/finance/invoices/HR-1999-000001');
  await page.getByText('You have no such invoice').waitFor();
}
