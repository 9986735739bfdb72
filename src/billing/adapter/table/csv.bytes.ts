import { safeCell } from '../../../api/http/csv-cell.js';
import { formatDecimal, textOf, type Cell, type ColumnType } from '../../model/export/table.js';

/** What is written between two rests, and room for a row beyond it. */
const CHUNK_BYTES = 1_048_576;
const SPARE_BYTES = 65_536;
/** UTF-8 has at most three bytes for each code unit of UTF-16, and a quote stands twice. */
const MOST_BYTES = 3;
/** More than any number, instant, pair of quotes and separator take. */
const FEW_BYTES = 64;
/** Shorter stretches are copied byte by byte: to ask for it takes longer. */
const SHORT_BYTES = 24;
/** Texts up to that length are written letter by letter. */
const SHORT_LENGTH = 32;

const [ZERO, MINUS, POINT, QUOTE, COMMA, RETURN, LINE_FEED] = [0x30, 0x2d, 0x2e, 0x22, 0x2c, 0x0d, 0x0a];
const ASCII_MAX = 0x7f;
/** Behind these and before full-width characters nothing begins a formula: see `safeCell`. */
const [FORMULA_MAX, FULL_WIDTH] = [0x40, 0xff00];
const BILLION = 1_000_000_000;

/** Fields of RFC 4180 as bytes in a room that grows with them: no text is made of a number, and none is joined. */
export class CsvBytes {
  private bytes = Buffer.allocUnsafeSlow(CHUNK_BYTES + SPARE_BYTES);
  /** Where the next byte goes. */
  at = 0;

  get isFull(): boolean {
    return this.at >= CHUNK_BYTES;
  }

  /** What was written; it is the caller's. */
  take(): Uint8Array {
    const taken = this.bytes.subarray(0, this.at);
    this.bytes = Buffer.allocUnsafeSlow(CHUNK_BYTES + SPARE_BYTES);
    this.at = 0;
    return taken;
  }

  putCell(cell: Cell, type: ColumnType): void {
    if (cell === null) return;
    if (type.kind === 'decimal') this.putDecimal(BigInt(cell), type.scale);
    else if (type.kind === 'instant') this.putPlain(textOf(cell, type));
    else this.putText(textOf(cell, type));
  }

  putSeparator(isLast: boolean): void {
    this.ensure(FEW_BYTES);
    if (!isLast) this.bytes[this.at++] = COMMA;
    else {
      this.bytes[this.at++] = RETURN;
      this.bytes[this.at++] = LINE_FEED;
    }
  }

  /** No cell is run by a spreadsheet that opens it. */
  putText(text: string): void {
    const first = text.charCodeAt(0);
    const safe = first > FORMULA_MAX && first < FULL_WIDTH ? text : safeCell(text);
    // Each of them may be a quote, or up to three bytes.
    this.ensure(MOST_BYTES * safe.length + FEW_BYTES);
    if (safe.length <= SHORT_LENGTH && this.hasPutPlain(safe)) return;
    const { at } = this;
    const end = at + this.bytes.write(safe, at);
    const quotes = this.quotesIn(at, end);
    this.at = end;
    if (quotes !== null) this.quote(at, quotes);
  }

  /** Once more what was written from one place to another. */
  repeat(from: number, to: number): void {
    const length = to - from;
    this.ensure(length);
    const { bytes, at } = this;
    if (length > SHORT_BYTES) bytes.copyWithin(at, from, to);
    else for (let index = 0; index < length; index += 1) bytes[at + index] = bytes[from + index] as number;
    this.at += length;
  }

  private putPlain(text: string): void {
    this.ensure(FEW_BYTES);
    this.at += this.bytes.write(text, this.at, 'latin1');
  }

  /** False: it has to be quoted (RFC 4180, section 2, rule 6), or is not ASCII, and nothing was written. */
  private hasPutPlain(text: string): boolean {
    const { bytes, at } = this;
    for (let index = 0; index < text.length; index += 1) {
      const code = text.charCodeAt(index);
      if (code > ASCII_MAX || code === QUOTE || code === COMMA || code === LINE_FEED || code === RETURN) return false;
      bytes[at + index] = code;
    }
    this.at += text.length;
    return true;
  }

  /** How many quotes stand there; null: nothing that a field is quoted for. */
  private quotesIn(from: number, to: number): number | null {
    const { bytes } = this;
    let [quotes, others] = [0, 0];
    for (let index = from; index < to; index += 1) {
      const byte = bytes[index] as number;
      if (byte > COMMA) continue;
      if (byte === QUOTE) quotes += 1;
      else if (byte === COMMA || byte === LINE_FEED || byte === RETURN) others += 1;
    }
    return quotes + others === 0 ? null : quotes;
  }

  /** Puts what was written last in quotes, of which one within stands twice (rule 7): from its end, to overwrite nothing. */
  private quote(from: number, quotes: number): void {
    const { bytes } = this;
    let [source, target] = [this.at - 1, this.at + quotes + 1];
    this.at = target + 1;
    bytes[target--] = QUOTE;
    while (source >= from) {
      const byte = bytes[source--] as number;
      bytes[target--] = byte;
      if (byte === QUOTE) bytes[target--] = QUOTE;
    }
    bytes[from] = QUOTE;
  }

  /** As `formatDecimal` has it, but for the text of it where a double has all of its digits: nearly always. */
  private putDecimal(value: bigint, scale: number): void {
    const number = Number(value);
    if (!Number.isSafeInteger(number)) return this.putText(formatDecimal(value, scale));
    this.ensure(FEW_BYTES);
    if (number < 0) this.bytes[this.at++] = MINUS;
    this.putFixed(Math.abs(number), scale);
  }

  private putFixed(number: number, scale: number): void {
    const one = 10 ** scale;
    let whole = Math.floor(number / one);
    // What is divided may be rounded up to the next whole number; what is multiplied and taken away is exact.
    if (whole * one > number) whole -= 1;
    this.putWhole(whole, 1);
    const rest = number - whole * one;
    if (rest === 0) return;
    this.bytes[this.at++] = POINT;
    this.putWhole(rest, scale);
    while (this.bytes[this.at - 1] === ZERO) this.at -= 1;
  }

  /** At least so many digits. */
  private putWhole(number: number, width: number): void {
    const above = Math.floor(number / BILLION);
    if (above > 0 || width > 9) {
      this.putWhole(above, width - 9);
      return this.putDigits(number - above * BILLION, 9);
    }
    let digits = Math.max(width, 1);
    for (let least = 10 ** digits; least <= number; least *= 10) digits += 1;
    this.putDigits(number, digits);
  }

  /** Below 10^9: whole numbers of 32 bits. */
  private putDigits(number: number, digits: number): void {
    const { bytes, at } = this;
    let left = number | 0;
    for (let place = at + digits - 1; place >= at; place -= 1) {
      const rest = (left / 10) | 0;
      bytes[place] = ZERO + left - rest * 10;
      left = rest;
    }
    this.at = at + digits;
  }

  private ensure(more: number): void {
    if (this.at + more <= this.bytes.length) return;
    const bytes = Buffer.allocUnsafeSlow(2 * (this.at + more));
    this.bytes.copy(bytes, 0, 0, this.at);
    this.bytes = bytes;
  }
}
