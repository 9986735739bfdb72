// Every number that is told is compared first.
import { until } from './client.mjs';

const textOf = (value) =>
  JSON.stringify(value, (_key, one) => (typeof one === 'bigint' ? one.toString() : one));

/** @throws Error when what the exchange says is not what was worked out here; bigints are decimal text */
export function check(what, seen, expected) {
  if (textOf(seen) === textOf(expected)) return;
  throw new Error(`${what}: the exchange says ${textOf(seen)}, and it should be ${textOf(expected)}`);
}

/** The same of what follows a moment later. */
export async function checkSoon(what, ask, expected) {
  return until(ask, (seen) => textOf(seen) === textOf(expected), `${what} as ${textOf(expected)}`);
}
