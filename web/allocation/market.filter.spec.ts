import { countOfFilters, filterOf, isWanted, searchOf, type Offer } from './market.filter.js';

const window = { start: '2026-12-01T00:00:00.000Z', end: '2026-12-03T00:00:00.000Z' };
const offer = {
  listing: {
    ...{ marketId: 'llama-3.3-70b@fp8', pricePerMillionTokens: '280000', window },
    remaining: [
      { quantity: '500', window: { ...window, end: '2026-12-02T00:00:00.000Z' } },
    ],
  },
  pool: { region: 'us-west-2', serviceLevel: { ttftP95Ms: 400, streamTokensPerSecondMin: 900 } },
  evidence: { level: 'L3' },
} as unknown as Offer;

const wanted = (search: string) => isWanted(offer, filterOf(new URLSearchParams(search)));

it.each([
  ['', true],
  ['market=llama-3.3-70b@fp8', true],
  ['market=llama-3.3-70b@int4', false],
  ['region=us-west-2', true],
  ['region=eu-central-1', false],
  ['ttft=400', true],
  ['ttft=399', false],
  ['ttft=soon', true],
  ['speed=900', true],
  ['speed=901', false],
  ['budget=0.28', true],
  ['budget=0.279999', false],
  ['budget=cheap', true],
  ['evidence=L3', true],
  ['evidence=L4', false],
  ['from=2026-12-01T00:00', true],
  ['from=2026-12-02T00:00', false],
  ['to=2026-12-02T00:00', true],
  ['to=2026-12-01T00:00', false],
  ['from=2026-12-01T05:00&to=2026-12-02T00:00&ttft=500&region=us-west-2', true],
])('%s lets it pass: %s', (search, passes) => {
  expect(wanted(search)).toBe(passes);
});

it('has only what matters in the address, and reads it back', () => {
  const filter = filterOf(new URLSearchParams('ttft=400&unknown=1'));
  expect(searchOf(filter).toString()).toBe('ttft=400');
  expect(filterOf(searchOf(filter))).toEqual(filter);
  expect(countOfFilters(filter)).toBe(1);
});

it('lets nothing of an unknown pool pass that is asked for by its promise', () => {
  const filter = filterOf(new URLSearchParams('ttft=400'));
  expect(isWanted({ ...offer, pool: null }, filter)).toBe(false);
});
