const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const COLON = 58;
const BLANK = 32;
const DATA = [100, 97, 116, 97] as const;
const NOTHING = new Uint8Array();
/** Whole frames only: it holds nothing between them. */
const DECODER = new TextDecoder('utf-8', { fatal: false });

/** One event of a stream: its bytes as they came, blank line included, and what it says. */
export interface Frame {
  readonly bytes: Uint8Array;
  /** Its data lines joined by line feeds; null for one without any, such as a comment. */
  readonly data: string | null;
}

/** A frame grew beyond the bound; nothing of it was kept. */
export class FrameTooLongError extends Error {
  override readonly name = 'FrameTooLongError';
}

/**
 * Cuts a stream of server-sent events into frames, wherever its packets end: inside a line ending, a
 * frame or a character. Keeps at most one unfinished frame of at most `bytesMax`.
 *
 * Line feeds, carriage returns and both end a line (https://html.spec.whatwg.org/#event-stream-interpretation).
 */
export class FrameSplitter {
  /** Grows by doubling, so that a frame that comes byte by byte is not copied with each of them. */
  private held: Uint8Array = NOTHING;
  private heldLength = 0;

  constructor(private readonly bytesMax: number) {}

  /** Whether what comes next begins a frame. */
  get isEmpty(): boolean {
    return this.heldLength === 0;
  }

  /**
   * @throws FrameTooLongError when no frame ends within the bound
   */
  push(chunk: Uint8Array): readonly Frame[] {
    const isHeld = this.heldLength > 0;
    // Only what was not looked at yet is looked at; a line ending may begin in what was.
    const from = Math.max(0, this.heldLength - 3);
    const bytes = isHeld ? this.append(chunk) : chunk;
    const frames: Frame[] = [];
    let start = 0;
    for (let end = endOfFrame(bytes, 0, from); end !== -1; end = endOfFrame(bytes, start, start)) {
      if (end - start > this.bytesMax) throw this.tooLong();
      const part = bytes.subarray(start, end);
      frames.push(this.frameOf(isHeld ? part.slice() : part));
      start = end;
    }
    this.keep(bytes, start);
    return frames;
  }

  private append(chunk: Uint8Array): Uint8Array {
    const length = this.heldLength + chunk.length;
    if (length > this.held.length) {
      const grown = new Uint8Array(Math.max(length, this.held.length * 2));
      grown.set(this.held.subarray(0, this.heldLength));
      this.held = grown;
    }
    this.held.set(chunk, this.heldLength);
    this.heldLength = length;
    return this.held.subarray(0, length);
  }

  /** Holds what follows the last frame. */
  private keep(bytes: Uint8Array, start: number): void {
    const length = bytes.length - start;
    if (length > this.bytesMax) throw this.tooLong();
    if (start === 0 && this.heldLength > 0) return;
    // A copy: the rest must not keep the whole packet in memory.
    this.held = length === 0 ? NOTHING : bytes.slice(start);
    this.heldLength = length;
  }

  private tooLong(): FrameTooLongError {
    this.held = NOTHING;
    this.heldLength = 0;
    return new FrameTooLongError();
  }

  /** What came after the last blank line, when the stream is over; null when there is nothing. */
  rest(): Frame | null {
    const bytes = this.held.slice(0, this.heldLength);
    this.held = NOTHING;
    this.heldLength = 0;
    return bytes.length === 0 ? null : this.frameOf(bytes);
  }

  private frameOf(bytes: Uint8Array): Frame {
    let data: string | null = null;
    for (let start = 0; start < bytes.length; ) {
      const end = endOfLine(bytes, start);
      if (isDataLine(bytes, start, end)) {
        const text = DECODER.decode(bytes.subarray(valueStart(bytes, start, end), end));
        data = data === null ? text : `${data}\n${text}`;
      }
      start = afterLine(bytes, end);
    }
    return { bytes, data };
  }
}

/** Index behind the blank line that ends the frame at `start`; -1 while there is none. */
function endOfFrame(bytes: Uint8Array, start: number, from: number): number {
  for (let at = nextEnding(bytes, Math.max(start, from)); at !== -1; ) {
    const next = afterLine(bytes, at);
    if (isOpen(bytes, at, next)) return -1;
    if (isEnding(bytes[next])) {
      const end = afterLine(bytes, next);
      return isOpen(bytes, next, end) ? -1 : end;
    }
    at = nextEnding(bytes, next);
  }
  return -1;
}

/** At the very end a carriage return may have its line feed still to come. */
const isOpen = (bytes: Uint8Array, at: number, next: number): boolean =>
  bytes[at] === CARRIAGE_RETURN && next === bytes.length && next === at + 1;

const isEnding = (byte: number | undefined): boolean =>
  byte === LINE_FEED || byte === CARRIAGE_RETURN;

function nextEnding(bytes: Uint8Array, from: number): number {
  const feed = bytes.indexOf(LINE_FEED, from);
  const before = feed === -1 ? bytes.length : feed;
  const part = bytes.subarray(from, before);
  const carriage = part.indexOf(CARRIAGE_RETURN);
  return carriage === -1 ? feed : from + carriage;
}

function endOfLine(bytes: Uint8Array, start: number): number {
  const end = nextEnding(bytes, start);
  return end === -1 ? bytes.length : end;
}

function afterLine(bytes: Uint8Array, end: number): number {
  const isPair = bytes[end] === CARRIAGE_RETURN && bytes[end + 1] === LINE_FEED;
  return end + (isPair ? 2 : 1);
}

function isDataLine(bytes: Uint8Array, start: number, end: number): boolean {
  const isNamed = DATA.every((byte, index) => bytes[start + index] === byte);
  return isNamed && (start + 4 === end || bytes[start + 4] === COLON);
}

function valueStart(bytes: Uint8Array, start: number, end: number): number {
  const value = Math.min(start + 5, end);
  return bytes[value] === BLANK && value < end ? value + 1 : value;
}
