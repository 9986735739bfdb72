import type { Visitor } from './browser.js';
import { goWithin } from './page-rooms.js';

/** At a desk each page is loaded whole, as from a bookmark; at a telephone one comes to it from the last, as by a link. What is chosen on a page is in its address, and is no other page. */
export type Size = 'desk' | 'telephone';

/** The page says what it is, stands still, and is sound in light and dark. */
export async function expectGood(
  visitor: Visitor,
  size: Size,
  [name, path, title, shown]: readonly [name: string, path: string, title: string, shown?: string],
): Promise<void> {
  const { page } = visitor;
  const isLoaded = size === 'desk' || page.url() === 'about:blank' || path.includes('?');
  if (isLoaded) await page.goto(path);
  else await goWithin(page, path);
  await page.getByRole('heading', { name: title, level: 1 }).waitFor();
  if (shown !== undefined) await page.getByRole('main').getByText(shown).first().waitFor();
  await visitor.settled();
  if (isLoaded) await visitor.expectStill(name);
  else expect({ name, moved: await visitor.movedSince() }).toEqual({ name, moved: [] });
  await visitor.expectSound(`${size}-${name}`);
}
