import type { CancelTimer } from '../../platform/clock/timers.js';
import { DeltaCoalescer, type Piece } from '../model/delta.coalescer.js';
import { AttemptError } from '../model/gateway.failure.js';
import { addOwn, hasOutput, NO_OUTPUT, type OwnCount } from '../model/token.count.js';
import type { AttemptWatch } from './attempt-watch.js';
import type { Attempt, AttemptTools } from './attempt.js';
import { GATEWAY_BOUNDS } from './gateway-limits.js';
import type { UpstreamResponse } from './upstream.js';

/** Bytes before the first token: some servers think unseen, and send empty deltas meanwhile. How long, is limited apart. */
export const EARLY_BYTES_MAX = 65_536;
const NOTHING = new Uint8Array();
const NEVER: CancelTimer = () => undefined;

/**
 * What goes to the client of a stream, and what was counted of it. Until there is a token, or a reason why
 * there is none, nothing goes out, so that another lane can still take over. The first token goes at once;
 * those after it may wait a moment for each other, where the key wants that.
 */
export class StreamOutlet {
  private readonly coalescer = new DeltaCoalescer();
  /** What came before the first token. */
  private early: Piece[] = [];
  private earlyBytes = 0;
  private cancelFlush = NEVER;
  /** A flush by time, on its way to the client. */
  private flushing: Promise<void> | null = null;
  /** How long the client has kept it waiting: no time of the lane's. */
  private heldMs = 0;
  own: OwnCount = NO_OUTPUT;
  firstAt: number | null = null;
  lastAt: number | null = null;
  isCommitted = false;

  constructor(
    private readonly attempt: Attempt,
    private readonly tools: AttemptTools,
    private readonly watch: AttemptWatch,
  ) {}

  /** Pieces that came together go out together. Null: the client has room for more; else resolves when it has. */
  put(pieces: readonly Piece[], response: UpstreamResponse): Promise<void> | null {
    return this.flushing === null ? this.putNow(pieces, response) : this.putAfter(this.flushing, pieces, response);
  }

  private async putAfter(flushed: Promise<void>, pieces: readonly Piece[], response: UpstreamResponse): Promise<void> {
    await flushed;
    await this.putNow(pieces, response);
  }

  private putNow(pieces: readonly Piece[], response: UpstreamResponse): Promise<void> | null {
    if (pieces.length === 0) return null;
    if (this.isCommitted) return this.send(this.coalesced(pieces));
    const { mustSay } = this.attempt.wanted;
    const found = pieces.findIndex(({ own, isFinish }) => hasOutput(own) || (isFinish && !mustSay));
    const begin = found === -1 ? -1 : this.early.length + found;
    this.keep(pieces);
    if (begin === -1) {
      this.assertShort();
      return null;
    }
    // Nothing begins for a client that is gone.
    this.watch.signal.throwIfAborted();
    this.commit(response);
    const { early } = this;
    this.early = [];
    return this.send([...early.slice(0, begin + 1), ...this.coalesced(early.slice(begin + 1))]);
  }

  /** Whatever is held goes out: nothing comes after it. A client that is gone gets nothing. */
  async drain(): Promise<void> {
    this.cancelFlush();
    await this.flushing?.catch(() => undefined);
    const held = this.coalescer.take();
    if (held.length > 0 && !this.attempt.client.gone.aborted) await this.hand(held);
  }

  private coalesced(pieces: readonly Piece[]): readonly Piece[] {
    const { coalescing } = this.attempt;
    if (coalescing === null || pieces.length === 0 || !coalescing.isDue()) {
      return this.coalescer.isEmpty ? pieces : [...this.taken(), ...pieces];
    }
    const out = pieces.flatMap((piece) => this.coalescer.push(piece));
    if (this.coalescer.isEmpty) this.stopFlush();
    else if (this.cancelFlush === NEVER) this.flushIn(coalescing.windowMs);
    return out;
  }

  private taken(): readonly Piece[] {
    this.stopFlush();
    return this.coalescer.take();
  }

  private stopFlush(): void {
    this.cancelFlush();
    this.cancelFlush = NEVER;
  }

  private flushIn(ms: number): void {
    this.cancelFlush = this.tools.timers.after(ms, () => {
      this.cancelFlush = NEVER;
      this.flushing = this.sendHeld();
      // Whoever puts next is told.
      this.flushing.catch(() => undefined);
    });
  }

  private async sendHeld(): Promise<void> {
    await this.send(this.coalescer.take());
    // One that failed stays, to be told.
    this.flushing = null;
  }

  private send(pieces: readonly Piece[]): Promise<void> | null {
    if (pieces.length === 0) return null;
    const { signal } = this.watch;
    // Nothing is counted that was not handed over.
    signal.throwIfAborted();
    const waiting = this.hand(pieces);
    if (waiting !== null) return waiting.then(() => signal.throwIfAborted());
    signal.throwIfAborted();
    return null;
  }

  private hand(pieces: readonly Piece[]): Promise<void> | null {
    const own = sumOf(pieces);
    const at = this.tools.monotonic();
    if (hasOutput(own)) this.count(own, at - this.heldMs);
    const waiting = this.attempt.client.write(together(pieces), this.watch.signal);
    if (waiting !== null) return this.held(waiting, at).then(() => this.note(own, pieces));
    this.note(own, pieces);
    return null;
  }

  /** Silence is not the lane's fault while the client takes nothing. */
  private async held(waiting: Promise<void>, at: number): Promise<void> {
    this.watch.suspend();
    await waiting;
    this.watch.resume();
    this.heldMs += this.tools.monotonic() - at;
  }

  /** What says nothing is no progress: a lane that hangs may still send signs of life. */
  private note(own: OwnCount, pieces: readonly Piece[]): void {
    if (hasOutput(own) || pieces.some(({ isFinish }) => isFinish)) this.watch.progress();
  }

  private count(own: OwnCount, at: number): void {
    this.lastAt = at;
    this.firstAt ??= at;
    this.own = addOwn(this.own, own);
  }

  private keep(pieces: readonly Piece[]): void {
    this.early.push(...pieces);
    for (const { bytes } of pieces) this.earlyBytes += bytes.length;
  }

  private assertShort(): void {
    if (this.earlyBytes <= EARLY_BYTES_MAX) return;
    const message = `the lane's answer has no token in its first ${EARLY_BYTES_MAX} bytes`;
    throw new AttemptError({ reason: 'upstream_error', message });
  }

  private commit(response: UpstreamResponse): void {
    const { betweenTokens } = this.tools.limits;
    this.isCommitted = true;
    this.watch.atLeastEvery(betweenTokens, GATEWAY_BOUNDS.streamMs);
    this.attempt.begin(response);
  }
}

function sumOf(pieces: readonly Piece[]): OwnCount {
  const [only] = pieces;
  if (pieces.length === 1 && only !== undefined) return only.own;
  return pieces.reduce((sum, piece) => addOwn(sum, piece.own), NO_OUTPUT);
}

/** What lies together in one packet is sent as it is. */
function together(pieces: readonly Piece[]): Uint8Array {
  const [first] = pieces;
  if (first === undefined) return NOTHING;
  const { buffer, byteOffset } = first.bytes;
  let end = byteOffset;
  for (const { bytes } of pieces) {
    if (bytes.buffer !== buffer || bytes.byteOffset !== end) return Buffer.concat(pieces.map((piece) => piece.bytes));
    end += bytes.length;
  }
  return Buffer.from(buffer, byteOffset, end - byteOffset);
}
