import { buildSchema } from 'graphql';
import { DocumentCache } from './document-cache.js';

const schema = buildSchema('type Query { name: String, self: Query }');

describe('a document cache', () => {
  it('parses and validates a document once', () => {
    const cache = new DocumentCache(schema);
    expect(cache.check('{ name }', true)).toBe(cache.check('{ name }', true));
    expect(cache.check('{ none }', true)).toBe(cache.check('{ none }', true));
  });

  it.each([
    ['one of the schema', '{ name }', true, 'ok'],
    ['half of one', '{ name', true, 'invalid'],
    ['one of another schema', '{ none }', true, 'invalid'],
    ['introspection', '{ __schema { types { name } } }', true, 'ok'],
    ['introspection by strangers', '{ __schema { types { name } } }', false, 'invalid'],
    ['__typename by strangers', '{ __typename }', false, 'ok'],
    ['15 levels', `${'{ self '.repeat(14)} { name ${'}'.repeat(15)}`, true, 'ok'],
    ['16 levels', `${'{ self '.repeat(15)} { name ${'}'.repeat(16)}`, true, 'refused'],
    ['30 root fields', `{ ${'name '.repeat(30)} }`, true, 'ok'],
    ['31 root fields', `{ ${'name '.repeat(31)} }`, true, 'refused'],
    ['three pages of 100 in each other', '{ a(first: 100) { b(first: 100) { c(last: 100) { d } } } }', true, 'refused'],
    ['pages sized by variables', '{ a(first: $n) { b(first: $n) { c(first: $n) { d } } } }', true, 'refused'],
    ['pages of no size, edges in fragments', `{ ${'a { ...E '.repeat(4)} ${'}'.repeat(4)} } fragment E on E { edges { b } }`, true, 'refused'],
    ['four pages of no size in each other', `{ ${'a { edges { node { '.repeat(4)} b ${'} } }'.repeat(4)} }`, true, 'refused'],
    ['U+0000 in a block string', '{ name(a: """\u0000""") }', true, 'refused'],
    ['more than 2,000 tokens', `{ self { ${'name '.repeat(1_996)} } }`, true, 'refused'],
  ])('%s', (_name, source, mayIntrospect, expected) => {
    const checked = new DocumentCache(schema).check(source, mayIntrospect);
    expect(checked.ok ? 'ok' : checked.reason).toBe(expected);
  });

  it('keeps what members sent apart from what strangers send', () => {
    const cache = new DocumentCache(schema);
    for (const source of ['\u0000{ name }', '{ __schema { types { name } } }']) cache.check(source, true);
    expect(cache.check('{ name }', false).ok).toBe(true);
    expect(cache.check('{ __schema { types { name } } }', false).ok).toBe(false);
  });
});
