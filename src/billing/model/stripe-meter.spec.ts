import { microUsd } from '../../kernel/money.js';
import { DAY_MS, HOUR_MS, plus, type Instant } from '../../kernel/time.js';
import type { WeightedTokens } from '../../metering/contract.js';
import { meteredDay, meteredTokens, quantityToTell, type MeteredHour } from './stripe-meter.js';

/** 2026-11-21T14:00:00Z */
const HOUR = 1_795_269_600_000 as Instant;
const NOW = plus(HOUR, 2 * HOUR_MS);
const weighted = (tokens: number): WeightedTokens => BigInt(Math.round(tokens * 10_000)) as WeightedTokens;
const PRICED = { overagePrice: microUsd(900_000n) };
const rated = (revision: number, tokens: number, terms: MeteredHour['terms'] = PRICED): MeteredHour => ({ hour: HOUR, revision, overage: weighted(tokens), terms });

it.each([
  [0, 0n],
  [1, 1n],
  [0.5, 0n],
  [1.5, 2n],
  [2.5, 2n],
  [2.5001, 3n],
  [999_999.4999, 999_999n],
])('%d weighted tokens are metered as %d', (tokens, metered) => {
  expect(meteredTokens(weighted(tokens))).toBe(metered);
});

describe('what a revision adds', () => {
  it.each<[string, ReturnType<typeof rated>, readonly (readonly [number, bigint])[], bigint | null]>([
    ['all of it, when nothing was told', rated(1, 100), [], 100n],
    ['nothing, when there is no overage', rated(1, 0), [], null],
    ['nothing, when it rounds to nothing', rated(1, 0.5), [], null],
    ['the difference', rated(3, 120), [[1, 70n], [2, 30n]], 20n],
    ['what it takes back, below zero', rated(2, 40), [[1, 100n]], -60n],
    ['what is left of all, when it takes back everything', rated(4, 0), [[1, 100n], [3, -60n]], -40n],
    ['nothing, when the hour comes to the same', rated(2, 100.4), [[1, 100n]], null],
    ['nothing, when overage has no price', rated(1, 100, { overagePrice: null }), [], null],
    ['nothing, when it was told', rated(2, 100), [[1, 50n], [2, 50n]], null],
    ['nothing, when a later one was told', rated(2, 100), [[1, 50n], [4, 10n]], null],
    // Revision 2 came to the same as 1, and 3 to less: replayed, 2 must not raise it again.
    ['nothing, when it added nothing at its time and a later one was told', rated(2, 100), [[1, 100n], [3, -50n]], null],
  ])('is %s', (_what, revision, told, quantity) => {
    expect(quantityToTell(revision, told.map(([of, added]) => ({ revision: of, quantity: added })), NOW)).toBe(quantity);
  });

  it('is nothing for an hour that Stripe does not take any more, unless something of it was told', () => {
    const last = plus(HOUR, 34 * DAY_MS);
    const late = plus(last, 1);
    expect(quantityToTell(rated(1, 100), [], last)).toBe(100n);
    expect(quantityToTell(rated(1, 100), [], late)).toBeNull();
    expect(quantityToTell(rated(2, 100), [{ revision: 1, quantity: 60n }], late)).toBe(40n);
  });
});

it('a day of an organization has a name of its own', () => {
  expect(meteredDay('org-1', HOUR)).toBe('meter/org-1/2026-11-21');
  expect(meteredDay('org-1', plus(HOUR, 10 * HOUR_MS))).toBe('meter/org-1/2026-11-22');
});
