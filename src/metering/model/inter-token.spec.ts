import { interTokenOf } from './inter-token.js';

describe('the time from one token to the next', () => {
  it.each([
    // 2,000, 500, 100 and 50 tokens/s: 0.5, 2, 10 and 20 ms a token; the slowest streams wait the longest.
    [{ p1: 50_000, p5: 100_000, p50: 500_000, p95: 2_000_000, p99: 2_500_000 }, { p5: 500, p50: 2_000, p95: 10_000, p99: 20_000 }],
    // Hours that were judged before the slowest in a hundred were kept.
    [{ p5: 100_000, p50: 500_000, p95: 2_000_000, p99: 2_500_000 }, { p5: 500, p50: 2_000, p95: 10_000, p99: null }],
    [{ p1: null, p5: null, p50: null, p95: null, p99: null }, { p5: null, p50: null, p95: null, p99: null }],
    // 3 tokens/s are 333,333 microseconds; a speed that is rounded to nothing says nothing.
    [{ p1: 0, p5: 3_000, p50: 3_000, p95: 3_000, p99: 3_000 }, { p5: 333_333, p50: 333_333, p95: 333_333, p99: null }],
  ])('of speeds %j is %j', (speeds, times) => {
    expect(interTokenOf(speeds)).toEqual(times);
  });
});
