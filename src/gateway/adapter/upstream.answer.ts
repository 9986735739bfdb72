import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';

/** What an answer begins with. */
export interface AnswerHead {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
}

type Controller = Dispatcher.DispatchController;

/** Packets that nobody asked for yet; what is beyond waits in the connection. */
const QUEUED_BYTES_MAX = 65_536;
const OVER: IteratorResult<Uint8Array, undefined> = { done: true, value: undefined };

/**
 * One answer of undici's, without a stream in between: streams of Node.js cost more for a packet than everything
 * else that becomes of it. Packets that came before anybody asked, or in one piece of the connection, are one.
 * Ends at once when the signal aborts, also while it waits for a connection.
 */
export class UpstreamAnswer implements AsyncIterableIterator<Uint8Array> {
  readonly head: Promise<AnswerHead>;
  private begin: (head: AnswerHead) => void = () => undefined;
  private refuse: (error: unknown) => void = () => undefined;
  private controller: Controller | null = null;
  private queued: Uint8Array[] = [];
  private queuedBytes = 0;
  private isPaused = false;
  /** Somebody waits for what comes next. */
  private wake: (() => void) | null = null;
  /** How it ended; null: it has not. */
  private end: { readonly error: unknown } | null = null;
  private readonly abort = (): void => this.cut(this.signal.reason);
  private readonly taken = (): IteratorResult<Uint8Array, undefined> => {
    if (this.queued.length > 0) return { done: false, value: this.take() };
    const error = this.end?.error ?? null;
    if (error !== null) throw error as Error;
    return OVER;
  };

  constructor(private readonly signal: AbortSignal) {
    this.head = new Promise((done, fail) => {
      this.begin = done;
      this.refuse = fail;
    });
    // Whoever reads on hears of it too.
    this.head.catch(() => undefined);
    signal.addEventListener('abort', this.abort, { once: true });
  }

  onRequestStart(controller: Controller): void {
    this.controller = controller;
    if (this.signal.aborted) controller.abort(this.signal.reason);
  }

  onResponseStart(_controller: Controller, status: number, headers: IncomingHttpHeaders): void {
    // Those below say that the answer is still to come.
    if (status >= 200) this.begin({ status, headers });
  }

  onResponseData(controller: Controller, packet: Uint8Array): void {
    if (this.end !== null) return;
    this.queued.push(packet);
    this.queuedBytes += packet.length;
    if (this.queuedBytes > QUEUED_BYTES_MAX && !this.isPaused) {
      this.isPaused = true;
      controller.pause();
    }
    this.awake();
  }

  onResponseEnd(): void {
    this.close(null);
  }

  onResponseError(_controller: Controller, error: Error): void {
    this.close(error);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Whoever waits goes on when undici has handed over all that it read at once. */
  next(): Promise<IteratorResult<Uint8Array, undefined>> {
    if (this.queued.length > 0 || this.end !== null) return new Promise((done) => done(this.taken()));
    return new Promise<void>((done) => (this.wake = done)).then(this.taken);
  }

  /** Nobody wants the rest. */
  return(): Promise<IteratorResult<Uint8Array, undefined>> {
    if (this.end === null) this.cut(new Error('the rest of the answer is not wanted'));
    return Promise.resolve(OVER);
  }

  private take(): Uint8Array {
    const { queued } = this;
    const [only] = queued;
    this.queued = [];
    this.queuedBytes = 0;
    if (this.isPaused) {
      this.isPaused = false;
      this.controller?.resume();
    }
    return queued.length === 1 && only !== undefined ? only : Buffer.concat(queued);
  }

  private awake(): void {
    const { wake } = this;
    this.wake = null;
    wake?.();
  }

  private cut(reason: unknown): void {
    this.queued = [];
    this.queuedBytes = 0;
    this.controller?.abort(reason as Error);
    this.close(reason);
  }

  private close(error: unknown): void {
    if (this.end !== null) return;
    this.end = { error };
    this.signal.removeEventListener('abort', this.abort);
    if (error !== null) this.refuse(error);
    this.awake();
  }
}
