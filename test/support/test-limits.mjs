// What one test may do to the others. The runner executes tests in plain Node, waits for each for as long as it
// takes, and dies of what nobody catches. Here whatever hangs, and whatever is thrown beside a test, fails that
// test by name, and the rest goes on.
import { addEventHandler } from 'jest-circus';

// A page is drawn, audited twice and photographed within one test, on a machine that may be busy.
const LIMIT_MS = process.env['SUITE'] === 'browser' ? 240_000 : 60_000;

/** Rejections that nobody has awaited yet, by promise: some are awaited later. */
const unawaited = new Map();
let fail = () => undefined;

process.on('unhandledRejection', (error, promise) => unawaited.set(promise, error));
process.on('rejectionHandled', (promise) => unawaited.delete(promise));
process.on('uncaughtException', (error) => fail(error));
// Tests that ended leave nothing behind that would keep their process.
process.once('disconnect', () => process.exit());

function limited(work, limit, what) {
  return async () => {
    let timer;
    const cut = new Promise((_resolve, reject) => {
      fail = reject;
      timer = setTimeout(() => reject(new Error(`${what} took longer than ${limit} ms`)), limit);
    });
    try {
      await Promise.race([work(), cut]);
      await Promise.race([new Promise((next) => setImmediate(next)), cut]);
    } finally {
      clearTimeout(timer);
    }
    const [error] = unawaited.values();
    unawaited.clear();
    if (error !== undefined) throw error;
  };
}

addEventHandler((event, { currentDescribeBlock }) => {
  if (event.name !== 'add_test' && event.name !== 'add_hook') return;
  const isTest = event.name === 'add_test';
  const added = (isTest ? currentDescribeBlock.children : currentDescribeBlock.hooks).at(-1);
  if (added?.fn === undefined) return;
  const what = isTest ? `the test "${event.testName}"` : `a ${event.hookType}`;
  added.fn = limited(added.fn, event.timeout ?? LIMIT_MS, what);
});
