import { usd } from '../../../test/support/ledger.js';
import { DAY_MS, HOUR_MS, parseInstant, plus, type Instant } from '../../kernel/time.js';
import { checkRule, standingOf, type AutomaticTopUp } from './auto-top-up.js';
import type { TopUpState } from './top-up.js';

const at = (text: string): Instant => {
  const instant = parseInstant(text);
  if (!instant.ok) throw new Error(instant.error);
  return instant.value;
};
const NOW = at('2026-11-28T12:00:00Z');
const RULE = {
  ...{ threshold: usd(5_000_000), amount: usd(10_000_000), perDayMax: usd(30_000_000) },
  updatedAt: at('2026-11-20T00:00:00Z'),
};

/** Newest first, each so many hours ago. */
const one = (hoursAgo: number, status: TopUpState, failureCode: string | null = null): AutomaticTopUp => {
  const createdAt = plus(NOW, -hoursAgo * HOUR_MS);
  return { topUpId: `t${hoursAgo}`, status, failureCode, createdAt, endedAt: createdAt };
};
const declined = (hoursAgo: number): AutomaticTopUp => one(hoursAgo, 'failed', 'generic_decline');
const asked = one(1, 'failed', 'authentication_required');

describe('an automatic top-up', () => {
  const until = (instant: Instant) => ({ until: instant });
  it.each<[string, readonly AutomaticTopUp[], number, string, object?]>([
    ['is ready when nothing was done yet', [], 0, 'ready'],
    ['is ready after one that succeeded', [one(1, 'succeeded')], 10, 'ready'],
    ['waits for one that is pending', [one(1, 'pending'), declined(2)], 10, 'under_way', { topUpId: 't1' }],
    ['waits for one that its bank takes days for', [one(72, 'processing')], 0, 'under_way', { topUpId: 't72' }],
    ['waits for one that a person must look at', [one(100, 'needs_review')], 0, 'under_way', { topUpId: 't100' }],
    ['backs off for an hour', [declined(0.5)], 0, 'backing_off', until(plus(NOW, 0.5 * HOUR_MS))],
    ['is ready an hour after a decline', [declined(1)], 0, 'ready'],
    ['backs off for four hours after two', [declined(1), declined(3)], 0, 'backing_off', until(plus(NOW, 3 * HOUR_MS))],
    ['backs off for sixteen after three', [declined(5), declined(10), declined(12)], 0, 'backing_off', until(plus(NOW, 11 * HOUR_MS))],
    ['stops after four', [declined(90), declined(110), declined(115), declined(117)], 0, 'stopped', { failureCode: 'generic_decline' }],
    ['counts only those in a row', [declined(5), one(6, 'succeeded'), declined(7), declined(8)], 10, 'ready'],
    ['forgets what was before the rule was set', [declined(24 * 9), declined(24 * 9 + 1)], 0, 'ready'],
    ['asks for authentication, without trying again', [asked], 0, 'authentication_required', { topUpId: 't1' }],
    ['keeps to its day', [one(1, 'succeeded')], 21, 'day_limit', until(at('2026-11-29T00:00:00Z'))],
    ['may fill its day', [one(1, 'succeeded')], 20, 'ready'],
  ])('%s', (...[_what, topUps, today, state, more = {}]) => {
    const history = { isMethodActive: true, topUps, today: usd(today * 1_000_000) };
    expect(standingOf(RULE, history, NOW)).toMatchObject({ state, ...more });
  });

  it('looks for its method first', () => {
    const history = { isMethodActive: false, topUps: [one(1, 'pending')], today: usd(100_000_000) };
    expect(standingOf(RULE, history, NOW)).toEqual({ state: 'method_removed' });
  });

  it('is tried at most four times whatever happens, until somebody looks', () => {
    const topUps: AutomaticTopUp[] = [];
    for (let now = NOW, tries = 0; now < NOW + 30 * DAY_MS; now = plus(now, HOUR_MS)) {
      const { state } = standingOf(RULE, { isMethodActive: true, topUps, today: usd(0) }, now);
      if (state !== 'ready') continue;
      tries += 1;
      expect(tries).toBeLessThanOrEqual(4);
      topUps.unshift({ topUpId: `${now}`, status: 'failed', failureCode: 'card_declined', createdAt: now, endedAt: now });
    }
    expect(topUps).toHaveLength(4);
  });
});

it.each([
  [{}, []],
  [{ threshold: usd(0) }, ['threshold']],
  [{ amount: usd(10_000_001) }, ['amount']],
  [{ amount: usd(490_000) }, ['amount']],
  [{ perDayMax: usd(9_999_999) }, ['perDayMax']],
  [{ threshold: usd(-1), amount: usd(0), perDayMax: usd(-1) }, ['threshold', 'amount', 'perDayMax']],
])('a rule with %p has wrong %p', (changes, fields) => {
  expect(checkRule({ ...RULE, ...changes }).map(({ field }) => field)).toEqual(fields);
});
