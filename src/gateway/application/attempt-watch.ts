import type { CancelTimer, Timers } from '../../platform/clock/timers.js';
import { AttemptError, type Failure, type Reason } from '../model/gateway.failure.js';

/**
 * Ends an attempt that takes too long, or whose client is gone. A limit on silence is looked at twice within
 * it, so that progress costs no timer; silence is noticed after one to one and a half of it.
 */
export class AttemptWatch {
  private readonly abort = new AbortController();
  private cancel: CancelTimer = () => undefined;
  private isQuiet = false;
  private isSuspended = false;
  private readonly leave: () => void;

  constructor(
    private readonly timers: Timers,
    outside: readonly { readonly signal: AbortSignal; readonly reason: Failure['reason'] }[],
  ) {
    const listeners = outside.map(({ signal, reason }) => {
      const end = (): void => this.end(reason, MESSAGES[reason]);
      if (signal.aborted) end();
      signal.addEventListener('abort', end, { once: true });
      return () => signal.removeEventListener('abort', end);
    });
    this.leave = () => listeners.forEach((stop) => stop());
  }

  get signal(): AbortSignal {
    return this.abort.signal;
  }

  /** Once, for something that has to have happened by then. */
  within(ms: number, message: string, reason: Failure['reason'] = 'timeout'): void {
    this.cancel();
    this.cancel = this.timers.after(ms, () => this.end(reason, message));
  }

  /**
   * From now on something has to happen at least this often; `progress` says that it did. And all of it has to
   * be over after `totalMs`, without the time for which it was suspended.
   */
  atLeastEvery(ms: number, totalMs: number): void {
    this.cancel();
    this.isQuiet = false;
    const everyMs = Math.ceil(ms / 2);
    let leftMs = totalMs;
    this.cancel = this.timers.every(everyMs, () => {
      if (this.isSuspended) return;
      // Quiet at the last look and at this one: for a whole interval at least.
      if (this.isQuiet) this.end('timeout', `nothing came for ${ms} ms`);
      this.isQuiet = true;
      leftMs -= everyMs;
      if (leftMs <= 0) this.end('timeout', `the answer was not over after ${totalMs} ms`);
    });
  }

  progress(): void {
    this.isQuiet = false;
  }

  /** Until it is resumed, silence is not the lane's fault. */
  suspend(): void {
    this.isSuspended = true;
  }

  resume(): void {
    this.isSuspended = false;
  }

  end(reason: Failure['reason'], message: string): void {
    if (!this.abort.signal.aborted) this.abort.abort(new AttemptError({ reason, message }));
  }

  /** Ends timers and listeners; what is still running may run on. */
  release(): void {
    this.cancel();
    this.leave();
  }
}

const MESSAGES: Readonly<Record<Exclude<Reason, 'completed'>, string>> = {
  client_abort: 'the client went away',
  upstream_busy: 'the lane has no room right now',
  upstream_error: 'the lane failed',
  timeout: 'the lane took too long',
  request_refused: 'the lane refused the request',
  plain_refused: 'the lane refused a plain request',
  deadline_exceeded: 'nothing came by the deadline of this key',
  gateway_shutdown: 'the gateway is being stopped: send the request again',
  gateway_busy: 'the gateway has no room for the answer: send the request again',
};
