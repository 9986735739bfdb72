import type { ReactNode } from 'react';
import { tokensPerSecond, utcWindow } from './format.js';
import type { Segment } from './segment.js';

/** How much there is, and when, in words. */
export function Stretches({
  label,
  segments,
}: {
  readonly label: string;
  readonly segments: readonly Segment[];
}): ReactNode {
  return (
    <ul aria-label={label}>
      {segments.map(({ quantity, window }) => (
        <li key={window.start}>{`${tokensPerSecond(quantity)}, ${utcWindow(window)}`}</li>
      ))}
    </ul>
  );
}
