import { err, ok, type Result } from './result.js';
import type { Duration, Instant } from './time.js';

/** Half-open: `start` belongs to the window, `end` does not. Never empty. */
export interface Window {
  readonly start: Instant;
  readonly end: Instant;
}

export function makeWindow(start: Instant, end: Instant): Result<Window, string> {
  return start < end ? ok({ start, end }) : err('the window must end after it starts');
}

export function covers(outer: Window, inner: Window): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}

export function contains(window: Window, instant: Instant): boolean {
  return window.start <= instant && instant < window.end;
}

export function intersection(a: Window, b: Window): Window | null {
  const start = a.start > b.start ? a.start : b.start;
  const end = a.end < b.end ? a.end : b.end;
  return start < end ? { start, end } : null;
}

export function isOnGrid(window: Window, grid: Duration): boolean {
  return window.start % grid === 0 && window.end % grid === 0;
}

export function durationOf(window: Window): Duration {
  return (window.end - window.start) as Duration;
}
