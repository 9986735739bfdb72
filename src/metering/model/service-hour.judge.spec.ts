import { hour } from '../../../test/support/market.js';
import { promise, traffic } from '../../../test/support/service-level.js';
import { MINUTE_MS, plus } from '../../kernel/time.js';
import type { ServiceLevelTerms } from '../../providers/contract.js';
import type { ServedRequest } from './served-request.js';
import type { WeightedTokens } from './rating.js';
import { judge } from './service-hour.judge.js';
import { hourOf, measure, splitAtLimit } from './service-hour.measure.js';

type Groups = readonly (readonly [count: number, changes?: Partial<ServedRequest>])[];

/** `thin`, `met`, or each miss with what it was missed by, and the credit. */
function told(groups: Groups, terms: ServiceLevelTerms = promise()): string {
  const verdict = judge(terms, measure(traffic(...groups), terms));
  if (verdict.kind !== 'breached') return verdict.kind;
  const misses = verdict.misses.map(({ objective, missedBy }) => `${objective} ${missedBy}`);
  return `${misses.join(', ')}: ${verdict.credit}`;
}

const slow = (ttft: number): Partial<ServedRequest> => ({ ttft: ttft * 1_000 });
const lame = (tokensPerSecond: number): Partial<ServedRequest> => ({
  streamSpeed: tokensPerSecond * 1_000,
});
const failed = { end: 'failed', ttft: null, streamSpeed: null } as const;

describe('an hour is judged', () => {
  it.each<[string, Groups, string]>([
    // what                              requests                                    verdict
    ['nothing', [], 'thin'],
    ['too little', [[19]], 'thin'],
    ['just enough', [[20]], 'met'],
    ['at the limit', [[100, slow(400)]], 'met'],
    ['1 of 20 late: p95 is kept', [[95], [5, slow(401)]], 'met'],
    ['6 of 100 late', [[94], [6, slow(401)]], 'ttft 0: 1000'],
    ['6 of 100 a quarter late', [[94], [6, slow(500)]], 'ttft 0: 1000'],
    ['6 of 100 more than that', [[94], [6, slow(501)]], 'ttft 2500: 2500'],
    ['6 of 100 late, 5 of them badly', [[94], [1, slow(401)], [5, slow(5_000)]], 'ttft 0: 1000'],
    ['6 of 100 by more than half', [[94], [6, slow(601)]], 'ttft 5000: 5000'],
    ['6 of 100 twice as late', [[94], [6, slow(800)]], 'ttft 5000: 5000'],
    ['6 of 100 later than that', [[94], [6, slow(801)]], 'ttft 10000: 10000'],
    ['1 of 19 late, of too few', [[18], [1, slow(900)]], 'thin'],
    ['1 of 20 late', [[19], [1, slow(900)]], 'met'],
    ['2 of 20 late', [[18], [2, slow(900)]], 'ttft 10000: 10000'],
    ['streams at the limit', [[100, lame(100)]], 'met'],
    ['5 of 100 streams slower', [[95], [5, lame(99)]], 'met'],
    ['6 of 100 streams slower', [[94], [6, lame(99)]], 'streamSpeed 0: 1000'],
    ['6 at three quarters', [[94], [6, lame(75)]], 'streamSpeed 0: 1000'],
    ['6 below three quarters', [[94], [6, lame(74)]], 'streamSpeed 2500: 2500'],
    ['6 at a crawl', [[94], [6, lame(0)]], 'streamSpeed 5000: 5000'],
    ['1 of 100 unanswered', [[99], [1, failed]], 'met'],
    ['2 of 100 unanswered', [[98], [2, failed]], 'availability 0: 1000'],
    ['26 of 100 unanswered', [[74], [26, failed]], 'availability 2500: 2500'],
    ['none answered', [[100, failed]], 'availability 5000: 5000'],
    ['late and unanswered: the worst counts', [[80], [10, slow(801)], [10, failed]], 'ttft 10000, availability 0: 10000'],
  ])('%s', (_what, groups, verdict) => expect(told(groups)).toBe(verdict));

  it.each<[string, Partial<ServedRequest>]>([
    ['with prompts longer than the context', { promptTokens: 8_193 }],
    ['that may wait', { isBatch: true }],
    ['whose clients went away', { end: 'aborted' }],
    ['that were refused as they were', { end: 'refused' }],
  ])('without requests %s', (_what, changes) => {
    expect(told([[94], [6, { ...changes, ttft: 9_000_000, streamSpeed: 1 }]])).toBe('met');
    expect(told([[19], [100, changes]])).toBe('thin');
  });

  const impatient = (waited: number): Partial<ServedRequest> => ({
    ...{ end: 'aborted', ttft: null, streamSpeed: null },
    waited: waited * 1_000,
  });

  it.each<[string, Groups, string]>([
    ['left in time: nothing is known', [[94], [6, impatient(400)]], 'met'],
    ['left after it was late: it was, by so much at the least', [[94], [6, impatient(401)]], 'ttft 0: 1000'],
    ['waited twice as long', [[94], [6, impatient(801)]], 'ttft 10000: 10000'],
    ['are no answers that were missed', [[99], [1, impatient(401)]], 'met'],
    ['may be all there are', [[20, impatient(401)]], 'ttft 0: 1000'],
  ])('clients without a first token: who %s', (_what, groups, verdict) => expect(told(groups)).toBe(verdict));

  it('by each objective that has requests enough', () => {
    const unmeasured = { streamSpeed: null };
    expect(told([[30, unmeasured]])).toBe('met');
    expect(told([[30, { ...unmeasured, ttft: 900_000 }], [19, lame(1)]])).toBe('ttft 10000: 10000');
  });

  it('without money where the formula has no steps', () => {
    expect(told([[20, slow(900)]], promise({ steps: [] }))).toBe('ttft 0: 0');
  });

  it('exactly where a sketch would have to guess', () => {
    const terms = promise({ availability: 10_000 });
    const one = measure(traffic([1]), terms);
    const kept = { samples: 1_000_000, within: Array.from({ length: 4 }, () => 950_000) };
    const hour = { ...one, requests: 1_000_000, answered: 1_000_000, ttft: kept, streamSpeed: kept };
    expect(judge(terms, hour).kind).toBe('met');
    expect(judge(terms, { ...hour, answered: 999_999 })).toMatchObject({ credit: 1_000 });
    const late = { ...kept, within: [949_999, 950_000, 950_000, 950_000] };
    expect(judge(terms, { ...hour, ttft: late })).toMatchObject({ credit: 1_000 });
  });
});

describe('what is measured', () => {
  it('says why requests do not count, each once', () => {
    const all = { promptTokens: 9_000, isBatch: true, end: 'aborted' } as const;
    const { promptTokens: _1, ...two } = all;
    const { isBatch: _2, ...one } = two;
    const measured = measure(traffic([2, all], [3, two], [4, one], [5]), promise());
    expect(measured).toEqual({
      requests: 14,
      excluded: { overLimit: 0, tooLong: 2, batch: 3, aborted: 4, refused: 0 },
      ttft: { samples: 5, within: [5, 5, 5, 5] },
      streamSpeed: { samples: 5, within: [5, 5, 5, 5] },
      answered: 5,
    });
  });
});

describe('a formula that counts more', () => {
  const nothing = { overLimit: 0, tooLong: 0, batch: 0, aborted: 0, refused: 0 };
  const long = { promptTokens: 9_000 };
  const batch = { isBatch: true };

  it.each([
    [['overLimit', 'tooLong', 'batch'], { tooLong: 6, batch: 6 }, 'met'],
    [['overLimit', 'batch'], { batch: 6 }, 'breached'],
    [['overLimit', 'tooLong'], { tooLong: 6 }, 'breached'],
    [['overLimit'], {}, 'breached'],
  ] as const)('leaves out %s', (exclusions, excluded, verdict) => {
    const terms = promise({ exclusions });
    const measured = measure(traffic([6, { ...long, ...slow(401) }], [6, { ...batch, ...slow(401) }], [88]), terms);
    expect(measured).toMatchObject({ requests: 100, excluded: { ...nothing, ...excluded } });
    expect(judge(terms, measured).kind).toBe(verdict);
  });

  it('counts no request that was given up or had to be refused, whatever it names', () => {
    const measured = measure(traffic([1, { end: 'aborted' }], [1, { end: 'refused' }]), promise({ exclusions: [] }));
    expect(measured.excluded).toEqual({ ...nothing, aborted: 1, refused: 1 });
  });
});

describe('an hour out of its minutes', () => {
  const terms = promise();
  const at = (minute: number, weighted: bigint, ...groups: Groups) => ({
    minute: plus(hour(1), minute * MINUTE_MS),
    measured: measure(traffic(...groups), terms),
    weighted: weighted as WeightedTokens,
  });

  it('leaves out what came once the reservation was used up', () => {
    const minutes = [at(7, 5n, [9, slow(900)]), at(0, 60n, [20]), at(6, 40n, [10]), at(8, 0n, [1])];
    const of = (entitled: bigint) => hourOf(splitAtLimit(minutes, entitled as WeightedTokens, terms), terms);
    const found = of(100n);
    expect(found).toMatchObject({ requests: 40, excluded: { overLimit: 10 }, ttft: { samples: 30 } });
    expect(judge(terms, found).kind).toBe('met');
    expect(judge(terms, of(101n)).kind).toBe('breached');
    expect(of(0n).excluded.overLimit).toBe(40);
  });

  it('keeps that in where the formula does not leave it out', () => {
    const generous = promise({ exclusions: ['tooLong', 'batch'] });
    const minutes = [at(0, 60n, [20]), at(6, 40n, [10]), at(7, 5n, [9, slow(900)])];
    const found = hourOf(splitAtLimit(minutes, 100n as WeightedTokens, generous), generous);
    expect(found).toMatchObject({ requests: 39, excluded: { overLimit: 0 } });
    expect(judge(generous, found).kind).toBe('breached');
  });
});
