import type { ReactNode } from 'react';
import { tokensPerSecond, utcWindow } from './format.js';
import type { Segment } from './segment.js';

const WIDTH = 120;
const HEIGHT = 24;

/** How much there is over a window: a step for every stretch. Pixels only; no figure is read off it. */
export function StepChart({
  segments,
  window,
  whole,
}: {
  readonly segments: readonly Segment[];
  readonly window: Segment['window'];
  readonly whole: string;
}): ReactNode {
  const start = Date.parse(window.start);
  const length = Math.max(1, Date.parse(window.end) - start);
  const x = (instant: string): number => ((Date.parse(instant) - start) / length) * WIDTH;
  const height = (quantity: string): number =>
    Number((BigInt(quantity) * BigInt(HEIGHT) * 100n) / (BigInt(whole) || 1n)) / 100;
  const said = segments.map((one) => `${tokensPerSecond(one.quantity)} ${utcWindow(one.window)}`);
  return (
    <svg className="steps" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={said.join('; ') || 'nothing'} preserveAspectRatio="none">
      <rect className="steps-whole" width={WIDTH} height={HEIGHT} />
      {segments.map(({ quantity, window: { start: from, end: to } }) => (
        <rect
          key={from}
          className="steps-part"
          x={x(from)}
          y={HEIGHT - height(quantity)}
          width={Math.max(0.5, x(to) - x(from))}
          height={height(quantity)}
        />
      ))}
    </svg>
  );
}
