import { useMemo, useState, type ReactNode } from 'react';
import { DAY_MS } from '../../src/kernel/time.js';
import { percent, tokensPerSecond } from '../ui/format.js';
import { dayOf, topOf, type DayPart, type PoolDay, type PoolShares } from './pool.calendar.js';

const DAYS = 14;
const WIDTH = 960;
const HEIGHT = 40;
const KINDS = ['sold', 'offered', 'free'] as const;
const NAMES = { sold: 'Sold', offered: 'Offered', free: 'Free' } as const;

/** Day by day what of a pool is sold, offered and free: a day a row, time to the right. */
export function PoolCalendar({ shares, from }: { readonly shares: PoolShares; readonly from: number }): ReactNode {
  const [page, setPage] = useState(0);
  const first = Math.floor(from / DAY_MS) * DAY_MS + page * DAYS * DAY_MS;
  const days = useMemo(() => Array.from({ length: DAYS }, (_, index) => dayOf(shares, first + index * DAY_MS)), [shares, first]);
  const top = topOf(shares);
  const last = shares.nameplate.starts.at(-1) ?? 0;
  return (
    <>
      <div className="card-head spread">
        <p className="legend-line">{KINDS.map((kind) => <span key={kind} className="legend" data-share={kind}>{NAMES[kind]}</span>)}</p>
        <div className="pager">
          <button type="button" className="quiet" disabled={page === 0} onClick={() => setPage(page - 1)}>Earlier</button>
          <button type="button" className="quiet" disabled={first + DAYS * DAY_MS >= last} onClick={() => setPage(page + 1)}>Later</button>
        </div>
      </div>
      <div className="scroll" tabIndex={0} role="region" aria-label="Calendar of the pool">
        <table className="pool-calendar">
          <caption className="visually-hidden">Tokens/s sold, offered and free by day, UTC</caption>
          <thead>
            <tr>
              <th scope="col">UTC</th>
              <th scope="col" className="hours"><span>00</span><span>06</span><span>12</span><span>18</span></th>
              {KINDS.map((kind) => <th key={kind} scope="col" className="number">{NAMES[kind]}</th>)}
            </tr>
          </thead>
          <tbody>{days.map((day) => <Day key={day.start} day={day} top={top} />)}</tbody>
        </table>
      </div>
    </>
  );
}

function Day({ day: { start, parts, shares }, top }: { readonly day: PoolDay; readonly top: bigint }): ReactNode {
  return (
    <tr>
      <th scope="row"><time dateTime={new Date(start).toISOString().slice(0, 10)}>{new Date(start).toISOString().slice(5, 10)}</time></th>
      <td>
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={parts.map(saidOf).join('; ')}>
          {parts.flatMap((part) => rectanglesOf(part, top))}
        </svg>
      </td>
      {KINDS.map((kind) => <td key={kind} className="number">{shares === null ? '—' : percent(Math.round(shares[kind] / 100) * 100)}</td>)}
    </tr>
  );
}

function hourOf(share: number): string {
  const minutes = Math.round(share * 24 * 60);
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}

function saidOf(part: DayPart): string {
  const said = KINDS.filter((kind) => part[kind] > 0n).map((kind) => `${tokensPerSecond(part[kind].toString())} ${kind}`);
  return `${hourOf(part.from)} to ${hourOf(part.until)}: ${said.join(', ') || 'nothing'}`;
}

/** What is sold at the bottom, what is free on top. */
function rectanglesOf(part: DayPart, top: bigint): readonly ReactNode[] {
  const heightOf = (value: bigint): number => (top === 0n ? 0 : Number((value * BigInt(HEIGHT) * 100n) / top) / 100);
  const heights = { sold: heightOf(part.sold), offered: heightOf(part.offered), free: heightOf(part.free) };
  const above = { sold: 0, offered: heights.sold, free: heights.sold + heights.offered };
  const x = part.from * WIDTH;
  return KINDS.filter((kind) => heights[kind] > 0).map((kind) => (
    <rect key={`${kind} ${x}`} data-share={kind} x={x} width={(part.until - part.from) * WIDTH} y={HEIGHT - above[kind] - heights[kind]} height={heights[kind]}>
      <title>{saidOf(part)}</title>
    </rect>
  ));
}
