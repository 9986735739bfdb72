/** WCAG 2.2, 2.5.8: smaller than this, a target needs room around it. */
const TARGET_PX = 24;

/**
 * Runs in the page. What a person with a small screen, a trembling hand or a keyboard alone would find there:
 * something that sticks out (1.4.10), a target that is too small (2.5.8), a focus that something lies over (2.4.11).
 */
export function awkward(targetPx: number): readonly string[] {
  const { document, getComputedStyle, innerHeight } = globalThis as any;
  const html = document.documentElement;
  const say = (element: any): string => element.outerHTML.slice(0, 110);
  const over = html.scrollWidth - html.clientWidth;
  const scrolls = (one: any): boolean => one !== html && (getComputedStyle(one).overflowX !== 'visible' || scrolls(one.parentElement));
  const widest = (): any => [...html.querySelectorAll('main *, header *')].reverse().find((one: any) => one.getBoundingClientRect().right > html.clientWidth + 1 && !scrolls(one));
  const found = over > 0 ? [`${over} px stick out at ${html.clientWidth} px: ${say(widest() ?? html)}`] : [];
  const all = [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')];
  const shown = all.filter((one: any) => one.checkVisibility({ visibilityProperty: true }) && !one.disabled && one.closest('[inert], [aria-hidden=true]') === null);
  const boxes = shown.map((one: any) => one.getBoundingClientRect());
  const isSmall = ({ width, height }: any): boolean => width < targetPx || height < targetPx;
  // A link in a line of text is as high as the line, and a box may be pressed by its label.
  const isExempt = (one: any): boolean => getComputedStyle(one).display === 'inline' || one.labels?.length > 0 || one.matches('.skip, .visually-hidden *');
  /** A circle around its middle that meets no other. */
  const isCrowded = (index: number): boolean => {
    const middle = ({ left, top, width, height }: any) => [left + width / 2, top + height / 2] as const;
    const [x, y] = middle(boxes[index]);
    return boxes.some((box: any, other: number) => {
      if (other === index || shown[other].contains(shown[index]) || shown[index].contains(shown[other])) return false;
      const [dx, dy] = [Math.max(box.left - x, 0, x - box.right), Math.max(box.top - y, 0, y - box.bottom)];
      return Math.hypot(dx, dy) < targetPx / 2;
    });
  };
  shown.forEach((one: any, index: number) => {
    if (isSmall(boxes[index]) && !isExempt(one) && isCrowded(index)) found.push(`too small, and too near to another: ${say(one)}`);
  });
  const before = document.activeElement;
  for (const one of shown) {
    one.focus();
    if (document.activeElement !== one) continue;
    const { left, top, right, bottom, width } = one.getBoundingClientRect();
    if (width === 0 || bottom < 0 || top > innerHeight) found.push(`out of view with the focus: ${say(one)}`);
    const points = [[left + 2, top + 2], [right - 2, bottom - 2], [(left + right) / 2, (top + bottom) / 2], [left + 2, bottom - 2], [right - 2, top + 2]] as const;
    const isSeen = points.some(([x, y]) => {
      const hit = document.elementFromPoint(x, y);
      return hit !== null && (one.contains(hit) || hit.contains(one) || hit.closest('label')?.control === one);
    });
    if (!isSeen) found.push(`something lies over it while it has the focus: ${say(one)}`);
  }
  before?.focus?.();
  return found;
}

export const AWKWARD = [awkward, TARGET_PX] as const;
