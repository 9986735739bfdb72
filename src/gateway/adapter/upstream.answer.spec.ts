import { UpstreamAnswer } from './upstream.answer.js';

/** What undici lets a handler do with its request. */
class Connection {
  paused = false;
  pauses = 0;
  reasons: unknown[] = [];
  readonly reason = null;
  get aborted(): boolean {
    return this.reasons.length > 0;
  }
  pause(): void {
    this.paused = true;
    this.pauses += 1;
  }
  resume(): void {
    this.paused = false;
  }
  abort(reason: unknown): void {
    this.reasons.push(reason);
  }
}

const packet = (length: number): Uint8Array => new Uint8Array(length);

describe('the answer of an upstream', () => {
  let leaving: AbortController;
  let connection: Connection;
  let answer: UpstreamAnswer;

  beforeEach(() => {
    leaving = new AbortController();
    connection = new Connection();
    answer = new UpstreamAnswer(leaving.signal);
    answer.onRequestStart(connection);
  });
  const lengths = async (): Promise<readonly number[]> => {
    const seen: number[] = [];
    for await (const { length } of answer) seen.push(length);
    return seen;
  };

  it('begins with the head that is no interim one', async () => {
    answer.onResponseStart(connection, 103, {});
    answer.onResponseStart(connection, 200, { 'content-type': 'text/event-stream' });
    expect(await answer.head).toEqual({ status: 200, headers: { 'content-type': 'text/event-stream' } });
  });

  it('comes as it was read: packets that came together are one, in their order', async () => {
    const first = answer.next();
    for (const byte of [1, 2]) answer.onResponseData(connection, Uint8Array.of(byte));
    expect((await first).value).toEqual(Buffer.of(1, 2));
    const second = answer.next();
    answer.onResponseData(connection, Uint8Array.of(3));
    expect((await second).value).toEqual(Uint8Array.of(3));
    for (const byte of [4, 5]) answer.onResponseData(connection, Uint8Array.of(byte));
    answer.onResponseEnd();
    expect(await lengths()).toEqual([2]);
    expect(await answer.next()).toEqual({ done: true, value: undefined });
  });

  it('lets the connection wait while more is queued than is allowed, until it was taken', async () => {
    answer.onResponseData(connection, packet(65_536));
    expect(connection.pauses).toBe(0);
    for (const length of [1, 2]) answer.onResponseData(connection, packet(length));
    expect([connection.paused, connection.pauses]).toEqual([true, 1]);
    expect((await answer.next()).value).toHaveLength(65_539);
    expect(connection.paused).toBe(false);
  });

  it('that breaks has its packets before the error', async () => {
    answer.onResponseData(connection, packet(1));
    answer.onResponseError(connection, new Error('closed'));
    expect((await answer.next()).value).toHaveLength(1);
    await expect(answer.next()).rejects.toThrow('closed');
  });

  it('that breaks before its head has none', async () => {
    answer.onResponseError(connection, new Error('refused'));
    await expect(answer.head).rejects.toThrow('refused');
  });

  it('is cut at once when it is aborted, with what was queued', async () => {
    answer.onResponseStart(connection, 200, {});
    answer.onResponseData(connection, packet(1));
    leaving.abort(new Error('left'));
    expect(connection.reasons).toEqual([new Error('left')]);
    answer.onResponseData(connection, packet(1));
    await expect(answer.next()).rejects.toThrow('left');
  });

  it('that is waited for ends when it is aborted, also before there is a connection', async () => {
    const early = new UpstreamAnswer(leaving.signal);
    const waiting = answer.next();
    leaving.abort(new Error('left'));
    await expect(waiting).rejects.toThrow('left');
    await expect(early.head).rejects.toThrow('left');
    const late = new Connection();
    early.onRequestStart(late);
    expect(late.reasons).toEqual([new Error('left')]);
    await expect(answer.head).rejects.toThrow('left');
  });

  it('of which nobody wants the rest ends its request', async () => {
    answer.onResponseData(connection, packet(1));
    answer.onResponseData(connection, packet(1));
    for await (const one of answer) if (one.length > 0) break;
    expect(connection.aborted).toBe(true);
    await expect(answer.head).rejects.toThrow('not wanted');
  });
});
