import { Inject } from '@nestjs/common';
import { Args, ID, Query, Resolver } from '@nestjs/graphql';
import { Market } from '../../allocation/contract.js';
import { AllowMembers } from '../../api/graphql/access.js';
import {
  PageArguments,
  readInstantKey,
  readPage,
  toConnection,
  type Connection,
} from '../../api/graphql/connection.js';
import { Caller } from '../../api/graphql/current.js';
import { apiError } from '../../api/graphql/errors.js';
import { WindowInput } from '../../api/graphql/window.types.js';
import { ROLES, type AuthenticatedPrincipal } from '../../identity/contract.js';
import type { PoolId, ReservationId } from '../../kernel/ids.js';
import { DAY_MS, HOUR_MS } from '../../kernel/time.js';
import { durationOf } from '../../kernel/window.js';
import type { Clock } from '../../platform/clock/clock.js';
import { CLOCK } from '../../platform/platform.module.js';
import { ServiceHours, type PricedHour } from '../projection/service-hour.lists.js';
import { ServiceLevels } from '../projection/service-level.queries.js';
import { PoolAlarmConnection, PoolEvidenceType, type PoolAlarmType } from './evidence.types.js';
import { showAlarm, showEvidence, showFigures, showHour } from './service-level.presentation.js';
import {
  ServiceHourArguments,
  ServiceHourConnection,
  ServiceLevelReportType,
  type ServiceHourType,
} from './service-level.types.js';

const PERIOD_MAX = 32 * DAY_MS;

@Resolver()
export class ServiceLevelResolver {
  constructor(
    private readonly market: Market,
    private readonly levels: ServiceLevels,
    private readonly hours: ServiceHours,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Query(() => ServiceHourConnection, {
    description:
      'What became of a reservation’s promise hour by hour, oldest first, with the evidence; nothing unless your organization holds, sold or provides it.',
  })
  @AllowMembers(ROLES, 'market:read')
  async serviceHours(
    @Args() { reservationId, window = null, ...pageArguments }: ServiceHourArguments,
    @Caller() { organizationId }: AuthenticatedPrincipal,
  ): Promise<Connection<ServiceHourType>> {
    const page = readPage(pageArguments, 1);
    const [key] = page.after ?? [];
    const after = key === undefined ? null : readInstantKey(key);
    const where = { reservationId, organizationId };
    const found = await this.hours.ofReservation(where, { after, window, take: page.first + 1 });
    return toConnection(found, page, showHour, ({ row }) => [row.hour.toISOString()]);
  }

  @Query(() => ServiceLevelReportType, {
    nullable: true,
    description:
      'What became of a reservation’s promise over a window of at most 32 days; null unless your organization holds, sold or provides it.',
  })
  @AllowMembers(ROLES, 'market:read')
  async serviceLevel(
    @Args('reservationId', { type: () => ID, description: 'The reservation.' }) reservationId: string,
    @Args('window', { type: () => WindowInput, description: 'Hours that begin in it.' }) window: WindowInput,
    @Caller() { organizationId }: AuthenticatedPrincipal,
  ): Promise<ServiceLevelReportType | null> {
    const length = durationOf(window);
    if (length <= 0 || length > PERIOD_MAX) {
      throw apiError('BAD_USER_INPUT', 'window: expected one that ends after it starts, of at most 32 days');
    }
    if (!(await this.market.isParty(reservationId as ReservationId, organizationId))) return null;
    const take = PERIOD_MAX / HOUR_MS + 1;
    const where = { reservationId, organizationId };
    const found = await this.hours.ofReservation(where, { after: null, window, take });
    const { samples, figures } = await this.levels.mergedOver(reservationId, window);
    return { reservationId, ...totalsOf(found), samples, figures: showFigures(figures) };
  }

  @Query(() => PoolEvidenceType, {
    nullable: true,
    description: 'What our gateway measured of a pool lately; null while that is nothing.',
  })
  @AllowMembers(ROLES, 'market:read')
  async poolEvidence(
    @Args('poolId', { type: () => ID, description: 'The pool.' }) poolId: string,
  ): Promise<PoolEvidenceType | null> {
    const found = await this.levels.ofPool(poolId as PoolId, this.clock.now());
    return found === null ? null : showEvidence(found);
  }

  @Query(() => PoolAlarmConnection, {
    description:
      'Pools that are slower today than in the seven days before: those that you provide, and all for those who run this exchange.',
  })
  @AllowMembers(ROLES, 'capacity:provide')
  async poolAlarms(
    @Args() pageArguments: PageArguments,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<Connection<PoolAlarmType>> {
    const page = readPage(pageArguments, 3);
    const isExchange = caller.kind === 'member' && caller.isPlatformAdmin;
    const whose = isExchange ? null : caller.organizationId;
    const rows = await this.levels.alarms(whose, { after: page.after, take: page.first + 1 });
    return toConnection(rows, page, showAlarm, ({ poolId, source, figure }) => [poolId, source, figure]);
  }
}

function totalsOf(
  hours: readonly PricedHour[],
): Omit<ServiceLevelReportType, 'reservationId' | 'samples' | 'figures'> {
  const count = (verdict: string): number => hours.filter(({ row }) => row.verdict === verdict).length;
  return {
    ...{ met: count('met'), breached: count('breached') },
    ...{ thin: count('thin'), overturned: count('overturned') },
    openDisputes: hours.filter(({ row }) => row.dispute === 'open').length,
    credits: hours.reduce((sum, { credit }) => sum + credit, 0n),
  };
}
