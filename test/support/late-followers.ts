import { setTimeout as wait } from 'node:timers/promises';
import type { INestApplicationContext } from '@nestjs/common';
import { Client, type Pool } from 'pg';
import { LogTail } from '../../src/eventstore/log-tail.js';
import { POOL } from '../../src/platform/platform.module.js';
import { JobRegistry } from '../../src/platform/queue/job-registry.js';

/**
 * `FOLLOW_LATE_MS=250 npm test -- e2e`: read models, what follows from events and jobs come so many milliseconds
 * late, each time. What a test, or the product, takes to be there although it only usually is fails then, and not
 * once in a hundred runs on a busy machine.
 */
export function followLate(application: INestApplicationContext): void {
  const lateMs = Number(process.env['FOLLOW_LATE_MS'] ?? 0);
  if (!(lateMs > 0)) return;
  delay(LogTail.of(application.get<Pool>(POOL)), 'read', lateMs);
  delay(application.get(JobRegistry), 'run', lateMs);
}

function delay<Name extends string>(of: Record<Name, (...args: any[]) => Promise<unknown>>, name: Name, ms: number): void {
  const whole = of[name].bind(of);
  of[name] = async (...args) => {
    await wait(ms);
    return whole(...args);
  };
}

type Answer = (...answer: unknown[]) => void;

/**
 * `ANSWER_LATE_MS=30 npm test -- e2e`: each answer of PostgreSQL comes up to so many milliseconds late, by chance. Of
 * two things that are asked for at once, or one after the other, either may be seen first.
 */
export function answerLate(): void {
  const lateMs = Number(process.env['ANSWER_LATE_MS'] ?? 0);
  if (!(lateMs > 0) || isLate) return;
  isLate = true;
  const ask = Client.prototype.query as (...args: any[]) => unknown;
  const later = (): Promise<void> => wait(Math.random() * lateMs);
  Client.prototype.query = function (this: Client, ...args: any[]): any {
    const then: unknown = args.at(-1);
    if (typeof then === 'function') {
      const told = (...answer: unknown[]): void => void later().then(() => (then as Answer)(...answer));
      return ask.call(this, ...args.slice(0, -1), told);
    }
    const asked = ask.call(this, ...args);
    return asked instanceof Promise ? asked.finally(later) : asked;
  } as never;
}

let isLate = false;
