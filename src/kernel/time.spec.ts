import { ceilToGrid, floorToGrid, formatInstant, HOUR_MS, parseInstant, type Instant } from './time.js';

describe('instants', () => {
  it.each([
    ['2026-11-21T14:00:00Z', '2026-11-21T14:00:00.000Z'],
    ['2026-11-21T14:00:00.123456789+02:00', '2026-11-21T12:00:00.123Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
  ])('reads %s', (text, expected) => {
    const parsed = parseInstant(text);
    expect(parsed.ok && formatInstant(parsed.value)).toBe(expected);
  });

  it.each([
    '2026-11-21',
    '2026-11-21T14:00:00',
    '2026-02-30T00:00:00Z',
    '2025-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-11-21T24:00:00Z',
    'now',
    '1795269600000',
  ])('refuses %s', (text) => {
    expect(parseInstant(text).ok).toBe(false);
  });

  it('has the last days of months that the calendar has', () => {
    for (const year of ['0000', '0096', '0100', '1900', '2000', '2023', '2024', '2100', '9999']) {
      for (let month = 1; month <= 12; month += 1) {
        for (const day of [28, 29, 30, 31]) {
          const date = `${year}-${String(month).padStart(2, '0')}-${day}`;
          const isThere = new Date(`${date}T00:00:00Z`).toISOString().startsWith(date);
          expect([date, parseInstant(`${date}T23:00:00-02:00`).ok]).toEqual([date, isThere && date !== '9999-12-31']);
        }
      }
    }
  });

  it('are written as they are, also those that take turns in one place', () => {
    const instants = [0, 509, -509, 1_018, 0, 1_795_269_600_000, 509] as Instant[];
    expect(instants.map(formatInstant)).toEqual(instants.map((instant) => new Date(instant).toISOString()));
    expect(() => formatInstant(NaN as Instant)).toThrow(RangeError);
  });

  it('snaps to the grid', () => {
    const at = (text: string): Instant => Date.parse(text) as Instant;
    expect(floorToGrid(at('2026-11-21T14:59:59Z'), HOUR_MS)).toBe(at('2026-11-21T14:00:00Z'));
    expect(ceilToGrid(at('2026-11-21T14:00:01Z'), HOUR_MS)).toBe(at('2026-11-21T15:00:00Z'));
    expect(ceilToGrid(at('2026-11-21T14:00:00Z'), HOUR_MS)).toBe(at('2026-11-21T14:00:00Z'));
  });
});
