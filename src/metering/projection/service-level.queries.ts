import { Injectable } from '@nestjs/common';
import { Market, type SaleLink } from '../../allocation/contract.js';
import type { OrganizationId, PoolId, ReservationId } from '../../kernel/ids.js';
import { ZERO_USD, type BasisPoints, type MicroUsd } from '../../kernel/money.js';
import { priceShareOf } from '../../kernel/proration.js';
import { plus, type Instant } from '../../kernel/time.js';
import type { Window } from '../../kernel/window.js';
import { Database } from '../../platform/database/prisma.js';
import type { PoolAlarm, Prisma, ServiceHour } from '../../platform/prisma/generated/client.js';
import { PoolDirectory } from '../../providers/contract.js';
import { countOf } from '../adapter/quantile.sketch.js';
import { figuresOf, mergeAll, type Sketches } from '../application/service-sketches.js';
import type { EvidenceLevel } from '../model/pool-evidence.events.js';
import { EVIDENCE_AGE, levelOf } from '../model/pool-evidence.rules.js';
import type { Figure, Quantiles } from '../model/service-hour.events.js';

/** Hours whose sketches are merged for one answer: 32 days of one reservation, a week of many. */
const SKETCHES_MAX = 2_000;
const ALARMS_MAX = 100;

/** A judged hour, and what its credit comes to at the price of who was served. */
export interface PricedHour {
  readonly row: ServiceHour;
  readonly credit: MicroUsd;
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
    private readonly market: Market,
    private readonly pools: PoolDirectory,
  ) {}

  async isParty(reservationId: ReservationId, organizationId: OrganizationId): Promise<boolean> {
    const parties =
      (await this.market.entitlement(reservationId)) ??
      (await this.market.reservation(reservationId));
    if (parties === null) return false;
    return [parties.holderId, parties.sellerId, parties.providerId].includes(organizationId);
  }

  /** Judged hours of a reservation, oldest first; none of those that concern others. */
  async hours(
    where: { readonly reservationId: string; readonly organizationId: OrganizationId },
    page: { readonly after: Date | null; readonly window: Window | null; readonly take: number },
  ): Promise<readonly PricedHour[]> {
    const { after, window, take } = page;
    const hour = {
      ...(window !== null && { gte: new Date(window.start), lt: new Date(window.end) }),
      ...(after !== null && { gt: after }),
    };
    const filter = { ...partOf(where), hour };
    const rows = await this.database.serviceHour.findMany({ where: filter, orderBy: { hour: 'asc' }, take });
    if (rows.length === 0) return [];
    const [sale] = (await this.market.salesOf(where.reservationId as ReservationId)) ?? [];
    return rows.map((row) => ({ row, credit: creditOf(row, sale) }));
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
      where: { poolId, profileVersion, hour: { gte: new Date(plus(now, -EVIDENCE_AGE)) } },
      orderBy: { hour: 'desc' },
      take: SKETCHES_MAX,
    });
    const traffic = merged(rows);
    const { probes, isContractKept } = await this.probesOf(poolId, profileVersion, now);
    const from = rows.at(-1)?.hour ?? probes?.newest;
    const until = rows.at(0)?.hour ?? probes?.newest;
    if (from === undefined || until === undefined) return null;
    const level = levelOf({ served: traffic.samples, probed: probes?.samples ?? 0, isContractKept });
    return { ...traffic, level, profileVersion, from, until, probes };
  }

  private async probesOf(
    poolId: PoolId,
    profileVersion: number,
    now: Instant,
  ): Promise<Pick<PoolEvidence, 'probes'> & { readonly isContractKept: boolean | null }> {
    const days = await this.database.evidenceDay.findMany({
      where: { poolId, profileVersion, source: 'probe', day: { gte: new Date(plus(now, -EVIDENCE_AGE)) } },
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

  /** Alarms that are on: of all pools, or of one provider's. */
  alarms(providerId: OrganizationId | null): Promise<readonly PoolAlarm[]> {
    return this.database.poolAlarm.findMany({
      where: providerId === null ? {} : { providerId },
      orderBy: [{ raisedAt: 'desc' }, { poolId: 'asc' }, { source: 'asc' }, { figure: 'asc' }],
      take: ALARMS_MAX,
    });
  }
}

function partOf({
  reservationId,
  organizationId,
}: Parameters<ServiceLevels['hours']>[0]): Prisma.ServiceHourWhereInput {
  const sides = ['holderId', 'sellerId', 'providerId'] as const;
  return { reservationId, OR: sides.map((side) => ({ [side]: organizationId })) };
}

function creditOf({ creditShare, creditArea }: ServiceHour, sale: SaleLink | undefined): MicroUsd {
  if (sale === undefined) return ZERO_USD;
  const area = BigInt(creditArea.toFixed(0));
  return priceShareOf(sale, { share: creditShare as BasisPoints, area });
}

function merged(rows: readonly { readonly sketches: unknown }[]): MergedFigures {
  const sketches = mergeAll(rows.map((row) => row.sketches as Sketches));
  return { samples: countOf(sketches.promptTokens), figures: figuresOf(sketches) };
}
