import { countsOf, usedByModel, usedByStart, usedInAll } from './usage.figures.js';

const rollup = (start: string, model: string, input: number, output: number) => ({
  ...{ start, model, events: '2', inputTokens: String(input), cachedInputTokens: '10' },
  ...{ outputTokens: String(output), reasoningTokens: '5' },
});

describe('tokens by class', () => {
  it('are each in one class: cached input is no input beside, reasoning no output beside', () => {
    expect(countsOf(rollup('a', 'm', 100, 50))).toEqual({ input: 90n, cachedInput: 10n, output: 45n, reasoning: 5n });
  });

  it('are summed by when, by model and in all', () => {
    const rollups = [rollup('a', 'm', 100, 50), rollup('a', 'n', 20, 5), rollup('b', 'm', 10, 5)];
    expect(usedByStart(rollups).get('a')).toEqual({ counts: { input: 100n, cachedInput: 20n, output: 45n, reasoning: 10n }, events: 4n });
    expect([...usedByModel(rollups).keys()]).toEqual(['m', 'n']);
    expect(usedInAll(rollups)).toEqual({ counts: { input: 100n, cachedInput: 30n, output: 45n, reasoning: 15n }, events: 6n });
    expect(usedInAll([]).events).toBe(0n);
  });
});
