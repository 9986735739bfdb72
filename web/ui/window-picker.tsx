import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useRef, useState, type PointerEvent, type ReactNode } from 'react';
import { DAY_MS, HOUR_MS } from '../../src/kernel/time.js';
import { hourTold } from './local-time.js';
import type { Segment } from './segment.js';

const DAYS = 7;
const dayOf = (instant: number): number => Math.floor(instant / DAY_MS) * DAY_MS;
const iso = (instant: number): string => new Date(instant).toISOString();

interface Picked {
  readonly start: number;
  readonly end: number;
}

/**
 * Hours to choose from with a pointer: drag over them, or tap the first and the last. The fields beside it do the
 * same by keyboard, so whoever cannot see this misses nothing.
 */
export function WindowPicker({
  segments,
  notBefore,
  picked,
  onPick,
}: {
  /** What there is to choose from, and how much of it. */
  readonly segments: readonly Segment[];
  readonly notBefore: number;
  readonly picked: Picked | null;
  readonly onPick: (picked: Picked) => void;
}): ReactNode {
  const [first, setFirst] = useState(() => dayOf(picked?.start ?? notBefore));
  const anchor = useRef<number | null>(null);
  const last = segments.reduce((end, { window }) => Math.max(end, Date.parse(window.end)), notBefore);
  const most = segments.reduce((best, { quantity }) => Math.max(best, Number(quantity)), 1);
  const pick = (event: PointerEvent, isStart: boolean): void => {
    const hour = hourUnder(event);
    if (hour === null) return;
    if (isStart) anchor.current = hour;
    if (anchor.current === null) return;
    onPick({ start: Math.min(anchor.current, hour), end: Math.max(anchor.current, hour) + HOUR_MS });
  };
  return (
    <div className="picker" aria-hidden>
      <div className="picker-head">
        <span>{`${iso(first).slice(0, 10)} – ${iso(first + (DAYS - 1) * DAY_MS).slice(0, 10)}, UTC`}</span>
        <span>
          <button type="button" tabIndex={-1} aria-label="Earlier" className="icon-button" disabled={first <= dayOf(notBefore)} onClick={() => setFirst(first - DAYS * DAY_MS)}><ChevronLeft /></button>
          <button type="button" tabIndex={-1} aria-label="Later" className="icon-button" disabled={first + DAYS * DAY_MS >= last} onClick={() => setFirst(first + DAYS * DAY_MS)}><ChevronRight /></button>
        </span>
      </div>
      <div
        className="picker-days"
        onPointerDown={(event) => pick(event, true)}
        onPointerMove={(event) => event.buttons === 1 && pick(event, false)}
        onPointerUp={() => {
          anchor.current = null;
        }}
      >
        {Array.from({ length: DAYS }, (_, day) => first + day * DAY_MS).map((day) => (
          <div key={day} className="picker-day">
            <span className="picker-name">{iso(day).slice(5, 10)}</span>
            {Array.from({ length: 24 }, (_, hour) => day + hour * HOUR_MS).map((at) => (
              <span
                key={at}
                data-hour={at}
                data-level={at < notBefore ? 0 : levelAt(segments, at, most)}
                data-picked={picked !== null && picked.start <= at && at < picked.end}
                {...hourTold(at)}
              />
            ))}
          </div>
        ))}
        <div className="picker-day picker-scale">
          <span className="picker-name" />
          {[0, 6, 12, 18].map((hour) => <i key={hour}>{String(hour).padStart(2, '0')}</i>)}
        </div>
      </div>
    </div>
  );
}

function hourUnder({ clientX, clientY }: PointerEvent): number | null {
  const cell = document.elementFromPoint(clientX, clientY);
  const hour = cell instanceof HTMLElement ? cell.dataset['hour'] : undefined;
  return hour === undefined ? null : Number(hour);
}

/** 0 where there is nothing, up to 4 where there is most. */
function levelAt(segments: readonly Segment[], at: number, most: number): number {
  const here = segments.find(({ window }) => Date.parse(window.start) <= at && at < Date.parse(window.end));
  return here === undefined ? 0 : Math.max(1, Math.ceil((Number(here.quantity) / most) * 4));
}
