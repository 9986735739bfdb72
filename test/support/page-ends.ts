import { PASSWORD, type Visitor } from './browser.js';

// Where a way ends: what it says of why, and of what now.

export async function signsIn({ page }: Visitor, email: string): Promise<void> {
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: /^Account of/ }).waitFor();
}

/** A link that was used, is over or was never one: all three say the same, so nobody learns which. */
export async function joinsOnceOnly(visitor: Visitor, link: string): Promise<void> {
  const { page } = visitor;
  await page.goto(link);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Join' }).click();
  await page.getByText('This invitation is unknown, over or used: ask an owner for a new one').waitFor();
  await visitor.expectSound('invite-over');
}

/** Of a month to come there is no draft to show, and none that costs nothing. */
export async function sayMonthHasNotBegun(visitor: Visitor): Promise<void> {
  const { page } = visitor;
  await page.goto('/app/finance/invoices/9999-12');
  await page.getByText('9999-12 has not begun').waitFor();
  await visitor.expectSound('invoice-to-come');
  await page.getByRole('link', { name: /^The draft of/ }).click();
  await page.getByText('none: a draft').waitFor();
}
