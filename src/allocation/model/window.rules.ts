import {
  ceilToGrid,
  floorToGrid,
  plus,
  type Duration,
  type Instant,
} from '../../kernel/time.js';
import { isOnGrid, type Window } from '../../kernel/window.js';
import type { MarketRejection } from './market.rejections.js';

/** The smallest window on the grid that covers what was asked. */
export function nearestOnGrid({ start, end }: Window, grid: Duration): Window {
  const snapped = floorToGrid(start, grid);
  const until = ceilToGrid(end, grid);
  return { start: snapped, end: until > snapped ? until : plus(snapped, grid) };
}

/**
 * On the grid, and not over: the grid cell that is running may be traded, whole and at its whole
 * price, because a buyer who needs capacity needs it now.
 */
export function checkWindow(
  window: Window,
  grid: Duration,
  now: Instant,
): MarketRejection | null {
  if (!isOnGrid(window, grid)) {
    return { code: 'OFF_GRID', nearest: nearestOnGrid(window, grid) };
  }
  const earliestStart = floorToGrid(now, grid);
  return window.start < earliestStart ? { code: 'WINDOW_IN_PAST', earliestStart } : null;
}
