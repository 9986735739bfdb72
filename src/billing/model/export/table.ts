import { assertNever } from '../../../kernel/assert.js';
import { floorToGrid, formatInstant, type Duration, type Instant } from '../../../kernel/time.js';

/**
 * What a column holds. Decimals are whole numbers of 10^-scale, so that nothing is rounded on the way
 * into a file; instants are milliseconds, of which a file has whole steps, the rest being cut off; JSON is text that was written
 * already.
 */
export type ColumnType =
  | { readonly kind: 'text' }
  | { readonly kind: 'json' }
  | { readonly kind: 'instant'; readonly step: Duration }
  | { readonly kind: 'decimal'; readonly scale: number };

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  readonly isNullable: boolean;
}

export type Cell = string | number | bigint | null;
export type Row = readonly Cell[];

/** A table: what stands in each column, in order. */
export interface Table {
  readonly columns: readonly Column[];
}

const column =
  (type: ColumnType) =>
  (name: string, nullable: 'null' | 'required' = 'required'): Column => {
    return { name, type, isNullable: nullable === 'null' };
  };

export const textColumn = column({ kind: 'text' });
export const jsonColumn = column({ kind: 'json' });
export const instantColumn = column({ kind: 'instant', step: 1 as Duration });
/** Micro-USD as US dollars. */
export const moneyColumn = column({ kind: 'decimal', scale: 6 });
export const countColumn = column({ kind: 'decimal', scale: 0 });
/** Ten-thousandths of a weighted token as tokens. */
export const weightedColumn = column({ kind: 'decimal', scale: 4 });
/** Twelve places: of what is divided. */
export const ratioColumn = column({ kind: 'decimal', scale: 12 });

/** The same table with instants in whole seconds. */
export function inSeconds({ columns }: Table): Table {
  const step = 1_000 as Duration;
  return { columns: columns.map((one) => (one.type.kind === 'instant' ? { ...one, type: { kind: 'instant', step } } : one)) };
}

/** A whole number of 10^-scale in decimal digits: no exponent, and no zeros at the end. */
export function formatDecimal(value: bigint, scale: number): string {
  if (scale === 0) return value.toString();
  const text = decimalText(value < 0n ? -value : value, scale);
  return value < 0n ? `-${text}` : text;
}

const ZERO = 0x30;

function decimalText(value: bigint, scale: number): string {
  const digits = value.toString().padStart(scale + 1, '0');
  const point = digits.length - scale;
  let end = digits.length;
  while (end > point && digits.charCodeAt(end - 1) === ZERO) end -= 1;
  const whole = digits.slice(0, point);
  return end === point ? whole : `${whole}.${digits.slice(point, end)}`;
}

/** UTC, RFC 3339; milliseconds only where there are some. */
export function formatTime(instant: Instant): string {
  return formatInstant(instant).replace('.000Z', 'Z');
}

/** A cell as text; null is nothing. */
export function textOf(cell: Cell, type: ColumnType): string {
  if (cell === null) return '';
  switch (type.kind) {
    case 'text':
    case 'json':
      return String(cell);
    case 'instant':
      return formatTime(floorToGrid(Number(cell) as Instant, type.step));
    case 'decimal':
      return formatDecimal(BigInt(cell), type.scale);
    default:
      return assertNever(type);
  }
}
