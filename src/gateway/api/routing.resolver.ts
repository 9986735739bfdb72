import { Inject } from '@nestjs/common';
import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { AllowMembers } from '../../api/graphql/access.js';
import { Caller } from '../../api/graphql/current.js';
import {
  PageArguments,
  readPage,
  toConnection,
  type Connection,
} from '../../api/graphql/connection.js';
import { IdempotencyKey } from '../../api/graphql/idempotency-key.js';
import { invalidInput, notFound } from '../../api/graphql/refusals.js';
import { ROLES, type AuthenticatedPrincipal } from '../../identity/contract.js';
import type { Settings } from '../../platform/config/settings.js';
import { SETTINGS } from '../../platform/platform.module.js';
import { RoutingService, type RoutingView } from '../application/routing.service.js';
import { readRouting } from './routing.reading.js';
import { RoutingConnection, SetRoutingInput, SetRoutingResult, type RoutingType } from './routing.types.js';

/** What is set for every key has no key to be found by. */
const CURSOR = 'key:';
const UNKNOWN = {
  keyId: 'your organization has no such API key',
  reservationId: 'your organization holds no such reservation',
} as const;

@Resolver()
export class RoutingResolver {
  constructor(
    private readonly routings: RoutingService,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  @Query(() => RoutingConnection, {
    name: 'routings',
    description:
      'How requests of your organization are routed, as far as it was set: first for every key, then key by key.',
  })
  @AllowMembers(ROLES, 'market:read')
  async list(
    @Args() pageArguments: PageArguments,
    @Caller() { organizationId }: AuthenticatedPrincipal,
  ): Promise<Connection<RoutingType>> {
    const page = readPage(pageArguments, 1);
    const after = page.after?.[0]?.slice(CURSOR.length) ?? null;
    const rows = await this.routings.list(organizationId, after, page.first + 1);
    return toConnection(rows, page, show, ({ keyId }) => [`${CURSOR}${keyId ?? ''}`]);
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
    const outcome = await this.routings.set(caller, change.value, idempotencyKey);
    if (outcome.kind === 'unknown') return notFound(outcome.field, UNKNOWN[outcome.field]);
    return { __typename: 'SetRoutingSuccess', routing: show(outcome.routing) };
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
