import { Args, ID, Query, Resolver } from '@nestjs/graphql';
import { AllowAnyone, AllowMembers } from '../../api/graphql/access.js';
import { Caller } from '../../api/graphql/current.js';
import { ROLES, type AuthenticatedPrincipal } from '../../identity/contract.js';
import { UpstreamLoads } from '../application/upstream-load.service.js';
import { PLATFORM_LANES } from '../model/vendor.lanes.js';
import { PlatformLaneType, showLane, UpstreamLoadType } from './upstream.types.js';

@Resolver()
export class UpstreamResolver {
  constructor(private readonly loads: UpstreamLoads) {}

  @Query(() => [PlatformLaneType], {
    name: 'platformLanes',
    description: 'How each platform of the catalogue is reached, and at which evidence level.',
  })
  @AllowAnyone()
  lanes(): readonly PlatformLaneType[] {
    return PLATFORM_LANES.map(showLane);
  }

  @Query(() => UpstreamLoadType, {
    nullable: true,
    name: 'upstreamLoad',
    description:
      'How busy the server behind a reservation of yours says it is, at most five seconds ago; null: it is none of yours, not paid or over. Members are null where the server publishes nothing.',
  })
  @AllowMembers(ROLES, 'market:read')
  async load(
    @Args('reservationId', { type: () => ID, description: 'The reservation.' }) reservationId: string,
    @Caller() { organizationId }: AuthenticatedPrincipal,
  ): Promise<UpstreamLoadType | null> {
    const outcome = await this.loads.of(organizationId, reservationId);
    if (outcome.kind === 'unknown') return null;
    const { vendor } = outcome.lane;
    const load = outcome.kind === 'told' ? outcome.load : { running: null, waiting: null, cacheShare: null };
    return { reservationId, vendor, evidence: 'L1', ...load };
  }
}
