import { useMemo, type ReactNode } from 'react';
import { Chart, type ChartSeries } from '../ui/chart.js';
import { groupDigits } from '../ui/format.js';
import { TOKEN_CLASSES, type TokenClass, type Used } from './usage.figures.js';

const whole = (value: number): string => groupDigits(Math.round(value).toString());
const when = (seconds: number): string => new Date(seconds * 1_000).toISOString().slice(5, 16).replace('T', ' ');

const COLOURS: Readonly<Record<TokenClass, string>> = { input: 'accent', cachedInput: 'soft', output: 'ask', reasoning: 'test' };
const CLASSES = Object.keys(TOKEN_CLASSES) as TokenClass[];
const SERIES: readonly ChartSeries[] = CLASSES.map((one) => ({
  ...{ label: TOKEN_CLASSES[one], colour: COLOURS[one], paths: 'line', format: whole },
}));

/** Tokens over time, a line for each class. Pixels: no figure is read off. */
export function UsageChart({ used, grain }: { readonly used: ReadonlyMap<string, Used>; readonly grain: string }): ReactNode {
  const data = useMemo(() => {
    const rows = [...used].sort(([a], [b]) => a.localeCompare(b));
    return [
      rows.map(([start]) => Date.parse(start) / 1_000),
      ...CLASSES.map((one) => rows.map(([, { counts }]) => Number(counts[one]))),
    ];
  }, [used]);
  return <Chart label={`Tokens by class and ${grain} (UTC); the figures are in the table below.`} data={data} series={SERIES} isTime formatX={when} />;
}
