import type { ReactNode } from 'react';
import type { Segment } from './segment.js';
import { Rate, Span } from './values.js';

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
        <li key={window.start}><Rate quantity={quantity} />, <Span window={window} /></li>
      ))}
    </ul>
  );
}
