import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { AllowMembers } from '../../api/graphql/access.js';
import {
  PageArguments,
  readPage,
  toConnection,
  type Connection,
} from '../../api/graphql/connection.js';
import { Caller } from '../../api/graphql/current.js';
import { IdempotencyKey } from '../../api/graphql/idempotency-key.js';
import { invalidInput, notFound } from '../../api/graphql/refusals.js';
import { ROLES, type AuthenticatedPrincipal } from '../../identity/contract.js';
import { GuardrailService } from '../application/guardrail.service.js';
import { readGuardrails } from './guardrails.reading.js';
import {
  GuardrailsConnection,
  SetGuardrailsInput,
  SetGuardrailsResult,
  type GuardrailsType,
} from './guardrails.types.js';

/** What is set for every key has no key to be found by. */
const CURSOR = 'key:';

@Resolver()
export class GuardrailsResolver {
  constructor(private readonly guardrails: GuardrailService) {}

  @Query(() => GuardrailsConnection, {
    name: 'guardrails',
    description: 'What keys of your organization may do, as far as it was set: first for every key, then key by key.',
  })
  @AllowMembers(ROLES, 'market:read')
  async list(
    @Args() pageArguments: PageArguments,
    @Caller() { organizationId }: AuthenticatedPrincipal,
  ): Promise<Connection<GuardrailsType>> {
    const page = readPage(pageArguments, 1);
    const after = page.after?.[0]?.slice(CURSOR.length) ?? null;
    const rows = await this.guardrails.list(organizationId, after, page.first + 1);
    return toConnection(rows, page, (row) => row, ({ keyId }) => [`${CURSOR}${keyId ?? ''}`]);
  }

  @Mutation(() => SetGuardrailsResult, {
    description: 'Caps what keys of your organization, or one of them, may ask of the inference gateway, and says how they are served.',
  })
  @AllowMembers(['owner', 'trader'], 'market:trade')
  async setGuardrails(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'What to set.' }) input: SetGuardrailsInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const change = readGuardrails(input);
    if (!change.ok) return invalidInput(change.error);
    const outcome = await this.guardrails.set(caller, change.value, idempotencyKey);
    if (outcome.kind === 'unknown') return notFound('keyId', 'your organization has no such API key');
    return { __typename: 'SetGuardrailsSuccess', guardrails: outcome.guardrails };
  }
}
