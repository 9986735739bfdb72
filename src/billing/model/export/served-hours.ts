import { floorToGrid, HOUR_MS, plus, type Instant } from '../../../kernel/time.js';
import type { Window } from '../../../kernel/window.js';

/**
 * The UTC hours whose use is told with a delivery: those of which the first moment that was served lies in
 * it. However an hour is split over deliveries, on a grid of minutes, its use is told once.
 *
 * @param begun when the reservation began: its first hour may be served in part
 */
export function hoursToldWith({ start, end }: Window, begun: Instant): readonly Instant[] {
  const hours: Instant[] = [];
  for (let hour = floorToGrid(start, HOUR_MS); hour < end; hour = plus(hour, HOUR_MS)) {
    if (Math.max(hour, begun) >= start) hours.push(hour);
  }
  return hours;
}
