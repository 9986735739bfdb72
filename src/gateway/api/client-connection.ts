import type { ServerResponse } from 'node:http';
import type { Held } from '../application/body-budget.js';
import type { ClientAnswer } from '../application/client-answer.js';
import type { Timers } from '../../platform/clock/timers.js';

/** A client's connection: bytes go out as fast as it takes them, and it is cut when it takes none. */
export class ClientConnection implements ClientAnswer {
  private readonly abort = new AbortController();

  constructor(
    private readonly response: ServerResponse,
    private readonly timers: Timers,
    private readonly stallMs: number,
    private readonly held: Pick<Held, 'grow' | 'giveBack'> | null,
  ) {
    // Who left before this was made is not told of any more.
    if (response.destroyed) this.abort.abort();
    response.once('close', () => {
      if (!response.writableFinished) this.abort.abort();
    });
  }

  get gone(): AbortSignal {
    return this.abort.signal;
  }

  keep(bytes: number): boolean {
    return this.held?.grow(bytes) ?? true;
  }

  letGo(bytes: number): void {
    this.held?.giveBack(bytes);
  }

  begin(headers: Readonly<Record<string, string>>): void {
    this.response.writeHead(200, {
      ...headers,
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    });
  }

  write(bytes: Uint8Array, ended: AbortSignal): Promise<void> | null {
    if (this.gone.aborted || this.response.write(bytes) || ended.aborted) return null;
    return this.room(ended);
  }

  private room(ended: AbortSignal): Promise<void> {
    return new Promise((done) => {
      const { response } = this;
      const cancel = this.timers.after(this.stallMs, () => {
        response.destroy();
        this.abort.abort();
        go();
      });
      const go = (): void => {
        cancel();
        response.off('drain', go).off('close', go);
        ended.removeEventListener('abort', go);
        done();
      };
      response.on('drain', go).on('close', go);
      ended.addEventListener('abort', go);
    });
  }

  end(bytes: Uint8Array): void {
    if (this.gone.aborted) return;
    const { response } = this;
    response.end(bytes);
    if (response.writableLength === 0) return;
    // Also what is last has to be taken.
    response.once('close', this.timers.after(this.stallMs, () => response.destroy()));
  }
}
