import { DAY_MS, endOfMonth, HOUR_MS, monthOf, plus, type Instant } from '../../src/kernel/time.js';
import { DESK, TestOffice } from '../support/browser.js';
import { CountWorld } from '../support/count-disputes.js';
import { clockOf } from '../support/trading.js';
import { until } from '../support/until.js';

/** A server, a browser and a month that ends, on a machine that may be busy. */
const STORY_WITHIN_MS = 240_000;
let office: TestOffice;
let world: CountWorld;

beforeAll(async () => {
  office = await TestOffice.open();
  const { app } = office;
  const clock = clockOf(app);
  await clock.advanceTo((endOfMonth(plus(endOfMonth(clock.now()), DAY_MS)) - 7 * HOUR_MS) as Instant);
  world = await CountWorld.open(app);
  await world.market.pass(0.5);
  await world.report(0.25, 6_500);
  await world.serve(0.25, 250, 14, 6, 14);
  await world.market.pass(4.2);
  await world.disputed(0);
  await clock.advanceTo(plus(endOfMonth(clock.now()), HOUR_MS));
  const month = monthOf(world.at(0) as Instant);
  const issue = (): Promise<any> => world.holder.mutate('issueInvoice', 'IssueInvoiceInput', { month }, { fields: '... on IssueInvoiceSuccess { number }' });
  await until(issue, ({ __typename }) => __typename === 'IssueInvoiceSuccess');
}, STORY_WITHIN_MS);
afterAll(() => office.close());

it('a count is conceded by its provider, and its holder is led to the credit note that settles it', async () => {
  const provider = await office.as(world.market.provider, DESK);
  await provider.page.goto('/app/serving/credits');
  await provider.page.getByRole('button', { name: 'Evidence' }).click();
  await provider.page.getByText('Requests that differ most').first().waitFor();
  await provider.page.getByLabel('Note (optional)').fill('Our counter was off');
  await provider.expectSound('count-dispute');
  await provider.page.getByRole('button', { name: 'Concede: bill by our count' }).click();
  await provider.page.getByText('was conceded at').waitFor();
  await until(() => world.disputes(world.holder, { state: 'CONCEDED' }), (found) => found.length === 1);
  // The provider has no note: it is the holder's.
  expect(await provider.page.getByText('Settled by credit note').count()).toBe(0);
  const notes = async (): Promise<any[]> => {
    const { data } = await world.holder.ask('query($id: ID!) { creditNotes(reservationId: $id) { edges { node { number } } } }', { id: world.reservationId });
    return data?.['creditNotes'].edges.map(({ node }: any) => node.number);
  };
  const [number] = await until(notes, (found) => found.length === 1);

  const holder = await office.as(world.holder, DESK);
  await holder.page.goto('/app/serving/credits');
  await holder.page.getByRole('button', { name: 'Evidence' }).click();
  await holder.page.getByText(`Settled by credit note ${number}, $0.004`).waitFor();
  await holder.expectSound('count-settled');
  await holder.page.getByRole('link', { name: number }).click();
  await holder.page.getByRole('table', { name: 'Credit notes for this invoice' }).getByText(number).waitFor();
  await holder.page.getByText('was conceded').waitFor();
  await holder.expectSound('count-note');
});
