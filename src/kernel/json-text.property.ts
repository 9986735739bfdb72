import fc from 'fast-check';
import { bigintAsText } from './bigint-text.js';
import { jsonText, objectText } from './json-text.js';

const { data } = fc.letrec<{ data: unknown }>((tie) => ({
  data: fc.oneof(
    { maxDepth: 4 },
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.double(),
    fc.bigInt(),
    fc.constantFrom(true, false, null, undefined, -0),
    fc.array(tie('data'), { maxLength: 5 }),
    fc.dictionary(fc.string({ unit: 'binary', maxLength: 8 }), tie('data'), { maxKeys: 5, noNullPrototype: true }),
  ),
}));

describe('JSON text', () => {
  it('is what JSON.stringify with a replacer makes of the same data', () => {
    fc.assert(
      fc.property(data, (value) => {
        expect(jsonText({ value })).toBe(JSON.stringify({ value }, bigintAsText));
      }),
    );
  });

  it('leaves one member of the outermost object out', () => {
    const value = { type: 'Filled', quantity: 7n, source: { type: 'pool' }, none: undefined };
    expect(objectText(value, 'type')).toBe('{"quantity":"7","source":{"type":"pool"}}');
  });
});
