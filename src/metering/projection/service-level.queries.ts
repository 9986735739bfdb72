import { Injectable } from '@nestjs/common';
import type { OrganizationId, PoolId, ReservationId } from '../../kernel/ids.js';
import type { Instant } from '../../kernel/time.js';
import type { Window } from '../../kernel/window.js';
import { Database } from '../../platform/database/prisma.js';
import type { PoolAlarm, ServiceMinute } from '../../platform/prisma/generated/client.js';
import { PoolDirectory } from '../../providers/contract.js';
import { countOf } from '../adapter/quantile.sketch.js';
import { figuresOf, mergeAll, type Sketches } from '../application/service-sketches.js';
import type { EvidenceLevel } from '../model/pool-evidence.events.js';
import { evidenceSince, levelOf } from '../model/pool-evidence.rules.js';
import type { Figure, Quantiles } from '../model/service-hour.events.js';

/** Hours whose sketches are merged for one answer: 32 days of one reservation, a week of many. */
const SKETCHES_MAX = 2_000;

export interface FiguredMinute {
  readonly row: ServiceMinute;
  readonly figures: Readonly<Record<Figure, Quantiles>>;
}

export interface MergedFigures {
  readonly samples: number;
  readonly figures: Readonly<Record<Figure, Quantiles>>;
}

/** Figures of holders' requests, and those of our own apart; both are for the level. */
export interface PoolEvidence extends MergedFigures {
  readonly level: EvidenceLevel;
  readonly profileVersion: number;
  readonly from: Date;
  readonly until: Date;
  /** Null: there were none. */
  readonly probes: (MergedFigures & { readonly newest: Date }) | null;
}

/** What is known of service levels. */
@Injectable()
export class ServiceLevels {
  constructor(
    private readonly database: Database,
    private readonly pools: PoolDirectory,
  ) {}

  /** What was measured of a reservation, minute by minute, oldest first. */
  async minutes(
    reservationId: ReservationId,
    { after, window, take }: { readonly after: Date | null; readonly window: Window | null; readonly take: number },
  ): Promise<readonly FiguredMinute[]> {
    const minute = {
      ...(window !== null && { gte: new Date(window.start), lt: new Date(window.end) }),
      ...(after !== null && { gt: after }),
    };
    const where = { reservationId, minute };
    const rows = await this.database.serviceMinute.findMany({ where, orderBy: { minute: 'asc' }, take });
    return rows.map((row) => ({ row, figures: figuresOf(row.sketches as unknown as Sketches) }));
  }

  async mergedOver(reservationId: string, { start, end }: Window): Promise<MergedFigures> {
    const rows = await this.database.serviceSketch.findMany({
      where: { reservationId, hour: { gte: new Date(start), lt: new Date(end) } },
      take: SKETCHES_MAX,
    });
    return merged(rows);
  }

  /** Of the serving profile that is in force: another one makes what was measured before void. */
  async ofPool(poolId: PoolId, now: Instant): Promise<PoolEvidence | null> {
    const facts = await this.pools.facts(poolId);
    if (facts === null) return null;
    const { profileVersion } = facts.terms.usage;
    const rows = await this.database.serviceSketch.findMany({
      where: { poolId, profileVersion, hour: { gte: new Date(evidenceSince(now)) } },
      orderBy: { hour: 'desc' },
      take: SKETCHES_MAX,
    });
    const traffic = merged(rows);
    const { probes, isContractKept } = await this.probesOf(poolId, profileVersion, now);
    const period = periodOf(rows, probes);
    if (period === null) return null;
    const level = levelOf({ served: traffic.samples, probed: probes?.samples ?? 0, isContractKept });
    return { ...traffic, level, profileVersion, ...period, probes };
  }

  private async probesOf(
    poolId: PoolId,
    profileVersion: number,
    now: Instant,
  ): Promise<Pick<PoolEvidence, 'probes'> & { readonly isContractKept: boolean | null }> {
    const days = await this.database.evidenceDay.findMany({
      where: { poolId, profileVersion, source: 'probe', day: { gte: new Date(evidenceSince(now)) } },
      orderBy: { day: 'desc' },
    });
    const last = await this.database.probe.findFirst({
      where: { poolId, profileVersion },
      orderBy: { slot: 'desc' },
    });
    const [newest] = days;
    if (newest === undefined || last === null) return { probes: null, isContractKept: null };
    const failed = await this.database.probe.count({
      where: { poolId, slot: last.slot, outcome: { not: 'completed' } },
    });
    return { probes: { ...merged(days), newest: newest.newest }, isContractKept: failed === 0 };
  }

  /** Alarms that are on, pool by pool: of all pools, or of one provider's. */
  alarms(
    providerId: OrganizationId | null,
    { after, take }: { readonly after: readonly string[] | null; readonly take: number },
  ): Promise<readonly PoolAlarm[]> {
    const [poolId = '', source = '', figure = ''] = after ?? [];
    const further = [
      { poolId: { gt: poolId } },
      { poolId, source: { gt: source } },
      { poolId, source, figure: { gt: figure } },
    ];
    return this.database.poolAlarm.findMany({
      where: { ...(providerId !== null && { providerId }), ...(after !== null && { OR: further }) },
      orderBy: [{ poolId: 'asc' }, { source: 'asc' }, { figure: 'asc' }],
      take,
    });
  }
}

/** Of holders' requests, newest first; where there are none, of the newest one of ours. */
function periodOf(
  rows: readonly { readonly hour: Date }[],
  probes: PoolEvidence['probes'],
): Pick<PoolEvidence, 'from' | 'until'> | null {
  const [newest, oldest] = [rows.at(0), rows.at(-1)];
  if (newest !== undefined && oldest !== undefined) return { from: oldest.hour, until: newest.hour };
  return probes === null ? null : { from: probes.newest, until: probes.newest };
}

function merged(rows: readonly { readonly sketches: unknown }[]): MergedFigures {
  const sketches = mergeAll(rows.map((row) => row.sketches as Sketches));
  return { samples: countOf(sketches.promptTokens), figures: figuresOf(sketches) };
}
