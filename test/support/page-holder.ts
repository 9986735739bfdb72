import type { Visitor } from './browser.js';

// What a holder does on the page of a reservation, besides selling, cancelling and handing it on.

/** Longer, in the same pool: what cannot be had is said with what can; it is set aside, and its price is on show before it is paid. */
export async function extendsWhatIsHeld(visitor: Visitor): Promise<void> {
  const { page } = visitor;
  const own = page.url();
  await page.getByRole('button', { name: 'Extend…' }).click();
  const dialog = page.getByRole('dialog');
  const most = dialog.getByLabel('At most (USD per token/s and hour)');
  await most.fill('cheap');
  await dialog.getByRole('button', { name: 'Set it aside' }).click();
  await dialog.getByText('is no amount; accepted:').waitFor();
  await most.fill('0.000001');
  await dialog.getByRole('button', { name: 'Set it aside' }).click();
  await dialog.getByRole('button', { name: 'Use $0.001 USD' }).waitFor();
  await visitor.expectSound('extend-refused');
  await dialog.getByRole('button', { name: 'Use $0.001 USD' }).click();
  await dialog.getByText('$0.20').waitFor();
  await dialog.getByRole('button', { name: 'Set it aside' }).click();
  await page.getByText('Set aside for $0.20 USD').waitFor();
  await page.getByRole('button', { name: 'Pay $0.20 USD' }).waitFor();
  await page.goto(own);
}

/** A bid that goes out by itself when capacity is taken back: what is wrong is said at its field; it is on, and off again. */
export async function rebooksByItself(visitor: Visitor): Promise<void> {
  const { page } = visitor;
  await page.getByText('Rebook what is taken back').click();
  const panel = page.locator('details.card').filter({ hasText: 'Rebook what is taken back' });
  const most = panel.getByLabel('Pay at most (USD per token/s and hour)');
  await most.fill('nothing');
  await panel.getByRole('button', { name: 'Turn on' }).click();
  await panel.getByText('is no amount; accepted:').waitFor();
  await most.fill('0.002');
  await panel.getByLabel('Time in force').selectOption('GTD');
  await panel.getByLabel('Waits for (minutes from the loss on)').fill('90');
  await panel.getByRole('button', { name: 'Turn on' }).click();
  await page.getByText('Set: what is taken back is bid for by itself').waitFor();
  await panel.getByText('Pays at most').waitFor();
  await panel.getByText('GTD, 90 min').waitFor();
  await panel.getByText('Nothing was taken back yet').waitFor();
  await visitor.expectSound('rebooking');
  await panel.getByRole('button', { name: 'Turn off' }).click();
  await page.getByText('Nothing is bid for by itself any more').waitFor();
}

/** The part that a team has goes back, whole, after one was asked. */
export async function givesItBack(visitor: Visitor): Promise<void> {
  const { page } = visitor;
  await page.getByRole('button', { name: 'Give back…' }).click();
  await visitor.expectSound('give-back');
  await page.getByRole('button', { name: 'Give it back' }).click();
  await page.getByText('Given back: it is part of what it was cut from again').waitFor();
  await page.getByText('transferred', { exact: true }).waitFor({ state: 'detached' });
}
