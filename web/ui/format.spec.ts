import { percent, sentence, usd, usdRounded, utcWindow, words } from './format.js';

it.each([
  [usd('0'), '$0.00'],
  [usd('1234567890'), '$1,234.56789'],
  [usd('-5550000'), '−$5.55'],
  [usd('9007199254740993000001'), '$9,007,199,254,740,993.000001'],
  [usdRounded('277778'), '$0.278'],
  [usdRounded('500'), '$0.00'],
  [usdRounded('1500'), '$0.002'],
  [percent(250), '2.5 %'],
  [percent(10_000), '100 %'],
  [percent(5), '0.05 %'],
  [words('CAPACITY_EXHAUSTED'), 'Capacity exhausted'],
  [words('EscrowFunded'), 'Escrow funded'],
])('%s is %s', (shown, expected) => {
  expect(shown).toBe(expected);
});

it('shows a window once with its zone', () => {
  const start = '2026-11-21T14:00:00.000Z';
  expect(utcWindow({ start, end: '2026-11-21T15:00:00.000Z' })).toBe('2026-11-21 14:00 – 15:00 UTC');
  expect(utcWindow({ start, end: '2026-11-22T00:00:00.000Z' })).toBe(
    '2026-11-21 14:00 – 2026-11-22 00:00 UTC',
  );
});

it.each([
  ['10000 tokens/s are left throughout this window', '10,000 tokens/s are left throughout this window'],
  ['the wallet holds 1234.50 USD', 'The wallet holds $1,234.50'],
  ['the price may be at most 1500 micro-USD', 'The price may be at most $0.0015'],
  [
    'the earliest start is 2026-11-21T14:00:00.000Z',
    'The earliest start is 2026-11-21 14:00 UTC',
  ],
])('says %j to people', (message, said) => {
  expect(sentence(message)).toBe(said);
});
