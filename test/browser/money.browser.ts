import { ReconciliationService } from '../../src/billing/application/reconciliation/reconciliation.service.js';
import { DAY_MS, floorToGrid, type Duration, type Instant } from '../../src/kernel/time.js';
import { Database } from '../../src/platform/database/prisma.js';
import type { ApiClient } from '../support/app.js';
import { DESK, TELEPHONE, TestOffice, type Visitor } from '../support/browser.js';
import { changeAndRemove, KEY, makeTeamAndKey, reachBudget, refuseUnknownKey, setBudget, spend, TEAM } from '../support/budget-page.js';
import { Finance } from '../support/finance.js';
import { copiesWhole, saysBothTimes } from '../support/page-values.js';
import { triesWhatGoesWrong } from '../support/stand-in-page.js';
import { setsTerms } from '../support/terms-page.js';
import { Payouts } from '../support/payouts.js';
import { clockOf, HOUR } from '../support/trading.js';
import { until } from '../support/until.js';

/** A server and a browser, on a machine that may be busy. */
const OPEN_WITHIN_MS = 240_000;
let office: TestOffice;
let payouts: Payouts;
let admin: ApiClient;

beforeAll(async () => {
  office = await TestOffice.open();
  ({ payouts, admin } = await Payouts.in(office.app));
}, OPEN_WITHIN_MS);
afterAll(() => office.close());

describe('a seller', () => {
  let seller: Visitor;

  it('sets up payouts on a page that says it is a test', async () => {
    seller = await office.as(payouts.market.provider, DESK);
    const { page } = seller;
    await page.goto('/app/finance/payouts');
    await page.getByText('What you earn goes to your wallet').waitFor();
    await page.getByRole('button', { name: 'Set up payouts (TEST)' }).click();
    await page.getByRole('heading', { name: 'TEST: the stand-in for Stripe' }).waitFor();
    await page.getByRole('button', { name: 'Complete onboarding' }).click();
    await page.getByText('What is due is paid out every day').first().waitFor();
  });

  it('sees what is payable from when on, spends some of it here, and has the rest paid out', async () => {
    const { page } = seller;
    await payouts.sell(2);
    await payouts.nextDay();
    await until(() => payouts.books(payouts.market.provider, 'payable'), (payable) => payable > 1_000_000n);
    await payouts.days(3);
    await page.reload();
    await page.getByLabel('Spend here instead').fill('some');
    await page.getByRole('button', { name: 'Move to the wallet' }).click();
    await page.getByText('is no amount').waitFor();
    await page.getByLabel('Spend here instead').fill('100000');
    await page.getByRole('button', { name: 'Move to the wallet' }).click();
    await page.getByText('More than what is payable').waitFor();
    await page.getByLabel('Spend here instead').fill('1');
    await page.getByRole('button', { name: 'Move to the wallet' }).click();
    await page.getByText(/^It is in your wallet/).waitFor();
    await payouts.setRule(admin, 1_000_000_000n, 0);
    await page.getByRole('button', { name: /^Pay out \$[1-9]/ }).click();
    await page.getByText(/payouts begin at/).waitFor();
    await payouts.setRule(admin, 1_000_000n, 0);
    await page.getByText('from $1.00 USD on').waitFor();
    await page.getByRole('button', { name: /^Pay out \$[1-9]/ }).click();
    await page.getByText('Paid', { exact: true }).waitFor();
    await page.getByRole('button', { name: /^What it pays/ }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('rowheader', { name: 'Proceeds' }).first().waitFor();
    await seller.expectSound('payout-lines');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  });

  it('is told what came back', async () => {
    const operator = await office.as(admin, DESK);
    const { page } = operator;
    // Made by hand in Stripe's dashboard: in no books.
    await payouts.stripe.paymentIntents.create({
      ...{ amount: 4_200, currency: 'usd', payment_method: 'pm_card_visa', confirm: true },
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    });
    const today = floorToGrid(clockOf(office.app).now(), DAY_MS);
    await clockOf(office.app).advance((DAY_MS + 3 * HOUR) as Duration);
    await office.app.application.get(ReconciliationService).reconcile(today as Instant);
    await page.goto('/app/admin/payments');
    await page.getByText('Stripe answered everything').waitFor();
    const [{ payoutId = '' }] = (await payouts.payouts(payouts.market.provider)).slice(-1) as [Record<string, string>];
    // As after two hours without an answer; Stripe has it all the same.
    const unanswered = { status: 'needs_review', failureCode: 'server-error' };
    await office.app.application.get(Database).stripeCall.update({ where: { callId: payoutId }, data: unanswered });
    await page.reload();
    await page.getByRole('rowheader', { name: 'Create transfer' }).waitFor();
    await operator.expectSound('admin-payments-review');
    await page.getByRole('button', { name: /^Say what became of it/ }).click();
    const verdict = page.getByRole('dialog');
    await verdict.getByText('It is looked at under Stripe’s id').waitFor();
    await verdict.getByLabel('Stripe’s id').fill('tr_never');
    await verdict.getByLabel('How it is known').fill('Seen in the dashboard');
    await verdict.getByRole('button', { name: 'Say so' }).click();
    await verdict.locator('.issue').filter({ hasText: 'Stripe has something else than that' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /^Ask Stripe again about the payout/ }).click();
    await page.getByText('Stripe did it').waitFor();
    await page.getByRole('button', { name: /^Note what it is/ }).click();
    await page.getByRole('button', { name: 'Note it' }).click();
    await page.getByText('is empty or too long').waitFor();
    await page.getByLabel('What it is').fill('A charge that was made by hand');
    await page.getByRole('button', { name: 'Note it' }).click();
    await page.getByRole('cell', { name: 'A charge that was made by hand' }).waitFor();
    await page.getByLabel('Payout', { exact: true }).fill('none');
    await page.getByLabel('Amount').fill('0.001');
    await page.getByRole('button', { name: 'Take it back' }).click();
    await page.getByText('is no amount that Stripe moves').waitFor();
    await page.getByLabel('Payout', { exact: true }).fill(payoutId);
    await page.getByLabel('Amount').fill('1');
    await page.getByLabel('Why').fill('A refund');
    await page.getByRole('button', { name: 'Take it back' }).click();
    await page.getByText('Stripe is asked for $1.00 USD').waitFor();
    const pocket = await office.as(payouts.market.provider, { ...TELEPHONE, timezoneId: 'Asia/Kolkata', hasTouch: true, permissions: ['clipboard-read', 'clipboard-write'] });
    await pocket.page.goto('/app/finance/payouts');
    await pocket.page.getByText('Partly reversed').waitFor();
    await pocket.settled();
    await pocket.expectStill('payouts-telephone');
    await pocket.expectSound('payouts-telephone');
    await copiesWhole(pocket);
    await saysBothTimes(pocket);
  });
});

it('operators set the terms of a customer, and of when a seller is paid', () => setsTerms(office, admin));

it('what goes wrong with payments is tried on a page of operators', () => triesWhatGoesWrong(office, admin));

describe('a buyer with a card', () => {
  let buyer: Visitor;
  let cardholder: ApiClient;

  it('gives it on a page that says it is a test, and is told when it is declined or not given', async () => {
    cardholder = await office.app.signUp('Cardholder');
    buyer = await office.as(cardholder, DESK);
    const { page } = buyer;
    await page.goto('/app/finance/payment-methods');
    await page.getByText('No card is saved').waitFor();
    await page.getByRole('button', { name: 'Add a card (TEST)' }).click();
    await page.getByRole('heading', { name: 'TEST: the stand-in for Stripe' }).waitFor();
    await page.getByRole('link', { name: 'Go back without a card' }).click();
    await page.getByText('nothing was saved').waitFor();
    await page.getByRole('button', { name: 'Add a card (TEST)' }).click();
    await page.getByRole('button', { name: 'TEST Card that is declined' }).click();
    await page.getByText('That card was declined').waitFor();
    await page.getByRole('button', { name: 'TEST Card that is saved' }).click();
    await page.getByRole('rowheader', { name: '0341' }).waitFor();
    await page.getByRole('button', { name: 'Turn it on' }).waitFor();
    await page.getByLabel('Add (USD)').fill('a lot');
    await page.getByRole('button', { name: 'Turn it on' }).click();
    await page.getByText('is no amount').waitFor();
    await page.getByLabel('Add (USD)').fill('0.001');
    await page.getByRole('button', { name: 'Turn it on' }).click();
    await page.getByText('whole cents').first().waitFor();
    await buyer.expectSound('payment-methods-refused');
  });

  it('removes it, and has nothing charged by itself', async () => {
    const { page } = buyer;
    await page.getByRole('button', { name: /^Remove Visa/ }).click();
    await page.getByRole('button', { name: 'Remove this card' }).click();
    await page.getByText('No card is saved').waitFor();
  });

  it('gives a card at a hold, is told there that it is refused, and pays with another', async () => {
    const { page } = buyer;
    const { market } = payouts;
    const from = Math.ceil((clockOf(office.app).now() - market.start) / HOUR) + 1;
    const listingId = await market.list(from, from + 1, 1, 7_000_000);
    await page.goto(`/app/reserve/${listingId}`);
    await page.getByRole('button', { name: 'Reserve', exact: true }).click();
    await page.getByText('Held for you until').waitFor();
    const byCard = page.getByRole('region', { name: 'Pay by card' });
    await byCard.getByRole('button', { name: 'Give a card (TEST)' }).click();
    await page.getByRole('link', { name: 'Go back without a card' }).click();
    await byCard.getByText('You came back without giving a card').waitFor();
    await byCard.getByRole('button', { name: 'Give a card (TEST)' }).click();
    await page.getByRole('button', { name: 'TEST Card that is saved' }).click();
    await byCard.getByRole('button', { name: 'Pay by Visa ····0341' }).click();
    await byCard.getByText('Nothing was charged, and the hold stands').waitFor();
    await byCard.getByRole('button', { name: 'Another card (TEST)' }).click();
    await page.getByRole('button', { name: 'TEST Mastercard' }).click();
    await byCard.getByLabel('Charge').selectOption('Mastercard ····4444');
    await buyer.expectSound('hold-cards');
    await byCard.getByRole('button', { name: 'Pay by Mastercard ····4444' }).click();
    await page.getByText(/^Paid; the wallet holds/).waitFor();
  });

  it('names another card first, and sends money back, at a telephone', async () => {
    const pocket = await office.as(cardholder, TELEPHONE);
    const { page } = pocket;
    await page.goto('/app/finance/payment-methods');
    await page.getByRole('button', { name: /^Make default Mastercard/ }).click();
    await page.getByText('Mastercard ····4444 is offered first').waitFor();
    await page.getByRole('button', { name: /^Refund/ }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Amount (USD)').fill('7000');
    await dialog.getByRole('button', { name: 'Send it back' }).click();
    await dialog.locator('.refusal').waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: /^Remove Visa/ }).click();
    await page.getByRole('button', { name: 'Remove this card' }).click();
    await page.getByText(/is not charged any more/).waitFor();
    await pocket.expectSound('payment-methods-telephone');
  });
});

describe('limits and approvals', () => {
  it('are set, asked about, and decided by somebody else', async () => {
    const desk = await Finance.open(office.app);
    const { finance, trader } = await desk.company('A company whose name is as long as names of companies sometimes are', 10);
    const keeper = await office.as(finance, DESK);
    const { page } = keeper;
    await page.goto('/app/finance/limits');
    await page.getByText('Nothing waits for an approval').waitFor();
    await page.getByRole('button', { name: 'Set a limit' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Who').selectOption('The whole organization');
    await dialog.getByLabel('In a UTC day (USD)').fill('a lot');
    await dialog.getByRole('button', { name: 'Save the limits' }).click();
    await dialog.getByText('is no amount').waitFor();
    await keeper.expectSound('limits-refused');
    await dialog.getByLabel('In a UTC day (USD)').fill('5');
    await dialog.getByLabel('Wait for an approval above (USD)').fill('0.001');
    await dialog.getByRole('button', { name: 'Save the limits' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('rowheader', { name: 'The whole organization' }).waitFor();
    await page.getByLabel('A month may cost (USD)').fill('100');
    await page.getByLabel('Tell me at % spent').fill('soon');
    await page.getByRole('button', { name: 'Set the budget' }).click();
    await page.getByText('is no list of percentages').waitFor();
    await page.getByLabel('Tell me at % spent').fill('50, 100');
    await page.getByRole('button', { name: 'Set the budget' }).click();
    await page.getByText(/^0 % of the budget: what was delivered/).waitFor();
    await page.getByText('Told at % spent: none → 50, 100').waitFor();
    const { reservationId } = await desk.hold(trader);
    expect(await desk.pay(trader, reservationId)).toMatchObject({ code: 'NEEDS_APPROVAL' });
    await page.getByRole('button', { name: /^Look and decide/ }).click();
    await dialog.getByText('Throughput').waitFor();
    await keeper.expectSound('approval');
    await dialog.getByLabel('A note for who asked').fill('Go on');
    await dialog.getByRole('button', { name: 'Approve and buy' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByText('“Go on”').waitFor();
    expect(await desk.pay(trader, (await desk.hold(trader)).reservationId)).toMatchObject({ code: 'NEEDS_APPROVAL' });
    await page.getByRole('button', { name: /^Look and decide/ }).click();
    await dialog.getByRole('button', { name: 'Refuse' }).click();
    await page.getByText('Refused: nothing is bought').waitFor();
    expect(await desk.bid(trader, 4_321)).toMatchObject({ code: 'NEEDS_APPROVAL' });
    await page.getByRole('button', { name: /^Look and decide.*A bid/ }).click();
    await dialog.getByText('A bid in the market. It is placed once you approve.').waitFor();
    await dialog.getByText('$0.004321').nth(1).waitFor();
    await keeper.expectSound('approval-of-bid');
    await dialog.getByRole('button', { name: 'Approve and buy' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('row', { name: /A bid.*Approved/ }).waitFor();
    await page.getByRole('button', { name: /^Remove the limits of: The whole/ }).click();
    await page.getByRole('button', { name: 'Take the limits away' }).click();
    await page.getByText('No limits').waitFor();
    const pocket = await office.as(trader, TELEPHONE);
    await pocket.page.goto('/app/finance/limits');
    await pocket.page.getByText('“Go on”').waitFor();
    await pocket.page.getByText('No limits').waitFor();
    await pocket.expectSound('limits-telephone');
  });
});

describe('budgets', () => {
  it('of a team, a member and a key are set, tell when they are reached, are changed and removed', async () => {
    const desk = await Finance.open(office.app);
    const owner = await desk.market.buyer('A company with budgets', 10);
    const { teamId, program } = await makeTeamAndKey(owner);
    const keeper = await office.as(owner, DESK);
    const { page } = keeper;
    await page.goto('/app/finance/limits');
    await page.getByText('No team, member or key has a budget').waitFor();
    const budgets = [[`Team ${TEAM}`, 'spent'], ['Owner', 'committed'], [`Key ${KEY}`, 'committed']] as const;
    for (const [whose, measure] of budgets) await setBudget(keeper, { whose, measure, usd: '0.001' });
    await refuseUnknownKey(keeper);
    await spend(desk, { owner, program: program(office.app.stranger()), teamId });
    for (const [whose] of budgets) await reachBudget(keeper, whose);
    await keeper.expectSound('budgets');
    const pocket = await office.as(owner, TELEPHONE);
    await pocket.page.goto('/app/finance/limits');
    await reachBudget(pocket, `Key ${KEY}`);
    await pocket.settled();
    await pocket.expectStill('budgets-telephone');
    await pocket.expectSound('budgets-telephone');
    for (const [whose] of budgets) await changeAndRemove(keeper, whose);
    await page.getByText('No team, member or key has a budget').waitFor();
  });
});
