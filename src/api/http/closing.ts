import type { Server } from 'node:http';
import type { Timers } from '../../platform/clock/timers.js';

export const CLOSING = {
  /** Connections are kept so long for another request, once nobody else may come. Zero would be for ever. */
  keptMs: 1,
  /** Whoever has not taken its answer by then is cut off. */
  mostMs: 10_000,
} as const;

/**
 * Bounds how long a server takes to close. Node closes connections that are idle at that moment; one whose last
 * answer ends later would be kept for more than a minute, and one that takes nothing for ever.
 */
export function boundClosing(server: Server, timers: Timers): void {
  server.keepAliveTimeout = CLOSING.keptMs;
  server.once('close', timers.after(CLOSING.mostMs, () => server.closeAllConnections()));
}
