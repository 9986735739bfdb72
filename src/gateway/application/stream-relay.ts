import { finishedIn, isBeyond } from '../model/answer.rules.js';
import { addClaim, type Claimed } from '../model/billing.rules.js';
import type { ChunkFacts } from '../model/chunk.reading.js';
import type { Piece } from '../model/delta.coalescer.js';
import { AttemptError } from '../model/gateway.failure.js';
import type { RequestBody } from '../model/inference.request.js';
import { FrameTooLongError } from '../model/sse.frames.js';
import { StreamReader, type Part } from '../model/stream.reading.js';
import { tellable } from '../model/told.message.js';
import { withoutUsage, type ClaimedTimes } from '../model/vendor.facts.js';
import { AttemptWatch } from './attempt-watch.js';
import { failureOf, open, watchFirst, type Attempt, type AttemptOutcome, type AttemptTools } from './attempt.js';
import { GATEWAY_BOUNDS } from './gateway-limits.js';
import { StreamOutlet } from './stream-outlet.js';
import type { UpstreamResponse } from './upstream.js';

/**
 * Forwards a lane's stream as the bytes it came in, events that came at once together. Usage and the end of the
 * stream are the caller's to write, once they are kept.
 */
export class StreamRelay {
  private readonly reader: StreamReader;
  private readonly watch: AttemptWatch;
  private readonly outlet: StreamOutlet;
  private claimed: Claimed = { kind: 'none' };
  private times: ClaimedTimes | null = null;
  private head: RequestBody | null = null;
  /** Answers that said why they ended. */
  private readonly finished = new Set<unknown>();
  private isDone = false;

  constructor(
    private readonly attempt: Attempt,
    private readonly tools: AttemptTools,
  ) {
    this.watch = new AttemptWatch(tools.timers, [
      { signal: attempt.client.gone, reason: 'client_abort' },
      { signal: tools.stopping, reason: 'gateway_shutdown' },
    ]);
    this.outlet = new StreamOutlet(attempt, tools, this.watch);
    // Chunks that may have to wait for each other are merged by what is in them.
    const isEachRead = attempt.coalescing !== null;
    this.reader = new StreamReader({ bytesMax: GATEWAY_BOUNDS.frameBytes, isListed: attempt.isListed, isEachRead });
  }

  async run(): Promise<AttemptOutcome> {
    try {
      watchFirst(this.watch, this.attempt, this.tools);
      const response = await open(this.attempt, this.tools, this.watch);
      if (!response.contentType.startsWith('text/event-stream')) throw broken('is no stream of events');
      await this.forwardAll(response);
      this.watch.release();
      return this.outcome(null);
    } catch (error) {
      const failure = failureOf(error, this.watch);
      this.watch.release();
      await this.outlet.drain();
      // Ends the upstream's work, whatever it was that failed.
      this.watch.end(failure.reason, failure.message);
      return this.outcome(failure);
    }
  }

  private outcome(failure: AttemptOutcome['failure']): AttemptOutcome {
    const { claimed, times, head, outlet } = this;
    const { isCommitted, own, firstAt, lastAt } = outlet;
    return { failure, isCommitted, own, claimed, times, firstAt, lastAt, head, answer: null };
  }

  private async forwardAll(response: UpstreamResponse): Promise<void> {
    const packets = response.body[Symbol.asyncIterator]();
    await this.forwardPackets(packets, response);
    const rest = this.reader.rest();
    if (rest.length > 0 && !this.isDone) await this.forward(rest, response);
    if (!this.isDone && this.finished.size < this.attempt.wanted.answers) throw broken('ended in the middle');
    // Another lane may still say something.
    if (!this.outlet.isCommitted) throw broken('has no token');
    await this.outlet.drain();
    this.readToEnd(packets);
  }

  private async forwardPackets(packets: AsyncIterator<Uint8Array>, response: UpstreamResponse): Promise<void> {
    while (!this.isDone) {
      const { done, value } = await packets.next();
      if (done === true) return;
      const waiting = this.forward(this.read(value), response);
      if (waiting !== null) await waiting;
    }
  }

  private read(packet: Uint8Array): readonly Part[] {
    try {
      return this.reader.read(packet);
    } catch (error) {
      if (error instanceof FrameTooLongError) {
        throw broken(`has an event of more than ${GATEWAY_BOUNDS.frameBytes} bytes`);
      }
      throw error;
    }
  }

  /** Null: the client has room for more. */
  private forward(parts: readonly Part[], response: UpstreamResponse): Promise<void> | null {
    const pieces: Piece[] = [];
    let failure: AttemptError | null = null;
    for (const { bytes, facts } of parts) {
      if (facts.kind === 'error') {
        const message = `the lane failed: ${tellable(facts.message, this.attempt.credential)}`;
        failure = new AttemptError({ reason: 'upstream_error', message });
        break;
      }
      const piece = this.readPart(bytes, facts);
      if (piece !== null) pieces.push(piece);
      // What comes behind the end is no part of the answer.
      if (this.isDone) break;
    }
    const waiting = this.outlet.put(pieces, response);
    if (waiting !== null) return waiting.then(() => this.assertGoesOn(failure));
    this.assertGoesOn(failure);
    return null;
  }

  /** What came before a failure is the client's all the same. */
  private assertGoesOn(failure: AttemptError | null): void {
    if (failure !== null) throw failure;
    if (isBeyond(this.attempt.wanted, this.outlet.own)) throw broken('goes on beyond what was asked for');
  }

  private readPart(bytes: Uint8Array, facts: Exclude<Part['facts'], { readonly kind: 'error' }>): Piece | null {
    switch (facts.kind) {
      case 'run':
        return { bytes, body: null, own: facts.own, isFinish: false };
      case 'chunk':
        return this.readChunk(facts, bytes);
      case 'done':
        this.isDone = true;
        return null;
      case 'unreadable':
        this.claimed = addClaim(this.claimed, null);
        return null;
      case 'nothing':
        return null;
    }
  }

  /** What of a chunk is to be forwarded: all but claims of usage, which are to be checked first. */
  private readChunk(facts: ChunkFacts, bytes: Uint8Array): Piece | null {
    const { own, isFinish } = facts;
    this.note(facts);
    const isClaim = facts.usage !== undefined;
    // In the middle of a stream it is how much it was until then.
    if (isClaim && (facts.isUsageOnly || isFinish)) {
      this.claimed = addClaim(this.claimed, facts.usage);
    }
    if (facts.isUsageOnly) return null;
    if (!isClaim) return { bytes, body: facts.body, own, isFinish };
    const body = withoutUsage(facts.body);
    return { bytes: Buffer.from(`data: ${JSON.stringify(body)}\n\n`), body, own, isFinish };
  }

  private note({ body, isFinish, times }: ChunkFacts): void {
    this.head ??= body;
    if (isFinish) for (const index of finishedIn(body)) this.finished.add(index);
    this.times = times ?? this.times;
  }

  /** In the background: a connection whose answer was read to its end is used again. */
  private readToEnd(packets: AsyncIterator<Uint8Array>): void {
    const stop = this.tools.timers.after(GATEWAY_BOUNDS.afterEndMs, () => {
      this.watch.end('upstream_error', 'the lane went on after its end');
    });
    const read = async (): Promise<void> => {
      while ((await packets.next()).done !== true);
    };
    read().catch(() => undefined).finally(stop);
  }
}

const broken = (what: string): AttemptError =>
  new AttemptError({ reason: 'upstream_error', message: `the lane's answer ${what}` });
