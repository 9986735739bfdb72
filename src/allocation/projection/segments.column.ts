import type { Segment } from '../../kernel/step-function.js';
import type { Instant } from '../../kernel/time.js';

/** A quantity over time as a column holds it. */
export function segmentsColumn(
  segments: readonly Segment[],
): readonly { readonly window: { start: Instant; end: Instant }; readonly quantity: string }[] {
  return segments.map(({ window, value }) => ({
    window: { start: window.start, end: window.end },
    quantity: value.toString(),
  }));
}
