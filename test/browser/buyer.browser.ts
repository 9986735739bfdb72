import { SeedService } from '../../src/identity/application/seed.service.js';
import { TELEPHONE, TestOffice, type Visitor } from '../support/browser.js';
import { extendsWhatIsHeld, givesItBack, rebooksByItself } from '../support/page-holder.js';
import { placesSeveral } from '../support/page-orders.js';
import { resellsOtherwise } from '../support/page-resale.js';
import { HOUR, poolInput, Trading } from '../support/trading.js';

const MARKET = 'llama-3.3-70b@fp8';
let office: TestOffice;
let market: Trading;
let buyer: Visitor;
let listingId: string;

beforeAll(async () => {
  office = await TestOffice.open();
  const curtailment = { reclaimNoticeHours: null, outagePenalty: 2_000, reclaimPenalty: 0 };
  market = await Trading.open(office.app, { terms: { ...poolInput(0).terms, curtailment } });
  listingId = await market.list(0, 240, 10_000);
  buyer = await office.member('Startup');
});
afterAll(() => office.close());

/** A field's time some hours later. */
const later = (field: string, hours: number) =>
  new Date(Date.parse(`${field}Z`) + hours * HOUR).toISOString().slice(0, 16);

const openOffer = async ({ page }: Visitor) => {
  await page.getByRole('row', { name: MARKET }).first().getByRole('link', { name: 'Reserve' }).click();
  await page.getByRole('heading', { name: `Reserve ${MARKET}`, level: 1 }).waitFor();
};

const fill = async ({ page }: Visitor, fields: Readonly<Record<string, string>>) => {
  for (const [name, value] of Object.entries(fields)) await page.getByLabel(name, { exact: true }).fill(value);
};

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
    await page.getByText('$1.00 USD is in your wallet').waitFor();
    await buyer.figure('Available', '$1.00').waitFor();
    await buyer.expectSound('wallet');
  });

  it('reserves; what is left is offered instead of too much', async () => {
    const { page } = buyer;
    await buyer.goTo('Market');
    await page.getByRole('button', { name: MARKET }).click();
    await page.waitForURL(/market=llama-3.3-70b%40fp8/);
    await page.getByText('cerebras-wse-3 · us-west-2').waitFor();
    await openOffer(buyer);
    const start = await page.getByLabel('Start (UTC)').inputValue();
    await fill(buyer, { 'End (UTC)': later(start, 1.5), 'Tokens per second': '1500' });
    await page.getByRole('region', { name: 'Cost' }).getByText('$2.25').first().waitFor();
    await page.getByRole('button', { name: 'Reserve', exact: true }).click();
    await page.getByRole('button', { name: 'Use this window' }).click();
    await fill(buyer, { 'End (UTC)': later(start, 4), 'Tokens per second': '10001' });
    await page.getByRole('button', { name: 'Reserve', exact: true }).click();
    await page.getByText('10,000 tokens/s are left throughout this window').waitFor();
    await buyer.expectSound('reserve-refused');
    await page.getByLabel('Tokens per second', { exact: true }).fill('1500');
    await page.getByRole('region', { name: 'Cancellation' }).getByText('$3.00').first().waitFor();
    await page.getByRole('button', { name: 'Reserve', exact: true }).click();
    await page.getByText('Held for you until').waitFor();
  });

  it('cannot pay without money, can with it, and an answer that got lost does no harm', async () => {
    const { page } = buyer;
    await page.getByRole('button', { name: 'Pay $6.00 USD' }).click();
    await page.getByText('The wallet holds $1.00 USD and $6.00 USD are due: top up').waitFor();
    expect(await page.getByLabel('Amount').inputValue()).toBe('5.00');
    await buyer.expectSound('hold-refused');

    const keys: string[] = [];
    let sentAgain = (): void => undefined;
    const again = new Promise<void>((done) => {
      sentAgain = done;
    });
    await page.route('**/graphql', async (route) => {
      const { query, variables } = route.request().postDataJSON();
      // Whoever looks at the wallet meanwhile would hear that the money is there, and not be asked for it again.
      if (query.includes('query Wallet') && keys.length === 1) await again;
      if (!query.includes('topUpWallet')) return route.continue();
      keys.push(variables.key);
      // It reaches the exchange, but nobody hears so.
      await route.fetch();
      if (keys.length === 1) return route.fulfill({ status: 502, body: '' });
      sentAgain();
      return route.continue();
    });
    await page.getByLabel('Amount').fill('50');
    await page.getByRole('button', { name: 'Top up (TEST)' }).click();
    await page.getByText('The exchange does not answer. Nothing is lost: try again.').waitFor();
    expect(buyer.complaints.splice(0).join()).toContain('502');
    await page.getByRole('button', { name: 'Top up (TEST)' }).click();
    await page.getByText('$50.00 USD is in your wallet').waitFor();
    await page.unroute('**/graphql');
    expect(new Set(keys).size).toBe(1);
    await page.getByRole('button', { name: 'Pay $6.00 USD' }).click();
    await page.getByText('Paid; the wallet holds $45.00 USD').waitFor();
    await page.getByText('Scheduled').waitFor();
  });

  it('has an address, a key and a snippet to paste', async () => {
    const { page } = buyer;
    await page.getByText(`${office.app.url}/v1`, { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Make a key' }).click();
    await page.getByText('This key is shown once').waitFor();
    await page.getByRole('tab', { name: 'Python' }).click();
    await page.getByText('from openai import OpenAI').waitFor();
    await page.getByText('Chain of title').click();
    await page.getByText('Sold by the provider').waitFor();
    await buyer.expectSound('reservation');
  });

  it('resells a rectangle that it draws; another buys it, and a bid waits for more', async () => {
    const { page } = buyer;
    const resell = page.getByRole('region', { name: 'Resell' });
    const box = (await resell.locator('svg').first().boundingBox())!;
    await page.mouse.move(box.x + box.width * 0.55, box.y + 4);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.95, box.y + box.height * 0.6, { steps: 4 });
    await page.mouse.up();
    const [start, end] = [await resell.getByLabel('Start (UTC)').inputValue(), await resell.getByLabel('End (UTC)').inputValue()];
    expect(Date.parse(`${end}Z`) - Date.parse(`${start}Z`)).toBe(2 * HOUR);
    await resell.getByLabel('Tokens per second').fill('1500');
    await resell.getByLabel('Price').fill('0.002');
    await page.getByRole('button', { name: 'Offer for resale' }).click();
    await page.getByText('Offered: it is on the market now').waitFor();

    const other = await office.member('Nightowl', TELEPHONE);
    await other.page.getByText('resale, hop 1').waitFor();
    await other.page.getByRole('row', { name: 'resale' }).getByRole('link', { name: 'Reserve' }).click();
    await other.page.getByLabel('Tokens per second', { exact: true }).fill('1500');
    await other.page.getByRole('button', { name: 'Reserve', exact: true }).click();
    await other.page.getByRole('button', { name: 'Pay $6.00 USD' }).waitFor();
    await other.page.getByText('Missing').waitFor();
    await other.page.getByLabel('Amount').fill('100');
    await other.page.getByRole('button', { name: 'Top up (TEST)' }).click();
    await other.page.getByText('$100.00 USD is in your wallet').waitFor();
    await other.page.getByRole('button', { name: 'Pay $6.00 USD' }).click();
    await other.page.getByText('Chain of title').click();
    await other.page.getByText('Resold, hop 1').waitFor();
    await other.expectSound('narrow-reservation');
    await bid(other);
  });

  const bid = async (other: Visitor) => {
    const { page } = other;
    await other.goTo('Bid');
    const ticket = page.getByRole('region', { name: 'Order ticket' });
    await ticket.getByLabel('Tokens per second').fill('1.5');
    await ticket.getByText('is no quantity; accepted:').waitFor();
    await ticket.getByLabel('Tokens per second').fill('700');
    await ticket.getByLabel('Limit').fill('1000');
    await ticket.getByText('sets more aside than the wallet holds').waitFor();
    await ticket.getByLabel('Limit').fill('0.0005');
    await ticket.getByText('fills nothing: all of it would wait').waitFor();
    await page.getByRole('button', { name: 'Place the bid' }).click();
    await page.getByText('It waits with 700 tokens/s').waitFor();
    await page.getByText('Place 1. No estimate').waitFor();
    await other.expectSound('narrow-bid');
    await page.getByRole('button', { name: 'Cancel this bid' }).click();
    await page.getByText('is free again').waitFor();
  };

  it('resells post-only and by auction; what is wrong is said at its field', () => resellsOtherwise(office, market, listingId));

  it('places several bids in one go, each with its own answer', () => placesSeveral(office, market));

  it('gives a reservation back at the price that is on show', async () => {
    const { page } = buyer;
    await buyer.goTo('Market');
    await openOffer(buyer);
    const start = await page.getByLabel('Start (UTC)').inputValue();
    await fill(buyer, {
      ...{ 'Start (UTC)': later(start, 96), 'End (UTC)': later(start, 97), 'Tokens per second': '200' },
    });
    await page.getByRole('button', { name: 'Reserve', exact: true }).click();
    await page.getByRole('button', { name: 'Pay $0.20 USD' }).click();
    await page.getByText('Scheduled').waitFor();
    await extendsWhatIsHeld(buyer);
    await rebooksByItself(buyer);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Cancel for $0.00 USD' }).waitFor();
    await buyer.expectSound('cancel');
    await page.getByRole('button', { name: 'Cancel for $0.00 USD' }).click();
    await page.getByText('Cancelled: $0.20 USD is on its way to your wallet').waitFor();
    await page.getByText('Cancelled', { exact: true }).waitFor();
  });

  it('hands a part to a team', async () => {
    const { page } = buyer;
    await buyer.goTo('My capacity');
    await page.getByRole('row', { name: 'Scheduled' }).getByRole('link').click();
    await page.getByRole('button', { name: 'Transfer' }).click();
    await page.getByLabel('Name of the team').fill('Search');
    await page.getByRole('button', { name: 'Make a team' }).click();
    await page.getByLabel('To team').waitFor();
    const dialog = page.getByRole('dialog');
    const handOver = async () => {
      await dialog.getByLabel('Tokens per second').fill('500');
      await dialog.getByRole('button', { name: 'Transfer', exact: true }).click();
      await page.getByText('transferred', { exact: true }).waitFor();
    };
    await buyer.expectSound('transfer');
    await handOver();
    await givesItBack(buyer);
    await page.getByRole('button', { name: 'Transfer' }).click();
    await handOver();
  });
});

describe('a holder whose provider fails', () => {
  it('sees what was taken back, and the money for it', async () => {
    const outage = { poolId: market.poolId, window: market.window(0, 1), quantity: '10000', cause: 'OUTAGE' };
    await market.provider.mustMutate('curtailPool', 'CurtailPoolInput', outage);
    const { page } = buyer;
    await buyer.goTo('My capacity');
    await page.getByRole('row', { name: '1,500' }).getByRole('link').click();
    await page.getByText('comes back, and').first().waitFor();
    await buyer.expectSound('reservation-curtailed');
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
    await buyer.expectSound('wallet-after');
    await buyer.goTo('Finance');
    await buyer.page.getByRole('link', { name: 'Line by line' }).click();
    await buyer.page.getByRole('rowheader', { name: 'Delivery' }).first().waitFor();
    const [download] = await Promise.all([
      buyer.page.waitForEvent('download'),
      buyer.page.getByRole('link', { name: /^CSV of/ }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^headroom-draft-\d{4}-\d\d\.csv$/);
    await buyer.goTo('My capacity');
    await buyer.page.getByText('Completed').first().waitFor();
    await buyer.page.getByRole('button', { name: 'Sold' }).click();
    await buyer.page.getByText('resale').waitFor();
    await buyer.expectSound('capacity-sold');
  });
});
