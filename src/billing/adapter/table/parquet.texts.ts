/** Of the length that stands before each text. */
const LENGTH_BYTES = 4;
/** UTF-8 has at most three bytes for each code unit of UTF-16. */
const MOST_BYTES = 3;
/** A page ends before the text that makes it as long as this. */
const PAGE_BYTES = 1_048_576;

/** Rows of a group, the last one not among them. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** What a text counts for when a dictionary is weighed: its length in UTF-16, as the library has it. */
export const sizeOfText = (text: string): number => text.length + LENGTH_BYTES;

/** Texts one after the other, each behind its length. */
export function packTexts(texts: readonly string[]): Uint8Array {
  let most = 0;
  for (const text of texts) most += LENGTH_BYTES + MOST_BYTES * text.length;
  const buffer = Buffer.allocUnsafe(most);
  let offset = 0;
  for (const text of texts) offset = putText(buffer, offset, text);
  return buffer.subarray(0, offset);
}

/** The pages of a column whose texts are hardly ever the same. */
export function pagesOfTexts(cells: readonly (string | null)[]): readonly (Span & { readonly bytes: Uint8Array })[] {
  const pages: (Span & { readonly bytes: Uint8Array })[] = [];
  let [from, bytes] = [0, 0];
  const end = (to: number): void => {
    const texts = cells.slice(from, to).filter((cell) => cell !== null);
    pages.push({ from, to, bytes: packTexts(texts) });
  };
  cells.forEach((cell, index) => {
    const more = cell === null ? 0 : Buffer.byteLength(cell);
    bytes += more;
    if (bytes < PAGE_BYTES || index === from) return;
    end(index);
    [from, bytes] = [index, more];
  });
  end(cells.length);
  return pages;
}

/** The first and the last by their bytes; empty where every cell is null. */
export function boundsOf(cells: readonly (string | null)[]): { readonly min_value?: string; readonly max_value?: string } {
  const first = cells.find((cell) => cell !== null) ?? null;
  if (first === null) return {};
  const isBefore = orderOf(cells);
  let [min, max, last] = [first, first, first];
  for (let index = 0; index < cells.length; index += 1) {
    const cell = cells[index] as (typeof cells)[number];
    if (cell === null || cell === last) continue;
    last = cell;
    if (isBefore(cell, min)) min = cell;
    if (isBefore(max, cell)) max = cell;
  }
  return { min_value: min, max_value: max };
}

function putText(buffer: Buffer, offset: number, text: string): number {
  const bytes = buffer.write(text, offset + LENGTH_BYTES);
  buffer.writeUInt32LE(bytes, offset);
  return offset + LENGTH_BYTES + bytes;
}

/** Up to surrogates, code units of UTF-16 and bytes of UTF-8 come in one order. */
const HIGH = /[\ud800-\uffff]/;
const orderOf = (cells: readonly (string | null)[]): typeof isBeforeInBytes =>
  cells.some((cell) => cell !== null && HIGH.test(cell)) ? isBeforeInBytes : isBeforeInUnits;
const isBeforeInUnits = (one: string, other: string): boolean => one < other;
const isBeforeInBytes = (one: string, other: string): boolean => compareBytes(one, other) < 0;

/** Where texts differ, their code points say which is first in UTF-8. */
function compareBytes(one: string, other: string): number {
  const length = Math.min(one.length, other.length);
  let index = 0;
  while (index < length && one.charCodeAt(index) === other.charCodeAt(index)) index += 1;
  if (index === length) return one.length - other.length;
  return rankOf(one.charCodeAt(index)) - rankOf(other.charCodeAt(index));
}

const SURROGATES = 0xd800;
const AFTER_SURROGATES = 0xe000;
const BEHIND_ALL = 0x1_0000;

/** Halves of a code point above U+FFFF are behind all that have one code unit. */
function rankOf(unit: number): number {
  return unit >= SURROGATES && unit < AFTER_SURROGATES ? unit + BEHIND_ALL : unit;
}
