import { parseUsd } from '../../src/kernel/money.js';
import { parseQuantity, QUANTITY_MAX } from '../../src/kernel/quantity.js';
import { err, ok, type Result } from '../../src/kernel/result.js';
import type { Issue } from '../api/refusal.documents.js';
import { groupDigits } from './format.js';
import { instantOf } from './time.js';

/** What a form's fields are asked of: `FormData`, and a plain object in tests. */
export interface FieldSource {
  get(name: string): unknown;
}

/** Which quantities there are, for whoever typed another. */
export const QUANTITY_ACCEPTED = `a whole number of tokens/s up to ${groupDigits(String(QUANTITY_MAX))}, such as 1500`;

const GROUPED = /^\d{1,3}(,\d{3})+$/;
const PERCENT = /^(\d{1,7})(?:\.(\d{1,2}))?$/;

/**
 * Reads a form into an input of the API and gathers what is no such thing, in the words in which the
 * API would say it. What a value may be is for the exchange to decide: here only its form counts.
 */
export class FormReader {
  /** Fields that hold per cent: the API counts hundredths of one there, and does not always say so. */
  readonly hundredths: string[] = [];
  private readonly issues: Issue[] = [];

  constructor(private readonly fields: FieldSource) {}

  text(field: string): string {
    const value = this.fields.get(field);
    return typeof value === 'string' ? value.trim() : '';
  }

  /** As typed: a password may begin with a space. */
  secret(field: string): string {
    const value = this.fields.get(field);
    return typeof value === 'string' ? value : '';
  }

  checked(field: string): boolean {
    return this.fields.get(field) !== null;
  }

  /** Whole tokens/s; `1,500` is 1500. */
  quantity(field: string): string {
    return this.counted(field, 'is no quantity', QUANTITY_ACCEPTED);
  }

  /** Whole tokens, however long they take. */
  tokens(field: string): string {
    return this.counted(field, 'is no number of tokens', 'a whole number of tokens, such as 1,000,000');
  }

  /** Dollars, as micro-USD. */
  usd(field: string): string {
    const text = this.text(field).replace(/^\$/, '');
    const [whole = '', ...rest] = text.split('.');
    const plain = [GROUPED.test(whole) ? whole.replaceAll(',', '') : whole, ...rest].join('.');
    const parsed = parseUsd(plain);
    if (parsed.ok) return parsed.value.toString();
    this.refuse(field, 'is no amount', 'US dollars with at most six places, such as 12.50');
    return '0';
  }

  /** Per cent with at most two places, as hundredths of a per cent. */
  percent(field: string): number {
    this.hundredths.push(field);
    const match = PERCENT.exec(this.text(field));
    if (match === null) {
      this.refuse(field, 'is no percentage', 'per cent with at most two places, such as 2.5');
      return 0;
    }
    const [, whole = '0', fraction = ''] = match;
    return Number(whole) * 100 + Number(fraction.padEnd(2, '0'));
  }

  whole(field: string): number {
    const text = this.text(field);
    if (/^\d{1,9}$/.test(text)) return Number(text);
    this.refuse(field, 'is no whole number', 'a whole number, such as 30');
    return 0;
  }

  /** A field that may be left empty. */
  optional<Value>(field: string, read: (field: string) => Value): Value | null {
    return this.text(field) === '' ? null : read.call(this, field);
  }

  window(field: string): { readonly start: string; readonly end: string } {
    const window = { start: this.instant(`${field}.start`), end: this.instant(`${field}.end`) };
    // Instants are told in one form: text is in their order.
    if (window.start !== '' && window.end !== '' && window.end <= window.start) this.refuse(`${field}.end`, 'is not after the start', 'an end after the start');
    return window;
  }

  result<Input>(input: Input): Result<Input, readonly Issue[]> {
    return this.issues.length === 0 ? ok(input) : err(this.issues);
  }

  instant(field: string): string {
    const instant = instantOf(this.text(field));
    if (instant === null) this.refuse(field, 'is no date and time', 'a date and a time, UTC');
    return instant ?? '';
  }

  private counted(field: string, reason: string, accepted: string): string {
    const text = this.text(field);
    const digits = GROUPED.test(text) ? text.replaceAll(',', '') : text;
    if (!parseQuantity(digits).ok) this.refuse(field, reason, accepted);
    return digits;
  }

  private refuse(field: string, reason: string, accepted: string): void {
    this.issues.push({ field, reason, accepted });
  }
}
