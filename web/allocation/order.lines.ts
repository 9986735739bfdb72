import type { VariablesOf } from 'gql.tada';
import { parseUsd } from '../../src/kernel/money.js';
import { parseQuantity } from '../../src/kernel/quantity.js';
import { err, ok, type Result } from '../../src/kernel/result.js';
import type { Issue } from '../api/refusal.documents.js';
import { QUANTITY_ACCEPTED } from '../ui/form-reader.js';
import { instantOf } from '../ui/time.js';
import type { PLACE_ORDERS } from './order.documents.js';
import { TIMES_IN_FORCE, type TimeInForce } from './ticket.js';

/** What the exchange takes in one request. */
const BIDS_MAX = 20;
export const LINES_FIELD = 'orders';
/** What a line says, in this order; what is in brackets may be left out. */
export const COLUMNS_OF_A_LINE = 'start, end, tokens per second, limit in USD per token/s and hour [, time in force [, until]]';
export const EXAMPLE_LINE = '2026-12-01 09:00, 2026-12-01 17:00, 1500, 0.0012, GTC';

export type ListedOrder = VariablesOf<typeof PLACE_ORDERS>['input']['orders'][number];

/** One bid of the list, and the line that it was read from. */
export interface OrderLine {
  readonly text: string;
  /** As whoever typed it counts: from 1, empty lines counted. */
  readonly number: number;
  readonly order: ListedOrder;
}

const TIME = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?Z?$/;

/** Lines of comma-separated values, as a spreadsheet copies them with tabs; a first line of names and empty lines are passed over. Else what is wrong, line by line. */
export function readLines(text: string, marketId: string): Result<readonly OrderLine[], readonly Issue[]> {
  const lines = text
    .split(/\r?\n/)
    .map((line, index) => ({ text: line.trim(), number: index + 1 }))
    .filter(({ text: line }) => line !== '' && !/^start\b/i.test(line));
  const read = lines.map((line) => readLine(line, marketId));
  const issues = read.flatMap((one) => (one.ok ? [] : [one.error]));
  if (issues.length > 0) return err(issues);
  if (lines.length === 0 || lines.length > BIDS_MAX) return err([issueOf(`has ${lines.length} bids`, `1 to ${BIDS_MAX} of them, one a line`)]);
  return ok(read.flatMap((one) => (one.ok ? [one.value] : [])));
}

const issueOf = (reason: string, accepted: string): Issue => ({ field: LINES_FIELD, reason, accepted });

type Line = Pick<OrderLine, 'text' | 'number'>;

function readLine(line: Line, marketId: string): Result<OrderLine, Issue> {
  const wrong = (what: string, accepted: string): Result<OrderLine, Issue> => err(issueOf(`line ${line.number}: ${what}`, accepted));
  const cells = line.text.split(line.text.includes('\t') ? '\t' : ',').map((cell) => cell.trim());
  if (cells.length < 4 || cells.length > 6) return wrong(`has ${cells.length} values`, COLUMNS_OF_A_LINE);
  const [first, last, quantity, limit, force, end] = filledUp(cells);
  const window = readWindow(first, last);
  if (window === null) return wrong('is no window', 'a start and a later end, UTC, such as 2026-12-01 09:00');
  if (!parseQuantity(quantity).ok) return wrong('is no quantity', QUANTITY_ACCEPTED);
  const price = parseUsd(limit.replace(/^\$/, ''));
  if (!price.ok) return wrong('is no amount', 'US dollars with at most six places, such as 0.0012');
  const timing = readTiming(force.toUpperCase(), end);
  if (timing === null) return wrong('is no time in force', `${Object.keys(TIMES_IN_FORCE).join(', ')}; after GTD, and there only, a time, UTC`);
  return ok({ ...line, order: { marketId, window, quantity, limitPrice: price.value.toString(), ...timing } });
}

/** With what stands for what was left out. */
function filledUp([first = '', last = '', quantity = '', limit = '', force = 'GTC', end = '']: readonly string[]): readonly [string, string, string, string, string, string] {
  return [first, last, quantity, limit, force, end];
}

function readWindow(first: string, last: string): ListedOrder['window'] | null {
  const [start, end] = [readTime(first), readTime(last)];
  return start === null || end === null || end <= start ? null : { start, end };
}

function readTiming(force: string, end: string): { readonly timeInForce: TimeInForce; readonly until: string | null } | null {
  if (!(force in TIMES_IN_FORCE)) return null;
  const until = readTime(end);
  if ((force === 'GTD') !== (until !== null) || (until === null && end !== '')) return null;
  return { timeInForce: force as TimeInForce, until };
}

/** A date and a time of UTC, as an instant of the API. */
const readTime = (text: string): string | null => (TIME.test(text) ? instantOf(text.replace(' ', 'T').replace(/Z$/, '')) : null);
