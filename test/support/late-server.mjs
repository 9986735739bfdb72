// The lateness of `late-followers.ts` for a server that runs by itself: `FOLLOW_LATE_MS` and `ANSWER_LATE_MS`.
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { LogTail } from '../../dist/eventstore/log-tail.js';
import { JobRegistry } from '../../dist/platform/queue/job-registry.js';

const millisecondsOf = (name) => Number(process.env[name] ?? 0);

function delay(prototype, name, ms) {
  const whole = prototype[name];
  prototype[name] = async function (...args) {
    await wait(ms);
    return whole.apply(this, args);
  };
}

const followMs = millisecondsOf('FOLLOW_LATE_MS');
if (followMs > 0) {
  delay(LogTail.prototype, 'read', followMs);
  delay(JobRegistry.prototype, 'run', followMs);
}

const answerMs = millisecondsOf('ANSWER_LATE_MS');
if (answerMs > 0) {
  const ask = pg.Client.prototype.query;
  const later = () => wait(Math.random() * answerMs);
  pg.Client.prototype.query = function (...args) {
    const then = args.at(-1);
    if (typeof then === 'function') {
      return ask.call(this, ...args.slice(0, -1), (...answer) => void later().then(() => then(...answer)));
    }
    const asked = ask.call(this, ...args);
    return asked instanceof Promise ? asked.finally(later) : asked;
  };
}
