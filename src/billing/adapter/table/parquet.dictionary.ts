import type { Cell } from '../../model/export/table.js';
import { fill, levelsOf, type Bounds, type ColumnCells, type Packed } from './parquet.cells.js';
import { packPlaces } from './parquet.pages.js';
import type { Span } from './parquet.texts.js';

/** What was looked at before all of it is. */
const SAMPLE = 1_000;
/** A sample of which more bytes than that are different says that all of it will be. */
const HOPELESS = 0.9;
const NOTHING = -1;

/** How values of a kind are written. */
export interface ValueFormat<Value> {
  readonly type: Packed['type'];
  readonly read: (cell: string | number | bigint) => Value;
  /** Bytes of a value where it is written as it is, as a dictionary is weighed by them. */
  readonly sizeOf: (value: Value) => number;
  readonly boundsOf: (values: readonly Value[]) => Bounds;
  readonly pack: (values: readonly Value[]) => Uint8Array;
  /** Cells as they are, where no dictionary is worth it. */
  readonly pagesOf: (cells: readonly (Value | null)[]) => readonly (Span & { readonly bytes: Uint8Array })[];
}

/** Texts or instants of a group of rows: the different ones, and of each row which of them it has. */
export class ValueCells<Value extends string | number> implements ColumnCells {
  private readonly places: Int32Array;
  private readonly levels: Uint8Array | null;
  private readonly known = new Map<Value, number>();
  private values: Value[] = [];
  /** Values that were no use to look up in the group before are not looked up, and may be there twice. */
  private isApart = true;
  private count = 0;
  private plainBytes = 0;

  constructor(
    room: number,
    isNullable: boolean,
    private readonly format: ValueFormat<Value>,
  ) {
    this.places = new Int32Array(room);
    this.levels = levelsOf(room, isNullable);
  }

  add(cell: Cell, from: number, to: number): void {
    if (this.levels !== null) fill(this.levels, cell === null ? 0 : 1, from, to);
    if (cell === null) {
      fill(this.places, NOTHING, from, to);
      return;
    }
    const value = this.format.read(cell);
    fill(this.places, this.isApart ? this.placeOf(value) : this.values.push(value) - 1, from, to);
    this.count += to - from;
    this.plainBytes += (to - from) * this.format.sizeOf(value);
  }

  take(rows: number): Packed {
    const isWorthIt = this.isDictionary(rows);
    const { values, levels, format } = this;
    const { type } = format;
    const bounds = format.boundsOf(values);
    const packed = isWorthIt
      ? { dictionary: { values: values.length, bytes: format.pack(values) }, pages: [{ from: 0, to: rows, bytes: this.packPlaces(rows) }] }
      : { dictionary: null, pages: format.pagesOf(this.cells(rows)) };
    this.known.clear();
    [this.values, this.isApart, this.count, this.plainBytes] = [[], isWorthIt, 0, 0];
    return { type, bounds, levels, ...packed };
  }

  private placeOf(value: Value): number {
    const known = this.known.get(value);
    if (known !== undefined) return known;
    const place = this.values.push(value) - 1;
    this.known.set(value, place);
    return place;
  }

  /** The rule of `hyparquet-writer`: not where it would not halve what is written. */
  private isDictionary(rows: number): boolean {
    if (!this.isWorthATry(rows)) return false;
    if (!this.isApart) this.tellApart(rows);
    const valueBytes = this.values.reduce((sum, value) => sum + this.format.sizeOf(value), 0);
    const indexBytes = Math.ceil((this.count * bitsOf(this.values.length)) / 8);
    return 2 * (valueBytes + indexBytes) <= this.plainBytes;
  }

  /** Spread over the whole column, by bytes; a column of nulls has none. */
  private isWorthATry(rows: number): boolean {
    const size = Math.min(rows, SAMPLE);
    const seen = new Set<Value | number>();
    let [different, all] = [0, 0];
    for (let index = 0; index < size; index += 1) {
      const place = this.places[size === 1 ? 0 : Math.floor((index * (rows - 1)) / (size - 1))] ?? NOTHING;
      if (place === NOTHING) continue;
      const value = this.values[place] as Value;
      const bytes = this.format.sizeOf(value);
      all += bytes;
      const which = this.isApart ? place : value;
      if (seen.has(which)) continue;
      seen.add(which);
      different += bytes;
    }
    return all > 0 && different / all <= HOPELESS;
  }

  private tellApart(rows: number): void {
    const { values, places } = this;
    this.values = [];
    const placeOf = Int32Array.from(values, (value) => this.placeOf(value));
    for (let row = 0; row < rows; row += 1) {
      const place = places[row] ?? NOTHING;
      if (place !== NOTHING) places[row] = placeOf[place] ?? NOTHING;
    }
  }

  private packPlaces(rows: number): Uint8Array {
    const own = this.count === rows ? this.places.subarray(0, rows) : this.places.subarray(0, rows).filter((place) => place !== NOTHING);
    return packPlaces(own, bitsOf(this.values.length));
  }

  private cells(rows: number): (Value | null)[] {
    const cells: (Value | null)[] = [];
    for (let row = 0; row < rows; row += 1) cells.push(this.values[this.places[row] ?? NOTHING] ?? null);
    return cells;
  }
}

/** Of the places of so many values. */
const bitsOf = (values: number): number => Math.ceil(Math.log2(values));
