import { TELEPHONE, type TestOffice, type Visitor } from './browser.js';
import { HOUR, iso, type Trading } from './trading.js';

/** Minutes of UTC, as a field has them: hours after the market's start. */
const at = (market: Trading, hours: number): string => iso(market.start + hours * HOUR).slice(0, 16);

/** Besides a price for whoever comes: post-only beside a bid that waits, and by auction; what is wrong is said at its field. */
export async function resellsOtherwise(office: TestOffice, market: Trading, listingId: string): Promise<void> {
  const holder = await market.buyer('Holder');
  const reservationId = await market.buy(holder, listingId, 100, 104, 500);
  const patient = await market.buyer('Patient');
  const bid = { marketId: 'llama-3.3-70b@fp8', window: market.window(100, 101), quantity: '100', limitPrice: '500', timeInForce: 'GTC' };
  await patient.mustMutate('placeOrder', 'PlaceOrderInput', bid);
  const desk = await office.as(holder);
  await desk.page.goto(`/app/capacity/${reservationId}`);
  await offersPostOnly(desk, market);
  await auctions(desk, market);
  const telephone = await office.as(holder, TELEPHONE);
  await telephone.page.goto(`/app/capacity/${reservationId}`);
  await telephone.page.getByRole('button', { name: 'By auction' }).click();
  await telephone.page.getByLabel('Bids until (UTC)').fill(at(market, 103));
  await telephone.expectSound('narrow-resell-auction');
}

async function offersPostOnly(visitor: Visitor, market: Trading): Promise<void> {
  const { page } = visitor;
  const resell = page.getByRole('region', { name: 'Resell' });
  const offer = resell.getByRole('button', { name: 'Offer for resale' });
  await resell.getByLabel('Start (UTC)').fill(at(market, 100));
  await resell.getByLabel('End (UTC)').fill(at(market, 101));
  await resell.getByLabel('Tokens per second').fill('501');
  await resell.getByText('is more than you hold throughout this window; accepted: at most 500 tokens/s').waitFor();
  await resell.getByLabel('Tokens per second').fill('400');
  await resell.getByLabel('Price').fill('0.0004');
  await resell.getByLabel('Post only: refuse it rather than sell at once').check();
  await offer.click();
  await resell.getByText('would trade at once, and it is post-only; accepted: a price above $0.0005').waitFor();
  expect(await resell.getByLabel('Price').getAttribute('aria-invalid')).toBe('true');
  await visitor.expectSound('resell-post-only-refused');
  await resell.getByLabel('Price').fill('0.002');
  await offer.click();
  await page.getByText('Offered: it is on the market now').waitFor();
  // All of it is held still, but most is offered: only the exchange knows that.
  await resell.getByLabel('Tokens per second').fill('500');
  await offer.click();
  await resell.getByText('is more than is free to offer throughout this window; accepted: at most 100 tokens/s').waitFor();
  await resell.getByRole('button', { name: 'Use 100 tokens/s' }).click();
  expect(await resell.getByLabel('Tokens per second').inputValue()).toBe('100');
}

/** By keyboard; what was typed before stays. */
async function auctions(visitor: Visitor, market: Trading): Promise<void> {
  const { page } = visitor;
  const resell = page.getByRole('region', { name: 'Resell' });
  await resell.getByRole('button', { name: 'At a fixed price' }).focus();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await resell.getByRole('button', { name: 'By auction', pressed: true }).waitFor();
  expect(await resell.getByLabel('Tokens per second').inputValue()).toBe('100');
  await resell.getByLabel('Start (UTC)').fill(at(market, 102));
  await resell.getByLabel('End (UTC)').fill(at(market, 104));
  await resell.getByLabel('Reserve price').fill('cheap');
  await resell.getByText('is no amount; accepted:').waitFor();
  await resell.getByLabel('Bids until (UTC)').fill(at(market, 103));
  await resell.getByText('is after the window has begun; accepted: at the latest').waitFor();
  await visitor.expectSound('resell-auction-wrong');
  await resell.getByLabel('Reserve price').fill('0.0015');
  await resell.getByLabel('Bids until (UTC)').fill('');
  await resell.getByLabel('Bids until (UTC)').press('Enter');
  await resell.getByText('is no date and time; accepted: a date and a time, UTC').waitFor();
  await resell.getByLabel('Bids until (UTC)').fill(at(market, 101));
  await resell.getByText('If all of it is sold, at least').waitFor();
  await resell.getByLabel('Bids until (UTC)').press('Enter');
  await resell.getByText('The auction is announced').waitFor();
  await visitor.expectSound('resell-auction');
  await resell.getByRole('link', { name: 'See the auction' }).click();
  await page.waitForURL(/\/app\/auctions\//);
  await page.getByText('$0.0015').first().waitFor();
}
