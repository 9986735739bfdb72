import { compare } from './pilot.comparison.js';

describe('the mirror against the client', () => {
  it.each([
    [100, 80, true, { text: '−20 %', verdict: 'better' }],
    [100, 130, true, { text: '+30 %', verdict: 'worse' }],
    [100, 130, false, { text: '+30 %', verdict: 'better' }],
    [100, 50, false, { text: '−50 %', verdict: 'worse' }],
    [100, 102, true, { text: 'the same', verdict: 'same' }],
    [100, 103, true, { text: '+3 %', verdict: 'worse' }],
  ] as const)('%d against %d, low is better: %s', (client, mirror, isLowBetter, found) => {
    expect(compare(client, mirror, isLowBetter)).toEqual(found);
  });

  it('says nothing where a side is missing', () => {
    expect([compare(null, 1, true), compare(1, null, true), compare(0, 5, true)]).toEqual([null, null, null]);
  });
});
