import { setTimeout as wait } from 'node:timers/promises';
import type { Pool } from 'pg';

/** Long beside a question, short beside what is waited for. */
const GIVE_WAY_MS = 20;

/** Between two questions: whoever asks without end takes the processor from what it waits for. */
export const giveWay = (ms = GIVE_WAY_MS): Promise<void> => wait(ms);

/** Asks again until the answer is as awaited: what follows from a command follows a moment later. */
export async function until<T>(ask: () => Promise<T>, isThere: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (isThere(answer)) return answer;
    await giveWay();
  }
}

/** Until a statement that answers with `holds` says true. */
export async function untilHolds(pool: Pool, statement: string, values: readonly unknown[] = []): Promise<void> {
  const ask = () => pool.query<{ holds: boolean }>(statement, [...values]);
  await until(ask, ({ rows }) => rows[0]?.holds === true);
}
