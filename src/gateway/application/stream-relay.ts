import { addClaim, type Claimed } from '../model/billing.rules.js';
import { readFrame, type ChunkFacts } from '../model/chunk.reading.js';
import { AttemptError } from '../model/gateway.failure.js';
import type { RequestBody } from '../model/inference.request.js';
import { FrameSplitter, FrameTooLongError, type Frame } from '../model/sse.frames.js';
import { addOwn, hasOutput, NO_OUTPUT, type OwnCount } from '../model/token.count.js';
import { withoutUsage, type ClaimedTimes } from '../model/vendor.facts.js';
import { AttemptWatch } from './attempt-watch.js';
import { failureOf, open, type Attempt, type AttemptOutcome, type AttemptTools } from './attempt.js';
import { GATEWAY_BOUNDS } from './gateway-limits.js';
import type { UpstreamResponse } from './upstream.js';

/** Events before the first token: servers send one, or two. */
const HELD_MAX = 16;

/**
 * Forwards a lane's stream event by event, as the bytes it came in. Until there is a token, or a reason why
 * there is none, nothing goes out, so that another lane can still take over. Usage and the end of the
 * stream are the caller's to write, once they are kept.
 */
export class StreamRelay {
  private readonly splitter = new FrameSplitter(GATEWAY_BOUNDS.frameBytes);
  private readonly watch: AttemptWatch;
  /** What came before the first token. */
  private held: Uint8Array[] = [];
  private own: OwnCount = NO_OUTPUT;
  private claimed: Claimed = { kind: 'none' };
  private times: ClaimedTimes | null = null;
  private firstAt: number | null = null;
  private lastAt: number | null = null;
  private head: RequestBody | null = null;
  private isCommitted = false;
  private isFinished = false;
  private isDone = false;

  constructor(
    private readonly attempt: Attempt,
    private readonly tools: AttemptTools,
  ) {
    this.watch = new AttemptWatch(tools.timers, [
      { signal: attempt.client.gone, reason: 'client_abort' },
      { signal: tools.stopping, reason: 'gateway_shutdown' },
    ]);
  }

  async run(): Promise<AttemptOutcome> {
    try {
      const { firstToken } = this.tools.limits;
      this.watch.within(firstToken, `no token came within ${firstToken} ms`);
      const response = await open(this.attempt, this.tools, this.watch);
      if (!response.contentType.startsWith('text/event-stream')) throw broken('is no stream of events');
      await this.forwardAll(response);
      this.watch.release();
      return this.outcome(null);
    } catch (error) {
      const failure = failureOf(error, this.watch);
      this.watch.release();
      // Ends the upstream's work, whatever it was that failed.
      this.watch.end(failure.reason, failure.message);
      return this.outcome(failure);
    }
  }

  private outcome(failure: AttemptOutcome['failure']): AttemptOutcome {
    const { isCommitted, own, claimed, times, firstAt, lastAt, head } = this;
    return { failure, isCommitted, own, claimed, times, firstAt, lastAt, head, answer: null };
  }

  private async forwardAll(response: UpstreamResponse): Promise<void> {
    const packets = response.body[Symbol.asyncIterator]();
    while (!this.isDone) {
      const { done, value } = await packets.next();
      if (done === true) break;
      this.watch.progress();
      await this.forward(this.split(value), response);
    }
    const rest = this.splitter.rest();
    if (rest !== null && !this.isDone) await this.forward([rest], response);
    if (!this.isDone && !this.isFinished) throw broken('ended in the middle');
    this.readToEnd(packets);
  }

  private split(packet: Uint8Array): readonly Frame[] {
    try {
      return this.splitter.push(packet);
    } catch (error) {
      if (error instanceof FrameTooLongError) {
        throw broken(`has an event of more than ${GATEWAY_BOUNDS.frameBytes} bytes`);
      }
      throw error;
    }
  }

  /** Events that came together go out together. */
  private async forward(frames: readonly Frame[], response: UpstreamResponse): Promise<void> {
    let own = NO_OUTPUT;
    const parts: Uint8Array[] = [];
    let failure: AttemptError | null = null;
    for (const frame of frames) {
      const facts = readFrame(frame.data);
      if (facts.kind === 'error') {
        failure = new AttemptError({ reason: 'upstream_error', message: `the lane failed: ${facts.message}` });
        break;
      }
      if (facts.kind === 'done') this.isDone = true;
      if (facts.kind === 'unreadable') this.claimed = addClaim(this.claimed, null);
      if (facts.kind !== 'chunk') continue;
      own = addOwn(own, facts.own);
      const bytes = this.readChunk(facts, frame);
      if (bytes !== null) parts.push(bytes);
    }
    await this.write(parts, own, response);
    // What came before it is the client's all the same.
    if (failure !== null) throw failure;
  }

  /** What of a chunk is to be forwarded: all but claims of usage, which are to be checked first. */
  private readChunk(facts: ChunkFacts, frame: Frame): Uint8Array | null {
    this.note(facts);
    const isClaim = facts.usage !== undefined;
    // In the middle of a stream it is how much it was until then.
    if (isClaim && (facts.isUsageOnly || facts.isFinish)) {
      this.claimed = addClaim(this.claimed, facts.usage);
    }
    if (facts.isUsageOnly) return null;
    if (!isClaim) return frame.bytes;
    return Buffer.from(`data: ${JSON.stringify(withoutUsage(facts.body))}\n\n`);
  }

  private note({ body, isFinish, times }: ChunkFacts): void {
    this.head ??= body;
    if (isFinish) this.isFinished = true;
    this.times = times ?? this.times;
  }

  private async write(
    parts: readonly Uint8Array[],
    own: OwnCount,
    response: UpstreamResponse,
  ): Promise<void> {
    if (parts.length === 0) return;
    const { client } = this.attempt;
    this.held.push(...parts);
    const isToken = hasOutput(own);
    if (!this.isCommitted && !isToken && !this.isFinished) return this.assertShort();
    // Nothing is counted that was not handed over.
    this.watch.signal.throwIfAborted();
    if (!this.isCommitted) this.commit(response);
    if (isToken) this.count(own);
    const bytes = together(this.held);
    this.held = [];
    this.watch.suspend();
    await client.write(bytes);
    this.watch.progress();
    this.watch.signal.throwIfAborted();
  }

  private count(own: OwnCount): void {
    this.lastAt = this.tools.monotonic();
    this.firstAt ??= this.lastAt;
    this.own = addOwn(this.own, own);
  }

  private assertShort(): void {
    if (this.held.length > HELD_MAX) throw broken('has no token among its first events');
  }

  private commit(response: UpstreamResponse): void {
    const { betweenTokens } = this.tools.limits;
    this.isCommitted = true;
    this.watch.atLeastEvery(betweenTokens, `nothing came for ${betweenTokens} ms`);
    this.attempt.begin(response);
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

/** One packet is sent as it is. */
function together(parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : Buffer.concat(parts);
}

const broken = (what: string): AttemptError =>
  new AttemptError({ reason: 'upstream_error', message: `the lane's answer ${what}` });
