import { Args, ID, Query, Resolver } from '@nestjs/graphql';
import { Market } from '../../allocation/contract.js';
import { AllowMembers } from '../../api/graphql/access.js';
import {
  readInstantKey,
  readPage,
  toConnection,
  type Connection,
} from '../../api/graphql/connection.js';
import { Caller } from '../../api/graphql/current.js';
import { ROLES, type AuthenticatedPrincipal } from '../../identity/contract.js';
import type { OrganizationId, ReservationId } from '../../kernel/ids.js';
import { Database } from '../../platform/database/prisma.js';
import { Prisma, type UsageHour } from '../../platform/prisma/generated/client.js';
import type { Instant } from '../../kernel/time.js';
import type { WeightedTokens } from '../model/rating.js';
import { usageEvidenceId } from '../model/usage.events.js';
import {
  UsageHourArguments,
  UsageHourConnection,
  UsageTotalsType,
  type UsageHourType,
} from './usage.types.js';

const SUMMED = {
  events: true,
  inputTokens: true,
  cachedTokens: true,
  outputTokens: true,
  reasoningTokens: true,
  weighted: true,
  overage: true,
  overageAmount: true,
} as const;

type Figures = Readonly<Record<keyof typeof SUMMED, Prisma.Decimal | null>>;

@Resolver()
export class UsageResolver {
  constructor(
    private readonly database: Database,
    private readonly market: Market,
  ) {}

  @Query(() => UsageHourConnection, {
    description:
      'What was used of a reservation hour by hour, oldest first; nothing unless your organization holds, sold or provides it.',
  })
  @AllowMembers(ROLES, 'market:read')
  async usageHours(
    @Args() { reservationId, ...pageArguments }: UsageHourArguments,
    @Caller() { organizationId }: AuthenticatedPrincipal,
  ): Promise<Connection<UsageHourType>> {
    const page = readPage(pageArguments, 1);
    const [after] = page.after ?? [];
    const rows = await this.database.usageHour.findMany({
      where: {
        ...partOf(reservationId, organizationId),
        ...(after !== undefined && { hour: { gt: readInstantKey(after) } }),
      },
      orderBy: { hour: 'asc' },
      take: page.first + 1,
    });
    return toConnection(rows, page, showHour, ({ hour }) => [hour.toISOString()]);
  }

  @Query(() => UsageTotalsType, {
    nullable: true,
    description:
      'All that was used of a reservation; null unless your organization holds, sold or provides it. What came in within the last seconds may not be in it yet.',
  })
  @AllowMembers(ROLES, 'market:read')
  async usageTotals(
    @Args('reservationId', { type: () => ID, description: 'The reservation.' })
    reservationId: string,
    @Caller() { organizationId }: AuthenticatedPrincipal,
  ): Promise<UsageTotalsType | null> {
    const { _count, _sum } = await this.database.usageHour.aggregate({
      where: partOf(reservationId, organizationId),
      _count: true,
      _sum: SUMMED,
    });
    const isParty = _count > 0 || (await this.market.isParty(reservationId as ReservationId, organizationId));
    return isParty ? { reservationId, hours: _count, ...showFigures(_sum) } : null;
  }
}

function partOf(reservationId: string, organizationId: OrganizationId): Prisma.UsageHourWhereInput {
  const sides = ['holderId', 'sellerId', 'providerId'] as const;
  return { reservationId, OR: sides.map((side) => ({ [side]: organizationId })) };
}

function showHour(row: UsageHour): UsageHourType {
  const { reservationId, hour, revision, ratedAt, entitled } = row;
  const entitledTokens = wholeOf(entitled) as WeightedTokens;
  const named = { reservationId: reservationId as ReservationId, hour: hour.getTime() as Instant, revision };
  const evidenceId = usageEvidenceId(named);
  return { reservationId, hour, revision, evidenceId, ratedAt, entitledTokens, ...showFigures(row) };
}

function showFigures(
  figures: Figures,
): Omit<UsageTotalsType, 'reservationId' | 'hours'> {
  return {
    events: wholeOf(figures.events),
    inputTokens: wholeOf(figures.inputTokens),
    cachedInputTokens: wholeOf(figures.cachedTokens),
    outputTokens: wholeOf(figures.outputTokens),
    reasoningTokens: wholeOf(figures.reasoningTokens),
    weightedTokens: wholeOf(figures.weighted) as WeightedTokens,
    overageTokens: wholeOf(figures.overage) as WeightedTokens,
    overageAmount: wholeOf(figures.overageAmount),
  };
}

/** No sum of no rows. */
function wholeOf(value: Prisma.Decimal | null): bigint {
  return value === null ? 0n : BigInt(value.toFixed(0));
}
