import { countedOf, gridOf, hourOf, minuteOf, summaryOf } from './serving.figures.js';
import type { ServiceHour, ServiceMinute } from './metering.documents.js';

const samples = { requests: 20, overLimit: 1, tooLong: 2, batch: 3, aborted: 1, refused: 2, answered: 9, ttft: 10, ttftInTime: 8, streamSpeed: 9, streamFastEnough: 9 };
const figures = {
  ttftMs: { p50: 90, p95: 180, p99: 240 },
  streamTokensPerSecond: { p5: 80, p50: 110 },
  ...{ promptTokens: { p50: 900 }, outputTokens: { p50: 200 }, concurrency: { p50: 4 } },
};
const minute = (at: string): ServiceMinute => ({ minute: at, weightedTokens: '3000.5', samples, figures });

describe('what is drawn of what was measured', () => {
  it('counts what no exclusion takes out, and fails what of that was not answered', () => {
    expect(countedOf(samples)).toBe(11);
    expect(minuteOf(minute('2026-11-28T10:00:00.000Z'))).toMatchObject({ requests: 20, failed: 2, aborted: 1, refused: 2 });
  });

  it('is a rate of weighted tokens by the second', () => {
    expect(minuteOf(minute('2026-11-28T10:00:00.000Z')).rate).toBeCloseTo(50.008);
    const hour = { hour: '2026-11-28T10:00:00.000Z', samples, figures } as ServiceHour;
    const used = { hour: hour.hour, weightedTokens: '36000', entitledTokens: '0', overageTokens: '0', overageAmount: '0' };
    expect(hourOf(hour, new Map([[used.hour, used]])).rate).toBe(10);
    expect(hourOf(hour, new Map()).rate).toBeNull();
  });

  it('leaves a gap where nothing was measured', () => {
    const from = Date.parse('2026-11-28T10:00:00.000Z');
    const grid = gridOf([minuteOf(minute('2026-11-28T10:01:00.000Z'))], { from, until: from + 180_000, step: 60_000 });
    expect(grid.map(([, stretch]) => stretch?.requests ?? null)).toEqual([null, 20, null]);
  });

  it('is summed up', () => {
    const one = minuteOf(minute('2026-11-28T10:00:00.000Z'));
    expect(summaryOf([one, one])).toEqual({ requests: 40, failed: 4, firstTokens: 20, inTime: 0.8 });
    expect(summaryOf([])).toEqual({ requests: 0, failed: 0, firstTokens: 0, inTime: null });
  });
});
