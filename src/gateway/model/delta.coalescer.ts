import { mergeChunks } from './delta.merge.js';
import type { RequestBody } from './inference.request.js';
import { addOwn, type OwnCount } from './token.count.js';

/** One chunk on its way to a client. */
export interface Piece {
  /** As it came, or as it was written anew. */
  readonly bytes: Uint8Array;
  /** Null: it is several chunks, which stay as they are. */
  readonly body: RequestBody | null;
  /** What the upstream sent in it: counted by what came, however it goes out. */
  readonly own: OwnCount;
  readonly isFinish: boolean;
}

const encoder = new TextEncoder();
const encode = (body: RequestBody): Uint8Array => encoder.encode(`data: ${JSON.stringify(body)}\n\n`);

/** More than this is not held, however short the time. */
export const HELD_BYTES_MAX = 65_536;

/** Holds chunks back and makes one of those that can be one. At most one is held, of bounded size. */
export class DeltaCoalescer {
  private held: Piece | null = null;
  private isMerged = false;
  private size = 0;

  get isEmpty(): boolean {
    return this.held === null;
  }

  /** Takes a chunk in; answers with what has to go out now, in this order. */
  push(piece: Piece): readonly Piece[] {
    const out = this.hold(piece);
    const isDue = piece.isFinish || this.size > HELD_BYTES_MAX;
    return isDue ? [...out, ...this.take()] : out;
  }

  /** Whatever is held. */
  take(): readonly Piece[] {
    const { held } = this;
    if (held === null) return [];
    const bytes = this.isMerged && held.body !== null ? encode(held.body) : held.bytes;
    this.held = null;
    this.isMerged = false;
    this.size = 0;
    return [{ ...held, bytes }];
  }

  private hold(piece: Piece): readonly Piece[] {
    const { held } = this;
    const body = held === null ? null : mergedOf(held, piece);
    if (held === null || body === null) {
      const out = this.take();
      this.held = piece;
      this.size = piece.bytes.length;
      return out;
    }
    const { isFinish, bytes } = piece;
    this.held = { bytes, body, own: addOwn(held.own, piece.own), isFinish };
    this.isMerged = true;
    this.size += piece.bytes.length;
    return [];
  }
}

const mergedOf = (held: Piece, next: Piece): RequestBody | null =>
  held.body === null || next.body === null ? null : mergeChunks(held.body, next.body);
