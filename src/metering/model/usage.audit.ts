import { assert } from '../../kernel/assert.js';
import { canonicalJson } from '../../kernel/canonical-json.js';
import { concederOf, COUNT_DISPUTE_LIMITS, differenceOf, isDisputed } from './count-dispute.rules.js';
import { isHour, rate } from './rating.js';
import { isFit } from './token-counts.js';
import type { CountDispute, UsageState } from './usage.state.js';

/** Rates every hour again from its counts, and looks at every dispute again. Throws at the first lie. */
export function auditUsage(state: UsageState): void {
  for (const [hour, rated] of state.hours) {
    const name = `usage of the hour ${hour}`;
    const { events, counts, revision, terms } = rated;
    assert(isHour(hour) && rated.hour === hour, `${name} is filed under another hour`);
    assert(revision >= 1 && events >= 0n, `${name} was never rated`);
    const all = Object.values(counts);
    assert(events > 0n || all.every((count) => count === 0n), `${name} was rated without use`);
    assert(all.every((count) => count >= 0n), `${name} is below zero`);
    assert(counts.cachedInput <= counts.input, `${name} has more cached input than input`);
    assert(counts.reasoning <= counts.output, `${name} has more reasoning than output`);
    assert(rated.entitled >= 0n, `${name} has an entitlement below zero`);
    const again = rate(counts, rated.entitled, terms);
    assert(again.weighted === rated.weighted, `${name} weighs ${again.weighted}`);
    assert(again.overage === rated.overage, `${name} is ${again.overage} above its entitlement`);
    assert(again.overageAmount === rated.overageAmount, `${name} costs ${again.overageAmount}`);
  }
  for (const [hour, dispute] of state.disputes) {
    assert(state.hours.has(hour) && dispute.hour === hour, `counts of the hour ${hour} are disputed elsewhere`);
    auditDispute(`the dispute about the hour ${hour}`, dispute);
  }
}

function auditDispute(name: string, dispute: CountDispute): void {
  const { evidence, terms, rule, revision, openedAt, until, end } = dispute;
  const { records, differing, billed, counted, claimed, samples } = evidence;
  assert([billed, counted, claimed].every(isFit), `${name} has counts that cannot be`);
  assert(samples.length <= differing && differing <= records, `${name} has more samples than requests`);
  const isBeyond = isDisputed(evidence, terms.weights, rule);
  assert(revision > 1 || isBeyond, `${name} is within the tolerance`);
  assert(until - openedAt === COUNT_DISPUTE_LIMITS.open, `${name} ends at another time`);
  if (end.kind !== 'conceded') return;
  const { holderId, providerId } = dispute;
  const conceder = concederOf(evidence, end.position, { holderId, providerId, weights: terms.weights });
  assert(conceder === end.concededBy, `${name} was conceded by who did not lose by it`);
  const difference = differenceOf(evidence, end.position);
  assert(canonicalJson(difference) === canonicalJson(end.difference), `${name} changed another count`);
}
