import type { Decision } from '../../kernel/decider.js';
import type { OrganizationId, ReservationId } from '../../kernel/ids.js';
import type { BasisPoints, MicroUsd } from '../../kernel/money.js';
import { addOver, rectangle } from '../../kernel/step-function.js';
import { HOUR_MS, MINUTE_MS, plus, type Instant } from '../../kernel/time.js';
import type { UsageTerms } from '../../providers/contract.js';
import { formatWeighted } from './rating.js';
import { auditUsage } from './usage.audit.js';
import { usageDecider, type RateHour, type UsageRejection } from './usage.decide.js';
import type { UsageEvent } from './usage.events.js';
import type { UsageState } from './usage.state.js';

const HOUR = Date.parse('2026-12-01T14:00:00Z') as Instant;
const WINDOW = { start: HOUR, end: plus(HOUR, 4 * HOUR_MS) };
/** 1 token/s: 3,600 weighted tokens an hour. */
const ONE = rectangle(WINDOW, 1n);
const TERMS: UsageTerms = {
  profileVersion: 1,
  weights: {
    input: 1_000 as BasisPoints,
    cachedInput: 100 as BasisPoints,
    reasoning: 20_000 as BasisPoints,
  },
  overagePrice: 900_000n as MicroUsd,
};

type Counts = readonly [
  events: number,
  input: number,
  cached: number,
  output: number,
  reasoning: number,
];

function rateHour(
  [events, input, cached, output, reasoning]: Counts,
  changes: Partial<RateHour> = {},
): RateHour {
  const counts = { input, cachedInput: cached, output, reasoning };
  const wide = Object.fromEntries(Object.entries(counts).map(([kind, n]) => [kind, BigInt(n)]));
  return {
    type: 'RateHour',
    reservationId: 'r' as ReservationId,
    holderId: 'holder' as OrganizationId,
    sellerId: 'seller' as OrganizationId,
    providerId: 'provider' as OrganizationId,
    hour: HOUR,
    added: { events: BigInt(events), counts: wide as unknown as RateHour['added']['counts'] },
    addedByTier: [],
    quantity: ONE,
    terms: TERMS,
    ...changes,
  };
}

/** Decides, applies and audits. */
function send(state: UsageState, command: RateHour): Decision<UsageEvent, UsageRejection> {
  const decision = usageDecider.decide(command, state);
  if (decision.accepted) decision.events.forEach((event) => usageDecider.evolve(state, event));
  auditUsage(state);
  return decision;
}

/** `revision: weighted of entitled, overage for micro-USD`; empty when nothing was said. */
function told(decision: Decision<UsageEvent, UsageRejection>): string {
  if (!decision.accepted) return decision.rejection.code;
  return decision.events
    .flatMap((event) => (event.type === 'UsageHourRated' ? [event] : []))
    .map(({ revision, weighted, entitled, overage, overageAmount }) => {
      const [used, held, above] = [weighted, entitled, overage].map(formatWeighted);
      return `${revision}: ${used} of ${held}, ${above} for ${overageAmount}`;
    })
    .join();
}

describe('rating an hour', () => {
  it.each<[Counts, string]>([
    //events input cached output reasoning   weighted          overage
    [[1, 0, 0, 0, 0], '1: 0 of 3600, 0 for 0'],
    [[1, 0, 0, 3_600, 0], '1: 3600 of 3600, 0 for 0'],
    [[1, 0, 0, 3_601, 0], '1: 3601 of 3600, 1 for 1'],
    [[1, 10, 0, 0, 0], '1: 1 of 3600, 0 for 0'],
    [[1, 10, 10, 0, 0], '1: 0.1 of 3600, 0 for 0'],
    [[1, 10, 4, 0, 0], '1: 0.64 of 3600, 0 for 0'],
    [[1, 0, 0, 10, 10], '1: 20 of 3600, 0 for 0'],
    [[1, 0, 0, 10, 3], '1: 13 of 3600, 0 for 0'],
    [[7, 12_345, 678, 9_000, 1_000], '1: 11173.48 of 3600, 7573.48 for 6816'],
  ])('%j is %s', (counts, expected) => {
    expect(told(send(usageDecider.initialState(), rateHour(counts)))).toBe(expected);
  });

  it.each([
    // Half a micro-USD goes to the even one: at 500,000 a million, a token costs half.
    [3_601, 500_000n, 0],
    [3_603, 500_000n, 2],
    [3_605, 500_000n, 2],
    [3_601, 500_001n, 1],
    [1_000_000, null, 0],
    [1_003_600, 900_000n, 900_000],
  ])('%d output tokens at %s a million cost %d', (output, price, amount) => {
    const terms = { ...TERMS, overagePrice: price as MicroUsd | null };
    const decision = send(usageDecider.initialState(), rateHour([1, 0, 0, output, 0], { terms }));
    expect(decision).toMatchObject({ events: [{ overageAmount: BigInt(amount) }] });
  });

  it('holds what was resold within the hour against it', () => {
    const half = { start: plus(HOUR, 30 * MINUTE_MS), end: WINDOW.end };
    const quantity = addOver(rectangle(WINDOW, 10n), half, -10n);
    const command = rateHour([1, 0, 0, 20_000, 0], { quantity });
    const decision = send(usageDecider.initialState(), command);
    expect(told(decision)).toBe('1: 20000 of 18000, 2000 for 1800');
  });

  it('adds up what was served at each tier, and forgets a tier of which nothing is left', () => {
    const state = usageDecider.initialState();
    const at = (tier: string, output: bigint): RateHour['addedByTier'][number] => ({ tier, counts: { input: 0n, cachedInput: 0n, output, reasoning: 0n } });
    send(state, rateHour([2, 0, 0, 50, 0], { addedByTier: [at('standard', 20n), at('batch', 10n)] }));
    send(state, rateHour([1, 0, 0, 5, 0], { addedByTier: [at('batch', -10n), at('fast', 5n)] }));
    expect(state.hours.get(HOUR)?.tiers).toEqual([at('fast', 5n), at('standard', 20n)]);
    expect(state.hours.get(HOUR)?.counts.output).toBe(55n);
  });

  it('is a revision only when something changed', () => {
    const state = usageDecider.initialState();
    const other = { hour: plus(HOUR, HOUR_MS) };
    const doubled = { quantity: rectangle(WINDOW, 2n) };
    const story: readonly [RateHour, string][] = [
      [rateHour([0, 0, 0, 0, 0]), ''],
      [rateHour([2, 0, 0, 3_000, 0]), '1: 3000 of 3600, 0 for 0'],
      [rateHour([0, 0, 0, 0, 0]), ''],
      [rateHour([1, 0, 0, 1_000, 0], other), '1: 1000 of 3600, 0 for 0'],
      [rateHour([1, 0, 0, 1_000, 0]), '2: 4000 of 3600, 400 for 360'],
      [rateHour([0, 0, 0, 0, 0], doubled), '3: 4000 of 7200, 0 for 0'],
      [rateHour([1, 0, 0, 0, 0], doubled), '4: 4000 of 7200, 0 for 0'],
      // Corrections: no event more, and tokens more or fewer.
      [rateHour([0, 0, 0, 3_000, 0]), '5: 7000 of 3600, 3400 for 3060'],
      [rateHour([0, 0, 0, -6_000, 0]), '6: 1000 of 3600, 0 for 0'],
      [rateHour([0, 0, 0, -1_001, 0]), 'VALIDATION_FAILED'],
      [rateHour([-3, 0, 0, -1_000, 0]), '7: 0 of 3600, 0 for 0'],
      [rateHour([-1, 0, 0, 0, 0]), '8: 0 of 3600, 0 for 0'],
    ];
    expect(story.map(([command]) => told(send(state, command)))).toEqual(
      story.map(([, expected]) => expected),
    );
    expect(state.hours.get(HOUR)).toMatchObject({ events: 0n, counts: { output: 0n } });
  });

  it('says whose it is and by which terms', () => {
    const decision = send(usageDecider.initialState(), rateHour([1, 2, 1, 4, 3]));
    expect(decision.accepted && decision.events).toEqual([
      {
        type: 'UsageHourRated',
        ...{ reservationId: 'r', holderId: 'holder', sellerId: 'seller', providerId: 'provider' },
        ...{ hour: HOUR, revision: 1, events: 1n, terms: TERMS, isConceded: false },
        counts: { input: 2n, cachedInput: 1n, output: 4n, reasoning: 3n },
        tiers: [],
        ...{ weighted: 71_100n, entitled: 36_000_000n, overage: 0n, overageAmount: 0n },
      },
    ]);
  });
});

describe('use that cannot be', () => {
  it.each<[Counts, Partial<RateHour>, readonly string[]]>([
    [[1, 1, 1, 1, 1], { hour: plus(HOUR, 1) }, ['hour']],
    [[1, -1, -1, 0, 0], {}, ['added.counts']],
    [[-1, 0, 0, 0, 0], {}, ['added.events']],
    [[0, 1, 0, 0, 0], {}, ['added.events']],
    [[1, 1, 2, 0, 0], {}, ['added.counts']],
    [[1, 0, 0, 1, 2], {}, ['added.counts']],
    [[0, -1, 0, 0, 0], { hour: plus(HOUR, 1) }, ['hour', 'added.events', 'added.counts']],
  ])('%j is refused for %j', (counts, changes, fields) => {
    const decision = send(usageDecider.initialState(), rateHour(counts, changes));
    const issues = !decision.accepted && 'issues' in decision.rejection ? decision.rejection.issues : [];
    expect(issues.map(({ field }) => field)).toEqual(fields);
  });
});

describe('the audit', () => {
  const rated = (): UsageState => {
    const state = usageDecider.initialState();
    send(state, rateHour([2, 100, 10, 5_000, 10]));
    return state;
  };

  it.each([
    ['events', 0n],
    ['revision', 0],
    ['hour', plus(HOUR, HOUR_MS)],
    ['counts', { input: 100n, cachedInput: 101n, output: 5_000n, reasoning: 10n }],
    ['counts', { input: 100n, cachedInput: 10n, output: 5_000n, reasoning: 5_001n }],
    ['counts', { input: 101n, cachedInput: 10n, output: 5_000n, reasoning: 10n }],
    ['counts', { input: -1n, cachedInput: -2n, output: 5_000n, reasoning: 10n }],
    ['weighted', 1n],
    ['entitled', -1n],
    ['entitled', 1n],
    ['overage', 0n],
    ['overageAmount', 0n],
  ])('finds another %s, %p', (field, value) => {
    const state = rated();
    const before = state.hours.get(HOUR)!;
    expect(() => auditUsage(state)).not.toThrow();
    state.hours.set(HOUR, { ...before, [field]: value });
    expect(() => auditUsage(state)).toThrow('usage of the hour');
  });
});
