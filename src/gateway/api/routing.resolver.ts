import { Inject } from '@nestjs/common';
import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { AllowMembers } from '../../api/graphql/access.js';
import { Caller } from '../../api/graphql/current.js';
import { IdempotencyKey } from '../../api/graphql/idempotency-key.js';
import { invalidInput, notFound } from '../../api/graphql/refusals.js';
import { KeyDirectory, ROLES, type AuthenticatedPrincipal } from '../../identity/contract.js';
import type { Settings } from '../../platform/config/settings.js';
import { SETTINGS } from '../../platform/platform.module.js';
import { RoutingService, type RoutingView } from '../application/routing.service.js';
import { readRouting } from './routing.reading.js';
import { RoutingType, SetRoutingInput, SetRoutingResult } from './routing.types.js';

@Resolver()
export class RoutingResolver {
  constructor(
    private readonly routings: RoutingService,
    private readonly keys: KeyDirectory,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  @Query(() => [RoutingType], {
    name: 'routings',
    description: 'How requests of your organization are routed, as far as it was set: at most one for each key.',
  })
  @AllowMembers(ROLES, 'market:read')
  async list(@Caller() { organizationId }: AuthenticatedPrincipal): Promise<readonly object[]> {
    return (await this.routings.list(organizationId)).map(show);
  }

  @Mutation(() => SetRoutingResult, {
    description: 'Says how the inference gateway routes requests of your organization, or of one of its keys.',
  })
  @AllowMembers(['owner', 'trader'], 'market:trade')
  async setRouting(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'What to set.' }) input: SetRoutingInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const change = readRouting(input, this.settings.hasLocalEndpoints);
    if (!change.ok) return invalidInput(change.error);
    const { keyId } = change.value;
    const isKnown = keyId === null || (await this.keys.hasKey(caller.organizationId, keyId));
    if (!isKnown) return notFound('keyId', 'your organization has no such API key');
    const routing = await this.routings.set(caller, change.value, idempotencyKey);
    return { __typename: 'SetRoutingSuccess', routing: show(routing) };
  }
}

function show({ keyId, policy, fallback, hasCredential }: RoutingView): RoutingType {
  return {
    keyId,
    policy: policy.kind,
    reservationId: 'reservationId' in policy ? policy.reservationId : null,
    share: policy.kind === 'canary' ? policy.share : null,
    fallback: fallback === null ? null : { ...fallback, hasCredential },
  };
}
