import type { OrganizationId, ReservationId } from '../../kernel/ids.js';
import type { BasisPoints, MicroUsd } from '../../kernel/money.js';
import { rectangle } from '../../kernel/step-function.js';
import { DAY_MS, HOUR_MS, plus, type Instant } from '../../kernel/time.js';
import type { UsageTerms } from '../../providers/contract.js';
import type { CountEvidence } from './count-dispute.events.js';
import { COUNT_RULE, isDisputed } from './count-dispute.rules.js';
import { formatWeighted } from './rating.js';
import type { TokenCounts } from './token-counts.js';
import { auditUsage } from './usage.audit.js';
import { usageDecider, type UsageCommand } from './usage.decide.js';
import type { UsageEvent } from './usage.events.js';
import type { UsageState } from './usage.state.js';

const HOUR = Date.parse('2026-12-01T14:00:00Z') as Instant;
const OPENED = plus(HOUR, HOUR_MS + 300_000);
const R = 'r' as ReservationId;
const [HOLDER, SELLER, PROVIDER, STRANGER] = ['holder', 'seller', 'provider', 'stranger'] as OrganizationId[];
const PARTIES = { holderId: HOLDER!, sellerId: SELLER!, providerId: PROVIDER! };
/** 1 token/s, 900,000 micro-USD a million above it; input weighs a tenth. */
const TERMS: UsageTerms = {
  profileVersion: 1,
  weights: {
    input: 1_000 as BasisPoints,
    cachedInput: 100 as BasisPoints,
    reasoning: 10_000 as BasisPoints,
  },
  overagePrice: 900_000n as MicroUsd,
};

const tokens = (output: number, input = 0): TokenCounts => ({
  ...{ input: BigInt(input), cachedInput: 0n, output: BigInt(output), reasoning: 0n },
});

/** What was billed, what we counted and what was claimed, in output tokens. */
function evidence(billed: number, counted: number, claimed: number, records = 100): CountEvidence {
  const sample = { requestId: 'request-1', billed: 10n, counted: 10n, claimed: 12n, reason: 'output-higher' };
  return {
    ...{ records, differing: 40, samples: [sample] },
    ...{ billed: tokens(billed), counted: tokens(counted), claimed: tokens(claimed) },
  };
}

/** Given an hour of which 20,000 output tokens were rated, when a command comes, then … */
class CountStory {
  readonly state: UsageState = usageDecider.initialState();
  readonly events: UsageEvent[] = [];

  constructor(used = 20_000) {
    const added = { events: 100n, counts: tokens(used) };
    const quantity = rectangle({ start: HOUR, end: plus(HOUR, HOUR_MS) }, 1n);
    this.send({ type: 'RateHour', reservationId: R, ...PARTIES, hour: HOUR, added, addedByTier: [], quantity, terms: TERMS });
  }

  compared(found: CountEvidence, hour = HOUR): string {
    const facts = { reservationId: R, hour, ...PARTIES, evidence: found };
    return this.send({ type: 'CompareCounts', ...facts, now: OPENED });
  }

  conceded(changes: Record<string, unknown> = {}): string {
    const said = { position: 'counted', evidenceRevision: 1, callerId: PROVIDER, note: '' };
    const command = { type: 'ConcedeCounts', reservationId: R, hour: HOUR, now: plus(OPENED, DAY_MS), ...said };
    return this.send({ ...command, ...changes } as UsageCommand);
  }

  lapsed(days: number): string {
    const now = plus(OPENED, days * DAY_MS);
    return this.send({ type: 'LapseCountDispute', reservationId: R, hour: HOUR, now });
  }

  private send(command: UsageCommand): string {
    const decision = usageDecider.decide(command, this.state);
    if (!decision.accepted) {
      const { code, ...found } = decision.rejection;
      const told = 'issues' in found ? { fields: found.issues.map(({ field }) => field) } : found;
      return `${code} ${Object.values(told).join()}`.trim();
    }
    for (const event of decision.events) {
      usageDecider.evolve(this.state, event);
      this.events.push(event);
    }
    auditUsage(this.state);
    return decision.events.map(tell).join('; ');
  }
}

function tell(event: UsageEvent): string {
  switch (event.type) {
    case 'UsageHourRated':
      return `${event.isConceded ? 'conceded, ' : ''}rated ${event.revision}: ${formatWeighted(event.weighted)} for ${event.overageAmount}`;
    case 'CountsDisputed':
      return `disputed ${event.revision} until day ${(event.until - OPENED) / DAY_MS}`;
    case 'CountsConceded':
      return `${event.position} by ${event.concededBy}, ${event.difference.output}`;
    case 'CountDisputeLapsed':
      return 'lapsed';
  }
}

describe('counts of an hour', () => {
  it.each([
    // billed counted claimed
    [20_000, 20_000, 20_000, false],
    [20_000, 19_000, 20_000, false],
    [20_000, 18_999, 20_000, true],
    [20_000, 20_000, 21_000, false],
    [20_000, 20_000, 21_001, true],
    [100_000, 95_000, 100_000, false],
    [100_000, 94_999, 100_000, true],
    // However large a share, fewer tokens than these are left alone.
    [100, 100, 1_100, false],
    [100, 100, 1_101, true],
    [0, 0, 1_001, true],
    // The upstream claims less than we counted, and is billed by that.
    [20_000, 22_000, 20_000, true],
  ])('%d billed, %d counted, %d claimed: beyond the tolerance is %s', (billed, counted, claimed, is) => {
    expect(isDisputed(evidence(billed, counted, claimed), TERMS.weights, COUNT_RULE)).toBe(is);
  });

  it('are weighed: 10,001 tokens of input at a tenth', () => {
    const differing = (input: number): CountEvidence => ({ ...evidence(0, 0, 0), claimed: tokens(0, input) });
    const found = [10_000, 10_001].map((input) => isDisputed(differing(input), TERMS.weights, COUNT_RULE));
    expect(found).toEqual([false, true]);
  });

  it('open one dispute, whose evidence is renewed while it is open', () => {
    const story = new CountStory();
    expect(story.compared(evidence(20_000, 20_000, 20_000))).toBe('');
    expect(story.compared(evidence(20_000, 17_000, 20_000), plus(HOUR, HOUR_MS))).toBe('');
    expect(story.compared(evidence(20_000, 17_000, 20_000))).toBe('disputed 1 until day 7');
    expect(story.compared(evidence(20_000, 17_000, 20_000))).toBe('');
    expect(story.compared(evidence(20_000, 16_000, 20_000, 99))).toBe('');
    expect(story.compared(evidence(20_000, 19_999, 20_000, 101))).toBe('disputed 2 until day 7');
    expect(story.lapsed(7)).toBe('lapsed');
    expect(story.compared(evidence(20_000, 10_000, 20_000, 102))).toBe('');
  });
});

describe('a concession', () => {
  it.each([
    // counted claimed, who concedes what           rated by it: 16,400 above 3,600 cost 14,760
    [17_000, 20_000, PROVIDER, 'counted', 'counted by provider, -3000; conceded, rated 2: 17000 for 12060'],
    [20_000, 25_000, HOLDER, 'claimed', 'claimed by holder, 5000; conceded, rated 2: 25000 for 19260'],
    [22_000, 20_000, HOLDER, 'counted', 'counted by holder, 2000; conceded, rated 2: 22000 for 16560'],
    [20_000, 15_000, PROVIDER, 'claimed', 'claimed by provider, -5000; conceded, rated 2: 15000 for 10260'],
  ])('%d counted and %d claimed of 20,000 billed, by %s', (counted, claimed, callerId, ...[position, expected]) => {
    const story = new CountStory();
    story.compared(evidence(20_000, counted, claimed));
    expect(story.conceded({ callerId, position })).toBe(expected);
    expect(story.lapsed(8)).toBe('');
    expect(story.compared(evidence(20_000, 1_000, 1_000, 200))).toBe('');
  });

  it('within what the reservation held costs nothing, and changes what was used', () => {
    const story = new CountStory(3_000);
    story.compared(evidence(3_000, 1_500, 3_000));
    expect(story.conceded()).toBe('counted by provider, -1500; conceded, rated 2: 1500 for 0');
  });

  const long = 'x'.repeat(1_001);
  const late = plus(OPENED, 7 * DAY_MS);
  // Everything that is wrong with each comes below it as well: the first reason is told.
  it.each([
    ['DISPUTE_NOT_FOUND', { callerId: STRANGER, note: long, now: late, position: 'claimed', evidenceRevision: 2 }, 'open'],
    ['DISPUTE_NOT_FOUND', { hour: plus(HOUR, HOUR_MS) }, 'open'],
    ['VALIDATION_FAILED note', { callerId: SELLER, note: long, now: late, evidenceRevision: 2 }, 'conceded'],
    ['ALREADY_CONCEDED counted', { callerId: SELLER, now: late, evidenceRevision: 2 }, 'conceded'],
    [`DISPUTE_OVER ${late}`, { callerId: SELLER, now: late, evidenceRevision: 2 }, 'open'],
    [`DISPUTE_OVER ${late}`, { callerId: SELLER, evidenceRevision: 2 }, 'lapsed'],
    ['NOT_YOURS_TO_CONCEDE', { callerId: SELLER, evidenceRevision: 2 }, 'open'],
    ['NOT_YOURS_TO_CONCEDE', { callerId: HOLDER, evidenceRevision: 2 }, 'open'],
    ['NOT_YOURS_TO_CONCEDE counted', { position: 'claimed', evidenceRevision: 2 }, 'open'],
    ['EVIDENCE_CHANGED 1', { evidenceRevision: 2 }, 'open'],
  ])('is refused: %s', (expected, changes, stands) => {
    const story = new CountStory();
    story.compared(evidence(20_000, 17_000, 20_000));
    if (stands === 'conceded') story.conceded();
    if (stands === 'lapsed') story.lapsed(7);
    expect(story.conceded(changes)).toBe(expected);
  });

  it('waits for requests that are not rated yet', () => {
    const story = new CountStory(1_000);
    story.compared(evidence(20_000, 17_000, 20_000));
    expect(story.conceded()).toBe('HOUR_NOT_RATED');
  });

  it('comes before the time is over, or never', () => {
    const story = new CountStory();
    story.compared(evidence(20_000, 17_000, 20_000));
    expect([story.lapsed(6.99), story.lapsed(7), story.lapsed(8)]).toEqual(['', 'lapsed', '']);
  });
});

describe('the audit', () => {
  const conceded = (): UsageState => {
    const story = new CountStory();
    story.compared(evidence(20_000, 17_000, 20_000));
    story.conceded();
    return story.state;
  };

  it.each([
    ['hour', plus(HOUR, HOUR_MS)],
    ['evidence', evidence(20_000, 19_999, 20_000)],
    ['evidence', { ...evidence(20_000, 17_000, 20_000), differing: 0 }],
    ['evidence', evidence(20_000, -1, 20_000)],
    ['until', plus(OPENED, DAY_MS)],
    ['end', { kind: 'conceded', position: 'counted', concededBy: HOLDER, difference: tokens(-3_000) }],
    ['end', { kind: 'conceded', position: 'claimed', concededBy: PROVIDER, difference: tokens(-3_000) }],
    ['end', { kind: 'conceded', position: 'counted', concededBy: PROVIDER, difference: tokens(-3_001) }],
  ])('finds another %s', (field, value) => {
    const state = conceded();
    expect(() => auditUsage(state)).not.toThrow();
    state.disputes.set(HOUR, { ...state.disputes.get(HOUR)!, [field]: value });
    expect(() => auditUsage(state)).toThrow();
  });
});
