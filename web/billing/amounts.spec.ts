import { accountParts, bytesText, isMonth, netOf, servedWindow } from './amounts.js';

describe('what finance pages work out', () => {
  it('is what is to be paid, or to be got', () => {
    expect(netOf({ charges: '1500000', credits: '500000' })).toBe(1_000_000n);
    expect(netOf({ charges: '0', credits: '7' })).toBe(-7n);
  });

  it('is the account and what it is of', () => {
    expect(accountParts('wallet')).toEqual({ name: 'wallet', of: null });
    expect(accountParts('escrow:a@b~c:d')).toEqual({ name: 'escrow', of: 'a@b~c:d' });
  });

  it('is the window of an hour that has no end', () => {
    expect(servedWindow(null)).toBeNull();
    expect(servedWindow({ start: '2026-11-30T23:00:00.000Z', end: null })).toEqual({
      start: '2026-11-30T23:00:00.000Z',
      end: '2026-12-01T00:00:00.000Z',
    });
  });

  it.each([['2026-11', true], ['2026-13', false], ['2026-1', false], ['', false]])('%s is a month: %s', (text, is) => {
    expect(isMonth(text)).toBe(is);
  });

  it.each([['0', '0 B'], ['999', '999 B'], ['1000', '1.0 kB'], ['1449', '1.4 kB'], ['250000', '250 kB'], ['1200000000', '1.2 GB'], ['5000000000000', '5000 GB']])(
    '%s bytes are %s',
    (bytes, text) => {
      expect(bytesText(bytes)).toBe(text);
    },
  );
});
