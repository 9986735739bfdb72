import { DAY_MS, endOfMonth, monthOf, plus, SECOND_MS, type Instant } from '../../src/kernel/time.js';
import { DESK, PASSWORD, TELEPHONE, type TestOffice, type Visitor } from './browser.js';
import { exported } from './exports.js';
import { clockOf } from './trading.js';
import { until } from './until.js';

// Where a way ends: what it says of why, and of what now.

export async function signsIn({ page }: Visitor, email: string): Promise<void> {
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: /^Account of/ }).waitFor();
}

/** A link that was used, was withdrawn or was never one: all three say the same, so nobody learns which. */
export async function joinsOnceOnly(visitor: Visitor, link: string): Promise<void> {
  const { page } = visitor;
  await page.goto(link);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Join' }).click();
  await page.getByText('This invitation is unknown, withdrawn or used: ask an owner for a new one').waitFor();
  await visitor.expectSound('invite-over');
}

/** Who opens a link after its seven days learns that, and when they were over; with a new invitation the same page lets them in. */
export async function comesTooLate(office: TestOffice, ownerEmail: string): Promise<void> {
  const first = await invitesLate(office, ownerEmail);
  const late = await office.visitor(TELEPHONE);
  const { page } = late;
  await page.goto(`/app/invite#token=${encodeURIComponent(first.token)}`);
  await clockOf(office.app).advanceTo(Date.parse(first.expiresAt) as Instant);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Join' }).click();
  await page.getByText(`This invitation ran out at ${first.expiresAt.slice(0, 16).replace('T', ' ')} UTC: ask an owner for a new one`).waitFor();
  await late.expectSound('invite-ran-out');
  await page.getByLabel('Invitation').fill((await invitesLate(office, ownerEmail)).token);
  await page.getByRole('button', { name: 'Join' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await signsIn(late, 'late@example.com');
}

/** Signed in anew each time: a session that was idle for half a day is over. */
async function invitesLate(office: TestOffice, ownerEmail: string): Promise<{ readonly token: string; readonly expiresAt: string }> {
  const owner = office.app.stranger();
  await owner.mustMutate('signIn', 'SignInInput', { email: ownerEmail, password: PASSWORD });
  const input = { name: 'Late', email: 'late@example.com', role: 'TRADER' };
  return owner.mustMutate('inviteMember', 'InviteMemberInput', input, { fields: '... on InviteMemberSuccess { token expiresAt }' }) as never;
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

/** Of a month in which there was no organization there is no draft either: the page says which is its first. */
export async function sayMonthWasBefore(office: TestOffice, visitor: Visitor): Promise<void> {
  const { page } = visitor;
  const { data } = await (await office.clientOf(visitor)).ask('{ viewer { organization { createdAt } } }');
  const first = data?.['viewer'].organization.createdAt.slice(0, 7);
  await page.goto('/app/finance/invoices/2001-01');
  await page.getByText('Your organization did not exist in 2001-01').waitFor();
  await page.getByText(`It signed up in ${first}, the first month`).waitFor();
  await visitor.expectSound('invoice-before');
  await page.getByRole('link', { name: `The first month, ${first}` }).click();
  await page.getByRole('heading', { name: `Invoice of ${first}` }).waitFor();
  await page.getByRole('link', { name: `CSV of ${first}` }).waitFor();
}

/** Of a month that is closed without an invoice it says since when; so does the list of files, of one that is final. */
export async function sayMonthIsClosed(office: TestOffice): Promise<void> {
  const quiet = await office.member('Quiet', DESK);
  const client = await office.clientOf(quiet);
  const clock = clockOf(office.app);
  await client.mustMutate('topUpWallet', 'TopUpWalletInput', { amount: '1000000', paymentMethod: 'pm_card_visa' });
  const month = monthOf(clock.now());
  await clock.advanceTo(plus(endOfMonth(clock.now()), 45 * DAY_MS + SECOND_MS));
  const closedAt = async (): Promise<unknown> => (await client.ask('query($month: String!) { invoice(month: $month) { closedAt } }', { month })).data?.['invoice'].closedAt;
  await until(closedAt, (at) => at !== null);
  await exported(office.app, client, { dataset: 'LEDGER_ENTRIES', format: 'CSV', month });
  const { page } = quiet;
  await page.goto(`/app/finance/invoices/${month}`);
  await page.getByText(`Nothing was charged in ${month}`).waitFor();
  await page.getByText('The month is closed without an invoice since').waitFor();
  await quiet.expectSound('invoice-none');
  await page.getByRole('link', { name: 'Its files' }).click();
  await page.getByText('final, closed without an invoice').waitFor();
  await quiet.expectSound('exports-final');
}
