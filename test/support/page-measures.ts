/** Runs in the page: from the click until what was asked for is on the screen, which is when the frame that has it was painted. */
export function paintedAfterClick(name: string): Promise<number> {
  const { document, performance, requestAnimationFrame, setTimeout } = globalThis as any;
  const link = [...document.querySelectorAll('nav a')].find((one: any) => one.textContent === name);
  const began = performance.now();
  link.click();
  return new Promise((done) => {
    const look = (): void => {
      const isThere = document.querySelector('h1')?.textContent === name;
      const isBusy = document.querySelector('main [aria-busy=true]') !== null;
      // What a frame shows is painted before the next thing runs.
      if (isThere && !isBusy) setTimeout(() => done(performance.now() - began));
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
}

/** Runs in the page: from a choice in a field until the count is another one that ends so. */
export function shownAfterChoosing([label, value, ending]: readonly [string, string, string]): Promise<number> {
  const { document, performance, requestAnimationFrame, setTimeout, HTMLSelectElement, Event } = globalThis as any;
  const field = [...document.querySelectorAll('.filter-bar .field')].find((one: any) => one.querySelector('label').textContent === label);
  const select = field.querySelector('select');
  const began = performance.now();
  Object.getOwnPropertyDescriptor(HTMLSelectElement.prototype, 'value')!.set!.call(select, value);
  select.dispatchEvent(new Event('change', { bubbles: true }));
  return new Promise((done) => {
    const look = (): void => {
      const isThere = document.querySelector('.count').textContent.endsWith(ending);
      const isBusy = document.querySelector('main [aria-busy=true]') !== null;
      // What a frame shows is painted before the next thing runs.
      if (isThere && !isBusy) setTimeout(() => done(performance.now() - began));
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
}

/** Whether a row at this place of the list, or one behind it, is in the page. */
export const SHOWS_ROW = `(place) => [...document.querySelectorAll('tbody tr[data-index]')].some((row) => Number(row.dataset.index) >= place)`;
