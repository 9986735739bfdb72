import { asList, decodeForm } from './form-data.js';

describe('form data', () => {
  it.each<[string, object]>([
    ['', {}],
    ['amount=100&currency=usd', { amount: '100', currency: 'usd' }],
    ['description=a+b%26c%20d', { description: 'a b&c d' }],
    ['metadata[a][b]=1', { metadata: { a: { b: '1' } } }],
    ['metadata%5Ba%5D=1', { metadata: { a: '1' } }],
    ['expand[0]=x&expand[1]=y', { expand: { 0: 'x', 1: 'y' } }],
    ['expand[]=x&expand[]=y', { expand: { 0: 'x', 1: 'y' } }],
    ['a', { a: '' }],
    ['a=1&a=2', { a: '2' }],
  ])('%s', (text, expected) => {
    const decoded = decodeForm(text);
    expect(decoded.ok && JSON.parse(JSON.stringify(decoded.value))).toEqual(expected);
  });

  it.each([
    ['a value that is a map too', 'a=1&a[b]=2'],
    ['a map that is a value too', 'a[b]=2&a=1'],
    ['an open bracket', 'a[b=1'],
    ['no name', '=1'],
    ['broken percent encoding', 'a=%zz'],
    ['too deep', `a${'[b]'.repeat(10)}=1`],
    ['too many', Array.from({ length: 1_001 }, (_, index) => `a${index}=1`).join('&')],
  ])('refuses %s', (_what, text) => {
    expect(decodeForm(text).ok).toBe(false);
  });

  it('keeps a hostile name a plain member', () => {
    const decoded = decodeForm('__proto__[polluted]=1&constructor=2');
    expect(decoded.ok && Object.keys(decoded.value)).toEqual(['__proto__', 'constructor']);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it('tells lists from maps', () => {
    expect(asList({ 1: 'b', 0: 'a' })).toEqual(['a', 'b']);
    expect(asList({ 0: 'a', x: 'b' })).toBeNull();
  });
});
