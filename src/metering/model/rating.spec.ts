import type { BasisPoints, MicroUsd } from '../../kernel/money.js';
import { formatWeighted, rate, WEIGHTED_TOKEN, type WeightedTokens } from './rating.js';

const NOTHING_HELD = 0n as WeightedTokens;
const weights = { input: 0 as BasisPoints, cachedInput: 0 as BasisPoints, reasoning: 10_000 as BasisPoints };
/** 1e-9 US dollars for a token. */
const BILLIONTH = 1_000n as MicroUsd;

describe('what a count of tokens costs', () => {
  it.each([
    // tokens            price of 1,000,000  exactly              charged
    [41_152n, BILLIONTH, '41.152', 41n],
    [40_500n, BILLIONTH, '40.5, a tie', 40n],
    [41_500n, BILLIONTH, '41.5, a tie', 42n],
    [1n, BILLIONTH, '0.001', 0n],
    [500n, BILLIONTH, '0.5, a tie', 0n],
    [501n, BILLIONTH, '0.501', 1n],
    [2n ** 53n + 1n, BILLIONTH, '9007199254740.993', 9_007_199_254_741n],
    [2n ** 53n + 1n, 1_000_000n as MicroUsd, '9007199254740993', 9_007_199_254_740_993n],
  ])('%s at %s micro-USD a million is %s micro-USD, so %s', (output, overagePrice, _exactly, charged) => {
    const counts = { input: 0n, cachedInput: 0n, output, reasoning: 0n };
    const { overageAmount, overage } = rate(counts, NOTHING_HELD, { weights, overagePrice, profileVersion: 1 });
    expect(overageAmount).toBe(charged);
    // As it is written in answers and files: text, with every token in it.
    expect(formatWeighted(overage)).toBe(output.toString());
    expect(overage).toBe(output * WEIGHTED_TOKEN);
  });
});
