import { useMemo, type ReactNode } from 'react';
import { Chart, type ChartSeries } from '../ui/chart.js';
import { groupDigits, usdRounded } from '../ui/format.js';
import type { Candle, Depth, DepthLevel, SpeedPremium } from './market.documents.js';

// Charts are pixels: here, and only here, amounts are floats.

const dollars = (microUsd: string): number => Number(microUsd) / 1_000_000;
const price = (value: number): string => value.toFixed(value < 1 ? 3 : 2);
const perMillion = (value: number): string => `${value.toFixed(2)} USD / M`;
const quantity = (value: number): string => groupDigits(Math.round(value).toString());
const hour = (seconds: number): string => `${new Date(seconds * 1_000).toISOString().slice(5, 16).replace('T', ' ')}`;

const DEPTH_SERIES: readonly ChartSeries[] = [
  { label: 'Bids, tokens/s', colour: 'accent', paths: 'steps', isFilled: true, format: quantity },
  { label: 'Asks, tokens/s', colour: 'ask', paths: 'steps', isFilled: true, format: quantity },
];

/** How much could be sold above a price and bought below one. */
export function DepthChart({ depth: { asks, bids } }: { readonly depth: Depth }): ReactNode {
  const data = useMemo(() => depthData(asks, bids), [asks, bids]);
  const best = (side: readonly DepthLevel[]): string =>
    side[0] === undefined ? 'none' : `${usdRounded(side[0].pricePerMillionTokens)} per million tokens`;
  const label = `Depth. Best bid: ${best(bids)}; best ask: ${best(asks)}.`;
  return <Chart label={label} data={data} series={DEPTH_SERIES} formatX={perMillion} />;
}

function depthData(asks: readonly DepthLevel[], bids: readonly DepthLevel[]): readonly (readonly (number | null)[])[] {
  const at = ({ pricePerMillionTokens }: DepthLevel): number => dollars(pricePerMillionTokens);
  const up = [...bids].reverse();
  const highest = Math.max(0, ...[...asks, ...bids].map(at)) * 1.08;
  const askEnd = asks.at(-1);
  const xs = [...up.map(at), ...asks.map(at), ...(askEnd === undefined ? [] : [highest])];
  const bidSide = [...up.map((level) => Number(level.cumulativeQuantity)), ...asks.map(() => null), ...(askEnd === undefined ? [] : [null])];
  const askSide = [
    ...up.map(() => null),
    ...asks.map((level) => Number(level.cumulativeQuantity)),
    ...(askEnd === undefined ? [] : [Number(askEnd.cumulativeQuantity)]),
  ];
  return [xs, bidSide, askSide];
}

const PRICE_SERIES: readonly ChartSeries[] = [
  { label: 'Average, USD', colour: 'accent', paths: 'line', isFilled: true, format: price },
  { label: 'High, USD', colour: 'soft', paths: 'points', format: price },
  { label: 'Low, USD', colour: 'soft', paths: 'points', format: price },
  { label: 'Volume, token/s·h', colour: 'accent', paths: 'bars', scale: 'right', format: quantity },
];

/** What a million tokens cost hour by hour, and how much was traded. */
export function PriceChart({ candles }: { readonly candles: readonly Candle[] }): ReactNode {
  const data = useMemo(() => {
    const perM = (unitPrice: string): number => dollars(unitPrice) * (1_000_000 / 3_600);
    return [
      candles.map(({ start }) => Date.parse(start) / 1_000),
      candles.map(({ vwap }) => perM(vwap)),
      candles.map(({ high }) => perM(high)),
      candles.map(({ low }) => perM(low)),
      candles.map(({ volume }) => Number(volume)),
    ];
  }, [candles]);
  const label = `Price in USD per million tokens, by hour (UTC), in ${candles.length} hours with trades.`;
  return <Chart label={label} data={data} series={PRICE_SERIES} isTime formatX={hour} />;
}

const PREMIUM_SERIES: readonly ChartSeries[] = [
  { label: 'USD per million tokens', colour: 'accent', paths: 'line', format: price },
];
const speed = (value: number): string => `≥ ${Math.round(value)} tokens/s`;

/** What speed costs: the price of a million tokens by how fast one stream is promised to be. */
export function PremiumChart({ premium: { points, trades } }: { readonly premium: SpeedPremium }): ReactNode {
  const data = useMemo(() => {
    const traded = points.filter(({ pricePerMillionTokens }) => pricePerMillionTokens !== null);
    const bySpeed = new Map<number, number[]>();
    for (const { streamTokensPerSecondMin: { from }, pricePerMillionTokens } of traded) {
      bySpeed.set(from, [...(bySpeed.get(from) ?? []), dollars(pricePerMillionTokens ?? '0')]);
    }
    const speeds = [...bySpeed.keys()].sort((a, b) => a - b);
    const mean = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length;
    return [speeds, speeds.map((one) => mean(bySpeed.get(one) ?? [0]))];
  }, [points]);
  const label = `What speed costs: USD per million tokens by stream speed, from ${trades} trades of 30 days.`;
  return <Chart label={label} data={data} series={PREMIUM_SERIES} formatX={speed} />;
}
