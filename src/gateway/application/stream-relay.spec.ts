import { ManualTimers } from '../../../test/support/manual-timers.js';
import { outputOf } from '../model/token.count.js';
import type { Attempt, AttemptOutcome, AttemptTools } from './attempt.js';
import { StreamRelay } from './stream-relay.js';
import type { Upstream } from './upstream.js';

const LIMITS = {
  ...{ connect: 1, firstToken: 30_000, betweenTokens: 30_000, answer: 600_000 },
  ...{ client: 60_000, drain: 0, processes: 1 },
};
const turn = (): Promise<void> => new Promise((done) => setImmediate(done));

/** A lane that says what the test lets it say, and a client that remembers in which packets it came. */
class Relayed {
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

const word = (content: string, end: string | null = null): string =>
  JSON.stringify({ id: 'c', choices: [{ index: 0, delta: { content }, finish_reason: end }] });
const textOf = (packet: string): string =>
  packet.split('\n\n').filter((frame) => frame !== '')
    .map((frame) => (JSON.parse(frame.slice(6)) as any).choices[0].delta.content).join('|');

describe('a stream whose chunks wait for each other', () => {
  it('the first token goes at once, the next ones together when the window is over', async () => {
    const relayed = new Relayed();
    await relayed.say(word('a'), word('b'), word('c'));
    expect(relayed.packets.map(textOf)).toEqual(['a']);
    await relayed.pass(39);
    await relayed.say(word('d'));
    expect(relayed.packets).toHaveLength(1);
    await relayed.pass(1);
    expect(relayed.packets.map(textOf)).toEqual(['a', 'bcd']);
    await relayed.say(word('e'));
    await relayed.pass(40);
    expect(relayed.packets.map(textOf)).toEqual(['a', 'bcd', 'e']);
  });

  it('the first token waits for nobody, even when others came with it', async () => {
    const relayed = new Relayed();
    await relayed.packet(Buffer.from(['a', 'b', 'c'].map((one) => `data: ${word(one)}\n\n`).join('')));
    expect(relayed.packets.map(textOf)).toEqual(['a']);
    await relayed.pass(40);
    expect(relayed.packets.map(textOf)).toEqual(['a', 'bc']);
  });

  it('what ends the answer takes along what waited; tokens are counted as they were sent', async () => {
    const relayed = new Relayed();
    await relayed.say(word('a'), word('b'), word('c'), word('', 'stop'), '[DONE]');
    const { failure, own } = await relayed.ended;
    expect(failure).toBeNull();
    expect(relayed.packets.map(textOf)).toEqual(['a', 'bc']);
    expect(outputOf(own)).toBe(3);
    expect(relayed.packets[1]).toContain('"finish_reason":"stop"');
  });

  it('a claim of usage is kept, and held against what was sent', async () => {
    const relayed = new Relayed();
    const usage = { prompt_tokens: 1, completion_tokens: 3 };
    await relayed.say(word('a'), word('b'), word('c'), word('', 'stop'));
    await relayed.say(JSON.stringify({ id: 'c', choices: [], usage }), '[DONE]');
    const { claimed, own } = await relayed.ended;
    expect(claimed).toMatchObject({ kind: 'one', claim: { output: 3 } });
    expect(outputOf(own)).toBe(3);
    expect(relayed.packets.join('')).not.toContain('usage');
  });

  it('without load chunks go as they come; what waited goes before them', async () => {
    const relayed = new Relayed();
    await relayed.say(word('a'), word('b'));
    relayed.isLoaded = false;
    await relayed.say(word('c'));
    expect(relayed.packets.map(textOf)).toEqual(['a', 'b|c']);
    await relayed.say(word('d'));
    expect(relayed.packets.map(textOf)).toEqual(['a', 'b|c', 'd']);
    await relayed.pass(40);
    expect(relayed.packets).toHaveLength(3);
  });

  it('what waited is the client’s when the lane fails, and counts', async () => {
    const relayed = new Relayed();
    await relayed.say(word('a'), word('b'), JSON.stringify({ error: { message: 'broken' } }));
    const { failure, own } = await relayed.ended;
    expect(failure?.reason).toBe('upstream_error');
    expect(relayed.packets.map(textOf)).toEqual(['a', 'b']);
    expect(outputOf(own)).toBe(2);
  });

  it('a client that left gets nothing of it, and pays nothing for it', async () => {
    const relayed = new Relayed();
    await relayed.say(word('a'), word('b'));
    relayed.left.abort();
    await relayed.packet(new Error('aborted'));
    const { failure, own } = await relayed.ended;
    expect(failure?.reason).toBe('client_abort');
    expect(outputOf(own)).toBe(1);
    expect(relayed.packets).toHaveLength(1);
  });
});

describe('an answer that says nothing', () => {
  const silent = { wanted: { operation: 'chat', answers: 1, outputMax: 100, mustSay: true } } as const;
  const usage = { prompt_tokens: 1_000, completion_tokens: 0 };

  it('is the lane’s fault where something has to be said: nothing went out, so another one can take over', async () => {
    const relayed = new Relayed(silent);
    await relayed.say(word(''), word('', 'stop'), JSON.stringify({ choices: [], usage }), '[DONE]');
    const { failure, isCommitted } = await relayed.ended;
    expect(failure).toEqual({ reason: 'upstream_error', message: 'the lane\'s answer has no token' });
    expect([isCommitted, relayed.packets.length]).toEqual([false, 0]);
  });

  it('is one where nothing need be said', async () => {
    const relayed = new Relayed();
    await relayed.say(word(''), word('', 'stop'), '[DONE]');
    expect(await relayed.ended).toMatchObject({ failure: null, isCommitted: true });
  });

  it('an end without anything before it is none for anybody', async () => {
    const relayed = new Relayed();
    await relayed.say('[DONE]');
    const { failure, isCommitted } = await relayed.ended;
    expect([failure?.reason, isCommitted]).toEqual(['upstream_error', false]);
  });

  it('what was said late is said', async () => {
    const relayed = new Relayed(silent);
    await relayed.say(word(''), word('a'), word('', 'stop'), '[DONE]');
    expect((await relayed.ended).failure).toBeNull();
  });
});

describe('a lane that hangs in the middle of a stream', () => {
  it.each([
    ['comments', ': ping\n\n'],
    ['a frame that never ends', ' '],
    ['chunks that say nothing', `data: ${word('')}\n\n`],
  ])('and sends %s: these are no progress', async (_, sign) => {
    const relayed = new Relayed({ coalescing: null });
    await relayed.say(word('a'));
    for (let passed = 0; passed < 45_000; passed += 5_000) {
      await relayed.packet(Buffer.from(sign));
      await relayed.pass(5_000);
    }
    expect(relayed.asked?.aborted).toBe(true);
    const { failure, own } = await relayed.ended;
    expect([failure, outputOf(own)]).toEqual([{ reason: 'timeout', message: 'nothing came for 30000 ms' }, 1]);
  });

  it('one that goes on saying something is left alone', async () => {
    const relayed = new Relayed({ coalescing: null });
    for (let passed = 0; passed < 120_000; passed += 14_000) {
      await relayed.say(word('a'));
      await relayed.pass(14_000);
    }
    await relayed.say(word('', 'stop'), '[DONE]');
    expect((await relayed.ended).failure).toBeNull();
  });
});

describe('where a stream ends', () => {
  it('what comes behind its end is not forwarded and not counted, also in the same packet', async () => {
    const relayed = new Relayed({ coalescing: null });
    await relayed.say(word('a'));
    const rest = [word('', 'stop'), '[DONE]', word('b')].map((one) => `data: ${one}\n\n`).join('');
    await relayed.packet(Buffer.from(rest));
    const { failure, own } = await relayed.ended;
    expect([failure, outputOf(own)]).toEqual([null, 1]);
    expect(relayed.packets.join('')).not.toContain('"b"');
  });

  const answer = (index: number, end: string | null): string =>
    JSON.stringify({ id: 'c', choices: [{ index, delta: { content: 'a' }, finish_reason: end }] });

  it('is where all of its answers ended: one of two is none', async () => {
    const relayed = new Relayed({ wanted: { operation: 'chat', answers: 2, outputMax: 100, mustSay: false } });
    await relayed.say(answer(0, 'stop'), answer(1, null));
    await relayed.end();
    expect((await relayed.ended).failure?.message).toContain('ended in the middle');
  });

  it('both of two are, also without a last word', async () => {
    const relayed = new Relayed({ wanted: { operation: 'chat', answers: 2, outputMax: 100, mustSay: false } });
    await relayed.say(answer(0, 'stop'), answer(1, null), answer(1, 'length'));
    await relayed.end();
    expect((await relayed.ended).failure).toBeNull();
  });
});

describe('an error in a stream', () => {
  it('is told without the credential that the lane was asked with', async () => {
    const relayed = new Relayed({ credential: 'pool-secret' });
    await relayed.say(word('a'), JSON.stringify({ error: { message: 'no quota for pool-secret' } }));
    expect((await relayed.ended).failure?.message).toBe('the lane failed: no quota for ***');
  });
});

describe('a lane that goes on beyond what was asked for', () => {
  const ten = { wanted: { operation: 'chat', answers: 1, outputMax: 10, mustSay: false }, coalescing: null } as const;

  // 10 x 1.35 + 8 is 21.5, and 86 bytes.
  it('is ended at the bound, and its work with it', async () => {
    const relayed = new Relayed(ten);
    for (let index = 0; index < 21; index += 1) await relayed.say(word(' day'));
    expect(relayed.asked?.aborted).toBe(false);
    await relayed.say(word(' day'), word(' day'));
    const { failure, own } = await relayed.ended;
    expect(failure?.reason).toBe('upstream_error');
    expect([outputOf(own), relayed.asked?.aborted]).toEqual([22, true]);
  });

  it('not one whose pieces are shorter than tokens', async () => {
    const relayed = new Relayed(ten);
    for (let index = 0; index < 43; index += 1) await relayed.say(word('ab'));
    await relayed.say(word('', 'stop'), '[DONE]');
    expect((await relayed.ended).failure).toBeNull();
  });
});

describe('how fast a stream is', () => {
  it('is the lane’s: what its client does not take is no time of it', async () => {
    const relayed = new Relayed({ coalescing: null });
    await relayed.pass(100);
    await relayed.say(word('a'));
    await relayed.pass(10);
    let takesAgain = (): void => undefined;
    relayed.full = new Promise((done) => (takesAgain = done));
    await relayed.say(word('b'));
    await relayed.pass(50_000);
    relayed.full = null;
    takesAgain();
    await turn();
    await relayed.pass(10);
    await relayed.say(word('c'), word('', 'stop'), '[DONE]');
    const { firstAt, lastAt } = await relayed.ended;
    expect([firstAt, lastAt]).toEqual([100, 120]);
  });
});

describe('a client that leaves', () => {
  // In the same moment: no timer and no packet is waited for.
  it('ends what its lane does, before the first token', async () => {
    const relayed = new Relayed();
    await turn();
    relayed.left.abort();
    expect(relayed.asked?.aborted).toBe(true);
    expect((await relayed.ended).failure?.reason).toBe('client_abort');
  });

  it('ends what its lane does, in the middle of the stream', async () => {
    const relayed = new Relayed();
    await relayed.say(word('a'), word('b'));
    expect(relayed.asked?.aborted).toBe(false);
    relayed.left.abort();
    expect(relayed.asked?.aborted).toBe(true);
    expect((await relayed.ended).failure?.reason).toBe('client_abort');
  });
});

describe('the deadline of a key, once the lane was asked', () => {
  it('ends what has brought nothing by then, for a reason that is not the lane’s', async () => {
    const relayed = new Relayed({ deadline: { at: 250, afterMs: 300 } });
    await turn();
    await relayed.pass(249);
    await relayed.pass(1);
    const { failure, isCommitted } = await relayed.ended;
    expect(failure).toEqual({
      reason: 'deadline_exceeded',
      message: 'nothing came within the 300 ms that this key waits',
    });
    expect(isCommitted).toBe(false);
  });

  it('is met by the first token', async () => {
    const relayed = new Relayed({ deadline: { at: 250, afterMs: 300 }, coalescing: null });
    await turn();
    await relayed.say(word('a'));
    await relayed.pass(10_000);
    await relayed.say(word('b', 'stop'), '[DONE]');
    expect((await relayed.ended).failure).toBeNull();
  });
});
