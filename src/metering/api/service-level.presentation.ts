import type { PoolAlarm, ServiceHour } from '../../platform/prisma/generated/client.js';
import type { Evidence, Figure, Quantiles } from '../model/service-hour.events.js';
import { interTokenOf } from '../model/inter-token.js';
import type { Miss } from '../model/service-hour.judge.js';
import type { PoolEvidence } from '../projection/service-level.queries.js';
import { countedOf, type Measured } from '../model/service-hour.measure.js';
import type { PricedHour } from '../projection/service-hour.lists.js';
import type { FiguredMinute } from '../projection/service-level.queries.js';
import type { PoolAlarmType, PoolEvidenceType } from './evidence.types.js';
import type { WeightedTokens } from '../model/rating.js';
import type { ServiceMinuteType } from './service-record.types.js';
import type {
  CreditDisputeType,
  QuantilesType,
  ServiceFiguresType,
  ServiceHourType,
  ServiceSamplesType,
} from './service-level.types.js';

/** Kept in thousandths of what is shown. */
const MILLI = 1_000;

export function showFigures(figures: Readonly<Record<Figure, Quantiles>>): ServiceFiguresType {
  return {
    ttftMs: scaled(figures.ttft),
    streamTokensPerSecond: scaled(figures.streamSpeed),
    interTokenMs: scaled(interTokenOf(figures.streamSpeed)),
    promptTokens: figures.promptTokens,
    outputTokens: figures.outputTokens,
    concurrency: figures.concurrency,
  };
}

/** What our own requests are like: docs/SLO.md. */
const PROBE_SHAPE = { concurrency: 1, promptWords: 100, outputTokensMax: 32 } as const;

export function showEvidence({ figures, probes, ...evidence }: PoolEvidence): PoolEvidenceType {
  const shown = probes === null ? null : { ...probes, ...PROBE_SHAPE, figures: showFigures(probes.figures) };
  return { ...evidence, figures: showFigures(figures), probes: shown };
}

function scaled({ p5, p50, p95, p99 }: Quantiles): QuantilesType {
  const shown = (value: number | null): number | null => (value === null ? null : value / MILLI);
  return { p5: shown(p5), p50: shown(p50), p95: shown(p95), p99: shown(p99) };
}

export function showHour({ row, credit }: PricedHour): ServiceHourType {
  const { reservationId, hour, revision, verdict, termsVersion, profileVersion } = row;
  const evidence = row.evidence as unknown as Evidence;
  return {
    ...{ reservationId, hour, revision, verdict, termsVersion, profileVersion, credit },
    evidenceId: `${reservationId}/${hour.toISOString()}/${revision}`,
    misses: row.misses as unknown as readonly Miss[],
    samples: showSamples(evidence.measured),
    figures: showFigures(evidence.figures),
    sketchDigest: evidence.sketchDigest,
    creditShare: row.creditShare,
    dispute: showDispute(row),
    judgedAt: row.judgedAt,
  };
}

export function showMinute({ row, figures }: FiguredMinute): ServiceMinuteType {
  const { reservationId, minute, weighted } = row;
  const measured = row.measured as unknown as Measured;
  return {
    ...{ reservationId, minute, weightedTokens: BigInt(weighted.toFixed(0)) as WeightedTokens },
    failed: countedOf(measured) - measured.answered,
    samples: showSamples(measured),
    figures: showFigures(figures),
  };
}

function showSamples({ requests, excluded, answered, ttft, streamSpeed }: Measured): ServiceSamplesType {
  return {
    ...{ requests, ...excluded, answered, ttft: ttft.samples, streamSpeed: streamSpeed.samples },
    ttftInTime: ttft.within[0] ?? 0,
    streamFastEnough: streamSpeed.within[0] ?? 0,
  };
}

function showDispute(row: ServiceHour): CreditDisputeType | null {
  const { dispute: state, disputeOpenedBy: openedBy, disputeOpenedAt: openedAt } = row;
  if (state === null || openedBy === null || openedAt === null) return null;
  const { disputeNote: note, disputeResolvedAt: resolvedAt } = row;
  return { state, openedBy, openedAt, reason: row.disputeReason ?? '', note, resolvedAt };
}

export function showAlarm(alarm: PoolAlarm): PoolAlarmType {
  const { poolId, profileVersion, source, figure, recentSamples, baselineSamples, raisedAt } = alarm;
  const shown = (value: bigint): number => Number(value) / MILLI;
  return {
    ...{ poolId, profileVersion, source, figure, recentSamples, baselineSamples, raisedAt },
    ...{ recent: shown(alarm.recent), baseline: shown(alarm.baseline) },
  };
}
