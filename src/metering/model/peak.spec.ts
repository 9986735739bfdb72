import { busiest } from './peak.js';

/** Tokens in an hour, in ten-thousandths. */
const tokens = (count: number): bigint => BigInt(count) * 10_000n;

it.each<[string, readonly bigint[], bigint]>([
  ['nothing was reported', [], 0n],
  ['nothing was used', [0n], 0n],
  ['100 tokens/s all the time', [tokens(360_000)], 100n],
  ['the busiest of several', [tokens(3_600), tokens(36_000), tokens(7_200)], 10n],
  ['a ten-thousandth more is one more', [tokens(360_000) + 1n], 101n],
])('%s', (_what, hours, peak) => {
  expect(busiest(hours)).toBe(peak);
});
