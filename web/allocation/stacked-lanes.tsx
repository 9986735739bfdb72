import type { ReactNode } from 'react';
import { HOUR_MS } from '../../src/kernel/time.js';
import { tokensPerSecond } from '../ui/format.js';
import type { Demand } from './demand.js';
import type { PlanFill } from './plan.documents.js';

const WIDTH = 1_000;
const HEIGHT = 200;
const SHADES = 6;

/** Who serves how much when, one above the other, under the line of what is wanted. */
export function StackedLanes({
  fills,
  nameOf,
  start,
  end,
  demand,
}: {
  readonly fills: readonly PlanFill[];
  readonly nameOf: (poolId: string) => string;
  readonly start: number;
  readonly end: number;
  readonly demand: Demand;
}): ReactNode {
  const lanes = [...new Set(fills.map(({ poolId }) => poolId))];
  const hours = Math.round((end - start) / HOUR_MS);
  const stacks = Array.from({ length: hours }, (_, hour) => stackAt(fills, lanes, start + hour * HOUR_MS));
  const top = Math.max(1, ...demand, ...stacks.map((stack) => stack.reduce((sum, one) => sum + one, 0))) * 1.05;
  const y = (quantity: number): number => HEIGHT - (quantity / top) * HEIGHT;
  const bar = WIDTH / hours;
  const line = demand.map((quantity, hour) => `${hour === 0 ? 'M' : 'L'}${hour * bar},${y(quantity)}H${(hour + 1) * bar}`).join('');
  return (
    <figure className="lanes">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={`Who serves how much: ${lanes.map(nameOf).join('; ')}`}>
        {stacks.map((stack, hour) =>
          stack.map((quantity, lane) => {
            const below = stack.slice(0, lane).reduce((sum, one) => sum + one, 0);
            if (quantity === 0) return null;
            return (
              <rect key={`${hour} ${lane}`} data-lane={lane % SHADES} x={hour * bar} width={bar + 0.4} y={y(below + quantity)} height={HEIGHT - y(quantity)}>
                <title>{`${tokensPerSecond(String(quantity))} of ${nameOf(lanes[lane] ?? '')}`}</title>
              </rect>
            );
          }),
        )}
        <path d={line} className="demand-line" />
      </svg>
      <figcaption>
        {lanes.map((poolId, lane) => <span key={poolId} className="legend" data-lane={lane % SHADES}>{nameOf(poolId)}</span>)}
        <span className="legend" data-lane="demand">what you need</span>
      </figcaption>
    </figure>
  );
}

function stackAt(fills: readonly PlanFill[], lanes: readonly string[], at: number): readonly number[] {
  return lanes.map((lane) =>
    fills
      .filter(({ poolId, window }) => poolId === lane && Date.parse(window.start) <= at && at < Date.parse(window.end))
      .reduce((sum, { quantity }) => sum + Number(quantity), 0),
  );
}
