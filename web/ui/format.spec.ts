import { issueSaid, ofHundredths, percent, sentence, usd, usdRounded, utcWindow, words } from './format.js';

it.each([
  [usd('0'), '$0.00 USD'],
  [usd('1234567890'), '$1,234.56789 USD'],
  [usd('-5550000'), '−$5.55 USD'],
  [usd('9007199254740993000001'), '$9,007,199,254,740,993.000001 USD'],
  [usdRounded('277778'), '$0.278 USD'],
  [usdRounded('500'), '$0.00 USD'],
  [usdRounded('1500'), '$0.002 USD'],
  [percent(250), '2.5 %'],
  [percent(10_000), '100 %'],
  [percent(5), '0.05 %'],
  [percent(-250), '−2.5 %'],
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
  ['too many attempts: try again in 885 s', 'Too many attempts: try again in 14 min 45 s'],
  ['would trade at once, and isPostOnly is set', 'Would trade at once, and it is post-only'],
  ['costs $0.50 USD of 1234.50 USD', 'Costs $0.50 USD of $1,234.50 USD'],
  ['the wallet holds 1234.50 USD', 'The wallet holds $1,234.50 USD'],
  ['the price may be at most 1500 micro-USD', 'The price may be at most $0.0015 USD'],
  [
    'the earliest start is 2026-11-21T14:00:00.000Z',
    'The earliest start is 2026-11-21 14:00 UTC',
  ],
])('says %j to people', (message, said) => {
  expect(sentence(message)).toBe(said);
});

// As the rules of each domain say them.
it.each([
  ['whole cents from 0.01 USD, in micro-USD', 'whole cents from $0.01 USD'],
  ['whole cents from 5.00 to 1000000.00 USD, in micro-USD', 'whole cents from $5.00 to $1,000,000.00 USD'],
  ['0 or more micro-USD, or null for no limit', '$0.00 USD or more, or nothing for no limit'],
  ['0 or more micro-USD per token/s and hour, or nothing', '$0.00 USD or more per token/s and hour, or nothing'],
  ['1 micro-USD or more', '$0.000001 USD or more'],
  ['more than 0 micro-USD', 'more than $0.00 USD'],
  ['micro-USD above zero', 'US dollars above zero'],
  ['0 to 1000000000 micro-USD for a million tokens', '$0.00 to $1,000.00 USD for a million tokens'],
  ['a price above 1500 micro-USD, which is bid', 'a price above $0.0015 USD, which is bid'],
  ['0 to 10000 hundredths of a per cent', '0 % to 100 %'],
  ['1 to 10000 hundredths of a per cent, or nothing', '0.01 % to 100 %, or nothing'],
  ['-9999 to 10000 hundredths of a per cent', '−99.99 % to 100 %'],
  ['whole lots of 1000 tokens/s, such as 3000', 'whole lots of 1,000 tokens/s, such as 3000'],
  ['1 to 1000000 tokens/s', '1 to 1,000,000 tokens/s'],
  ['a time from 2030-05-15T10:05:00.000Z on', 'a time from 2030-05-15 10:05 UTC on'],
  ['the id of a reservation, or nothing for the fallback', 'the id of a reservation, or nothing for the fallback'],
])('says that %j is accepted in the unit of the field', (accepted, said) => {
  expect(issueSaid({ reason: 'is 250 micro-USD too little', accepted })).toBe(`is $0.00025 USD too little; accepted: ${said}`);
});

it.each([
  ['1 to 9999', '0.01 % to 99.99 %'],
  ['a whole number from 0 to 10000', '0 % to 100 %'],
  ['0 to 10000 hundredths of a per cent', '0 % to 100 %'],
  ['per cent with at most two places, such as 2.5', 'per cent with at most two places, such as 2.5'],
])('says that %j is accepted at a field for per cent', (accepted, said) => {
  expect(issueSaid({ reason: 'is out of range', accepted: ofHundredths(accepted) })).toBe(`is out of range; accepted: ${said}`);
});
