import { compare } from './pilot.comparison.js';

describe('the mirror against the client', () => {
  it.each([
    [100, 80, true, '−20 %', 'better'],
    [100, 130, true, '+30 %', 'worse'],
    [100, 130, false, '+30 %', 'better'],
    [100, 50, false, '−50 %', 'worse'],
    [100, 102, true, 'the same', 'same'],
    [100, 103, true, '+3 %', 'worse'],
  ] as const)('%d against %d, low is better: %s', (client, mirror, isLowBetter, text, verdict) => {
    expect(compare(client, mirror, isLowBetter)).toEqual({ text, verdict });
  });

  it('says nothing where a side is missing', () => {
    expect([compare(null, 1, true), compare(1, null, true), compare(0, 5, true)]).toEqual([null, null, null]);
  });
});
