import { assert } from '../../kernel/assert.js';
import { isHour, rate } from './rating.js';
import type { UsageState } from './usage.decide.js';

/** Rates every hour again from its counts. Throws at the first lie. */
export function auditUsage(state: UsageState): void {
  for (const [hour, rated] of state.hours) {
    const name = `usage of the hour ${hour}`;
    const { events, counts, revision, terms } = rated;
    assert(isHour(hour) && rated.hour === hour, `${name} is filed under another hour`);
    assert(revision >= 1 && events >= 1n, `${name} was rated without use`);
    const all = Object.values(counts);
    assert(all.every((count) => count >= 0n), `${name} is below zero`);
    assert(counts.cachedInput <= counts.input, `${name} has more cached input than input`);
    assert(counts.reasoning <= counts.output, `${name} has more reasoning than output`);
    assert(rated.entitled >= 0n, `${name} has an entitlement below zero`);
    const again = rate(counts, rated.entitled, terms);
    assert(again.weighted === rated.weighted, `${name} weighs ${again.weighted}`);
    assert(again.overage === rated.overage, `${name} is ${again.overage} above its entitlement`);
    assert(again.overageAmount === rated.overageAmount, `${name} costs ${again.overageAmount}`);
  }
}
