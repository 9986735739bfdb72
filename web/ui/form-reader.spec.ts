import { FormReader } from './form-reader.js';

const reader = (fields: Record<string, string>) =>
  new FormReader({ get: (name) => fields[name] ?? null });

describe('a form', () => {
  it.each([
    ['quantity', '1500', '1500'],
    ['quantity', ' 1,500 ', '1500'],
    ['quantity', '1,000,000', '1000000'],
    ['tokens', '2,000,000', '2000000'],
    ['usd', '0.001', '1000'],
    ['usd', '$1,234.5', '1234500000'],
    ['usd', '999999.999999', '999999999999'],
    ['percent', '2.5', 250],
    ['percent', '99.99', 9_999],
    ['percent', '100', 10_000],
    ['whole', '131072', 131_072],
  ] as const)('reads a %s of %s as %s', (kind, text, value) => {
    const form = reader({ field: text });
    expect(form[kind]('field')).toBe(value);
    expect(form.result(null).ok).toBe(true);
  });

  it.each([
    ['quantity', '1.5'],
    ['quantity', '0'],
    ['quantity', '1,50'],
    ['quantity', '1e3'],
    ['tokens', '1.5'],
    ['tokens', '0'],
    ['usd', '1,50'],
    ['usd', '0.0000001'],
    ['usd', ''],
    ['percent', '2.555'],
    ['percent', '-1'],
    ['whole', '1.0'],
    ['whole', '9999999999'],
  ] as const)('refuses a %s of %j at its field', (kind, text) => {
    const form = reader({ field: text });
    form[kind]('field');
    const result = form.result(null);
    expect(result.ok ? [] : result.error.map(({ field }) => field)).toEqual(['field']);
  });

  it('asks for tokens where tokens are counted, and for tokens/s where they flow', () => {
    const form = reader({});
    form.tokens('tokensMax');
    form.quantity('quantity');
    const result = form.result(null);
    expect(result.ok ? [] : result.error.map(({ accepted }) => accepted)).toEqual([
      'a whole number of tokens, such as 1,000,000',
      'a whole number of tokens/s up to 1,000,000,000,000, such as 1500',
    ]);
  });

  it('reads times as UTC, whatever the zone of this machine', () => {
    const form = reader({ 'window.start': '2026-11-21T14:00', 'window.end': '2026-11-21T15:30' });
    expect(form.window('window')).toEqual({
      start: '2026-11-21T14:00:00.000Z',
      end: '2026-11-21T15:30:00.000Z',
    });
  });

  it.each([['2026-11-21T15:30', '2026-11-21T14:00'], ['2026-11-21T14:00', '2026-11-21T14:00']])('wants an end after the start: %s to %s', (start, end) => {
    const form = reader({ 'window.start': start, 'window.end': end });
    form.window('window');
    expect(form.result(null)).toEqual({ ok: false, error: [{ field: 'window.end', reason: 'is not after the start', accepted: 'an end after the start' }] });
  });

  it('tells every field that is wrong, and leaves out what is left empty', () => {
    const form = reader({ 'window.start': '', cap: '' });
    form.window('window');
    expect(form.optional('cap', form.percent)).toBeNull();
    form.usd('unitPrice');
    const result = form.result(null);
    expect(result.ok ? [] : result.error.map(({ field }) => field)).toEqual([
      'window.start',
      'window.end',
      'unitPrice',
    ]);
  });
});
