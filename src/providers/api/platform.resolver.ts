import { Args, ID, Query, Resolver } from '@nestjs/graphql';
import { AllowAnyone } from '../../api/graphql/access.js';
import { findPlatform, PLATFORMS } from '../model/catalogue/catalogue.js';
import { PlatformType } from './platform.types.js';

@Resolver()
export class PlatformResolver {
  @Query(() => [PlatformType], { description: 'Every kind of hardware in the catalogue.' })
  @AllowAnyone()
  platforms(): readonly PlatformType[] {
    return PLATFORMS;
  }

  @Query(() => PlatformType, { nullable: true, description: 'One kind of hardware.' })
  @AllowAnyone()
  platform(
    @Args('slug', { type: () => ID, description: 'Its short name.' }) slug: string,
  ): PlatformType | null {
    return findPlatform(slug);
  }
}
