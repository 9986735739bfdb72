import 'uplot/dist/uPlot.min.css';
import { useEffect, useRef, useSyncExternalStore, type ReactNode } from 'react';
import Plot from 'uplot';
import { afterPaint } from '../api/after-paint.js';

type Data = readonly (readonly (number | null)[])[];
/** A trace is a line with a point only where there is room for it, and none across what is missing. */
export type Paths = 'line' | 'trace' | 'steps' | 'bars' | 'points';

export interface ChartSeries {
  readonly label: string;
  /** A colour of web/style/tokens.css, such as `accent`. */
  readonly colour: string;
  readonly paths: Paths;
  readonly isFilled?: boolean;
  /** What was promised, or may be had at the most: not what is measured. */
  readonly isLimit?: boolean;
  /** Which of the two scales at the sides it is read off. */
  readonly scale?: 'left' | 'right';
  readonly format: (value: number) => string;
}

export interface ChartProps {
  /** What it shows, in words: for whoever does not see it. */
  readonly label: string;
  /** The first list is along the bottom; one more for each series. Pixels: no figure is read off. */
  readonly data: Data;
  readonly series: readonly ChartSeries[];
  readonly isTime?: boolean;
  readonly formatX: (value: number) => string;
}

const HEIGHT_PX = 220;
/** As wide as a day and an hour, with room between two of them. */
const X_LABEL_PX = 92;
/** Half of one: the last stands under the right end. */
const HALF_LABEL_PX = 36;
/** Of the scale at the right, whose figures stand elsewhere. */
const RIGHT_PX = 8;

/** A chart that follows its width and the appearance of the page; drawn when the page around it is on the screen. */
export function Chart({ label, data, series, isTime = false, formatX }: ChartProps): ReactNode {
  const box = useRef<HTMLDivElement>(null);
  const shown = useRef<Plot | null>(null);
  const wasShown = useRef(false);
  const latest = useRef(data);
  const appearance = useAppearance();
  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    let observer: ResizeObserver | null = null;
    const draw = (): void => {
      const colourOf = colours(element);
      const plot = new Plot(optionsOf({ series, isTime, formatX, width: element.clientWidth, colourOf }), latest.current as never, element);
      shown.current = plot;
      observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: HEIGHT_PX }));
      observer.observe(element);
    };
    // One that was on show is not missed for a moment when it only has other colours.
    let forget: (() => void) | undefined;
    if (wasShown.current) draw();
    else forget = afterPaint(draw);
    wasShown.current = true;
    return () => {
      forget?.();
      observer?.disconnect();
      shown.current?.destroy();
      shown.current = null;
    };
  }, [series, isTime, formatX, appearance]);
  // Newer figures go into the chart that is there: whoever points at it is not disturbed.
  useEffect(() => {
    if (latest.current === data) return;
    latest.current = data;
    shown.current?.setData(data as never);
  }, [data]);
  return <div ref={box} className="chart" role="img" aria-label={label} />;
}

/** Changes when light becomes dark, by the page's choice or the system's. */
function useAppearance(): string {
  return useSyncExternalStore(
    (listener) => {
      const media = matchMedia('(prefers-color-scheme: dark)');
      const observer = new MutationObserver(listener);
      media.addEventListener('change', listener);
      observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
      return () => {
        media.removeEventListener('change', listener);
        observer.disconnect();
      };
    },
    () => `${document.documentElement.dataset['theme']} ${matchMedia('(prefers-color-scheme: dark)').matches}`,
  );
}

const COLOURS = ['accent', 'accent-fill', 'ask', 'ask-fill', 'test', 'test-fill', 'soft', 'line', 'strong-line'];

/** What a token is on this element: a canvas knows no variables. All are there before one is read, so that it costs once. */
function colours(element: HTMLElement): (name: string) => string {
  const probes = COLOURS.map((name) => {
    const probe = element.appendChild(document.createElement('i'));
    probe.style.color = `var(--${name})`;
    return [name, probe] as const;
  });
  const found = new Map(probes.map(([name, probe]) => [name, getComputedStyle(probe).color]));
  probes.forEach(([, probe]) => probe.remove());
  return (name) => found.get(name) ?? 'currentColor';
}

interface Making extends Pick<ChartProps, 'series' | 'formatX'> {
  readonly isTime: boolean;
  readonly width: number;
  readonly colourOf: (name: string) => string;
}

function optionsOf({ series, isTime, formatX, width, colourOf }: Making): Plot.Options {
  const font = `11px ${getComputedStyle(document.body).fontFamily}`;
  const axis = { stroke: colourOf('soft'), font, ticks: { show: false }, grid: { stroke: colourOf('line'), width: 1 } };
  // What is a bar, or filled like one, begins at nothing.
  const isFromZero = series.some(({ paths, isFilled, scale }) => (paths === 'bars' || (paths === 'steps' && isFilled)) && scale !== 'right');
  const hasRight = series.some(({ scale }) => scale === 'right');
  const formatOf = (scale: 'left' | 'right'): ((value: number) => string) => series.find((one) => (one.scale ?? 'left') === scale)?.format ?? String;
  return {
    ...{ width, height: HEIGHT_PX, legend: { live: true }, padding: [10, hasRight ? HALF_LABEL_PX - RIGHT_PX : HALF_LABEL_PX, 0, 0] },
    cursor: { y: false, points: { size: 7 } },
    scales: { x: { time: isTime, range: (_plot, min, max) => alongOf(min, max, isTime) }, left: { range: (_plot, min, max) => (isFromZero ? [0, Math.max(1, max ?? 1) * 1.12] : rangeOf(min, max)) }, right: { range: (_plot, _min, max) => [0, Math.max(1, max * 4)] } },
    axes: [
      { ...axis, space: X_LABEL_PX, grid: { show: false }, values: (_plot, values) => values.map(formatX) },
      { ...axis, scale: 'left', size: 62, values: (_plot, values) => values.map(formatOf('left')) },
      ...(hasRight ? [{ ...axis, scale: 'right', side: 1 as const, size: RIGHT_PX, grid: { show: false }, values: () => [] }] : []),
    ],
    series: [
      { value: (_plot, value) => (value === null ? '—' : formatX(value)), label: isTime ? 'UTC' : 'At' },
      ...series.map((one) => seriesOf(one, colourOf)),
    ],
  };
}

const SIX_HOURS_S = 21_600;

/** One point alone stands in the middle of something. */
function alongOf(min: number | null, max: number | null, isTime: boolean): [number, number] {
  const [low, high] = [min ?? 0, max ?? 1];
  const room = isTime ? SIX_HOURS_S : Math.abs(low) * 0.5 || 1;
  return low === high ? [low - room, high + room] : [low, high];
}

function rangeOf(min: number | null, max: number | null): [number, number] {
  const [low, high] = [min ?? 0, max ?? 1];
  const room = (high - low) * 0.12 || Math.max(Math.abs(high) * 0.2, 1e-6);
  return [low >= 0 ? Math.max(0, low - room) : low - room, high + room];
}

function seriesOf(
  { label, colour, paths, isFilled = false, isLimit = false, scale = 'left', format }: ChartSeries,
  colourOf: (name: string) => string,
): Plot.Series {
  const stroke = colourOf(colour);
  return {
    ...{ label, scale, stroke, width: WIDTHS[paths], spanGaps: paths !== 'trace' || isLimit },
    ...(isLimit ? { dash: [6, 5], width: 1.25 } : {}),
    ...(isFilled || paths === 'bars' ? { fill: colourOf(`${colour}-fill`) } : {}),
    ...pathsOf(paths),
    points: pointsOf(paths, isLimit, stroke),
    value: (_plot, value) => (value === null ? '—' : format(value)),
  };
}

function pointsOf(paths: Paths, isLimit: boolean, stroke: string): Plot.Series.Points {
  if (paths === 'trace' && !isLimit) return { size: 4, fill: stroke };
  return { show: paths === 'points' || paths === 'line', size: 6, fill: stroke };
}

const WIDTHS: Readonly<Record<Paths, number>> = { line: 1.75, trace: 1.75, steps: 1.75, bars: 0, points: 0 };

function pathsOf(paths: Paths): Pick<Plot.Series, 'paths'> {
  const { stepped, bars } = Plot.paths;
  if (paths === 'steps' && stepped !== undefined) return { paths: stepped({ align: 1 }) };
  if (paths === 'bars' && bars !== undefined) return { paths: bars({ size: [0.6, 14] }) };
  return {};
}
