import { Args, ArgsType, Field, ID, Mutation, Query, Resolver } from '@nestjs/graphql';
import { AllowAnyone, AllowMembers } from '../../api/graphql/access.js';
import { PageArguments, readPage, toConnection, type Connection } from '../../api/graphql/connection.js';
import { Caller, Context } from '../../api/graphql/current.js';
import { IdempotencyKey } from '../../api/graphql/idempotency-key.js';
import { invalidInput } from '../../api/graphql/refusals.js';
import type { RequestContext } from '../../api/graphql/request-context.js';
import { organizationOf, type AuthenticatedPrincipal, type Principal } from '../../identity/contract.js';
import type { PoolId } from '../../kernel/ids.js';
import { within } from '../../kernel/issue.js';
import { Database } from '../../platform/database/prisma.js';
import { SecretBox } from '../../platform/secrets/secret-box.js';
import { PoolService, type Request } from '../application/pool.service.js';
import { checkProfile } from '../model/pool.rules.js';
import {
  ChangePoolEndpointInput,
  ChangePoolTermsInput,
  ChangeServingProfileInput,
  ExtendPoolInput,
  RegisterPoolInput,
} from './pool.inputs.js';
import { showOutcome, showPool, viewOfRow } from './pool.presentation.js';
import { readCredential, readPool, readProfile, readSegments, readTerms } from './pool.reading.js';
import {
  ChangePoolEndpointResult,
  ChangePoolTermsResult,
  ChangeServingProfileResult,
  ExtendPoolResult,
  PoolConnection,
  PoolType,
  RegisterPoolResult,
} from './pool.types.js';

const SUCCESS = 'ChangePoolSuccess';

@ArgsType()
class PoolArguments extends PageArguments {
  @Field(() => ID, { nullable: true, description: 'Only pools of this market.' })
  marketId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Only pools on this platform, by slug.' })
  platform?: string | null;

  @Field({ defaultValue: false, description: 'Only pools of your organization.' })
  own!: boolean;
}

@Resolver()
export class PoolResolver {
  constructor(
    private readonly pools: PoolService,
    private readonly database: Database,
    private readonly secrets: SecretBox,
  ) {}

  @Query(() => PoolConnection, {
    name: 'pools',
    description: 'Pools that are registered, by market and age.',
  })
  @AllowAnyone()
  async list(
    @Args() { marketId, platform, own, ...pageArguments }: PoolArguments,
    @Context() { principal }: RequestContext,
  ): Promise<Connection<PoolType>> {
    const page = readPage(pageArguments, 1);
    const [after] = page.after ?? [];
    const rows = await this.database.pool.findMany({
      where: {
        ...(typeof marketId === 'string' && { marketId }),
        ...(typeof platform === 'string' && { platform }),
        ...(own && { providerId: organizationOf(principal) ?? '' }),
        ...(after && { poolId: { gt: after } }),
      },
      orderBy: { poolId: 'asc' },
      take: page.first + 1,
    });
    const toNode = (row: (typeof rows)[number]): PoolType =>
      showPool(viewOfRow(row), row.registeredAt, isOwn(row, principal));
    return toConnection(rows, page, toNode, ({ poolId }) => [poolId]);
  }

  @Query(() => PoolType, { nullable: true, description: 'One pool.' })
  @AllowAnyone()
  async pool(
    @Args('poolId', { type: () => ID, description: 'Its id.' }) poolId: string,
    @Context() { principal }: RequestContext,
  ): Promise<PoolType | null> {
    const row = await this.database.pool.findUnique({ where: { poolId } });
    return row === null ? null : showPool(viewOfRow(row), row.registeredAt, isOwn(row, principal));
  }

  @Mutation(() => RegisterPoolResult, { description: 'Registers a pool of your organization.' })
  @AllowMembers(['owner', 'trader'], 'capacity:provide')
  async registerPool(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'The pool.' }) input: RegisterPoolInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const { value: draft, issues } = readPool(input);
    const { value: credential } = readCredential(input.endpoint);
    const content = { ...input, endpoint: this.withoutSecret(input.endpoint) };
    const request = { caller, mutation: 'registerPool', idempotencyKey, content };
    const outcome = await this.pools.register(request, { draft, credential, issues });
    return showOutcome(outcome, 'RegisterPoolSuccess');
  }

  @Mutation(() => ExtendPoolResult, { description: 'Adds capacity to a pool. None is ever taken back.' })
  @AllowMembers(['owner', 'trader'], 'capacity:provide')
  async extendPool(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'What is added.' }) input: ExtendPoolInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const added = readSegments('added', input.added);
    if (added.issues.length > 0) return invalidInput(added.issues);
    const request = { caller, mutation: 'extendPool', idempotencyKey, content: input };
    const change = { type: 'ExtendNameplate', added: added.value } as const;
    return showOutcome(await this.pools.change(request, input.poolId as PoolId, change), SUCCESS);
  }

  @Mutation(() => ChangeServingProfileResult, {
    description: 'A new version of how a pool serves. Measured evidence belongs to the version before.',
  })
  @AllowMembers(['owner', 'trader'], 'capacity:provide')
  async changeServingProfile(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'The new profile.' }) input: ChangeServingProfileInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const profile = readProfile('profile', input.profile);
    if (profile.issues.length > 0) {
      return invalidInput([...profile.issues, ...within('profile', checkProfile(profile.value))]);
    }
    const request = { caller, mutation: 'changeServingProfile', idempotencyKey, content: input };
    const change = { type: 'ChangeServingProfile', profile: profile.value } as const;
    return showOutcome(await this.pools.change(request, input.poolId as PoolId, change), SUCCESS);
  }

  @Mutation(() => ChangePoolTermsResult, {
    description: 'Other terms, for what is sold from now on. What was sold keeps its own.',
  })
  @AllowMembers(['owner', 'trader'], 'capacity:provide')
  async changePoolTerms(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'The new terms.' }) input: ChangePoolTermsInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const request = { caller, mutation: 'changePoolTerms', idempotencyKey, content: input };
    const change = { type: 'ChangeTerms', terms: readTerms(input.terms) } as const;
    return showOutcome(await this.pools.change(request, input.poolId as PoolId, change), SUCCESS);
  }

  @Mutation(() => ChangePoolEndpointResult, {
    description: 'Points a pool elsewhere. The credential of before is forgotten.',
  })
  @AllowMembers(['owner', 'trader'], 'capacity:provide')
  async changePoolEndpoint(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'The new endpoint.' }) input: ChangePoolEndpointInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const { value: credential, issues } = readCredential(input.endpoint);
    const content = { ...input, endpoint: this.withoutSecret(input.endpoint) };
    const request: Request<unknown> = {
      ...{ caller, mutation: 'changePoolEndpoint', idempotencyKey, content },
    };
    const endpoint = { url: input.endpoint.url, credential, issues };
    const outcome = await this.pools.changeEndpoint(request, input.poolId as PoolId, endpoint);
    return showOutcome(outcome, SUCCESS);
  }

  /** What is kept of a request says whether its secret is the same, and not what it is. */
  private withoutSecret(endpoint: { readonly url: string; readonly credential?: string | null }): object {
    const { url, credential } = endpoint;
    return { url, credential: credential ? this.secrets.sign(credential) : null };
  }
}

function isOwn({ providerId }: { readonly providerId: string }, principal: Principal): boolean {
  return organizationOf(principal) === providerId;
}
