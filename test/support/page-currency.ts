import type { Page } from 'playwright-core';

/**
 * Every figure in dollars on show says which dollars: `$1.50 USD`, `$1 to $2 USD`, or a bare one below a heading with USD in it.
 * Reads what is seen and what is only said (`aria-label`, `title`). Empty is good.
 */
export async function currencies(page: Page): Promise<readonly string[]> {
  return page.locator('body').evaluate((body) => {
    const BARE = /\$\d[\d,]*(?:\.\d+)?(?!\s*USD)(?! to \$)(?![\d,.]*\d)/;
    const headingOf = (cell: any): string => {
      const index = [...cell.parentElement.children].slice(0, [...cell.parentElement.children].indexOf(cell)).reduce((sum: number, one: any) => sum + one.colSpan, 0);
      return cell.closest('table')?.querySelector('thead tr')?.children[index]?.textContent ?? '';
    };
    const isInline = (element: any): boolean => element.ownerDocument.defaultView.getComputedStyle(element).display.startsWith('inline');
    const blockOf = (element: any): any => {
      let one = element;
      while (isInline(one) && one.tagName !== 'BUTTON' && one.parentElement !== null) one = one.parentElement;
      return one;
    };
    const texts = [...body.querySelectorAll('*')].filter((one: any) =>
      one.closest('pre, code, script, textarea, .cm-editor') === null && [...one.childNodes].some((node: any) => node.nodeType === 3 && node.textContent.includes('$')),
    );
    const bare = texts.filter((one: any) => {
      const cell = one.closest('td, th');
      return BARE.test(blockOf(one).textContent) && !(cell !== null && /\bUSD\b/.test(`${headingOf(cell)} ${cell.dataset.label ?? ''}`));
    });
    const said = [...body.querySelectorAll('[aria-label], [title]')].filter((one: any) => BARE.test(`${one.getAttribute('aria-label') ?? ''} ${one.getAttribute('title') ?? ''}`));
    return [...bare, ...said].map((one: any) => `an amount without its currency: ${one.outerHTML.slice(0, 160)}`);
  });
}
