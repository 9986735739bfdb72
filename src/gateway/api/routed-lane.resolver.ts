import { Args, Query, Resolver } from '@nestjs/graphql';
import { AllowMembers } from '../../api/graphql/access.js';
import { readPage, toConnection, type Connection } from '../../api/graphql/connection.js';
import { Caller } from '../../api/graphql/current.js';
import { ROLES, type AuthenticatedPrincipal } from '../../identity/contract.js';
import { LaneStandings } from '../application/lane-standings.service.js';
import { RoutedLaneArguments, RoutedLaneConnection, showLane, type RoutedLaneType } from './routed-lane.types.js';

@Resolver()
export class RoutedLaneResolver {
  constructor(private readonly standings: LaneStandings) {}

  @Query(() => RoutedLaneConnection, {
    description:
      'Your lanes side by side under a routing: how fast and how reliable each was lately, whether a canary has its share, and why it has retreated. Nothing for an API key that is not yours.',
  })
  @AllowMembers(ROLES, 'market:read')
  async routedLanes(
    @Args() { keyId = null, ...pageArguments }: RoutedLaneArguments,
    @Caller() { organizationId }: AuthenticatedPrincipal,
  ): Promise<Connection<RoutedLaneType>> {
    const page = readPage(pageArguments, 1);
    const all = await this.standings.of(organizationId, keyId);
    const [last] = page.after ?? [];
    const begin = last === undefined ? 0 : all.findIndex(({ lane }) => lane.reservationId === last) + 1;
    return toConnection(all.slice(begin, begin + page.first + 1), page, showLane, ({ lane }) => [lane.reservationId]);
  }
}
