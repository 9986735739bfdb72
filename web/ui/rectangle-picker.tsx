import { useRef, type PointerEvent, type ReactNode } from 'react';
import { utc } from './format.js';
import type { Segment } from './segment.js';

const WIDTH = 1_000;
const HEIGHT = 180;

export interface Rectangle {
  readonly start: number;
  readonly end: number;
  readonly quantity: bigint;
}

interface Axis {
  readonly start: number;
  readonly end: number;
  readonly top: number;
}

/**
 * A part of what one holds, chosen by dragging over it: from when until when along, how much up. The fields
 * beside it do the same by keyboard, so whoever cannot see this misses nothing.
 */
export function RectanglePicker({
  segments,
  gridMs,
  lotSize,
  notBefore,
  picked,
  onPick,
}: {
  readonly segments: readonly Segment[];
  readonly gridMs: number;
  readonly lotSize: bigint;
  readonly notBefore: number;
  readonly picked: Rectangle | null;
  readonly onPick: (picked: Rectangle) => void;
}): ReactNode {
  const box = useRef<SVGSVGElement>(null);
  const from = useRef<{ readonly at: number; readonly up: number } | null>(null);
  const axis = axisOf(segments, notBefore);
  const place = (event: PointerEvent): { at: number; up: number } | null => {
    const rect = box.current?.getBoundingClientRect();
    if (rect === undefined) return null;
    const along = Math.min(1, Math.max(0, (event.clientX - rect.left) / rect.width));
    const up = Math.min(1, Math.max(0, 1 - (event.clientY - rect.top) / rect.height));
    return { at: axis.start + along * (axis.end - axis.start), up: up * axis.top };
  };
  const drag = (event: PointerEvent): void => {
    const here = place(event);
    if (here === null || from.current === null) return;
    onPick(snap({ from: from.current, to: here, axis, gridMs, lotSize }));
  };
  return (
    <div className="rectangle-picker" aria-hidden>
      <svg
        ref={box}
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          from.current = place(event);
          drag(event);
        }}
        onPointerMove={drag}
        onPointerUp={() => {
          from.current = null;
        }}
      >
        {segments.map((segment) => (
          <rect key={segment.window.start} className="held" {...rectOf(axis, { start: Date.parse(segment.window.start), end: Date.parse(segment.window.end), quantity: BigInt(segment.quantity) })} />
        ))}
        {picked !== null && <rect className="picked" {...rectOf(axis, picked)} />}
      </svg>
      <div className="picker-head">
        <span>{utc(new Date(axis.start).toISOString())}</span>
        <span>Drag over what you want to part with</span>
        <span>{`${utc(new Date(axis.end).toISOString())} UTC`}</span>
      </div>
    </div>
  );
}

function axisOf(segments: readonly Segment[], notBefore: number): Axis {
  const starts = segments.map(({ window }) => Date.parse(window.start));
  const ends = segments.map(({ window }) => Date.parse(window.end));
  const end = Math.max(...ends, notBefore + 1);
  return {
    start: Math.min(Math.max(Math.min(...starts), notBefore), end - 1),
    end,
    top: segments.reduce((most, { quantity }) => Math.max(most, Number(quantity)), 1) * 1.08,
  };
}

function rectOf(axis: Axis, { start, end, quantity }: Rectangle): { x: number; y: number; width: number; height: number } {
  const x = (at: number): number => ((Math.max(at, axis.start) - axis.start) / (axis.end - axis.start)) * WIDTH;
  const height = (Number(quantity) / axis.top) * HEIGHT;
  return { x: x(start), y: HEIGHT - height, width: Math.max(0, x(end) - x(start)), height };
}

/** Whole cells of the grid, and at least one; whole lots, and at least one. */
function snap({
  from,
  to,
  axis,
  gridMs,
  lotSize,
}: {
  readonly from: { readonly at: number; readonly up: number };
  readonly to: { readonly at: number; readonly up: number };
  readonly axis: Axis;
  readonly gridMs: number;
  readonly lotSize: bigint;
}): Rectangle {
  const start = Math.floor(Math.min(from.at, to.at) / gridMs) * gridMs;
  const end = Math.ceil(Math.max(from.at, to.at) / gridMs) * gridMs;
  const cells = { start: Math.max(start, Math.ceil(axis.start / gridMs) * gridMs), end: Math.min(end, axis.end) };
  const lots = BigInt(Math.round(Math.max(from.up, to.up))) / lotSize;
  return { ...cells, end: Math.max(cells.end, cells.start + gridMs), quantity: (lots > 0n ? lots : 1n) * lotSize };
}
