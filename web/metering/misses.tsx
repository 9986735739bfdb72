import type { ReactNode } from 'react';
import { percent } from '../ui/format.js';
import type { ServiceHour } from './metering.documents.js';

const OBJECTIVES = { TTFT: 'Time to first token', STREAM_SPEED: 'Stream speed', AVAILABILITY: 'Availability' } as const;

/** Which objectives were missed, and by how much. */
export function Misses({ misses }: { readonly misses: ServiceHour['misses'] }): ReactNode {
  if (misses.length === 0) return '—';
  return (
    <ul className="plain-lines">
      {misses.map(({ objective, missedBy }) => (
        <li key={objective}>{missedBy === 0 ? OBJECTIVES[objective] : `${OBJECTIVES[objective]}, by more than ${percent(missedBy)}`}</li>
      ))}
    </ul>
  );
}
