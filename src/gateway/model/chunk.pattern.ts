import { isObject, type RequestBody } from './inference.request.js';
import { readFrame, type ChunkFacts } from './chunk.reading.js';
import { bytesOf } from './prompt.size.js';
import { FrameSplitter, type Frame } from './sse.frames.js';
import { NO_OUTPUT, type OwnCount } from './token.count.js';

/** Bytes that stay as they are, and the same four at a time, which compare in less than half the time. */
interface Literal {
  readonly bytes: Uint8Array;
  readonly words: readonly number[];
}

/** A frame in which everything but the text of a chunk stays as it is. */
export interface ChunkPattern {
  readonly before: Literal;
  readonly after: Literal;
  readonly part: keyof OwnCount;
}

/** Frames of one pattern that follow each other. */
export interface Run {
  /** Index behind the last of them. */
  readonly end: number;
  readonly own: OwnCount;
}

const LINE_FEED = 10;
const QUOTE = 34;
const BACKSLASH = 92;
/** Below are control characters, which JSON has no place for in a text. */
const BLANK = 32;
const NOT_ASCII = 0x80;
/** Longer ones are read one by one. */
const FRAME_BYTES_MAX = 4_096;
/** Whatever stands in a text's place is counted as the text if it is the text's place. */
const MARK = new Uint8Array(37).fill(109);
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const TEXTS = ['content', 'reasoning_content', 'reasoning', 'text'] as const;

/**
 * What the chunk shares with those that differ from it in their text only; null: there is no telling. Text
 * that needs no escaping may stand in for other such text: the rest of the JSON is read as before.
 */
export function patternOf({ bytes }: Frame, facts: ChunkFacts, isListed: boolean): ChunkPattern | null {
  // A carriage return at the end could have a line feed to come.
  const isFit = bytes.length <= FRAME_BYTES_MAX && bytes.at(-1) === LINE_FEED;
  const frame = isFit && isPlain(facts) ? decoded(bytes) : null;
  return frame === null ? null : patternIn({ bytes, frame, isListed }, facts);
}

interface Shown {
  readonly bytes: Uint8Array;
  /** The same as text. */
  readonly frame: string;
  readonly isListed: boolean;
}

function patternIn({ bytes, frame, isListed }: Shown, { body, own }: ChunkFacts): ChunkPattern | null {
  const place = placeOf(frame, body);
  if (place === null) return null;
  const before = bytes.slice(0, byteAt(frame, place.start, bytes));
  const after = bytes.slice(byteAt(frame, place.end, bytes));
  const part = own.answer.pieces === 1 ? 'answer' : 'reasoning';
  const marked = readMarked(joined(before, MARK, after), isListed);
  if (marked?.own[part].bytes !== MARK.length || !isPlain(marked)) return null;
  return { before: literalOf(before), after: literalOf(after), part };
}

/** Where a character of the frame begins in its bytes. */
const byteAt = (frame: string, index: number, { length }: Uint8Array): number =>
  frame.length === length ? index : bytesOf(frame.slice(0, index));

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function literalOf(bytes: Uint8Array): Literal {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const words = Array.from({ length: Math.floor(bytes.length / 4) }, (_, index) => view.getUint32(4 * index, true));
  return { bytes, words };
}

/** One piece of text, and nothing else that counts. */
function isPlain({ own: { answer, reasoning }, isFinish, isUsageOnly, usage, times }: ChunkFacts): boolean {
  const isOne = answer.pieces + reasoning.pieces === 1;
  return isOne && !isFinish && !isUsageOnly && usage === undefined && times === null;
}

/** Where the text of the only choice is written, without its quotes. */
function placeOf(frame: string, { choices }: RequestBody): { readonly start: number; readonly end: number } | null {
  const [choice] = Array.isArray(choices) && choices.length === 1 ? (choices as readonly unknown[]) : [];
  if (!isObject(choice)) return null;
  const said = isObject(choice['delta']) ? choice['delta'] : choice;
  const [name, ...others] = TEXTS.filter((one) => typeof said[one] === 'string' && said[one] !== '');
  // The same text by two names has two places.
  if (name === undefined || others.length > 0) return null;
  const text = `"${String(said[name])}"`;
  const at = frame.indexOf(text, frame.indexOf(`"${name}"`) + name.length + 2);
  return at === -1 ? null : { start: at + 1, end: at + text.length - 1 };
}

/** What a frame is with the mark in place of its text: the place is the text's if the mark is all that is counted. */
function readMarked(marked: Uint8Array, isListed: boolean): ChunkFacts | null {
  const [frame, ...others] = new FrameSplitter(2 * FRAME_BYTES_MAX).push(marked);
  if (frame === undefined || others.length > 0 || frame.bytes.length !== marked.length) return null;
  const facts = readFrame(frame.data, isListed);
  return facts.kind === 'chunk' ? facts : null;
}

/** The frames of a pattern at `start`; null: there is none. */
export function runAt({ before, after, part }: ChunkPattern, bytes: Uint8Array, start: number): Run | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = start;
  let pieces = 0;
  let length = 0;
  while (isAt(view, before, at)) {
    const from = at + before.bytes.length;
    const until = endOfText(bytes, from);
    if (until === from || !isAt(view, after, until)) break;
    at = until + after.bytes.length;
    pieces += 1;
    length += until - from;
  }
  return pieces === 0 ? null : { end: at, own: { ...NO_OUTPUT, [part]: { pieces, bytes: length } } };
}

function isAt(view: DataView, { bytes, words }: Literal, start: number): boolean {
  if (start + bytes.length > view.byteLength) return false;
  for (let index = 0; index < words.length; index += 1) {
    if (view.getUint32(start + 4 * index, true) !== words[index]) return false;
  }
  for (let index = 4 * words.length; index < bytes.length; index += 1) {
    if (view.getUint8(start + index) !== bytes[index]) return false;
  }
  return true;
}

/** Where text ends that needs no escaping; where it begins if there is none, or it is no UTF-8. */
function endOfText(bytes: Uint8Array, start: number): number {
  const last = Math.min(bytes.length, start + FRAME_BYTES_MAX);
  let end = start;
  let all = 0;
  for (; end < last; end += 1) {
    const byte = bytes[end] ?? 0;
    if (byte === QUOTE || byte === BACKSLASH || byte < BLANK) break;
    all |= byte;
  }
  return all < NOT_ASCII || decoded(bytes.subarray(start, end)) !== null ? end : start;
}

/** Null when it is no UTF-8. */
function decoded(bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes);
  } catch {
    return null;
  }
}
