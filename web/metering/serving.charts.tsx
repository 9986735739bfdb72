import { useMemo, type ReactNode } from 'react';
import { Chart, type ChartSeries } from '../ui/chart.js';
import { groupDigits } from '../ui/format.js';
import type { Stretch } from './serving.figures.js';

type Grid = readonly (readonly [at: number, stretch: Stretch | null])[];

const whole = (value: number): string => groupDigits(Math.round(value).toString());
/** Half a request is none. */
const count = (value: number): string => (Number.isInteger(value) ? groupDigits(String(value)) : '');
const milliseconds = (value: number): string => `${whole(value)} ms`;
const clock = (seconds: number): string => new Date(seconds * 1_000).toISOString().slice(11, 16);
const day = (seconds: number): string => new Date(seconds * 1_000).toISOString().slice(5, 16).replace('T', ' ');

interface Drawn {
  readonly grid: Grid;
  readonly isHourly: boolean;
}

/** Along the same time, one row for each thing that is measured. */
function rowsOf(grid: Grid, picks: readonly ((stretch: Stretch | null) => number | null)[]): readonly (readonly (number | null)[])[] {
  return [grid.map(([at]) => at / 1_000), ...picks.map((pick) => grid.map(([, stretch]) => pick(stretch)))];
}

const TTFT: readonly ChartSeries[] = [
  { label: 'p50', colour: 'accent', paths: 'trace', format: milliseconds },
  { label: 'p95', colour: 'test', paths: 'trace', format: milliseconds },
  { label: 'p99', colour: 'ask', paths: 'trace', format: milliseconds },
  { label: 'Promised p95', colour: 'soft', paths: 'trace', isLimit: true, format: milliseconds },
];

/** Time to first token against what was promised. */
export function TtftChart({ grid, isHourly, promised }: Drawn & { readonly promised: number }): ReactNode {
  const data = useMemo(
    () => rowsOf(grid, [(one) => one?.ttft.p50 ?? null, (one) => one?.ttft.p95 ?? null, (one) => one?.ttft.p99 ?? null, () => promised]),
    [grid, promised],
  );
  const label = `Time to first token, p50, p95 and p99 in milliseconds, by ${isHourly ? 'hour' : 'minute'} (UTC); promised are ${promised} ms at p95.`;
  return <Chart label={label} data={data} series={TTFT} isTime formatX={isHourly ? day : clock} />;
}

const RATE: readonly ChartSeries[] = [
  { label: 'Used', colour: 'accent', paths: 'bars', format: whole },
  { label: 'Held', colour: 'soft', paths: 'trace', isLimit: true, format: whole },
];

/** Weighted tokens a second against what is held. */
export function RateChart({ grid, isHourly, held }: Drawn & { readonly held: number }): ReactNode {
  const data = useMemo(() => rowsOf(grid, [(one) => one?.rate ?? null, () => held]), [grid, held]);
  const label = `Weighted tokens a second used, by ${isHourly ? 'hour' : 'minute'} (UTC), of ${whole(held)} held.`;
  return <Chart label={label} data={data} series={RATE} isTime formatX={isHourly ? day : clock} />;
}

const SPEED: readonly ChartSeries[] = [
  { label: 'p50', colour: 'accent', paths: 'trace', format: whole },
  { label: 'Slowest 5 %', colour: 'ask', paths: 'trace', format: whole },
  { label: 'Promised', colour: 'soft', paths: 'trace', isLimit: true, format: whole },
];

/** How fast one stream is after its first token. */
export function SpeedChart({ grid, isHourly, promised }: Drawn & { readonly promised: number }): ReactNode {
  const data = useMemo(
    () => rowsOf(grid, [(one) => one?.speed.p50 ?? null, (one) => one?.speed.p5 ?? null, () => promised]),
    [grid, promised],
  );
  const label = `Tokens a second of one stream, median and slowest 5 %, by ${isHourly ? 'hour' : 'minute'} (UTC); promised are ${promised}.`;
  return <Chart label={label} data={data} series={SPEED} isTime formatX={isHourly ? day : clock} />;
}

const ENDS: readonly ChartSeries[] = [
  { label: 'Requests', colour: 'accent', paths: 'bars', format: count },
  { label: 'Failed', colour: 'ask', paths: 'points', format: count },
  { label: 'Client left', colour: 'test', paths: 'points', format: count },
  { label: 'Refused', colour: 'soft', paths: 'points', format: count },
];

const failed = (one: Stretch): number => one.failed;
const aborted = (one: Stretch): number => one.aborted;
const refused = (one: Stretch): number => one.refused;
/** None is no point. */
const some = (pick: (one: Stretch) => number) => (one: Stretch | null) => (one === null || pick(one) === 0 ? null : pick(one));

/** How many came, and what became of those that were not answered. */
export function EndsChart({ grid, isHourly }: Drawn): ReactNode {
  const data = useMemo(
    () => rowsOf(grid, [(one) => one?.requests ?? null, ...[failed, aborted, refused].map(some)]),
    [grid],
  );
  const total = grid.reduce((sum, [, one]) => sum + (one?.failed ?? 0), 0);
  const label = `Requests by ${isHourly ? 'hour' : 'minute'} (UTC); ${total} of them failed.`;
  return <Chart label={label} data={data} series={ENDS} isTime formatX={isHourly ? day : clock} />;
}
