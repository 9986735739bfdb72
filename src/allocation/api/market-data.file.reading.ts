import { badRequest } from '../../api/http/bad-request.js';
import type { MarketId } from '../../kernel/ids.js';
import { unless, type Issue } from '../../kernel/issue.js';
import { err, ok, type Result } from '../../kernel/result.js';
import { parseInstant, type Instant } from '../../kernel/time.js';
import type { Window } from '../../kernel/window.js';
import { checkPeriod, type IntervalName, type Period, type PeriodLimit } from '../model/period.rules.js';
import { DAYS_DEFAULT, marketIssues, modelIssues } from './market-data.reading.js';

/** The query of an address as it came: each argument once, several times or not at all. */
export type Given = Readonly<Record<string, unknown>>;

/** What arguments say, or all that is wrong with them. */
type Read<Value> = Result<Value, readonly Issue[]>;

/** @throws BadRequestException with all that is wrong with any of them, in their order */
export function readAll<Values extends readonly unknown[]>(
  ...reads: { readonly [Index in keyof Values]: Read<Values[Index]> }
): Values {
  const issues = reads.flatMap((read) => (read.ok ? [] : read.error));
  if (issues.length > 0) throw badRequest(issues);
  return reads.flatMap((read) => (read.ok ? [read.value] : [])) as unknown as Values;
}

const readAs = <Value>(value: Value, issues: readonly Issue[]): Read<Value> =>
  issues.length === 0 ? ok(value) : err(issues);

export function readMarketName(given: Given): Read<MarketId> {
  const market = textOf(given, 'market');
  return readAs(market as MarketId, marketIssues('market', market));
}

export function readModelAndDays(given: Given): Read<{ readonly model: string; readonly days: number }> {
  const asked = { model: textOf(given, 'model'), days: readWhole(given, 'days', DAYS_DEFAULT) };
  return readAs(asked, modelIssues(asked));
}

/** One of these names, in any case. */
export function readName<Name extends string>(
  given: Given,
  field: string,
  names: Readonly<Record<Name, unknown>>,
): Read<Name> {
  const known = Object.keys(names) as Name[];
  const text = textOf(given, field).toUpperCase();
  const name = known.find((one) => one === text);
  if (name !== undefined) return ok(name);
  const accepted = known.join(', ').toLowerCase();
  return err([{ field, reason: 'is none that this file comes in', accepted }]);
}

/** At most so many intervals; of days, the longest, while it is not known of which. */
export function readIntervals(given: Given, most: number, name: Read<IntervalName>): Read<Period> {
  return readPeriod(given, { most, of: name.ok ? name.value : 'DAY' });
}

export function readPeriod(given: Given, limit: PeriodLimit): Read<Period> {
  const [from, to] = [readInstant(given, 'from'), readInstant(given, 'to')];
  if (!from.ok || !to.ok) return err([...issuesIn(from), ...issuesIn(to)]);
  const period = { from: from.value, to: to.value };
  return readAs(period, checkPeriod(period, limit));
}

export function readWindow(given: Given): Read<Window> {
  const [start, end] = [readInstant(given, 'start'), readInstant(given, 'end')];
  if (!start.ok || !end.ok) return err([...issuesIn(start), ...issuesIn(end)]);
  const window = { start: start.value, end: end.value };
  return readAs(window, unless(window.start < window.end, NOT_AFTER));
}

const NOT_AFTER: Issue = {
  field: 'end',
  reason: 'is not after start',
  accepted: 'an instant after start',
};

/** How many of the first rows: all that there may be when nobody says. */
export function readFirst(given: Given, most: number): Read<number> {
  const first = readWhole(given, 'first', most);
  const accepted = `a whole number from 1 to ${most}`;
  return readAs(first, unless(first >= 1 && first <= most, { field: 'first', reason: 'is out of range', accepted }));
}

const issuesIn = (read: Read<Instant>): readonly Issue[] => (read.ok ? [] : read.error);

function readInstant(given: Given, field: string): Read<Instant> {
  const read = parseInstant(textOf(given, field));
  if (read.ok) return read;
  const accepted = 'an RFC 3339 instant with a zone, such as 2026-11-21T14:00:00Z';
  return err([{ field, reason: 'is no instant', accepted }]);
}

/** What is given and no whole number is NaN: out of every range. */
function readWhole(given: Given, field: string, otherwise: number): number {
  if (given[field] === undefined) return otherwise;
  const text = textOf(given, field);
  return /^\d{1,9}$/.test(text) ? Number(text) : NaN;
}

/** What is missing, or given twice, is no text. */
function textOf(given: Given, field: string): string {
  const value = given[field];
  return typeof value === 'string' ? value : '';
}
