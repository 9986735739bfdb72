import { Args, Query, Resolver } from '@nestjs/graphql';
import { Market } from '../../allocation/contract.js';
import { AllowMembers } from '../../api/graphql/access.js';
import { readInstantKey, readPage, toConnection, type Connection } from '../../api/graphql/connection.js';
import { Caller } from '../../api/graphql/current.js';
import { ROLES, type AuthenticatedPrincipal } from '../../identity/contract.js';
import type { ReservationId } from '../../kernel/ids.js';
import { ServiceHours } from '../projection/service-hour.lists.js';
import { ServiceLevels } from '../projection/service-level.queries.js';
import { showHour, showMinute } from './service-level.presentation.js';
import { ServiceHourConnection, type ServiceHourType } from './service-level.types.js';
import {
  ServiceCreditArguments,
  ServiceMinuteArguments,
  ServiceMinuteConnection,
  type ServiceMinuteType,
} from './service-record.types.js';

/** What is known before an hour is judged, and what came of all that were. */
@Resolver()
export class ServiceRecordResolver {
  constructor(
    private readonly market: Market,
    private readonly levels: ServiceLevels,
    private readonly hours: ServiceHours,
  ) {}

  @Query(() => ServiceMinuteConnection, {
    description:
      'What our gateway measured of a reservation minute by minute, oldest first; nothing unless your organization holds, sold or provides it. What came in within the last seconds may not be in it yet.',
  })
  @AllowMembers(ROLES, 'market:read')
  async serviceMinutes(
    @Args() { reservationId, window = null, ...pageArguments }: ServiceMinuteArguments,
    @Caller() { organizationId }: AuthenticatedPrincipal,
  ): Promise<Connection<ServiceMinuteType>> {
    const page = readPage(pageArguments, 1);
    const [key] = page.after ?? [];
    const after = key === undefined ? null : readInstantKey(key);
    const id = reservationId as ReservationId;
    const isParty = await this.market.isParty(id, organizationId);
    const found = isParty ? await this.levels.minutes(id, { after, window, take: page.first + 1 }) : [];
    return toConnection(found, page, showMinute, ({ row }) => [row.minute.toISOString()]);
  }

  @Query(() => ServiceHourConnection, {
    description:
      'Hours that gave something back, or were disputed, of all that your organization holds, or sold and provided; newest first.',
  })
  @AllowMembers(ROLES, 'market:read')
  async serviceCredits(
    @Args() { side, ...pageArguments }: ServiceCreditArguments,
    @Caller() { organizationId }: AuthenticatedPrincipal,
  ): Promise<Connection<ServiceHourType>> {
    const page = readPage(pageArguments, 2);
    const [hour, reservationId] = page.after ?? [];
    const isFirst = hour === undefined || reservationId === undefined;
    const after = isFirst ? null : { hour: readInstantKey(hour), reservationId };
    const found = await this.hours.credited({ organizationId, side }, { after, take: page.first + 1 });
    return toConnection(found, page, showHour, ({ row }) => [row.hour.toISOString(), row.reservationId]);
  }
}
