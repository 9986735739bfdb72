import { Args, ID, Query, Resolver } from '@nestjs/graphql';
import { AllowMembers } from '../../api/graphql/access.js';
import { Caller } from '../../api/graphql/current.js';
import { ROLES, type AuthenticatedPrincipal } from '../../identity/contract.js';
import type { OrderId } from '../../kernel/ids.js';
import { MINUTE_MS, type Duration } from '../../kernel/time.js';
import { WaitlistService, type WaitEstimate } from '../application/waitlist.service.js';
import { suppliedOf } from '../model/waitlist.estimate.js';
import { WaitlistPositionType, type WaitEstimateType } from './waitlist.types.js';

@Resolver()
export class WaitlistResolver {
  constructor(private readonly waitlist: WaitlistService) {}

  @Query(() => WaitlistPositionType, {
    nullable: true,
    description: 'Where a resting order of yours stands; null when it is not resting or not yours.',
  })
  @AllowMembers(ROLES, 'market:read')
  async waitlistPosition(
    @Args('orderId', { type: () => ID, description: 'The order.' }) orderId: string,
    @Caller() { organizationId }: AuthenticatedPrincipal,
  ): Promise<WaitlistPositionType | null> {
    const view = await this.waitlist.view(orderId as OrderId, organizationId);
    if (view === null) return null;
    const { position, quantityAhead, estimate, trackRecord } = view;
    const { judged, inTime, medianError } = trackRecord;
    const medianErrorMinutes = medianError === null ? null : minutesOf(medianError);
    return {
      ...{ position, quantityAhead },
      estimate: estimate === null ? null : showEstimate(estimate),
      trackRecord: { judged, inTime, medianErrorMinutes },
    };
  }
}

function showEstimate({ fillsAt, expiresFirst, supply }: WaitEstimate): WaitEstimateType {
  const watchedMinutes = minutesOf(supply.over);
  return { fillsAt, expiresFirst, supplied: suppliedOf(supply), watchedMinutes };
}

const minutesOf = (duration: Duration): number => Math.round(duration / MINUTE_MS);
