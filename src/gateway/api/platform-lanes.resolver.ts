import { Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { PlatformType } from '../../providers/contract.js';
import { PLATFORM_LANES } from '../model/vendor.lanes.js';
import { PlatformLaneType, showLane } from './upstream.types.js';

/** What the catalogue says of how a platform is reached. */
@Resolver(() => PlatformType)
export class PlatformLanesResolver {
  @ResolveField(() => [PlatformLaneType], {
    name: 'lanes',
    description: 'How it is reached, and at which evidence level each of these ways was tested.',
  })
  lanes(@Parent() { slug }: PlatformType): readonly PlatformLaneType[] {
    return PLATFORM_LANES.filter(({ platform }) => platform === slug).map(showLane);
  }
}
