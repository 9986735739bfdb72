import { Inject, Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import type { ReservationId } from '../../kernel/ids.js';
import { POOL } from '../../platform/platform.module.js';
import { countOf, quantilesOf, type SketchData } from '../adapter/quantile.sketch.js';
import {
  PilotUsage,
  type PilotFigure,
  type PilotGroup,
  type PilotMeasured,
  type PilotSide,
  type PilotUse,
} from '../contract.js';
import { addCounts, NO_TOKENS } from '../model/token-counts.js';
import { readPilotParts, type PilotPart } from './pilot-minutes.js';
import { mergeAll } from './service-sketches.js';

const SIDES = ['client', 'mirror'] as const;
const STARTS = ['all', 'cold', 'warm'] as const;

/** Half, 19 in 20 and 99 in 100 of the times were at most so long, and of the speeds at least so high. */
const OF_TIMES = [0.5, 0.95, 0.99];
const OF_SPEEDS = [0.5, 0.05, 0.01];

/** Puts together what both sides of a pilot measured. */
@Injectable()
export class PilotUsageService extends PilotUsage {
  constructor(@Inject(POOL) private readonly pool: Pool) {
    super();
  }

  async of(pilotId: string): Promise<PilotMeasured> {
    const parts = await readPilotParts(this.pool, pilotId);
    const groups = SIDES.flatMap((side) =>
      STARTS.map((start) => {
        const isIn = (part: PilotPart): boolean =>
          part.side === side && (start === 'all' || part.isCold === (start === 'cold'));
        return groupOf(side, start, parts.filter(isIn));
      }),
    );
    return { groups, uses: usesOf(parts) };
  }
}

function groupOf(
  side: PilotSide,
  start: PilotGroup['start'],
  parts: readonly PilotPart[],
): PilotGroup {
  const { ttft, streamSpeed } = mergeAll(parts.map(({ sketches }) => sketches));
  const total = (count: (part: PilotPart) => number): number =>
    parts.reduce((sum, part) => sum + count(part), 0);
  return {
    ...{ side, start, requests: total(({ requests }) => requests) },
    ends: {
      answered: total(({ ends }) => ends.answered),
      failed: total(({ ends }) => ends.failed),
      aborted: total(({ ends }) => ends.aborted),
      refused: total(({ ends }) => ends.refused),
    },
    counts: parts.map(({ counts }) => counts).reduce(addCounts, NO_TOKENS),
    ttft: figureOf(ttft, OF_TIMES),
    streamSpeed: figureOf(streamSpeed, OF_SPEEDS),
  };
}

function figureOf(sketch: SketchData, quantiles: readonly number[]): PilotFigure {
  const [p50 = null, p95 = null, p99 = null] = quantilesOf(sketch, quantiles);
  return { samples: countOf(sketch), p50, p95, p99 };
}

function usesOf(parts: readonly PilotPart[]): readonly PilotUse[] {
  const uses = new Map<string, PilotUse>();
  for (const { side, reservationId, counts } of parts) {
    const name = `${side} ${reservationId ?? ''}`;
    const sum = addCounts(uses.get(name)?.counts ?? NO_TOKENS, counts);
    uses.set(name, { side, reservationId: reservationId as ReservationId | null, counts: sum });
  }
  return [...uses.values()];
}
