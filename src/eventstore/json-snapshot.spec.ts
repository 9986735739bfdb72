import fc from 'fast-check';
import { jsonSnapshot } from './json-snapshot.js';

const codec = jsonSnapshot<unknown>({ schemaVersion: 1, everyEvents: 1 });

const { value: state } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string({ unit: 'binary' }),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.bigInt(),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(fc.tuple(fc.string(), tie('value')), { maxLength: 4 }).map((pairs) => new Map(pairs)),
    fc.dictionary(fc.string({ minLength: 7 }), tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
}));

describe('a snapshot in JSON', () => {
  it('gives back what it was made of', () => {
    fc.assert(fc.property(state, (value) => expect(codec.decode(codec.encode(value))).toEqual(value)));
  });

  it('is the same text whatever the order of members', () => {
    const one = { a: 1n, b: new Map([['k', { y: [1, 2], x: null }]]), c: undefined };
    const other = { b: new Map([['k', { x: null, y: [1, 2] }]]), a: 1n };
    const text = '{"a":{"bigint":"1"},"b":{"map":[["k",{"x":null,"y":[1,2]}]]}}';
    expect([codec.encode(one), codec.encode(other)]).toEqual([text, text]);
  });
});
