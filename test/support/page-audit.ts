import type { Page } from 'playwright-core';
import { currencies } from './page-currency.js';

/** WCAG 2.2: https://www.w3.org/TR/WCAG22/#contrast-minimum, 1.4.10 reflow, 1.3.1, 2.4.6, 4.1.2. */
const CONTRAST_MIN = 4.5;

/** What would keep somebody from using the page that is on show. Empty is good. */
export async function audit(page: Page): Promise<readonly string[]> {
  const found = await Promise.all([names(page), structure(page), contrast(page), reflow(page), places(page), currencies(page)]);
  return found.flat();
}

async function names(page: Page): Promise<readonly string[]> {
  const controls = page.locator('input:not([aria-hidden=true]), select, textarea, button, a[href], summary, [role=img], dialog');
  return controls.evaluateAll((elements) =>
    elements.flatMap((element) => {
      const texts = [
        element.getAttribute('aria-label'),
        ...(element.getAttribute('aria-labelledby') ?? '')
          .split(' ')
          .map((id: string) => element.ownerDocument.getElementById(id)?.textContent),
        ...[...(element.labels ?? [])].map((label: any) => label.textContent),
        ...(['BUTTON', 'A', 'SUMMARY'].includes(element.tagName) ? [element.textContent] : []),
      ];
      const isNamed = texts.some((text: unknown) => typeof text === 'string' && text.trim() !== '');
      return isNamed ? [] : [`no name: ${element.outerHTML.slice(0, 120)}`];
    }),
  );
}

async function structure(page: Page): Promise<readonly string[]> {
  return page.locator('html').evaluate((html) => {
    const ids = [...html.querySelectorAll('[id]')].map(({ id }: any) => id as string);
    const twice = ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `id twice: ${id}`);
    const pointers = ['for', 'aria-labelledby', 'aria-describedby', 'list'].flatMap((name) =>
      [...html.querySelectorAll(`[${name}]`)]
        .flatMap((one: any) => (one.getAttribute(name) as string).split(' '))
        .filter((id) => !ids.includes(id))
        .map((id) => `${name} points nowhere: ${id}`),
    );
    const headings = html.querySelectorAll('h1').length;
    // A modal dialog stands alone: what is behind it is inert.
    const levels = [...html.querySelectorAll('h1, h2, h3')]
      .filter((one: any) => one.closest('dialog') === null)
      .map(({ tagName }: any) => Number(tagName[1]));
    const jumps = levels.filter((level, index) => level - (levels[index - 1] ?? 0) > 1);
    return [
      ...twice,
      ...pointers,
      ...(headings === 1 ? [] : [`${headings} headings of level 1`]),
      ...jumps.map((level) => `a heading of level ${level} after none of the level above`),
      ...(html.lang === '' ? ['no language'] : []),
      ...(html.querySelectorAll('main').length === 1 ? [] : ['not one main landmark']),
    ];
  });
}

/** Text against the nearest colour behind it. Colours that are partly see-through are laid over. */
async function contrast(page: Page): Promise<readonly string[]> {
  return page.locator('html').evaluate((html, least) => {
    const view = html.ownerDocument.defaultView;
    const parse = (text: string): number[] => (text.match(/[\d.]+/g) ?? []).map(Number);
    const luminance = (rgb: number[]): number => {
      const [red = 0, green = 0, blue = 0] = rgb
        .slice(0, 3)
        .map((value) => value / 255)
        .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const backgroundOf = (element: any): number[] => {
      // Out of a shadow root: what is behind it is behind its host.
      for (let one = element; one !== null; one = one.parentElement ?? one.getRootNode().host ?? null) {
        const colour = parse(view.getComputedStyle(one).backgroundColor);
        if ((colour[3] ?? 1) === 1) return colour;
      }
      return [255, 255, 255];
    };
    const within = (root: any): any[] =>
      [...root.querySelectorAll('*')].flatMap((one: any) => (one.shadowRoot === null ? [one] : [one, ...within(one.shadowRoot)]));
    const shown = within(html.querySelector('body')).filter((element: any) => {
      const { width, height } = element.getBoundingClientRect();
      const hasText = [...element.childNodes].some(
        (node: any) => node.nodeType === 3 && node.textContent.trim() !== '',
      );
      return hasText && width > 1 && height > 1 && !element.disabled;
    });
    return shown.flatMap((element: any) => {
      const pair = [parse(view.getComputedStyle(element).color), backgroundOf(element)].map(luminance);
      const ratio = (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
      return ratio >= least ? [] : [`contrast ${ratio.toFixed(2)}: ${element.outerHTML.slice(0, 100)}`];
    });
  }, CONTRAST_MIN);
}

/** Nothing sticks out to the side, so nobody scrolls in two directions. */
async function reflow(page: Page): Promise<readonly string[]> {
  return page.locator('html').evaluate((html) => {
    const over = html.scrollWidth - html.clientWidth;
    return over > 0 ? [`${over} px stick out at a width of ${html.clientWidth} px`] : [];
  });
}

/** What a button says stays in it, and of pages side by side the one that is open is in view. */
async function places(page: Page): Promise<readonly string[]> {
  return page.locator('html').evaluate((html) => {
    const isOut = (inner: any, outer: any): boolean => inner.width > 1 && (inner.right > outer.right + 1 || inner.left < outer.left - 1);
    const boxOf = (element: any): any => element.getBoundingClientRect();
    const buttons = [...html.querySelectorAll('button, .button')].filter((button: any) =>
      [...button.querySelectorAll(':not(.visually-hidden)')].some((part: any) => isOut(boxOf(part), boxOf(button))),
    );
    const hidden = [...html.querySelectorAll('.sub-nav [aria-current]')].filter((link: any) => isOut(boxOf(link), boxOf(link.parentElement)));
    return [
      ...buttons.map((button: any) => `sticks out of its button: ${button.outerHTML.slice(0, 120)}`),
      ...hidden.map((link: any) => `the page that is open is out of view beside the others: ${link.textContent}`),
    ];
  });
}
