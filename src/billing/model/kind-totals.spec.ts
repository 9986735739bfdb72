import { totalsOf } from './kind-totals.js';

describe('the lines of an invoice by kind', () => {
  it('are the count and sum of each, the largest first, whatever its sign', () => {
    const lines = [
      { kind: 'delivery', amount: 10n },
      { kind: 'credit', amount: -50n },
      { kind: 'delivery', amount: 15n },
      { kind: 'fee', amount: 1n },
    ];
    expect(totalsOf(lines)).toEqual([
      { kind: 'credit', count: 1, amount: -50n },
      { kind: 'delivery', count: 2, amount: 25n },
      { kind: 'fee', count: 1, amount: 1n },
    ]);
    expect(totalsOf([])).toEqual([]);
  });
});
