import { JobQueues } from '../../src/platform/queue/job-queues.js';
import { DESK, PASSWORD, TELEPHONE, TestOffice, type Visitor } from '../support/browser.js';
import { fillProfile, sayWhomInvoicesAreFrom } from '../support/exchange-profile.js';
import { findCreditNote, findVoid, giveBack, issueUnpaid, makeVoidOf, refuseToVoidPaid } from '../support/invoice-corrections.js';
import { appoint } from '../support/operators.js';
import { tellOverage, useMore } from '../support/overage-page.js';
import { joinsOnceOnly, sayMonthHasNotBegun, sayMonthIsClosed, sayMonthWasBefore, signsIn } from '../support/page-ends.js';
import { showsDocument } from '../support/page-values.js';
import { POPULATED_WITHIN_MS } from '../support/populated-office.js';
import { HOUR, iso, Trading } from '../support/trading.js';
import { until } from '../support/until.js';

/** Sixty characters without a space: nobody is called that, and somebody will be. */
const LONG_NAME = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunternehmen GmbH';
let office: TestOffice;
let market: Trading;
let owner: Visitor;
let later: Awaited<ReturnType<Trading['buyer']>>;

/** A month that is over, with what was delivered in it, and one that runs. */
beforeAll(async () => {
  office = await TestOffice.open();
  market = await Trading.open(office.app);
  const listingId = await market.list(0, 240, 10_000);
  owner = await office.member('Ledgerdomain', DESK);
  const buyer = await office.clientOf(owner);
  const topUp = (amount: string) => buyer.mustMutate('topUpWallet', 'TopUpWalletInput', { amount, paymentMethod: 'pm_card_visa' });
  await topUp('500000000');
  for (const hour of [0, 3]) await market.buy(buyer, listingId, hour, hour + 2, 1_500);
  const reservationId = await market.buy(buyer, listingId, 6, 8, 1_500);
  later = await market.buyer('Later');
  await market.buy(later, listingId, 9, 11, 1_500);
  // More lines than a page of the API holds: the table shows those near the screen.
  await Promise.all(Array.from({ length: 40 }, () => topUp('1000000')));
  await market.pass(24);
  const booked = `{ invoice(month: "${new Date(market.start).toISOString().slice(0, 7)}") { lines { kind } } ledgerEntries(first: 90) { edges { cursor } } }`;
  await useMore({ app: office.app, buyer, provider: market.provider, reservationId, servedAt: market.start + 6 * HOUR });
  // What follows from a delivery, and from forty payments, follows a moment later.
  await until(() => buyer.ask(booked), ({ data }) => data?.['invoice'].lines.length >= 3 && data?.['ledgerEntries'].edges.length >= 90);
}, POPULATED_WITHIN_MS);
afterAll(() => office.close());

describe('finance', () => {
  it('has what there is, and what this month comes to', async () => {
    const { page } = owner;
    await owner.goTo('Finance');
    await owner.figure('Available', '$').waitFor();
    await page.getByText('charged so far, a draft').waitFor();
    await owner.expectSound('finance');
    await page.getByRole('link', { name: 'Line by line' }).click();
    await page.getByRole('heading', { name: /^Invoice of \d{4}-\d\d$/ }).waitFor();
  });

  it('leads from a line of an invoice to the event, the books and the use', async () => {
    const { page } = owner;
    // The first reservation's, of which no use was reported: lines that were booked together are in no order of their own.
    const served = iso(market.start).slice(0, 16).replace('T', ' ');
    await page.getByRole('row').filter({ hasText: served }).getByRole('button', { name: /^Evidence of Delivery/ }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Delivery settled').waitFor();
    await dialog.getByRole('rowheader', { name: 'clearing' }).or(dialog.getByRole('cell', { name: 'clearing' })).first().waitFor();
    await dialog.getByText('Nothing: capacity is charged for').waitFor();
    await owner.expectSound('invoice-evidence');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    const [csv] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: /^CSV of/ }).click()]);
    expect(csv.suggestedFilename()).toMatch(/^headroom-draft-\d{4}-\d\d\.csv$/);
  });

  it('tells what was used above a reservation by tokens and tier, at a desk and at a telephone', () => tellOverage(office, owner));

  it('has every line of the ledger, and what is behind it', async () => {
    const { page } = owner;
    await page.getByRole('link', { name: 'Ledger', exact: true }).click();
    await page.getByText(/^\d+ lines, newest first$/).waitFor();
    const rows = Number(await page.getByRole('table', { name: 'Ledger' }).getAttribute('aria-rowcount'));
    expect(rows).toBeGreaterThan(80);
    expect(await page.getByRole('row').count()).toBeLessThan(rows);
    await owner.expectSound('ledger');
    await page.getByLabel('Account').selectOption('escrow');
    await page.waitForURL(/account=escrow/);
    await page.getByRole('button', { name: /^What is behind line/ }).last().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Escrow funded').waitFor();
    await dialog.getByText('mutation:payReservation').or(dialog.getByText(/^reaction/)).first().waitFor();
    await owner.expectSound('ledger-transaction');
    await dialog.getByRole('button', { name: 'All about this reservation' }).click();
    await page.waitForURL(/reservation=/);
    await dialog.waitFor({ state: 'detached' });
    await page.getByLabel('Reservation').fill('none of mine');
    await page.getByText('No line is like that').waitFor();
    await page.getByRole('button', { name: 'Clear' }).click();
  });

  it('says who is billed; what is wrong is said at its field', async () => {
    const { page } = owner;
    await page.getByRole('link', { name: 'Billing profile' }).click();
    await page.getByText('There is none yet').waitFor();
    await fillProfile(owner, LONG_NAME, 'billing-profile');
    await page.getByText('is billed from now on').waitFor();
    await owner.expectSound('billing-profile');
  });

  it('makes files, says how far they are, and hands out links', async () => {
    const { page } = owner;
    await page.getByRole('link', { name: 'Exports' }).click();
    await page.getByLabel('What').selectOption('E_INVOICES');
    await page.getByRole('button', { name: 'Make the file' }).click();
    await page.getByText('The month has no invoice').or(page.getByText('no invoice yet')).first().waitFor();
    await owner.expectSound('exports-refused');
    await page.getByLabel('What').selectOption('LEDGER_ENTRIES');
    await page.getByLabel('As').selectOption('PARQUET');
    await page.getByRole('button', { name: 'Make the file' }).click();
    const file = page.getByRole('row', { name: 'Ledger, line by line' });
    await file.getByText('Ready').waitFor();
    const [download] = await Promise.all([page.waitForEvent('download'), file.getByRole('button', { name: 'Download' }).click()]);
    expect(download.suggestedFilename()).toMatch(/^headroom-ledger-entries-\d{4}-\d\d-draft\.parquet$/);
    await file.getByRole('button', { name: 'Again' }).click();
    await page.getByText('The file is being made again').waitFor();
    await page.getByText('Ready').nth(1).waitFor();
    await owner.expectSound('exports');
  });

  it('closes a month that is over, with a document to look at', async () => {
    const { page } = owner;
    const now = new Date(market.start + 24 * HOUR);
    await market.pass((Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1, 1) - market.start) / HOUR);
    await page.getByRole('link', { name: 'Invoices' }).click();
    await page.getByLabel('Month').fill(now.toISOString().slice(0, 7));
    await page.getByRole('button', { name: 'Open this month' }).click();
    await page.getByRole('button', { name: 'Close the month' }).click();
    await page.getByText(/^HR-\d{4}-\d{6}$/).first().waitFor();
    await showsDocument(await office.as(await office.clientOf(owner), { isWhole: true }), page.url());
    await page.getByRole('link', { name: 'Invoices' }).click();
    await page.getByRole('link', { name: /^HR-/ }).waitFor();
    await owner.expectSound('invoices');
    await sayMonthHasNotBegun(owner);
    await sayMonthWasBefore(office, owner);
  });
});

describe('settings', () => {
  it('invite a person by a link that works once, and give and take roles', async () => {
    const { page } = owner;
    await owner.goTo('Settings');
    await page.getByLabel('Name', { exact: true }).fill('Grace');
    await page.getByLabel('E-mail address').fill('nobody');
    await page.getByRole('button', { name: 'Invite' }).click();
    await page.getByText('accepted:').first().waitFor();
    await page.getByLabel('E-mail address').fill('grace@example.com');
    await page.getByRole('button', { name: 'Invite' }).click();
    const link = await page.locator('.notice .secret').textContent();
    await page.getByText('invited, has not come yet').waitFor();
    await owner.expectSound('settings-invited');
    const grace = await office.visitor(TELEPHONE);
    await grace.page.goto(link ?? '');
    await grace.page.getByLabel('Password').fill(PASSWORD);
    expect(new URL(grace.page.url()).hash).toBe('');
    await grace.page.getByRole('button', { name: 'Join' }).click();
    await grace.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await signsIn(grace, 'grace@example.com');
    await joinsOnceOnly(grace, link ?? '');
    await grace.page.goto('/app/finance');
    await grace.page.getByText('Your role does not allow this').waitFor();
    await grace.expectSound('finance-refused');
    await page.getByLabel('Role of Grace').selectOption('FINANCE');
    await page.getByText('Grace is finance now').waitFor();
    await grace.page.reload();
    await grace.page.getByRole('link', { name: 'Ledger' }).waitFor();
    await page.getByLabel('Role of Ada').selectOption('VIEWER');
    await page.getByText('This is the last owner').waitFor();
    await owner.expectSound('settings');
    await page.getByRole('button', { name: 'Remove Grace' }).click();
    await page.getByText('Grace is signed out everywhere at once').waitFor();
    await owner.expectSound('settings-remove');
    await page.getByRole('button', { name: 'Remove this person' }).click();
    await page.getByText('Grace is no member any more').waitFor();
  });

  it('make keys that are shown once, and revoke them', async () => {
    const { page } = owner;
    await page.getByRole('link', { name: 'API keys' }).click();
    await page.getByText('No key yet').waitFor();
    await page.getByLabel('What it is for').fill('Nightly');
    await page.getByLabel('Days until it expires').fill('400');
    await page.getByRole('button', { name: 'Make the key' }).click();
    await page.getByText('is out of range').waitFor();
    await page.getByLabel('Days until it expires').fill('30');
    await page.getByRole('button', { name: 'Make the key' }).click();
    await page.getByText('Copy it now: it is shown once').waitFor();
    expect(await page.locator('.notice .secret').textContent()).toMatch(/^hr_/);
    await page.getByText('Live').waitFor();
    await owner.expectSound('keys');
    await page.getByRole('button', { name: 'Revoke Nightly' }).click();
    await page.getByRole('button', { name: 'Revoke this key' }).click();
    await page.getByText('Revoked', { exact: true }).waitFor();
    await page.reload();
    await page.getByText('Revoked', { exact: true }).waitFor();
    expect(await page.locator('.secret').count()).toBe(0);
  });

  it('have teams, sessions and what was done', async () => {
    const { page } = owner;
    await page.getByRole('link', { name: 'Teams' }).click();
    await page.getByLabel('Name of the team').fill('Search');
    await page.getByRole('button', { name: 'Make the team' }).click();
    await page.getByRole('button', { name: 'Rename Search' }).click();
    await page.getByLabel('New name').fill('Retrieval');
    await page.getByRole('button', { name: 'Rename', exact: true }).click();
    await page.getByRole('rowheader', { name: 'Retrieval' }).waitFor();
    await owner.expectSound('teams');
    const elsewhere = await office.visitor();
    await elsewhere.page.goto('/app/sign-in');
    await signsIn(elsewhere, 'ledgerdomain@example.com');
    await page.getByRole('link', { name: 'Sessions and password' }).click();
    await page.getByText('this one').waitFor();
    await owner.expectSound('sessions');
    await page.getByRole('button', { name: /^End the session/ }).click();
    await page.getByText('That session is over').waitFor();
    await elsewhere.page.reload();
    await elsewhere.page.getByRole('link', { name: 'Sign up' }).first().waitFor();
    await page.getByRole('link', { name: 'Audit trail' }).click();
    await page.getByText('api-key.revoked').waitFor();
    await page.getByRole('cell', { name: /^Ada/ }).first().waitFor();
    await owner.expectSound('audit-trail');
  });
});

describe('whoever runs the exchange', () => {
  let admin: Visitor;

  beforeAll(async () => {
    admin = await office.member('Operators', DESK);
    await appoint(office.app, 'Operators');
    const queues = await office.app.application.get(JobQueues).open();
    await queues.get('platform')?.add('sweep', { messageId: '0', payload: '{"what":"stairs"}' }, { jobId: 'stairs', attempts: 1 });
    // Who somebody is, is believed for a moment.
    await until(() => admin.page.request.get('/admin/jobs'), (response) => response.status() === 200);
    await admin.page.reload();
  });

  it('sees who signed up, and what they did', async () => {
    const { page } = admin;
    await admin.goTo('Administration');
    await page.getByRole('rowheader', { name: 'Ledgerdomain' }).waitFor();
    await admin.expectSound('admin');
    await page.getByLabel('Name', { exact: true }).fill('ledgerd');
    await page.getByText('1 organization', { exact: true }).waitFor();
    await page.getByRole('link', { name: /^What it did/ }).click();
    await page.getByRole('button', { name: 'api-key.revoked' }).click();
    await page.getByText('1 entry', { exact: true }).waitFor();
    for (const name of [/^Ada/, /^Ledgerdomain/, /^Nightly/]) await page.getByRole('cell', { name }).waitFor();
    await admin.expectSound('admin-audit');
  });

  it('makes an invoice void, once it was seen what that does', async () => {
    const letSettle = await issueUnpaid(office.app, later, market.start);
    await makeVoidOf('Later', admin);
    await findVoid(await office.as(later, DESK));
    letSettle();
  });

  it('gives back by a credit note what an invoice charged too much; every refusal stands at its field', async () => {
    await refuseToVoidPaid('Ledgerdomain', admin);
    await giveBack('Ledgerdomain', admin);
    await findCreditNote(owner);
  });

  it('runs again what failed', async () => {
    const { page } = admin;
    await page.getByRole('link', { name: 'Jobs' }).click();
    await page.getByText('no handler for job platform/sweep').waitFor();
    await admin.expectSound('admin-jobs');
    await page.getByRole('button', { name: 'Retry sweep' }).click();
    await page.getByText('sweep is run again').waitFor();
  });

  it('has the log checked, and the evidence beside the promise', async () => {
    const { page } = admin;
    await page.getByRole('link', { name: 'Verify' }).click();
    await page.getByText('Not checked from here yet').waitFor();
    await page.getByRole('button', { name: 'Check the log' }).click();
    await page.getByText('Holds', { exact: true }).waitFor({ timeout: 60_000 });
    await admin.expectSound('admin-verify');
    await page.getByRole('link', { name: 'Evidence' }).click();
    await page.getByText('declared by the provider').waitFor();
    await admin.expectSound('admin-evidence');
  });

  it('says whom invoices are from; whoever lacks an e-invoice for want of it is told where', () =>
    sayWhomInvoicesAreFrom(office, owner, new Date(market.start + 24 * HOUR).toISOString().slice(0, 7)));
});

it('a month in which nothing was charged says since when it is closed, and so do its files', () => sayMonthIsClosed(office));
