import { firstStretch, most, totalOf } from './trade.js';

const fields = { start: '2026-11-21T10:00', end: '2026-11-21T14:00', quantity: '1,500', price: '0.001' };
const stretch = (start: string, end: string, quantity: string) => ({
  quantity,
  window: { start: `${start}:00.000Z`, end: `${end}:00.000Z` },
});

it.each([
  [fields, 6_000_000n],
  // Half of a micro-USD goes to the even one, as on the exchange.
  [{ ...fields, end: '2026-11-21T10:15', quantity: '2', price: '0.000001' }, 0n],
  [{ ...fields, end: '2026-11-21T10:15', quantity: '6', price: '0.000001' }, 2n],
  [{ ...fields, quantity: '1000000000000', price: '999.999999' }, 3_999_999_996_000_000_000_000n],
  [{ ...fields, end: fields.start }, null],
  [{ ...fields, quantity: '' }, null],
  [{ ...fields, price: 'free' }, null],
])('costs what the exchange will charge: %j is %s', (typed, total) => {
  expect(totalOf(typed)).toBe(total);
});

it('begins with what can still be had, on the grid', () => {
  const segments = [
    stretch('2026-11-21T08:00', '2026-11-21T09:00', '10'),
    stretch('2026-11-21T09:00', '2026-11-22T09:00', '700'),
  ];
  expect(firstStretch(segments, '2026-11-21T10:20:00.000Z', 'HOUR')).toEqual({
    start: '2026-11-21T11:00',
    end: '2026-11-22T09:00',
    quantity: '700',
  });
  expect(firstStretch(segments, '2026-11-23T00:00:00.000Z', 'DAY').start).toBe('');
  expect(most(segments)).toBe('700');
});
