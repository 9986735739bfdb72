import { HOUR_MS, MINUTE_MS, plus, type Instant } from '../../../kernel/time.js';
import { hoursToldWith } from './served-hours.js';

const MIDNIGHT = Date.UTC(2026, 10, 28) as Instant;
const at = (hours: number, minutes = 0): Instant => plus(MIDNIGHT, hours * HOUR_MS + minutes * MINUTE_MS);

describe('the hours whose use is told with a delivery', () => {
  it.each([
    ['whole hours', [[at(3), at(5)]], at(3), [[at(3), at(4)]]],
    ['a first hour that is served in part', [[at(3, 15), at(4)], [at(4), at(5)]], at(3, 15), [[at(3)], [at(4)]]],
    ['a last hour that is served in part', [[at(3), at(4)], [at(4), at(4, 45)]], at(3), [[at(3)], [at(4)]]],
    ['an hour in three deliveries', [[at(3), at(3, 15)], [at(3, 15), at(3, 30)], [at(3, 30), at(4)]], at(3), [[at(3)], [], []]],
    ['less than an hour, in two', [[at(3, 15), at(3, 30)], [at(3, 30), at(3, 45)]], at(3, 15), [[at(3)], []]],
  ])('%s: each once', (_what, deliveries, begun, told) => {
    const found = deliveries.map(([start, end]) => hoursToldWith({ start: start as Instant, end: end as Instant }, begun));
    expect(found).toEqual(told);
  });
});
