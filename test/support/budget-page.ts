import type { ApiClient } from './app.js';
import type { Visitor } from './browser.js';
import type { Finance } from './finance.js';

export const TEAM = 'Search';
export const KEY = 'Nightly';

/** A team, and a key that may bid. */
export async function makeTeamAndKey(owner: ApiClient): Promise<{ readonly teamId: string; readonly program: (stranger: ApiClient) => ApiClient }> {
  const made = await owner.mustMutate('createTeam', 'CreateTeamInput', { name: TEAM }, { fields: '... on CreateTeamSuccess { team { teamId } }' });
  const key = { name: KEY, scopes: ['MARKET_TRADE'], expiresInDays: 30 };
  const { token } = await owner.mustMutate('createApiKey', 'CreateApiKeyInput', key, { fields: '... on CreateApiKeySuccess { token }' });
  const program = (stranger: ApiClient): ApiClient => Object.assign(stranger, { bearer: token });
  return { teamId: made['team'].teamId, program };
}

const parts = ({ page }: Visitor) => {
  const dialog = page.getByRole('dialog');
  const row = (whose: string) => page.getByRole('table', { name: /^Budgets of/ }).getByRole('row', { name: whose });
  return { page, dialog, row, save: dialog.getByRole('button', { name: 'Save the budget' }) };
};

/** Tries what a person would, then sets what is meant. */
export async function setBudget(keeper: Visitor, { whose, measure, usd }: { readonly whose: string; readonly measure: string; readonly usd: string }): Promise<void> {
  const { page, dialog, row, save } = parts(keeper);
  await page.getByRole('button', { name: 'Set a budget for somebody' }).click();
  await dialog.getByLabel('Whose').selectOption(whose);
  const [amount, alerts] = [dialog.getByLabel('A month may cost (USD)'), dialog.getByLabel(`Tell me at % ${measure}`)];
  for (const [typed, said] of [['much', 'is no amount'], ['0', 'is no budget'], ['-1', 'is no budget'], ['0.0000001', 'is no amount']] as const) {
    await amount.fill(typed);
    await save.click();
    await dialog.locator('.field', { has: page.getByLabel('A month may cost (USD)') }).getByText(said).waitFor();
  }
  await amount.fill(usd);
  for (const [typed, said] of [['soon', 'is no list of percentages'], ['0', 'cannot be told of'], ['50, 50', 'cannot be told of'], ['1001', 'cannot be told of']] as const) {
    await alerts.fill(typed);
    await save.click();
    await dialog.getByText(said).waitFor();
  }
  await keeper.expectSound(`budget-refused-${measure}`);
  await alerts.fill('50, 100');
  await save.click();
  await dialog.waitFor({ state: 'detached' });
  await row(whose).getByText(`0 % ${measure}`).waitFor();
  await row(whose).getByText('none', { exact: true }).waitFor();
}

/** A key of nobody here is refused at its field, and nothing is set. */
export async function refuseUnknownKey(keeper: Visitor): Promise<void> {
  const { page, dialog, save } = parts(keeper);
  await page.getByRole('button', { name: 'Set a budget for somebody' }).click();
  await dialog.getByLabel('Whose').selectOption('An API key, by its id');
  await dialog.getByLabel('Id of the key').fill('none of ours');
  await dialog.getByLabel('A month may cost (USD)').fill('1');
  await save.click();
  await dialog.locator('.refusal').waitFor();
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
}

/** More than all of it: both alerts are given. */
export async function reachBudget(keeper: Visitor, whose: string): Promise<void> {
  await parts(keeper).row(whose).getByText('50 %, 100 %').waitFor();
}

export async function changeAndRemove(keeper: Visitor, whose: string): Promise<void> {
  const { page, dialog, row, save } = parts(keeper);
  await row(whose).getByRole('button', { name: /^Change/ }).click();
  await dialog.getByLabel('A month may cost (USD)').fill('1000');
  await save.click();
  await dialog.waitFor({ state: 'detached' });
  await row(whose).getByText('$1,000.00').waitFor();
  await row(whose).getByRole('button', { name: /^Remove/ }).click();
  await keeper.expectSound('budget-remove');
  await dialog.getByRole('button', { name: 'Take the budget away' }).click();
  await row(whose).waitFor({ state: 'detached' });
  await page.getByText('Budget: $1,000.00 USD → none').first().waitFor();
}

/** What a team, a member and a key are charged or buy, over a budget of a thousandth of a dollar each. */
export async function spend(desk: Finance, buyers: { readonly owner: ApiClient; readonly program: ApiClient; readonly teamId: string }): Promise<void> {
  const { owner, program, teamId } = buyers;
  await desk.market.pass(await desk.buyForTeam(owner, teamId));
  await desk.bid(program, 1_500);
}
