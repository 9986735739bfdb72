import { SeedService } from '../../src/identity/application/seed.service.js';
import { TELEPHONE, TestOffice, type Visitor } from '../support/browser.js';
import { HOUR, poolInput, Trading } from '../support/trading.js';

let office: TestOffice;
let market: Trading;
let buyer: Visitor;

beforeAll(async () => {
  office = await TestOffice.open();
  const curtailment = { reclaimNoticeHours: null, outagePenalty: 2_000, reclaimPenalty: 0 };
  market = await Trading.open(office.app, { terms: { ...poolInput(0).terms, curtailment } });
  await market.list(0, 240, 10_000);
  buyer = await office.member('Startup');
});
afterAll(() => office.close());

/** A field's time some hours later. */
const later = (field: string, hours: number) =>
  new Date(Date.parse(`${field}Z`) + hours * HOUR).toISOString().slice(0, 16);

describe('a buyer', () => {
  it('tops up with money that is plainly none', async () => {
    const { page } = buyer;
    await buyer.goTo('Wallet');
    await page.getByText('Payments are simulated here').waitFor();
    await page.getByLabel('TEST payment method').selectOption('pm_card_chargeDeclined');
    await page.getByRole('button', { name: 'Top up (TEST)' }).click();
    await page.getByText('The payment was declined').waitFor();
    await page.getByLabel('TEST payment method').selectOption('pm_card_visa');
    await page.getByLabel('Amount').fill('ten');
    await page.getByRole('button', { name: 'Top up (TEST)' }).click();
    await page.getByText('is no amount; accepted:').waitFor();
    await page.getByLabel('Amount').fill('1.00');
    await page.getByRole('button', { name: 'Top up (TEST)' }).click();
    await page.getByText('$1.00 is in your wallet').waitFor();
    await buyer.figure('Balance', '$1.00').waitFor();
    await buyer.expectSound('wallet');
  });

  it('reserves; what is left is offered instead of too much', async () => {
    const { page } = buyer;
    await buyer.goTo('Market');
    await page.getByLabel('Market').fill('llama-3.3-70b@fp8');
    await page.getByText('1 listing', { exact: true }).waitFor();
    await page.getByText('cerebras-wse-3 · us-west-2').waitFor();
    await buyer.expectSound('market');
    await page.getByRole('button', { name: 'Reserve llama-3.3-70b@fp8' }).click();
    const start = await page.getByLabel('Start (UTC)').inputValue();
    await page.getByLabel('End (UTC)').fill(later(start, 1.5));
    await page.getByLabel('Tokens per second', { exact: true }).fill('1500');
    await page.getByText('$2.25', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Reserve', exact: true }).click();
    await page.getByRole('button', { name: 'Use this window' }).click();
    await page.getByLabel('End (UTC)').fill(later(start, 4));
    await page.getByLabel('Tokens per second', { exact: true }).fill('10001');
    await page.getByRole('button', { name: 'Reserve', exact: true }).click();
    await page.getByText('10,000 tokens/s are left throughout this window').waitFor();
    await buyer.expectSound('reserve-refused');
    await page.getByLabel('Tokens per second', { exact: true }).fill('1500');
    await page.getByRole('button', { name: 'Reserve', exact: true }).click();
    await page.getByText('Held for you: pay $6.00').waitFor();
  });

  it('cannot pay without money, can with it, and an answer that got lost does no harm', async () => {
    const { page } = buyer;
    await page.getByRole('button', { name: 'Pay $6.00' }).click();
    await page.getByText('The wallet holds $1.00 and $6.00 are due: top up').waitFor();
    await buyer.expectSound('reservations-refused');
    await page.getByRole('link', { name: 'Top up the wallet' }).click();

    const keys: string[] = [];
    await page.route('**/graphql', async (route) => {
      const { query, variables } = route.request().postDataJSON();
      if (!query.includes('topUpWallet')) return route.continue();
      keys.push(variables.key);
      // It reaches the exchange, but nobody hears so.
      await route.fetch();
      return keys.length === 1 ? route.fulfill({ status: 502, body: '' }) : route.continue();
    });
    await page.getByLabel('Amount').fill('50');
    await page.getByRole('button', { name: 'Top up (TEST)' }).click();
    await page.getByText('The exchange does not answer. Nothing is lost: try again.').waitFor();
    expect(buyer.complaints.splice(0).join()).toContain('502');
    await page.getByRole('button', { name: 'Top up (TEST)' }).click();
    await page.getByText('$50.00 is in your wallet').waitFor();
    await page.unroute('**/graphql');
    expect(new Set(keys).size).toBe(1);
    await buyer.figure('Balance', '$51.00').waitFor();

    await buyer.goTo('Reservations');
    await page.getByRole('button', { name: 'Pay $6.00' }).click();
    await page.getByText('Paid; the wallet holds $45.00').waitFor();
    await page.getByText('Scheduled').waitFor();
    await page.getByText('Chain of title').click();
    await page.getByText('Sold by the provider').waitFor();
    await buyer.expectSound('reservations');
  });

  it('resells a part, which another buys; the chain of title shows both', async () => {
    const { page } = buyer;
    await page.getByRole('button', { name: 'Resell' }).click();
    const start = await page.getByLabel('Start (UTC)').inputValue();
    await page.getByLabel('Start (UTC)').fill(later(start, 2));
    await page.getByLabel('Price').fill('0.002');
    await buyer.expectSound('resell');
    await page.getByRole('button', { name: 'Offer for resale' }).click();
    await page.getByText('Offered: it is on the market now').waitFor();

    const other = await office.member('Nightowl', TELEPHONE);
    await other.page.getByText('resale, hop 1').waitFor();
    await other.expectSound('narrow-market');
    await other.goTo('Wallet');
    await other.page.getByRole('button', { name: 'Top up (TEST)' }).click();
    await other.page.getByText('$100.00 is in your wallet').waitFor();
    await other.expectSound('narrow-wallet');
    await other.goTo('Market');
    await other.page.getByRole('row', { name: 'resale' }).getByRole('button', { name: 'Reserve' }).click();
    await other.page.getByLabel('Tokens per second', { exact: true }).fill('1500');
    await other.expectSound('narrow-reserve');
    await other.page.getByRole('button', { name: 'Reserve', exact: true }).click();
    await other.page.getByRole('button', { name: 'Pay $6.00' }).click();
    await other.page.getByText('Chain of title').click();
    await other.page.getByText('Resold, hop 1').waitFor();
    await other.expectSound('narrow-reservations');
  });

  it('gives a reservation back at the price that is on show', async () => {
    const { page } = buyer;
    await buyer.goTo('Market');
    await page.getByRole('row').filter({ hasNotText: 'resale' }).getByRole('button', { name: 'Reserve' }).click();
    const start = await page.getByLabel('Start (UTC)').inputValue();
    await page.getByLabel('Start (UTC)').fill(later(start, 96));
    await page.getByLabel('End (UTC)').fill(later(start, 97));
    await page.getByLabel('Tokens per second', { exact: true }).fill('200');
    await page.getByRole('button', { name: 'Reserve', exact: true }).click();
    await page.getByRole('button', { name: 'Pay $0.20' }).click();
    const card = page.getByRole('article').filter({ hasText: '200 tokens/s' }).first();
    await card.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Cancel for $0.00' }).waitFor();
    await buyer.expectSound('cancel');
    await page.getByRole('button', { name: 'Cancel for $0.00' }).click();
    await page.getByText('Cancelled: $0.20 is on its way to your wallet').waitFor();
    await card.getByText('Cancelled', { exact: true }).waitFor();
  });
});

describe('a holder whose provider fails', () => {
  it('sees what was taken back, and the money for it', async () => {
    const outage = { poolId: market.poolId, window: market.window(0, 1), quantity: '10000', cause: 'OUTAGE' };
    await market.provider.mustMutate('curtailPool', 'CurtailPoolInput', outage);
    const { page } = buyer;
    await buyer.goTo('Wallet');
    await buyer.goTo('Reservations');
    await page.getByText('(outage): $1.50 comes back, and $0.30 as a penalty').waitFor();
    await buyer.expectSound('reservations-curtailed');
  });
});

describe('whoever runs the exchange', () => {
  it('moves a simulated clock; what was served is on an invoice', async () => {
    const { email, password } = await office.app.application.get(SeedService).ensureDemoLogin();
    const admin = await office.visitor();
    const { page } = admin;
    await page.goto('/app/wallet');
    await page.getByLabel('E-mail address').fill(email);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('simulated', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Advance' }).click();
    await admin.expectSound('clock');
    await page.getByRole('button', { name: '+ 1 day' }).click();
    await page.getByText(/^It is \d{4}-\d\d-\d\d \d\d:\d\d UTC now/).waitFor();
    await page.getByRole('button', { name: 'Advance' }).click();
    await page.getByRole('button', { name: '+ 1 day' }).click();

    await buyer.goTo('Wallet');
    await buyer.figure('In escrow', '$0.00').waitFor();
    await buyer.page.getByRole('cell', { name: 'Delivery' }).first().waitFor();
    const [download] = await Promise.all([
      buyer.page.waitForEvent('download'),
      buyer.page.getByRole('link', { name: /^CSV of/ }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^headroom-draft-\d{4}-\d\d\.csv$/);
    await buyer.expectSound('wallet-after');
    await buyer.goTo('Reservations');
    await buyer.page.getByText('Completed').first().waitFor();
    await buyer.page.getByRole('button', { name: 'Sold' }).click();
    await buyer.page.getByText('resale').waitFor();
    await buyer.expectSound('reservations-sold');
  });
});
