import { pino, type Logger } from 'pino';

export type { Logger } from 'pino';

/** Names whose values never reach a log, wherever they stand. */
const SECRET_NAMES = ['password', 'secret', 'token', 'authorization', 'cookie', 'credential', 'apiKey'];

export function createLogger(level: string): Logger {
  return pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: {
      paths: SECRET_NAMES.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
      censor: '[redacted]',
    },
  });
}
