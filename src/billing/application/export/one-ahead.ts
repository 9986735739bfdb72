import { setImmediate } from 'node:timers/promises';

/**
 * The same pages, each while the one after it is fetched already: whoever reads waits for the database only
 * where that takes longer than its own work. Two pages are in memory at a time. An error comes in its place.
 */
export async function* oneAhead<Page>(pages: AsyncGenerator<Page>): AsyncGenerator<Page> {
  let next = pages.next();
  try {
    for (;;) {
      const { done, value } = await next;
      if (done === true) return;
      next = pages.next();
      // Nobody may come for it: it is told to whoever does.
      next.catch(() => undefined);
      // A statement leaves for the database when this turn is over: not behind the work on this page.
      await setImmediate();
      yield value;
    }
  } finally {
    await pages.return(undefined);
  }
}
