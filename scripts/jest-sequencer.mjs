// Which suite is next. What takes longest begins first, so that no process is left with it when the others are done.
// Jest knows how long each took the last time; on a clean clone there is no last time, and it goes by the length of
// the files, which says little: a suite of every page in every state is a short one.
import TestSequencer from '@jest/test-sequencer';

/** What took 25 s or more when this was written, longest first. */
const LONGEST = [
  ...['pages.browser', 'rooms.browser', 'finance.browser', 'serving.browser', 'money.browser', 'buyer.browser', 'page.browser'],
  ...['two-servers.e2e', 'frozen-market.e2e', 'shared-gateways.connected', 'payouts.e2e', 'clocks.connected', 'mutants.simulation'],
  ...['frozen-worker.connected', 'input.e2e', 'exports.e2e', 'invoice-files.e2e', 'order-book.property', 'payments.e2e', 'budget-webhook.e2e'],
].map((name) => `/${name}.ts`);

const placeOf = ({ path }) => {
  const place = LONGEST.findIndex((name) => path.endsWith(name));
  return place === -1 ? LONGEST.length : place;
};

export default class LongestFirst extends TestSequencer {
  sort(tests) {
    return [...super.sort(tests)].sort((one, other) => placeOf(one) - placeOf(other));
  }
}
