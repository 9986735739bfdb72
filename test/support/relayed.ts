import type { Attempt, AttemptOutcome, AttemptTools } from '../../src/gateway/application/attempt.js';
import { StreamRelay } from '../../src/gateway/application/stream-relay.js';
import type { Upstream } from '../../src/gateway/application/upstream.js';
import { ManualTimers } from './manual-timers.js';

const LIMITS = {
  ...{ connect: 1, firstToken: 30_000, betweenTokens: 30_000, answer: 600_000 },
  ...{ client: 60_000, drain: 0, processes: 1 },
};
export const turn = (): Promise<void> => new Promise((done) => setImmediate(done));

/** A lane that says what the test lets it say, and a client that remembers in which packets it came. */
export class Relayed {
  readonly timers = new ManualTimers();
  readonly packets: string[] = [];
  private now = 0;
  private readonly sent: (Uint8Array | null | Error)[] = [];
  private wake: () => void = () => undefined;
  readonly left = new AbortController();
  readonly ended: Promise<AttemptOutcome>;
  isLoaded = true;
  /** Until when the client takes nothing more. */
  full: Promise<void> | null = null;
  /** Of what was asked of the lane; null: nothing was yet. */
  asked: AbortSignal | null = null;

  constructor(changes: Partial<Attempt> = {}) {
    const isDue = (): boolean => this.isLoaded;
    const client = {
      gone: this.left.signal,
      keep: () => true,
      letGo: () => undefined,
      begin: () => undefined,
      write: async (bytes: Uint8Array) => {
        this.packets.push(Buffer.from(bytes).toString('utf8'));
        await this.full;
      },
      end: () => undefined,
    };
    const attempt: Attempt = {
      ...{ url: 'https://lane.example/v1', credential: null, body: Buffer.from('{}'), isStream: true, isPlain: false, isListed: false },
      wanted: { operation: 'chat', answers: 1, outputMax: 100, mustSay: false },
      ...{ client, deadline: null, coalescing: { windowMs: 40, isDue }, begin: () => undefined },
      ...changes,
    };
    const upstream: Upstream = {
      send: async ({ signal }) => {
        this.asked = signal;
        signal.addEventListener('abort', () => this.wake());
        return { status: 200, contentType: 'text/event-stream', isSimulated: true, body: this.read(signal) };
      },
      read: async () => null,
    };
    const tools: AttemptTools = {
      ...{ upstream, timers: this.timers, limits: LIMITS, monotonic: () => this.now },
      stopping: new AbortController().signal,
    };
    this.ended = new StreamRelay(attempt, tools).run();
  }

  async pass(ms: number): Promise<void> {
    this.now += ms;
    this.timers.advance(ms);
    await turn();
  }

  async say(...frames: readonly string[]): Promise<void> {
    for (const frame of frames) await this.packet(Buffer.from(`data: ${frame}\n\n`));
  }

  async end(): Promise<void> {
    await this.packet(null);
  }

  async packet(bytes: Uint8Array | null | Error): Promise<void> {
    this.sent.push(bytes);
    this.wake();
    await turn();
  }

  private async *read(signal: AbortSignal): AsyncGenerator<Uint8Array> {
    for (;;) {
      const next = this.sent.shift();
      if (signal.aborted) throw signal.reason;
      if (next === null) return;
      if (next instanceof Error) throw next;
      if (next === undefined) await new Promise<void>((done) => (this.wake = done));
      else yield next;
    }
  }
}

export const word = (content: string, end: string | null = null): string =>
  JSON.stringify({ id: 'c', choices: [{ index: 0, delta: { content }, finish_reason: end }] });
