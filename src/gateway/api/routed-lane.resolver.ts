import { Args, Query, Resolver } from '@nestjs/graphql';
import { AllowMembers } from '../../api/graphql/access.js';
import { readPage, toConnection, type Connection } from '../../api/graphql/connection.js';
import { Caller } from '../../api/graphql/current.js';
import { ROLES, type AuthenticatedPrincipal } from '../../identity/contract.js';
import { LaneStandings } from '../application/lane-standings.service.js';
import { standingAfter } from '../model/lane.standing.js';
import { cursorKeyOf, readPlace, RoutedLaneArguments, RoutedLaneConnection, showLane, type RoutedLaneType } from './routed-lane.types.js';

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
    const page = readPage(pageArguments, 4);
    const place = page.after === null ? null : readPlace(page.after);
    const all = await this.standings.of(organizationId, keyId);
    const rest = place === null ? all : standingAfter(all, place);
    return toConnection(rest.slice(0, page.first + 1), page, showLane, cursorKeyOf);
  }
}
