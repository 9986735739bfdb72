import { setTimeout as wait } from 'node:timers/promises';
import type { INestApplicationContext } from '@nestjs/common';
import type { Pool } from 'pg';
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
