import type { ReactNode } from 'react';
import { DAY_MS, HOUR_MS } from '../../src/kernel/time.js';
import { tokensPerSecond, utcWindow } from '../ui/format.js';
import { Placed } from '../ui/placed.js';
import { Link } from '../ui/router.js';
import type { Segment } from '../ui/segment.js';
import type { Reservation } from './allocation.documents.js';
import { useHours } from './use-hours.js';
import { rateOf } from './use-of.js';

const WIDTH = 1_000;
const HEIGHT = 44;
const LANES_MAX = 24;

interface Axis {
  readonly start: number;
  readonly end: number;
  readonly top: bigint;
}

/** What is held over time and used of it, a lane for each reservation, all to one scale. */
export function CapacityTimeline({ reservations, now }: { readonly reservations: readonly Reservation[]; readonly now: string }): ReactNode {
  const lanes = [...reservations].sort((a, b) => a.window.start.localeCompare(b.window.start)).slice(0, LANES_MAX);
  const axis = axisOf(lanes, Date.parse(now));
  return (
    <section className="card timeline" aria-label="Timeline">
      <div className="timeline-axis" aria-hidden>
        {ticksOf(axis).map((at) => <Tick key={at} at={at} axis={axis} />)}
      </div>
      <ul>
        {lanes.map((reservation) => <Lane key={reservation.reservationId} {...{ reservation, axis }} now={Date.parse(now)} />)}
      </ul>
      <p className="quiet-note timeline-key"><span className="legend" data-lane="used">Used, as a rate over its hour</span><span className="legend" data-lane="now">Now</span><span>Times are UTC</span></p>
      {reservations.length > LANES_MAX && <p className="quiet-note">{`${reservations.length - LANES_MAX} more are in the table.`}</p>}
    </section>
  );
}

function Lane({ reservation, axis, now }: { readonly reservation: Reservation; readonly axis: Axis; readonly now: number }): ReactNode {
  const { reservationId, marketId, status, quantity, window, entitlement } = reservation;
  const held: readonly Segment[] = status === 'HELD' ? [{ quantity, window }] : entitlement;
  const said = held.map((segment) => `${tokensPerSecond(segment.quantity)}, ${utcWindow(segment.window)}`).join('; ');
  return (
    <li>
      <Link to={`/app/capacity/${encodeURIComponent(reservationId)}`} className="lane">
        <span className="lane-name">{marketId}<span className="quiet-note">{tokensPerSecond(quantity)}</span></span>
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={said || 'nothing is held any more'}>
          <rect className="lane-whole" {...rectOf(axis, { quantity, window })} />
          {held.map((segment) => <rect key={segment.window.start} className="lane-held" data-state={status} {...rectOf(axis, segment)} />)}
          {status === 'ACTIVE' && <Used {...{ reservationId, axis }} />}
          <line className="lane-now" x1={x(axis, now)} x2={x(axis, now)} y1={0} y2={HEIGHT} />
        </svg>
      </Link>
    </li>
  );
}

/** What was used of it so far, drawn into what is held; the figures are on its own page. */
function Used({ reservationId, axis }: { readonly reservationId: string; readonly axis: Axis }): ReactNode {
  const query = useHours(reservationId);
  if (query.state !== 'ready') return null;
  return query.data.nodes.map((hour) => <rect key={hour.hour} className="lane-used" {...rectOf(axis, rateOf(hour))} />);
}

function axisOf(lanes: readonly Reservation[], now: number): Axis {
  const starts = lanes.map(({ window }) => Date.parse(window.start));
  const ends = lanes.map(({ window }) => Date.parse(window.end));
  const top = lanes.reduce((most, { quantity }) => (BigInt(quantity) > most ? BigInt(quantity) : most), 1n);
  const start = Math.min(now, ...starts) - HOUR_MS;
  return { start, end: Math.max(...ends, start + 12 * HOUR_MS) + HOUR_MS, top };
}

function x({ start, end }: Axis, at: number): number {
  return ((at - start) / (end - start)) * WIDTH;
}

function rectOf(axis: Axis, { quantity, window }: Segment): { x: number; y: number; width: number; height: number } {
  const from = x(axis, Date.parse(window.start));
  const height = Math.max(3, Number((BigInt(quantity) * BigInt(HEIGHT - 6) * 100n) / axis.top) / 100);
  return { x: from, y: HEIGHT - height, width: Math.max(2, x(axis, Date.parse(window.end)) - from), height };
}

/** Whole hours or days, few enough to be read. */
function ticksOf({ start, end }: Axis): readonly number[] {
  const steps = [HOUR_MS, 3 * HOUR_MS, 6 * HOUR_MS, 12 * HOUR_MS, DAY_MS, 2 * DAY_MS, 7 * DAY_MS, 30 * DAY_MS];
  const step = steps.find((one) => (end - start) / one <= 7) ?? 30 * DAY_MS;
  const first = Math.ceil(start / step) * step;
  // One at the very end would stick out.
  const count = Math.max(0, Math.floor((end - (end - start) / 30 - first) / step) + 1);
  return Array.from({ length: count }, (_, index) => first + index * step);
}

function Tick({ at, axis }: { readonly at: number; readonly axis: Axis }): ReactNode {
  const text = new Date(at).toISOString();
  return (
    <Placed left={x(axis, at) / WIDTH} className="tick">
      {at % DAY_MS === 0 ? text.slice(5, 10) : text.slice(11, 16)}
    </Placed>
  );
}
