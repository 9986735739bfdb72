import type { Visitor } from './browser.js';

/** Where a dialog is opened from: a path, and what is on the button. */
export interface Door {
  readonly path: string;
  readonly name: RegExp;
  /** What it asks for comes after it, so that one begins at its head. */
  readonly isLate?: boolean;
  /** Nothing that can be typed there is wrong. */
  readonly takesAll?: boolean;
}

/** Every dialog that a furnished organization can open; those that need a story are looked at in it. */
export const DOORS: readonly Door[] = [
  { path: '/app/bid', name: /^Change this bid/ },
  { path: '/app/capacity/:reservationId', name: /^Extend/ },
  { path: '/app/capacity/:reservationId', name: /^Transfer/, isLate: true },
  { path: '/app/capacity/:reservationId', name: /^Cancel/ },
  { path: '/app/pools', name: /^List capacity/ },
  { path: '/app/pilots', name: /^Start a pilot/, isLate: true },
  { path: '/app/serving/routing', name: /^Set a rule/ },
  { path: '/app/serving/routing', name: /^Change the routing/, takesAll: true },
  { path: '/app/serving/keys', name: /^Create a key/ },
  { path: '/app/serving/keys', name: /^Change…/ },
  { path: '/app/finance/payment-methods', name: /^Refund/ },
  { path: '/app/finance/limits', name: /^Set a limit/ },
  { path: '/app/finance/limits', name: /^Set a budget for somebody/ },
  { path: '/app/admin', name: /^Terms/, isLate: true },
  { path: '/app/admin/payments', name: /^Say what became of/ },
  { path: '/app/settings/keys', name: /^Revoke Nightly/ },
  { path: '/app/settings/teams', name: /^Rename/, takesAll: true },
  { path: '/app/settings/webhooks', name: /^New secret/ },
  { path: '/app/settings/webhooks', name: /^Delete/ },
  { path: '/app/settings/webhooks', name: /^Advance/, takesAll: true },
];

/** What nobody means, in whatever can be typed into. */
const JUNK = '<b>-1e9';
const SENDS = 'form button[type=submit]';

/** Opens it by keyboard, types what is wrong, sends that, and leaves by Escape: what is wrong with it on the way. */
export async function tryDialog(visitor: Visitor, { name, isLate = false, takesAll = false }: Door): Promise<readonly string[]> {
  const { page } = visitor;
  const opener = page.getByRole('button', { name }).first();
  await opener.press('Enter');
  const dialog = page.locator('dialog[open]');
  await dialog.waitFor();
  // What it asks for has come.
  await dialog.locator('[aria-busy=true]').first().waitFor({ state: 'detached' });
  const found = (await page.evaluate(lookAtDialog)).filter((text) => !isLate || !text.startsWith('begins'));
  if (!takesAll && (await dialog.locator(SENDS).count()) > 0) {
    for (const field of await dialog.locator('input[type=text], input:not([type])').all()) await field.fill(JUNK);
    await dialog.locator(SENDS).first().click();
    await dialog.locator('[aria-invalid=true], .refusal').first().waitFor();
    const isSaid = await dialog.locator('[aria-invalid=true]').first().evaluate((one) => one === one.ownerDocument.activeElement).catch(() => true);
    if (!isSaid) found.push('the focus is not where something is wrong');
  }
  found.push(...(await page.evaluate(lookAtDialog)).filter((text) => !text.startsWith('begins')), ...(await visitor.seriousIn('dialog[open]')));
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  if (!(await opener.evaluate((one) => one === one.ownerDocument.activeElement))) found.push('the focus does not come back');
  return found;
}

/** Runs in the page. */
function lookAtDialog(): readonly string[] {
  const { document, getComputedStyle } = globalThis as any;
  const dialog = document.querySelector('dialog[open]');
  const field = dialog.querySelector('input:not([type=hidden]), select, textarea');
  const begins = document.activeElement;
  const over = dialog.scrollWidth - dialog.clientWidth;
  return [
    ...(dialog.contains(begins) ? [] : ['the focus is behind it']),
    ...(field !== null && !begins.matches('input, select, textarea, [data-begin]') ? [`begins at ${begins.outerHTML.slice(0, 60)}`] : []),
    ...(over > 0 ? [`${over} px stick out of it`] : []),
    ...(['start', 'left'].includes(getComputedStyle(dialog).textAlign) ? [] : ['its text is set from the right']),
  ];
}

