import type { Segment } from '../../kernel/step-function.js';
import type { Window } from '../../kernel/window.js';

/** A stretch of time with one quantity; JSON-safe. */
export interface SegmentView {
  readonly window: Window;
  /** Tokens/s, decimal. */
  readonly quantity: string;
}

export function viewSegments(segments: readonly Segment[]): readonly SegmentView[] {
  return segments.map(({ window, value }) => ({ window, quantity: value.toString() }));
}
