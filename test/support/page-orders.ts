import { TELEPHONE, type TestOffice, type Visitor } from './browser.js';
import { HOUR, iso, type Trading } from './trading.js';

/** Several bids in one go, at a telephone: what is wrong is said line by line as one types; each has an answer, and what was refused is there to be mended. */
export async function placesSeveral(office: TestOffice, market: Trading): Promise<void> {
  const buyer = await market.buyer('Lines');
  const visitor: Visitor = await office.as(buyer, TELEPHONE);
  const { page } = visitor;
  await page.goto('/app/bid');
  await page.getByRole('button', { name: 'Several' }).press('Enter');
  await page.waitForURL(/ticket=several/);
  const ticket = page.getByRole('region', { name: 'Order ticket' });
  const lines = ticket.getByLabel('Bids, one a line');
  const line = (hour: number, rest: string): string => [iso(market.start + hour * HOUR), iso(market.start + (hour + 1) * HOUR)].map((at) => at.slice(0, 16)).join(', ') + rest;
  await lines.fill(`start, end, quantity, limit\n${line(110, ', 300, 0.001')}\n${line(111, ', 1.5, 0.001')}`);
  await ticket.getByText('line 3: is no quantity; accepted:').waitFor();
  await ticket.getByRole('button', { name: 'Place the bids' }).click();
  expect(await lines.evaluate((one) => one === one.ownerDocument.activeElement)).toBe(true);
  await visitor.expectSound('narrow-several-wrong');
  await lines.fill([line(110, ', 300, 0.001'), line(111, ', 700, 0.0005'), line(112, ', 20000, 0.002, FOK')].join('\n'));
  await ticket.getByText('$40.65').waitFor();
  await ticket.getByRole('button', { name: 'Place 3 bids' }).click();
  await ticket.getByText('2 of 3 placed; what was refused is in the field above').waitFor();
  const results = ticket.getByRole('region', { name: 'What became of them' }).getByRole('listitem');
  expect(await results.locator('p').allTextContents()).toEqual([
    ...['Bought for $0.30 USD', 'It waits with 700 tokens/s'],
    expect.stringMatching(/tokens\/s can be filled at once, and the order is fill-or-kill$/),
  ]);
  expect(await lines.inputValue()).toBe(line(112, ', 20000, 0.002, FOK'));
  await visitor.expectSound('narrow-several');
  await page.setViewportSize({ width: 320, height: 844 });
  await visitor.expectSound('narrowest-several');
}
