/** The different values of a column, and which of them each cell that is not null is. */
export interface Dictionary<Value> {
  readonly values: readonly Value[];
  readonly indexes: Uint32Array;
}

/** What was looked at before all of it is. */
const SAMPLE = 1_000;
/** A sample of which more bytes than that are different says that all of it will be. */
const HOPELESS = 0.9;

/**
 * The dictionary of a column, by the rule of `hyparquet-writer`: null where it would not halve what is written.
 * Cells in turn that say the same are looked up once.
 *
 * @param sizeOf bytes of a value where it is written as it is
 */
export function dictionaryOf<Value extends string | number>(
  cells: readonly (Value | null)[],
  sizeOf: (value: Value) => number,
): Dictionary<Value> | null {
  if (!isWorthATry(cells, sizeOf)) return null;
  const places = new Map<Value, number>();
  const indexes = new Uint32Array(cells.length);
  let [count, plainBytes, valueBytes] = [0, 0, 0];
  let [last, place, size]: [Value | null, number, number] = [null, 0, 0];
  // By their places: a million cells are looked at, and `of` makes an object for each.
  for (let index = 0; index < cells.length; index += 1) {
    const cell = cells[index] as (typeof cells)[number];
    if (cell === null) continue;
    if (cell !== last) {
      last = cell;
      size = sizeOf(cell);
      const known = places.get(cell);
      place = known ?? places.size;
      if (known === undefined) {
        places.set(cell, place);
        valueBytes += size;
      }
    }
    plainBytes += size;
    indexes[count] = place;
    count += 1;
  }
  const indexBytes = Math.ceil((count * bitsOf(places.size)) / 8);
  if (2 * (valueBytes + indexBytes) > plainBytes) return null;
  return { values: [...places.keys()], indexes: indexes.subarray(0, count) };
}

/** Of the places of so many values. */
export const bitsOf = (values: number): number => Math.ceil(Math.log2(values));

/** Spread over the whole column, by bytes; a column of nulls has none. */
function isWorthATry<Value>(cells: readonly (Value | null)[], sizeOf: (value: Value) => number): boolean {
  const size = Math.min(cells.length, SAMPLE);
  const seen = new Set<Value>();
  let [different, all] = [0, 0];
  for (let index = 0; index < size; index += 1) {
    const cell = cells[size === 1 ? 0 : Math.floor((index * (cells.length - 1)) / (size - 1))] ?? null;
    if (cell === null) continue;
    const bytes = sizeOf(cell);
    all += bytes;
    if (seen.has(cell)) continue;
    seen.add(cell);
    different += bytes;
  }
  return all > 0 && different / all <= HOPELESS;
}
