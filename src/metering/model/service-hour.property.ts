import fc from 'fast-check';
import { promise, served } from '../../../test/support/service-level.js';
import type { ServiceLevelTerms } from '../../providers/contract.js';
import type { ServedRequest } from './served-request.js';
import { judge, type Verdict } from './service-hour.judge.js';
import { addMeasured, measure, nothingMeasured } from './service-hour.measure.js';

const request: fc.Arbitrary<ServedRequest> = fc
  .record({
    end: fc.constantFrom('answered', 'answered', 'answered', 'failed', 'aborted', 'refused'),
    isBatch: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
    promptTokens: fc.constantFrom(1, 8_192, 8_193),
    ttft: fc.option(fc.constantFrom(1, 399_999, 400_000, 400_001, 500_000, 500_001, 600_000, 800_000, 800_001, 5_000_000)),
    waited: fc.option(fc.constantFrom(1, 400_000, 400_001, 600_001, 800_001)),
    streamSpeed: fc.option(fc.constantFrom(0, 49_999, 50_000, 74_999, 75_000, 99_999, 100_000, 10 ** 6)),
  })
  .map((changes) => served(changes as Partial<ServedRequest>));
const requests = fc.array(request, { maxLength: 120, size: 'max' });
const terms = fc
  .record({
    samplesMin: fc.integer({ min: 1, max: 30 }),
    availability: fc.integer({ min: 1, max: 10_000 }),
    steps: fc
      .uniqueArray(fc.integer({ min: 1, max: 20_000 }), { maxLength: 4 })
      .map((misses) => [0, ...misses.sort((a, b) => a - b)].map((miss, at) => [miss, 1_000 * (at + 1)] as const)),
  })
  .map(promise);

/** The nearest-rank percentile, by sorting; of streams from the fast end. */
function percentile(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.ceil(0.95 * sorted.length) - 1] as number;
}

const present = (values: readonly (number | null)[]): number[] =>
  values.filter((value): value is number => value !== null);

/** As the words say it: percentiles by sorting, and every step tried. */
function naive(given: readonly ServedRequest[], { objectives, contextLength, credits }: ServiceLevelTerms): string {
  const counted = given.filter(
    (one) => !one.isBatch && one.end !== 'aborted' && one.end !== 'refused' && one.promptTokens <= contextLength,
  );
  const left = given.filter((one) => !one.isBatch && one.end === 'aborted' && one.promptTokens <= contextLength);
  const waits = present(left.map(({ waited }) => waited)).filter((waited) => waited > objectives.ttftP95 * 1_000);
  const ttfts = [...present(counted.map(({ ttft }) => ttft)), ...waits];
  const speeds = present(counted.map(({ streamSpeed }) => streamSpeed));
  const answered = counted.filter(({ end }) => end === 'answered').length;
  const isMissed = {
    ttft: (by: number) => percentile(ttfts) * 10_000 > objectives.ttftP95 * 1_000 * Math.round((1 + by) * 10_000),
    streamSpeed: (by: number) =>
      -percentile(speeds.map((speed) => -speed)) * 10 < objectives.streamTokensPerSecondMin * Math.round((1 - by) * 10_000),
    availability: (by: number) =>
      Math.round((answered / counted.length) * 1e12) < Math.round(objectives.availability * (1 - by) * 1e8),
  };
  const samples = { ttft: ttfts.length, streamSpeed: speeds.length, availability: counted.length };
  let [judged, worst] = [0, -1];
  for (const objective of ['ttft', 'streamSpeed', 'availability'] as const) {
    if (samples[objective] < credits.samplesMin) continue;
    judged += 1;
    credits.steps.forEach(({ missedBy }, step) => {
      if (isMissed[objective](missedBy / 10_000)) worst = Math.max(worst, step);
    });
  }
  if (judged === 0) return 'thin';
  return worst === -1 ? 'met' : `breached ${credits.steps[worst]?.credit}`;
}

const told = (verdict: Verdict): string =>
  verdict.kind === 'breached' ? `breached ${verdict.credit}` : verdict.kind;

describe('an hour', () => {
  it('is judged as sorting would', () => {
    fc.assert(
      fc.property(requests, terms, (given, by) => {
        expect(told(judge(by, measure(given, by)))).toBe(naive(given, by));
      }),
      { numRuns: 400 },
    );
  });

  it('is the sum of its parts, in any order', () => {
    fc.assert(
      fc.property(fc.array(requests, { maxLength: 4 }), terms, (parts, by) => {
        const whole = measure(parts.flat(), by);
        const sum = (given: typeof parts) =>
          given.map((part) => measure(part, by)).reduce(addMeasured, nothingMeasured(by));
        expect(sum(parts)).toEqual(whole);
        expect(sum([...parts].reverse().map((part) => [...part].reverse()))).toEqual(whole);
      }),
    );
  });

  it('never costs more than its price, and no less when more of it was late', () => {
    fc.assert(
      fc.property(requests, terms, fc.nat(), (given, by, at) => {
        const credit = (of: readonly ServedRequest[]): number => {
          const verdict = judge(by, measure(of, by));
          return verdict.kind === 'breached' ? verdict.credit : 0;
        };
        const later = given.map((one, index) =>
          index === at % Math.max(1, given.length) && one.ttft !== null ? { ...one, ttft: one.ttft * 2 } : one,
        );
        expect(credit(given)).toBeLessThanOrEqual(10_000);
        expect(credit(later)).toBeGreaterThanOrEqual(credit(given));
      }),
    );
  });
});
