import fc from 'fast-check';
import { sortedNames } from './sorted-names.js';

// Few letters, so that lists share first and last names, lengths and with them a slot.
const names = fc.uniqueArray(fc.string({ unit: fc.constantFrom('a', 'b', 'é'), maxLength: 3 }), { maxLength: 6 });

describe('sorted names', () => {
  it('are those of the list that is given, whatever lists came before', () => {
    fc.assert(
      fc.property(fc.array(names, { maxLength: 20 }), (lists) => {
        for (const list of [...lists, ...lists]) expect(sortedNames([...list])).toEqual(list.toSorted());
      }),
    );
  });

  it('are the same list for objects of one kind, so that it can stand for the kind', () => {
    expect(sortedNames(['quantity', 'price'])).toBe(sortedNames(['quantity', 'price']));
  });

  it('of many members, or long ones, are sorted and not kept', () => {
    const many = Array.from({ length: 65 }, (_, index) => `n${65 - index}`);
    const long = ['b'.repeat(65), 'a'];
    for (const list of [many, long]) {
      expect(sortedNames([...list])).toEqual(list.toSorted());
      expect(sortedNames([...list])).not.toBe(sortedNames([...list]));
    }
  });
});
