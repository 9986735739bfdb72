import { patternOf, runAt, type ChunkPattern } from './chunk.pattern.js';
import { readFrame, type ChunkFacts, type FrameFacts } from './chunk.reading.js';
import { FrameSplitter, type Frame } from './sse.frames.js';
import type { OwnCount } from './token.count.js';

/** A part of a stream as it came, and what it is. */
export type Part =
  | { readonly bytes: Uint8Array; readonly facts: FrameFacts }
  | { readonly bytes: Uint8Array; readonly facts: RunFacts };

/** Several chunks that differ from the one before them in their text, and in nothing else. */
export interface RunFacts {
  readonly kind: 'run';
  readonly own: OwnCount;
}

export interface ReadingOptions {
  /** Of one event. */
  readonly bytesMax: number;
  /** The request asked for its tokens to be listed. */
  readonly isListed: boolean;
  /** Whether each chunk is wanted by itself, with its body. */
  readonly isEachRead: boolean;
}

/** Who writes each chunk anew has no pattern: after so many tries none is looked for. */
const TRIES_MAX = 16;

/**
 * Reads a stream of chunks, wherever its packets end. Almost all of an answer are chunks that differ in their
 * text only: once one of them was read, those like it are told by their bytes and not parsed.
 */
export class StreamReader {
  private readonly splitter: FrameSplitter;
  private pattern: ChunkPattern | null = null;
  private readonly isListed: boolean;
  private triesLeft: number;

  constructor({ bytesMax, isListed, isEachRead }: ReadingOptions) {
    this.isListed = isListed;
    this.splitter = new FrameSplitter(bytesMax);
    this.triesLeft = isEachRead ? 0 : TRIES_MAX;
  }

  /**
   * @throws FrameTooLongError when no frame ends within the bound
   */
  read(packet: Uint8Array): readonly Part[] {
    const parts: Part[] = [];
    for (let at = 0; at < packet.length; ) {
      const run = this.runAt(packet, at);
      const end = run?.end ?? endOfLines(packet, at);
      // Nearly always one event and nothing else.
      const bytes = end - at === packet.length ? packet : packet.subarray(at, end);
      if (run === null) for (const frame of this.splitter.push(bytes)) parts.push(this.readOne(frame));
      else parts.push({ bytes, facts: { kind: 'run', own: run.own } });
      at = end;
    }
    return parts;
  }

  /** What came after the last blank line, when the stream is over. */
  rest(): readonly Part[] {
    const rest = this.splitter.rest();
    return rest === null ? [] : [this.readOne(rest)];
  }

  private runAt(packet: Uint8Array, at: number): ReturnType<typeof runAt> {
    return this.pattern === null || !this.splitter.isEmpty ? null : runAt(this.pattern, packet, at);
  }

  private readOne(frame: Frame): Part {
    const facts = readFrame(frame.data, this.isListed);
    if (facts.kind === 'chunk') this.learn(frame, facts);
    return { bytes: frame.bytes, facts };
  }

  private learn(frame: Frame, facts: ChunkFacts): void {
    if (this.triesLeft === 0) return;
    const pattern = patternOf(frame, facts, this.isListed);
    if (pattern === null) return;
    this.pattern = pattern;
    this.triesLeft -= 1;
  }
}

const LINE_FEED = 10;

/** Index behind the next two line feeds, or the packet's end: the splitter takes parts cut anywhere. */
function endOfLines(packet: Uint8Array, start: number): number {
  for (let at = packet.indexOf(LINE_FEED, start); at !== -1; at = packet.indexOf(LINE_FEED, at + 1)) {
    if (packet[at + 1] === LINE_FEED) return at + 2;
  }
  return packet.length;
}
