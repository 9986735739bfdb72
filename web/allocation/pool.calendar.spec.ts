import { dayOf, freeStretches, sharesOf, topOf } from './pool.calendar.js';

const at = (hour: number): string => new Date(Date.UTC(2026, 10, 28, hour)).toISOString();
const part = (from: number, until: number, quantity: number) => ({ quantity: String(quantity), window: { start: at(from), end: at(until) } });
const DAY = Date.UTC(2026, 10, 28);

/** 1,000 tokens/s all day, 400 sold from 6 to 12, 300 offered from 6 to 18. */
const titles = [
  { isProvider: true, quantity: [part(0, 6, 1_000), part(6, 12, 600), part(12, 24, 1_000)] },
  { isProvider: false, quantity: [part(6, 12, 400)] },
];
const shares = sharesOf(titles, [[part(6, 18, 300)]]);

describe('the calendar of a pool', () => {
  it('cuts a day wherever something changes', () => {
    expect(dayOf(shares, DAY).parts.map(({ sold, offered, free }) => [sold, offered, free].join(' '))).toEqual([
      ...['0 0 1000', '400 300 300', '0 300 700', '0 0 1000'],
    ]);
    expect(dayOf(shares, DAY).parts.map(({ from, until }) => [from, until])).toEqual([[0, 0.25], [0.25, 0.5], [0.5, 0.75], [0.75, 1]]);
  });

  it('has shares that are the whole together', () => {
    expect(dayOf(shares, DAY).shares).toEqual({ sold: 1_000, offered: 1_500, free: 7_500 });
    expect(topOf(shares)).toBe(1_000n);
  });

  it('has days without the pool', () => {
    const day = dayOf(shares, DAY + 86_400_000);
    expect(day.shares).toBeNull();
    expect(day.parts).toEqual([{ from: 0, until: 1, sold: 0n, offered: 0n, free: 0n }]);
  });

  it('never offers more than is the provider’s, and knows what could be listed', () => {
    const over = sharesOf(titles, [[part(6, 12, 900)]]);
    expect(dayOf(over, DAY).parts[1]).toMatchObject({ sold: 400n, offered: 600n, free: 0n });
    expect(freeStretches(over).map(({ quantity, window }) => `${quantity} ${window.start.slice(11, 13)}-${window.end.slice(11, 13)}`)).toEqual(['1000 00-06', '1000 12-00']);
  });
});
