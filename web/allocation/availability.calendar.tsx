import type { ReactNode } from 'react';
import { DAY_MS, HOUR_MS } from '../../src/kernel/time.js';
import { useAllPages, type Connection } from '../api/use-all-pages.js';
import { tokensPerSecond, usd } from '../ui/format.js';
import { Loaded } from '../ui/loaded.js';
import { hourTold } from '../ui/local-time.js';
import { EmptyState, Skeleton } from '../ui/states.js';
import { AVAILABILITY, type AvailableStep } from './market.documents.js';

const DAYS = 7;
/** How full a cell is drawn: of the most that there is at any time. */
const SHADES = 5n;
const OFTEN = { everyMs: 10_000 };
const stepsOf = ({ availability }: { readonly availability: Connection<AvailableStep> }): Connection<AvailableStep> => availability;
const iso = (instant: number): string => new Date(instant).toISOString();

/** What is on offer in the days to come, hour by hour: a day a row, darker where there is more. */
export function AvailabilityCalendar({ marketId, from }: { readonly marketId: string; readonly from: number }): ReactNode {
  const start = Math.floor(from / DAY_MS) * DAY_MS;
  const variables = { marketId, from: iso(start), to: iso(start + DAYS * DAY_MS), step: 'HOUR' as const };
  const query = useAllPages(AVAILABILITY, variables, stepsOf, OFTEN);
  return (
    <Loaded query={query} rows={7}>
      {({ nodes, isWhole }) => {
        // Hours that have not come yet would look as if nothing were on offer in them.
        if (!isWhole) return <Skeleton rows={7} />;
        const byStart = new Map(nodes.map((step) => [Date.parse(step.window.start), step]));
        const most = nodes.reduce((best, { quantity }) => (BigInt(quantity) > best ? BigInt(quantity) : best), 0n);
        if (most === 0n) return <EmptyState title="Nothing is on offer in the next seven days" />;
        return (
          <div className="scroll" tabIndex={0} role="region" aria-label="Availability">
            <table className="calendar">
              <caption className="visually-hidden">Tokens/s on offer by day and hour, UTC</caption>
              <thead>
                <tr>
                  <th scope="col">UTC</th>
                  {Array.from({ length: 24 }, (_, hour) => (
                    <th key={hour} scope="col">{hour % 3 === 0 ? String(hour).padStart(2, '0') : <span className="visually-hidden">{hour}</span>}</th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {Array.from({ length: DAYS }, (_, day) => start + day * DAY_MS).map((day) => (
                  <tr key={day}>
                    <th scope="row">{iso(day).slice(5, 10)}</th>
                    {Array.from({ length: 24 }, (_, hour) => day + hour * HOUR_MS).map((at) => (
                      <Cell key={at} at={at} isPast={at < from} step={byStart.get(at)} most={most} />
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        );
      }}
    </Loaded>
  );
}

function Cell({
  at,
  isPast,
  step,
  most,
}: {
  readonly at: number;
  readonly isPast: boolean;
  readonly step: AvailableStep | undefined;
  readonly most: bigint;
}): ReactNode {
  const quantity = BigInt(step?.quantity ?? '0');
  if (isPast) return <td className="past" />;
  const shade = quantity === 0n ? 0 : Number((quantity * (SHADES - 1n)) / most) + 1;
  const price = step === undefined || step.bestPrice === null ? '' : `, from ${usd(step.bestPrice)} per token/s·h`;
  const text = quantity === 0n ? 'nothing' : `${tokensPerSecond(quantity.toString())}${price}`;
  return (
    <td data-shade={shade} {...hourTold(at, text)}>
      <span className="visually-hidden">{text}</span>
    </td>
  );
}
