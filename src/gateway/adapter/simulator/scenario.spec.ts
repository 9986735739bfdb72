import { INSTANT, LIFELIKE, readScenario } from './scenario.js';
import { aroundMedian, seeded } from './seeded.js';

describe('what a simulated upstream is told', () => {
  it('changes what it names, and nothing else', () => {
    const told = readScenario('ttft=200,spread=25,speed=50,fault=stall,after=3', INSTANT);
    expect(told).toEqual({ ...INSTANT, ttft: 200, spread: 25, speed: 50, fault: 'stall', after: 3 });
    expect(readScenario('', LIFELIKE)).toEqual(LIFELIKE);
    expect(readScenario('dialect=groq', INSTANT).dialect).toBe('groq');
  });

  it.each([
    ['ttft=soon', 'ttft: expected a whole number from 0 to 1000000'],
    ['speed=1000001', 'speed: expected a whole number from 0 to 1000000'],
    ['fault=sulk', /^fault: expected none, hang, /],
    ['dialect=latin', 'dialect: expected openai, vllm, sglang, tgi, cerebras, groq'],
    ['colour=red', 'colour: expected ttft, spread, speed, tokens, thought, after, fault, dialect'],
  ])('%s is refused', (text, message) => {
    expect(() => readScenario(text, INSTANT)).toThrow(message);
  });
});

describe('times of a simulated upstream', () => {
  const times = (seed: number, spread: number): readonly number[] => {
    const random = seeded(seed);
    return Array.from({ length: 2_001 }, () => aroundMedian(200, spread, random));
  };

  it('are the same for the same seed, and others for another', () => {
    expect(times(7, 25)).toEqual(times(7, 25));
    expect(times(8, 25)).not.toEqual(times(7, 25));
  });

  it('lie around their median as wide as was said', () => {
    const sorted = [...times(7, 25)].sort((a, b) => a - b);
    expect(sorted[1_000]).toBeGreaterThan(195);
    expect(sorted[1_000]).toBeLessThan(205);
    // A standard deviation of the logarithm above the median is at 84 in 100: 200 x e^0.25 = 257.
    expect(sorted[1_683]).toBeGreaterThan(247);
    expect(sorted[1_683]).toBeLessThan(267);
    expect(new Set(times(7, 0))).toEqual(new Set([200]));
  });
});
