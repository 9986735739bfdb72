import { HOUR_MS, MINUTE_MS, DAY_MS, type Duration } from '../../src/kernel/time.js';

/** How finely a pool's time may be cut, by its name in the API. */
export type Grid = 'QUARTER_HOUR' | 'HOUR' | 'DAY';

export function gridMs(grid: Grid): Duration {
  switch (grid) {
    case 'QUARTER_HOUR':
      return (15 * MINUTE_MS) as Duration;
    case 'HOUR':
      return HOUR_MS;
    case 'DAY':
      return DAY_MS;
  }
}

/** What a `datetime-local` field holds, read as UTC: `2026-11-21T14:00`. */
export function fieldOf(instant: number | string): string {
  return new Date(instant).toISOString().slice(0, 16);
}

/** The instant a field stands for; null while it is not filled in. */
export function instantOf(field: string): string | null {
  const instant = new Date(`${field}${field.length === 16 ? ':00' : ''}Z`);
  return field === '' || Number.isNaN(instant.getTime()) ? null : instant.toISOString();
}

/**
 * The minute it is on the wall, in the form of the API's instants. What keeps strangers out, such as the end of
 * a key, goes by it, whatever the exchange's clock was set to.
 */
export const thisMinute = (): string => new Date().toISOString().slice(0, 16);
