import { isAfter, LOG_START, type LogPosition, type RecordedEvent } from './event.js';
import { LogTail } from './log-tail.js';

const place = (position: number): LogPosition => ({ transactionId: 1n, position: BigInt(position) });

/** A log that grows, and that counts how often it is asked; a query sees what is there when it begins. */
function growingLog() {
  const events: RecordedEvent[] = [];
  let [queries, held] = [0, Promise.resolve()];
  const tail = new LogTail(async (after, limit) => {
    queries += 1;
    const found = events.filter((event) => isAfter(event, after)).slice(0, limit);
    await held;
    return found;
  });
  const commit = (count: number): void => {
    for (let added = 0; added < count; added += 1) events.push(place(events.length + 1) as RecordedEvent);
  };
  /** Queries end when the returned function is called. */
  const hold = (): (() => void) => {
    let end: () => void = () => undefined;
    held = new Promise((done) => (end = done));
    return end;
  };
  const read = async (after: number, limit = 500, since?: number): Promise<number[]> =>
    (await tail.read(after === 0 ? LOG_START : place(after), limit, since)).map(({ position }) => Number(position));
  return { commit, hold, read, now: () => tail.now(), asked: () => queries };
}

describe('log tail', () => {
  it('reads what several readers want once', async () => {
    const log = growingLog();
    log.commit(3);
    expect(await log.read(0)).toEqual([1, 2, 3]);
    expect(await log.read(0, 2)).toEqual([1, 2]);
    expect(await log.read(2)).toEqual([3]);
    expect(log.asked()).toBe(1);
  });

  it('sees everything that was committed when it was asked', async () => {
    const log = growingLog();
    const end = log.hold();
    const early = log.read(0);
    log.commit(1);
    const late = log.read(0);
    end();
    expect(await early).toEqual([]);
    expect(await late).toEqual([1]);
    expect(await log.read(1)).toEqual([]);
  });

  it('asks once for all who want to see what was committed at one moment', async () => {
    const log = growingLog();
    log.commit(1);
    const woken = log.now();
    expect(await log.read(0, 500, woken)).toEqual([1]);
    log.commit(1);
    expect(await log.read(1, 500, woken)).toEqual([]);
    expect(log.asked()).toBe(1);
    expect(await log.read(1, 500, log.now())).toEqual([2]);
    expect(await log.read(1, 500, woken)).toEqual([2]);
    expect(log.asked()).toBe(2);
  });

  it('does not take a query for an answer that began before the moment', async () => {
    const log = growingLog();
    const end = log.hold();
    const early = log.read(0);
    log.commit(1);
    const late = log.read(0, 500, log.now());
    end();
    expect(await early).toEqual([]);
    expect(await late).toEqual([1]);
  });

  it('reads for itself what lies before what is kept', async () => {
    const log = growingLog();
    log.commit(5);
    expect(await log.read(3)).toEqual([4, 5]);
    expect(await log.read(1)).toEqual([2, 3, 4, 5]);
    expect(await log.read(4)).toEqual([5]);
    expect(log.asked()).toBe(2);
  });

  it('gives as many as are asked for while there are so many', async () => {
    const log = growingLog();
    log.commit(4_500);
    expect(await log.read(0)).toHaveLength(500);
    expect(await log.read(1_500, 2_000)).toEqual(Array.from({ length: 2_000 }, (_, index) => 1_501 + index));
    expect(await log.read(3_500, 2_000)).toHaveLength(1_000);
    expect(log.asked()).toBe(3);
  });

  it('goes on where another process has come to', async () => {
    const log = growingLog();
    log.commit(2);
    await log.read(0);
    log.commit(8);
    expect(await log.read(9)).toEqual([10]);
    expect(await log.read(2, 3)).toEqual([3, 4, 5]);
  });

  it('keeps a bounded part, and gives whoever falls behind the rest all the same', async () => {
    const log = growingLog();
    log.commit(25_000);
    const seen: number[] = [];
    for (let page = await log.read(0); page.length > 0; page = await log.read(seen.length)) seen.push(...page);
    expect(seen).toEqual(Array.from({ length: 25_000 }, (_, index) => index + 1));
    const before = log.asked();
    expect(await log.read(100, 2)).toEqual([101, 102]);
    expect(log.asked()).toBe(before + 1);
  });
});
