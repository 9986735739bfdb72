import type { Brand } from './brand.js';
import { err, ok, type Result } from './result.js';

/** Milliseconds since the Unix epoch, UTC, always an integer. */
export type Instant = Brand<number, 'Instant'>;
/** A length of time in milliseconds, always an integer, never negative. */
export type Duration = Brand<number, 'Duration'>;

export const SECOND_MS = 1_000 as Duration;
export const MINUTE_MS = 60_000 as Duration;
export const HOUR_MS = 3_600_000 as Duration;
export const DAY_MS = 86_400_000 as Duration;

/** 0000-01-01 to 9999-12-31: what ISO 8601 with a four digit year can say. */
const INSTANT_MIN_MS = -62_167_219_200_000;
const INSTANT_MAX_MS = 253_402_300_799_999;

/** RFC 3339 with a mandatory offset; a time without a zone is ambiguous and is refused. */
const RFC3339 =
  /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;

const SHORTEST_MONTH_DAYS = 28;
/** Of February as in a leap year. */
const MONTH_DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const LEAP_DAY = '02-29';

export function isInstant(value: number): value is Instant {
  return Number.isInteger(value) && value >= INSTANT_MIN_MS && value <= INSTANT_MAX_MS;
}

/** Reads RFC 3339 text; digits below a millisecond are cut off. */
export function parseInstant(text: string): Result<Instant, string> {
  if (!RFC3339.test(text)) {
    return err('expected an RFC 3339 instant with a zone, such as 2026-11-21T14:00:00Z');
  }
  const value = Date.parse(text);
  if (!isInstant(value) || !isDayInMonth(text)) {
    return err('expected a date that exists, between year 0000 and 9999');
  }
  return ok(value);
}

/** 30 February would be read as a day of March. */
function isDayInMonth(text: string): boolean {
  const day = Number(text.slice(8, 10));
  if (day <= SHORTEST_MONTH_DAYS) return true;
  if (text.slice(5, 10) === LEAP_DAY) return isLeapYear(Number(text.slice(0, 4)));
  return day <= (MONTH_DAYS[Number(text.slice(5, 7)) - 1] ?? 0);
}

const isLeapYear = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

/** The last texts by instant: what happens together, and windows on a grid, have few. */
const WRITTEN = new Array<{ readonly instant: Instant; readonly text: string } | undefined>(509).fill(undefined);

/** UTC with milliseconds: `2026-11-21T14:00:00.000Z`. */
export function formatInstant(instant: Instant): string {
  const slot = Math.abs(Math.trunc(instant)) % WRITTEN.length;
  const known = WRITTEN[slot];
  if (known?.instant === instant) return known.text;
  const text = new Date(instant).toISOString();
  WRITTEN[slot] = { instant, text };
  return text;
}

/** For people: `2026-11-30 22:00 UTC`. */
export function formatMinute(instant: Instant): string {
  return `${formatInstant(instant).slice(0, 16).replace('T', ' ')} UTC`;
}

export function plus(instant: Instant, duration: number): Instant {
  return (instant + duration) as Instant;
}

/** The last grid line at or before the instant. Grids are counted from the epoch. */
export function floorToGrid(instant: Instant, grid: Duration): Instant {
  return (Math.floor(instant / grid) * grid) as Instant;
}

/** The first grid line at or after the instant. */
export function ceilToGrid(instant: Instant, grid: Duration): Instant {
  return (Math.ceil(instant / grid) * grid) as Instant;
}

/** The first instant of the next month, UTC. */
export function endOfMonth(instant: Instant): Instant {
  const date = new Date(instant);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1) as Instant;
}

/** The month an instant is in, UTC, such as `2026-11`. */
export function monthOf(instant: Instant): string {
  return formatInstant(instant).slice(0, 7);
}

/** The first instant of a month such as `2026-11`. */
export function parseMonth(text: string): Result<Instant, string> {
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(text)) return err('expected a month such as 2026-11');
  return ok(Date.parse(`${text}-01T00:00:00Z`) as Instant);
}
