import { namesOfTries, readRepeatKey, repeatOf, TRIES_MAX, type KnownTry } from './repeat.js';

describe('a request under a key of its client', () => {
  const tried = (...reasons: readonly string[]): readonly KnownTry[] =>
    reasons.map((reason, index) => ({ id: namesOfTries('r')[index] ?? '', reason }));

  it.each([
    ['nothing is known', tried(), { kind: 'serve', id: 'r' }],
    ['it was answered', tried('completed'), { kind: 'counted', id: 'r' }],
    ['its lane failed', tried('upstream_error'), { kind: 'serve', id: 'r-2' }],
    ['its client left', tried('client_abort'), { kind: 'serve', id: 'r-2' }],
    ['the second try was answered', tried('timeout', 'completed'), { kind: 'counted', id: 'r-2' }],
    ['two failed', tried('timeout', 'client_abort'), { kind: 'serve', id: 'r-3' }],
    ['all failed', tried(...Array<string>(TRIES_MAX).fill('timeout')), { kind: 'too-often' }],
  ])('%s', (_when, known, expected) => {
    expect(repeatOf('r', known)).toEqual(expected);
  });

  it.each([
    [undefined, null],
    ['a', 'a'],
    ['x'.repeat(255), 'x'.repeat(255)],
  ])('reads %p', (header, key) => {
    expect(readRepeatKey(header)).toEqual({ ok: true, value: key });
  });

  it.each(['', ' ', 'a b', 'é', 'x'.repeat(256)])('refuses %p', (header) => {
    expect(readRepeatKey(header)).toMatchObject({ ok: false, error: { field: 'idempotency-key' } });
  });
});
