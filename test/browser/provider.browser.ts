import { PASSWORD, TestOffice, type Visitor } from '../support/browser.js';
import { comesTooLate } from '../support/page-ends.js';

let office: TestOffice;
let provider: Visitor;

beforeAll(async () => {
  office = await TestOffice.open();
  provider = await office.visitor();
});
afterAll(() => office.close());

describe('a provider', () => {
  it('signs up, signs out and in again; a wrong password is refused', async () => {
    const { page } = provider;
    await page.goto('/');
    await page.getByText('Nothing is offered here now').waitFor();
    await provider.expectSound('market-empty');
    await page.getByRole('link', { name: 'Sign up' }).click();
    await page.getByRole('button', { name: 'Sign up' }).click();
    await page.getByText('Some fields are not as expected.').waitFor();
    await page.getByText('is empty, too long or has hidden marks; accepted:').first().waitFor();
    await provider.expectSound('sign-up-refused');
    await provider.signUp('Waferworks', true);
    await provider.signOut();
    await page.getByRole('link', { name: 'Sign in' }).click();
    await page.getByLabel('E-mail address').fill('waferworks@example.com');
    await page.getByLabel('Password').fill('not the password at all');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('No account has this e-mail address and password').waitFor();
    await provider.expectSound('sign-in-refused');
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await provider.account().waitFor();
  });

  it('registers a pool; what is wrong is said at its field', async () => {
    const { page } = provider;
    await provider.goTo('Pools');
    await page.getByRole('link', { name: 'Register a pool' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Wafer row 7');
    await page.getByLabel('Platform').selectOption('cerebras-wse-3');
    await page.getByLabel('Model').fill('llama-3.3-70b');
    await page.getByLabel('Quantization').fill('fp8');
    await page.getByLabel('Region').fill('US West');
    await page.getByLabel('Prompts stay in').fill('us, ca');
    await page.getByLabel('Endpoint').fill('https://inference.example.com/v1');
    await page.getByLabel('Its credential').fill('upstream-secret');
    await page.getByLabel('Tokens per second', { exact: true }).fill('10,000');
    await page.getByLabel('Runtime').fill('cerebras-inference 2.4');
    await page.getByRole('button', { name: 'Register the pool' }).click();
    await page.getByText('is no region name; accepted:').waitFor();
    expect(await page.getByLabel('Region').getAttribute('aria-invalid')).toBe('true');
    await provider.expectSound('register-pool-refused');
    await page.getByLabel('Region').fill('us-west-2');
    // A worse miss that costs less.
    await page.getByLabel('Step 2: you give back').fill('5');
    await page.getByRole('button', { name: 'Register the pool' }).click();
    await page.locator('[name="terms.credits.steps.1.credit"][aria-invalid=true]').waitFor();
    await page.getByLabel('Step 2: you give back').fill('30');
    for (const name of ['missed by', 'you give back']) await page.getByLabel(`Step 4: ${name}`).fill('');
    await page.getByLabel('Leave out batch').uncheck();
    await page.getByRole('button', { name: 'Register the pool' }).click();
    await page.getByRole('heading', { name: 'Wafer row 7' }).waitFor();
    await page.getByText('10,000 tokens/s').waitFor();
    expect(await page.content()).not.toContain('upstream-secret');
    await page.getByText('Profile, promise and terms').click();
    await page.getByText('10 % of its price back, 30 % if by more than 25 %, 50 % if by more than 50 %').waitFor();
    await provider.expectSound('pools');
  });

  it('lists capacity once its market knows the pool', async () => {
    const { page } = provider;
    await page.getByRole('button', { name: 'List capacity' }).click();
    await page.getByLabel('Tokens per second', { exact: true }).fill('20000');
    await page.getByLabel('Price').fill('0.001');
    await page.getByRole('button', { name: 'List', exact: true }).click();
    await page.getByText('You have 10,000 tokens/s free to list throughout this window').waitFor();
    await provider.expectSound('list-capacity-refused');
    await page.getByRole('button', { name: 'Use 10,000 tokens/s' }).click();
    await page.getByText('$0.278 USD per million tokens at full use').waitFor();
    await page.getByRole('button', { name: 'List', exact: true }).click();
    await page.getByText('Listed: it is on the market now').waitFor();
    await provider.goTo('Market');
    await page.getByRole('button', { name: 'Withdraw' }).waitFor();
    await provider.expectSound('market-of-seller');
    await page.getByRole('button', { name: 'Withdraw' }).click();
    await page.getByText('Nothing is offered here now').waitFor();
    await page.getByRole('button', { name: 'Only mine' }).click();
    await page.getByText('Withdrawn', { exact: true }).waitFor();
    await provider.expectSound('market-own');
  });

  it('changes a pool part by part, and sees what it is now', async () => {
    const { page } = provider;
    const open = async (): Promise<void> => {
      await page.getByRole('link', { name: 'Change…' }).click();
      await page.getByRole('heading', { name: 'Change a pool' }).waitFor();
    };
    await provider.goTo('Pools');
    await page.getByRole('link', { name: 'Wafer row 7' }).click();
    await open();
    await provider.expectSound('change-pool');
    await page.getByLabel('Tokens per second', { exact: true }).fill('5,000');
    await page.getByRole('button', { name: 'Add the capacity' }).click();
    await page.getByText('Capacity is added').waitFor();

    await open();
    expect(await page.getByLabel('Step 2: you give back').inputValue()).toBe('30');
    expect(await page.getByLabel('Leave out batch').isChecked()).toBe(false);
    await page.getByLabel('Your royalty').fill('60');
    await page.getByRole('button', { name: 'Change the terms' }).click();
    await page.locator('[name="terms.resale.royalty"][aria-invalid=true]').waitFor();
    await provider.expectSound('change-pool-refused');
    await page.getByLabel('Your royalty').fill('6.5');
    for (const [index, [hours, fee]] of [['72', '0'], ['24', '25'], ['0', '50']].entries()) {
      await page.getByLabel(`Step ${index + 1}: hours before`).fill(hours ?? '');
      await page.getByLabel(`Step ${index + 1}: it costs`).fill(fee ?? '');
    }
    await page.getByLabel('Notice to reclaim').fill('12');
    await page.getByLabel('A reclaim costs').fill('10');
    await page.getByRole('button', { name: 'Change the terms' }).click();
    await page.getByText('0 % until 72 h before the start, 25 % until 24 h before the start, 50 % after that').waitFor();
    await page.getByText('with 12 h notice: refund and 10 %').waitFor();
    await page.getByText('royalty 6.5 %').waitFor();

    await open();
    await page.getByLabel('Runtime').fill('cerebras-inference 2.5');
    await page.getByRole('button', { name: 'Change the profile' }).click();
    await page.getByText('cerebras-inference 2.5, profile version 2').waitFor();

    await open();
    await page.getByText('A credential is kept for this endpoint').waitFor();
    await page.getByLabel('Endpoint', { exact: true }).fill('https://10.0.0.1/v1');
    await page.getByRole('button', { name: 'Change the endpoint' }).click();
    await page.locator('[name="endpoint.url"][aria-invalid=true]').waitFor();
    await page.getByLabel('Endpoint', { exact: true }).fill('https://other.example.com/v1');
    await page.getByRole('button', { name: 'Change the endpoint' }).click();
    await page.getByText('Requests go to the new endpoint').waitFor();
    await open();
    await page.getByText('No credential is kept for this endpoint').waitFor();
    expect(await page.getByLabel('Endpoint', { exact: true }).inputValue()).toBe('https://other.example.com/v1');
  });

  // Last: the clock only goes forward, and the sessions of who was here before end with it.
  it('invites somebody who comes when the invitation has run out', () => comesTooLate(office, 'waferworks@example.com'));
});
