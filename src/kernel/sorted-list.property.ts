import fc from 'fast-check';
import { merged, SortedList } from './sorted-list.js';

const ascending = (a: number, b: number): number => a - b;

/** Numbers that are not there yet are added, those that are there removed. */
const toggles = fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 2_000, size: 'max' });

describe('sorted list', () => {
  it('is what sorting gives, however it came about', () => {
    fc.assert(
      fc.property(toggles, (numbers) => {
        const list = new SortedList<number>(ascending);
        const naive = new Set<number>();
        for (const number of numbers) {
          if (naive.delete(number)) list.remove(number);
          else {
            naive.add(number);
            list.add(number);
          }
        }
        expect([...list]).toEqual([...naive].sort(ascending));
        expect(list.isEmpty).toBe(naive.size === 0);
        expect(list.first).toBe([...naive].sort(ascending)[0]);
      }),
      { numRuns: 50 },
    );
  });

  it('says so when what is removed is not there', () => {
    const list = new SortedList<number>(ascending);
    list.add(1);
    expect(() => list.remove(2)).toThrow('it is in the list');
  });
});

describe('merged lists', () => {
  it('are what sorting all gives', () => {
    const lists = fc.array(fc.uniqueArray(fc.integer()).map((one) => one.sort(ascending)));
    fc.assert(
      fc.property(lists, (all) => {
        expect([...merged(all, ascending)]).toEqual(all.flat().sort(ascending));
      }),
    );
  });
});
