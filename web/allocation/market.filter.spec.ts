import { askedOf, countOfFilters, filterOf, orderAsked, orderOf, searchOf, sortOf, wrongOf } from './market.filter.js';

const filter = (search: string) => filterOf(new URLSearchParams(search));

describe('what the exchange is asked for', () => {
  it.each([
    ['', null],
    ['region=us-west-2', { regions: ['us-west-2'] }],
    ['platform=groq-lpu', { platforms: ['groq-lpu'] }],
    ['ttft=400', { ttftP95MaxMs: 400 }],
    ['ttft=soon', null],
    ['ttft=0', null],
    ['ttft=3600001', null],
    ['speed=900', { streamTokensPerSecondMin: 900 }],
    ['speed=1.5', null],
    ['budget=0.28', { pricePerMillionTokensMax: '280000' }],
    ['budget=cheap', null],
    ['budget=-1', null],
    ['evidence=L3', { evidenceMin: 'L3' }],
    ['evidence=L9', null],
    ['from=2026-12-01T00:00', { availableFrom: '2026-12-01T00:00:00.000Z' }],
    ['from=0001-12-01T00:00', null],
    ['to=2026-12-02T00:00', { availableUntil: '2026-12-02T00:00:00.000Z' }],
    ['from=2026-12-02T00:00&to=2026-12-02T00:00', { availableFrom: '2026-12-02T00:00:00.000Z' }],
    ['market=llama-3.3-70b', { model: 'llama-3.3-70b' }],
    ['market=no%20such%20thing!', null],
    ['own=yes&sort=-perMillion', null],
  ])('%s is %j', (search, where) => {
    expect(askedOf(filter(search))).toEqual({ marketId: null, where });
  });

  it('is one market where the address holds one', () => {
    expect(askedOf(filter('market=llama-3.3-70b@fp8'))).toEqual({ marketId: 'llama-3.3-70b@fp8', where: null });
  });
});

describe('what was typed', () => {
  it.each([
    ['ttft=400&speed=1&budget=0.5&from=2026-12-01T00:00', []],
    ['ttft=soon', ['ttft']],
    ['speed=0&budget=cheap', ['speed', 'budget']],
    ['from=2026-12-02T00:00&to=2026-12-01T00:00', ['to']],
  ])('%s is wrong at %j', (search, fields) => {
    expect(Object.keys(wrongOf(filter(search)))).toEqual(fields);
  });
});

describe('the order', () => {
  it.each([
    ['', 'PRICE', false],
    ['perMillion', 'PRICE', false],
    ['-perMillion', 'PRICE', true],
    ['-speed', 'TTFT', true],
    ['window', 'START', false],
    ['remaining', 'QUANTITY', false],
    ['constructor', 'PRICE', false],
  ])('%s is by %s, the other way round: %s', (sort, orderBy, isDescending) => {
    expect(orderAsked(orderOf(filter(`sort=${sort}`)))).toEqual({ orderBy, isDescending });
  });

  it('is read as it is written', () => {
    expect(sortOf(orderOf(filter('sort=-speed')))).toBe('-speed');
    expect(sortOf(null)).toBe('');
  });
});

it('has only what matters in the address, and reads it back', () => {
  const given = filter('ttft=400&unknown=1&sort=speed');
  expect(searchOf(given).toString()).toBe('ttft=400&sort=speed');
  expect(filterOf(searchOf(given))).toEqual(given);
  expect(countOfFilters(given)).toBe(1);
});
