import { buildSchema } from 'graphql';
import { DocumentCache } from './document-cache.js';

const schema = buildSchema('type Query { name: String, self: Query }');

const EDGES = 'fragment E on E { edges { node } }';

/** A selection in itself, `depth` times. */
const pages = (open: string, inner: string, close: string, depth: number): string =>
  `{ ${`${open} `.repeat(depth)} ${inner} ${`${close} `.repeat(depth)} }`;

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
    ['pages of 100 in each other', pages('a(first: 100) {', 'b', '}', 3), true, 'refused'],
    ['pages sized by variables', pages('a(last: $n) {', 'b', '}', 3), true, 'refused'],
    ['pages of no size', pages('a { edges { node {', 'b', '} } }', 4), true, 'refused'],
    ['pages of no size by a fragment', `${pages('a { ...E', '', '}', 4)} ${EDGES}`, true, 'refused'],
    ['U+0000 in a block string', '{ name(a: """\u0000""") }', true, 'refused'],
    ['more than 2,000 tokens', `{ self { ${'name '.repeat(1_996)} } }`, true, 'refused'],
  ])('%s', (_name, source, mayIntrospect, expected) => {
    const checked = new DocumentCache(schema).check(source, mayIntrospect);
    expect(checked.ok ? 'ok' : checked.reason).toBe(expected);
  });

  it('keeps what members sent apart from what strangers send', () => {
    const cache = new DocumentCache(schema);
    const introspection = '{ __schema { types { name } } }';
    for (const source of ['\u0000{ name }', introspection]) cache.check(source, true);
    expect(cache.check('{ name }', false).ok).toBe(true);
    expect(cache.check(introspection, false).ok).toBe(false);
  });
});
