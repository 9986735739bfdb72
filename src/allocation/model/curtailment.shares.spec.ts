import type { ReservationId } from '../../kernel/ids.js';
import { proRata } from './curtailment.shares.js';

describe('largest remainders', () => {
  it.each<[total: number, titles: number[], expected: number[]]>([
    [3, [1, 1, 1, 1, 1, 1, 1], [0, 0, 0, 0, 1, 1, 1]],
    [10, [1, 1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 1, 1]],
    [10, [0, 0], [0, 0]],
    [1, [5, 5], [0, 1]],
    [7, [3, 3, 1], [3, 3, 1]],
    [5, [0, 4, 6], [0, 2, 3]],
    [100, [333, 333, 334], [33, 33, 34]],
    [0, [4, 4], [0, 0]],
  ])('%i of %j is %j', (total, titles, expected) => {
    const named = titles.map((title, index) => ({ id: `R${index}` as ReservationId, title: BigInt(title) }));
    const shares = proRata(BigInt(total), named);
    expect(named.map(({ id }) => Number(shares.get(id) ?? 0n))).toEqual(expected);
    // What they are called makes no difference.
    const renamed = named.map(({ title }, index) => ({ id: `R${9 - index}` as ReservationId, title }));
    const others = proRata(BigInt(total), renamed);
    expect(renamed.map(({ id }) => Number(others.get(id) ?? 0n))).toEqual(expected);
  });
});
