import { err, ok, type Result } from '../../src/kernel/result.js';
import { HOUR_MS } from '../../src/kernel/time.js';

/** How much is wanted in each hour from a start on, in tokens/s. */
export type Demand = readonly number[];

export interface DemandSegment {
  readonly window: { readonly start: string; readonly end: string };
  readonly quantity: string;
}

const HOURS_MAX = 24 * 31;
const QUANTITY_MAX = 1_000_000_000;
/** A month of hours takes some ten kilobytes; reading far more would hold up the page. */
const FILE_BYTES_MAX = 1_000_000;

/** Hours of equal demand as one stretch; hours without any are left out. */
export function segmentsOf(demand: Demand, start: number): readonly DemandSegment[] {
  const segments: DemandSegment[] = [];
  let from = 0;
  for (let hour = 1; hour <= demand.length; hour += 1) {
    const quantity = demand[from] ?? 0;
    if (hour < demand.length && demand[hour] === quantity) continue;
    if (quantity > 0) segments.push({ window: windowOf(start, from, hour), quantity: String(quantity) });
    from = hour;
  }
  return segments;
}

function windowOf(start: number, from: number, to: number): DemandSegment['window'] {
  const iso = (hours: number): string => new Date(start + hours * HOUR_MS).toISOString();
  return { start: iso(from), end: iso(to) };
}

/** Sets what one has drawn from one hour to another; between two points of a quick hand it is straight. */
export function drawn(
  demand: Demand,
  from: { readonly hour: number; readonly quantity: number },
  to: { readonly hour: number; readonly quantity: number },
): Demand {
  const [left, right] = from.hour <= to.hour ? [from, to] : [to, from];
  const length = Math.max(1, right.hour - left.hour);
  return demand.map((before, hour) => {
    if (hour < left.hour || hour > right.hour) return before;
    return Math.round(left.quantity + ((right.quantity - left.quantity) * (hour - left.hour)) / length);
  });
}

/**
 * Reads a demand from text, as a spreadsheet writes it: a line for each hour whose last column is tokens/s. A first
 * line of words is a heading.
 */
export function parseDemand(text: string): Result<Demand, string> {
  const lines = text.split(/\r?\n/).map((line) => line.trim()).filter((line) => line !== '');
  const headings = /^\D+$/.test(lastCell(lines[0] ?? '')) ? 1 : 0;
  const rows = lines.slice(headings);
  if (rows.length === 0) return err('there is no line with a quantity; expected one line for each hour');
  const refusal = rowsRefusal(rows, headings);
  if (refusal !== null) return err(refusal);
  if (rows.length > HOURS_MAX) return err(`there are ${rows.length} hours; at most ${HOURS_MAX} are planned at once`);
  return ok(rows.map((row) => Number(lastCell(row))));
}

const lastCell = (line: string): string => (line.split(/[,;\t]/).at(-1) ?? '').trim().replace(/^"(.*)"$/, '$1');
const isQuantity = (cell: string): boolean => /^\d{1,10}$/.test(cell) && Number(cell) <= QUANTITY_MAX;

/** @param before how many lines stand above them */
function rowsRefusal(rows: readonly string[], before: number): string | null {
  const wrong = rows.findIndex((row) => !isQuantity(lastCell(row)));
  if (wrong !== -1) {
    return `line ${before + wrong + 1} ends in “${lastCell(rows[wrong] ?? '').slice(0, 40)}”; expected whole tokens/s, such as 1500`;
  }
  const doubtful = hasCountedHours(rows) ? -1 : rows.findIndex((row) => GROUPED.test(row));
  const row = rows[doubtful];
  if (row === undefined) return null;
  return `line ${before + doubtful + 1} is “${row}”: ${row.replaceAll(',', '')}, or two columns? Expected tokens/s without a comma in it, such as 1500`;
}

/** One number as people write it, or several columns of numbers. */
const GROUPED = /^\d{1,3}(,\d{3})+$/;

/** Whether lines are columns of which the first counts hours: `1,500`, `2,600`, … */
function hasCountedHours(lines: readonly string[]): boolean {
  const first = lines.map((line) => Number(/^(\d+)[,;\t]/.exec(line)?.[1] ?? NaN));
  return lines.length > 1 && first.every((hour, index) => index === 0 || hour === (first[index - 1] ?? NaN) + 1);
}

/** Why a file cannot be a demand, by its size alone; null: it is worth reading. */
export function fileRefusal({ name, size }: { readonly name: string; readonly size: number }): string | null {
  if (size <= FILE_BYTES_MAX) return null;
  const megabytes = (size / 1_000_000).toFixed(1);
  return `${name.slice(0, 60)} has ${megabytes} MB, and was not read; expected a CSV file of 1 MB at most, a line for each of up to ${HOURS_MAX} hours`;
}

/** Reads what was in a file: text that is none is named as that, not by its first odd line. */
export function parseDemandFile(name: string, text: string): Result<Demand, string> {
  if (/[\u0000\ufffd]/.test(text)) return err(`${name.slice(0, 60)} is no text in UTF-8; expected a CSV file, a line for each hour whose last column is tokens/s, such as 1500`);
  const read = parseDemand(text);
  return read.ok ? read : err(`${name.slice(0, 60)}: ${read.error}`);
}

/** A working day's shape: something to begin with. */
export function officeHours(hours: number, firstHour: number, most: number): Demand {
  return Array.from({ length: hours }, (_, index) => {
    const hour = (firstHour + index) % 24;
    const share = hour < 6 ? 0.15 : hour < 9 ? 0.5 : hour < 18 ? 1 : hour < 22 ? 0.6 : 0.25;
    return Math.round((most * share) / 10) * 10;
  });
}
