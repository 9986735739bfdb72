import fc from 'fast-check';
import { SmallMap } from './small-map.js';

describe('a small map', () => {
  it('is a map', () => {
    const key = fc.integer({ min: 0, max: 4 });
    fc.assert(
      fc.property(fc.array(fc.tuple(key, fc.integer()), { maxLength: 12 }), (entries) => {
        const small = new SmallMap<number, number>();
        const map = new Map<number, number>();
        for (const [name, value] of entries) {
          small.set(name, value);
          map.set(name, value);
        }
        expect(small.size).toBe(map.size);
        for (let name = 0; name <= 4; name += 1) expect(small.get(name)).toBe(map.get(name));
      }),
    );
  });
});
