import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';

/** What an answer begins with. */
export interface AnswerHead {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
}

interface Waiting {
  readonly done: (result: IteratorResult<Uint8Array, undefined>) => void;
  readonly fail: (error: unknown) => void;
}

type Controller = Dispatcher.DispatchController;

/** Packets that nobody asked for yet; what is beyond waits in the connection. */
const QUEUED_BYTES_MAX = 65_536;
const OVER: IteratorResult<Uint8Array, undefined> = { done: true, value: undefined };

/**
 * One answer of undici's, packet by packet and without a stream in between: streams of Node.js cost more for a
 * packet than everything else that becomes of it. Ends at once when the signal aborts, also while it waits for
 * a connection.
 */
export class UpstreamAnswer implements AsyncIterableIterator<Uint8Array> {
  readonly head: Promise<AnswerHead>;
  private begin: (head: AnswerHead) => void = () => undefined;
  private refuse: (error: unknown) => void = () => undefined;
  private controller: Controller | null = null;
  private queued: Uint8Array[] = [];
  private queuedBytes = 0;
  private waiting: Waiting | null = null;
  /** How it ended; null: it has not. */
  private end: { readonly error: unknown } | null = null;
  private readonly abort = (): void => this.cut(this.signal.reason);

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
    const { waiting } = this;
    if (waiting !== null) {
      this.waiting = null;
      waiting.done({ done: false, value: packet });
      return;
    }
    if (this.end !== null) return;
    this.queued.push(packet);
    this.queuedBytes += packet.length;
    if (this.queuedBytes > QUEUED_BYTES_MAX) controller.pause();
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

  next(): Promise<IteratorResult<Uint8Array, undefined>> {
    const value = this.queued.shift();
    if (value !== undefined) {
      this.queuedBytes -= value.length;
      if (this.queued.length === 0) this.controller?.resume();
      return Promise.resolve({ done: false, value });
    }
    if (this.end === null) return new Promise((done, fail) => (this.waiting = { done, fail }));
    const { error } = this.end;
    return error === null ? Promise.resolve(OVER) : Promise.reject(error as Error);
  }

  /** Nobody wants the rest. */
  return(): Promise<IteratorResult<Uint8Array, undefined>> {
    if (this.end === null) this.cut(new Error('the rest of the answer is not wanted'));
    return Promise.resolve(OVER);
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
    const { waiting } = this;
    this.waiting = null;
    if (error === null) waiting?.done(OVER);
    else waiting?.fail(error);
  }
}
