import { DESK, TELEPHONE, type TestOffice } from './browser.js';
import { Membership } from './membership.js';

/** What the tour says first to each of those who do not buy. */
const GUESTS = [
  ['provider', 'Register a pool'],
  ['FINANCE', 'Follow the money'],
  ['VIEWER', 'Look around'],
] as const;

/** At a telephone, where the tour stands in the page: on the first visit it is there with the page, whoever comes, and nothing moves. */
export async function standsStillForEverybody(office: TestOffice): Promise<void> {
  const { app } = office;
  const owner = app.stranger();
  const email = 'first-visit@example.com';
  await owner.mustMutate('signUp', 'SignUpInput', { ...{ organizationName: 'First visit', name: 'Ada', email, password: 'correct horse battery' }, ...{ isProvider: true, isBuyer: false } });
  await owner.mustMutate('signIn', 'SignInInput', { email, password: 'correct horse battery' });
  const people = new Membership(app);
  for (const [whose, title] of GUESTS) {
    const client = whose === 'provider' ? owner : (await people.join(owner, whose)).client;
    const visitor = await office.as(client, { ...TELEPHONE, isNew: true });
    await visitor.page.goto('/');
    await visitor.page.getByRole('region', { name: title }).waitFor();
    await visitor.page.getByText(/^\d+ offers, best price first/).waitFor();
    await visitor.settled();
    await visitor.expectStill(`first visit, ${whose}`);
    await visitor.expectSound(`telephone-tour-${whose.toLowerCase()}`);
    // At a desk it has a place of its own, and all of it is in view there.
    await visitor.page.setViewportSize(DESK.viewport);
    expect({ whose, hidden: await visitor.page.locator('.tour').evaluate(({ scrollHeight, clientHeight }: any) => scrollHeight - clientHeight) }).toEqual({ whose, hidden: 0 });
    await visitor.page.context().close();
  }
}
