import { HOUR_MS } from '../../src/kernel/time.js';
import { useClock } from '../platform/clock.context.js';

/** The hour that the exchange is in, as milliseconds; null until it has told. Changes once an hour. */
export function useHour(): number | null {
  const clock = useClock();
  return clock === null ? null : Math.floor(Date.parse(clock.now) / HOUR_MS) * HOUR_MS;
}
