import type { MarketId, OrganizationId, PoolId } from '../../kernel/ids.js';
import type { Instant } from '../../kernel/time.js';
import { evidenceDecider, type AssessPool, type EvidenceState } from './pool-evidence.decide.js';
import type { Comparison, EvidenceCounts, EvidenceEvent } from './pool-evidence.events.js';
import { evidenceSince, levelOf, verdictOf } from './pool-evidence.rules.js';

const NOTHING: EvidenceCounts = { served: 0, probed: 0, isContractKept: null };
const counts = (changes: Partial<EvidenceCounts>): EvidenceCounts => ({ ...NOTHING, ...changes });

/** TTFT of traffic in milliseconds: 100 requests today, 1,000 in the week before. */
function compared(recent: number, baseline: number, changes: Partial<Comparison> = {}): Comparison {
  return {
    ...{ source: 'traffic', figure: 'ttft' },
    recent: { samples: 100, value: recent },
    baseline: { samples: 1_000, value: baseline },
    ...changes,
  };
}

describe('the level of evidence', () => {
  it.each([
    ['L1', 'nothing was seen', {}],
    ['L1', 'the newest probe was not answered whole', { probed: 4, isContractKept: false }],
    ['L2', 'it was', { probed: 5, isContractKept: true }],
    ['L2', 'of 99 requests', { served: 94, probed: 5, isContractKept: true }],
    ['L3', 'of 100 requests of holders', { served: 100 }],
    ['L3', 'of 100 of both', { served: 95, probed: 5, isContractKept: true }],
    ['L3', 'of 100 of our own, though the newest failed', { probed: 100, isContractKept: false }],
  ])('is %s: %s', (level, _why, changes) => {
    expect(levelOf(counts(changes))).toBe(level);
  });
});

describe('the days of evidence', () => {
  const at = (text: string): Instant => Date.parse(text) as Instant;

  it.each([
    ['2030-05-15T00:00:00.000Z', '2030-05-09T00:00:00.000Z'],
    ['2030-05-15T23:59:59.999Z', '2030-05-09T00:00:00.000Z'],
    ['2030-05-16T00:00:00.000Z', '2030-05-10T00:00:00.000Z'],
  ])('at %s are seven, from %s on', (now, since) => {
    expect(evidenceSince(at(now))).toBe(at(since));
  });
});

describe('a regression, with a p95 of 400 ms in the week before', () => {
  it.each([
    ['as before', 'at 500 ms', compared(500, 400)],
    ['worse', 'at 501 ms', compared(501, 400)],
    ['as before', 'at 300 ms', compared(300, 400)],
    ['unknown', 'of 49 requests', compared(501, 400, { recent: { samples: 49, value: 501 } })],
    ['worse', 'of 50 requests', compared(501, 400, { recent: { samples: 50, value: 501 } })],
    ['unknown', 'after 99 in the week', compared(501, 400, { baseline: { samples: 99, value: 400 } })],
    ['unknown', 'where nothing streamed', compared(501, 400, { baseline: { samples: 100, value: null } })],
  ])('is %s %s', (verdict, _what, comparison) => {
    expect(verdictOf(comparison)).toBe(verdict);
  });

  it.each([
    ['as before', 75],
    ['worse', 74],
    ['as before', 200],
  ])('is %s at %d tokens/s after 100', (verdict, recent) => {
    expect(verdictOf(compared(recent, 100, { figure: 'streamSpeed' }))).toBe(verdict);
  });
});

/** Looks at one pool, one after the other. */
class Looks {
  readonly state: EvidenceState = evidenceDecider.initialState();

  look(changes: Partial<AssessPool>): readonly string[] {
    const ids = { poolId: 'P' as PoolId, marketId: 'm@fp8' as MarketId, providerId: 'O' as OrganizationId };
    const basis = { profileVersion: 1, counts: NOTHING, comparisons: [], now: 0 as Instant };
    const decision = evidenceDecider.decide({ type: 'AssessPool', ...ids, ...basis, ...changes }, this.state);
    if (!decision.accepted) throw new Error('a look is never refused');
    for (const event of decision.events) evidenceDecider.evolve(this.state, event);
    return decision.events.map(told);
  }
}

function told(event: EvidenceEvent): string {
  switch (event.type) {
    case 'EvidenceLevelChanged':
      return `${event.change}: ${event.before} to ${event.level}`;
    case 'RegressionRaised':
      return `${event.source} ${event.figure} from ${event.baseline.value} to ${event.recent.value}`;
    case 'RegressionEnded':
      return `${event.source} ${event.figure} ${event.outcome}`;
  }
}

describe('looks at a pool', () => {
  it('say what changed, and nothing when nothing did', () => {
    const pool = new Looks();
    expect(pool.look({})).toEqual([]);
    expect(pool.look({ counts: counts({ probed: 5, isContractKept: true }) })).toEqual(['1: L1 to L2']);
    expect(pool.look({ counts: counts({ probed: 10, isContractKept: true }) })).toEqual([]);
    expect(pool.look({ counts: counts({ served: 500 }) })).toEqual(['2: L2 to L3']);
    expect(pool.look({ counts: counts({ served: 20 }) })).toEqual(['3: L3 to L1']);
  });

  it('raise an alarm once, and end it when it is as before', () => {
    const pool = new Looks();
    const [worse, tooFew, better] = [
      compared(600, 400),
      compared(400, 400, { recent: { samples: 3, value: 400 } }),
      compared(450, 400),
    ];
    expect(pool.look({ comparisons: [worse] })).toEqual(['traffic ttft from 400 to 600']);
    expect(pool.look({ comparisons: [worse] })).toEqual([]);
    expect(pool.look({ comparisons: [tooFew] })).toEqual([]);
    expect(pool.look({ comparisons: [{ ...worse, source: 'probe' }] })).toEqual(['probe ttft from 400 to 600']);
    expect(pool.look({ comparisons: [better] })).toEqual(['traffic ttft recovered']);
    expect(pool.look({ comparisons: [better] })).toEqual([]);
  });

  it('begin anew with another serving profile, and late ones by the old profile say nothing', () => {
    const pool = new Looks();
    pool.look({ counts: counts({ served: 100 }), comparisons: [compared(600, 400)] });
    expect(pool.look({ profileVersion: 2 })).toEqual(['2: L3 to L1', 'traffic ttft void']);
    expect(pool.look({ counts: counts({ served: 100 }), comparisons: [compared(600, 400)] })).toEqual([]);
  });
});
