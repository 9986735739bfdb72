import type { Visitor } from './browser.js';

const SIZES = [
  [320, 640], [390, 844], [768, 1_024], [800, 500], [1_024, 768], [1_440, 900],
] as const;

/** The tour lies over nothing that one reads or presses, at any width, however far one has scrolled; and nothing lies over it. */
export async function coversNothing({ page }: Visitor): Promise<void> {
  const own = page.viewportSize();
  for (const [width, height] of SIZES) {
    await page.setViewportSize({ width, height });
    const found: string[] = [];
    for (const part of [0, 0.5, 1]) found.push(...(await page.evaluate(overlaps, part)));
    expect({ width, found }).toEqual({ width, found: [] });
  }
  if (own !== null) await page.setViewportSize(own);
}

/** Runs in the page, scrolled so far. */
function overlaps(part: number): readonly string[] {
  const { document, innerHeight, scrollTo } = globalThis as any;
  scrollTo({ top: part * (document.documentElement.scrollHeight - innerHeight), behavior: 'instant' });
  const tour = document.querySelector('.tour');
  const box = tour.getBoundingClientRect();
  const meets = (other: any): boolean => other.width > 0 && box.left < other.right && box.right > other.left && box.top < other.bottom && box.bottom > other.top;
  const over = ['main', '.side'].filter((name) => meets(document.querySelector(name).getBoundingClientRect()));
  const hidden = [...tour.querySelectorAll('a, button')].filter((one: any) => {
    const { left, top, bottom, width, height } = one.getBoundingClientRect();
    const there = document.elementFromPoint(left + width / 2, top + height / 2);
    return part === 0 && (!one.contains(there) || bottom > box.bottom);
  });
  return [...over.map((name) => `over ${name}`), ...hidden.map((one: any) => `hidden: ${one.textContent}`)];
}
