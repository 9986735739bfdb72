import fc from 'fast-check';
import { partOf } from './lines-part.js';

const whole = fc
  .tuple(fc.uniqueArray(fc.integer({ min: 1, max: 1_000 }), { maxLength: 40 }), fc.boolean())
  .map(([versions, isOld]) => [...versions].sort((one, other) => one - other).map((version) => ({ version: isOld ? null : version, name: version })));

describe('lines of an invoice, page by page', () => {
  it('are all of them once, in their order, whatever the size of a page, and also where lines say no version', () => {
    fc.assert(
      fc.property(whole, fc.integer({ min: 1, max: 12 }), (lines, limit) => {
        const told: number[] = [];
        for (let after = 0; ; ) {
          const page = partOf(lines, { after, limit });
          told.push(...page.map(({ name }) => name));
          if (page.length < limit) break;
          after = page.at(-1)?.place ?? after;
        }
        expect(told).toEqual(lines.map(({ name }) => name));
      }),
    );
  });
});
