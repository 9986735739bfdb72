import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { toExecuteRequest } from '../../eventstore/command-context.js';
import { DefinitionRegistry } from '../../eventstore/definition-registry.js';
import type { Outcome } from '../../eventstore/stream-definition.js';
import { Streams } from '../../eventstore/streams.js';
import { SubscriptionRegistry } from '../../eventstore/subscription-registry.js';
import {
  AuditTrail,
  commandOf,
  OrganizationDirectory,
  type AuthenticatedPrincipal,
} from '../../identity/contract.js';
import { unless, type Issue } from '../../kernel/issue.js';
import { idInMarket, type PoolId } from '../../kernel/ids.js';
import type { Clock } from '../../platform/clock/clock.js';
import type { Settings } from '../../platform/config/settings.js';
import { nameUuid } from '../../platform/ids/name-uuid.js';
import { CLOCK, SETTINGS } from '../../platform/platform.module.js';
import { PoolDirectory } from '../contract.js';
import { findPlatform } from '../model/catalogue/catalogue.js';
import { checkEndpointUrl, type EndpointPolicy } from '../model/endpoint.rules.js';
import { factsOf, type PoolDraft, type PoolFacts } from '../model/pool.js';
import type { PoolCommand, PoolRejection } from '../model/pool.commands.js';
import { checkPool } from '../model/pool.rules.js';
import type { PoolView } from '../model/pool.view.js';
import { poolProjection } from '../projection/pool.projection.js';
import { CredentialVault } from './credential-vault.js';
import { poolDefinition } from './pool.definition.js';

type Change = Exclude<PoolCommand, { readonly type: 'RegisterPool' | 'ChangeEndpoint' }>;
type Unsigned<Command> = Command extends unknown ? Omit<Command, 'now' | 'providerId'> : never;

export interface Request<Input> {
  readonly caller: AuthenticatedPrincipal;
  readonly mutation: string;
  readonly idempotencyKey: string;
  /** As it was sent; a secret in it only as a keyed hash. */
  readonly content: Input;
}

export type PoolOutcome = Outcome<PoolView, PoolRejection | { readonly code: 'NOT_A_PROVIDER' }>;

/** Sends commands to pools. */
@Injectable()
export class PoolService extends PoolDirectory implements OnModuleInit {
  private readonly endpoints: EndpointPolicy;

  constructor(
    private readonly streams: Streams,
    private readonly definitions: DefinitionRegistry,
    private readonly subscriptions: SubscriptionRegistry,
    private readonly organizations: OrganizationDirectory,
    private readonly vault: CredentialVault,
    private readonly audit: AuditTrail,
    @Inject(SETTINGS) settings: Settings,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    super();
    this.endpoints = { isLoopbackAllowed: settings.hasLocalEndpoints };
  }

  onModuleInit(): void {
    this.definitions.add(poolDefinition);
    this.subscriptions.addProjection(poolProjection);
  }

  async facts(poolId: PoolId): Promise<PoolFacts | null> {
    return this.streams.read(poolDefinition, poolId, (pool) => (pool === null ? null : factsOf(pool)));
  }

  openingKey({ poolId, revision }: PoolFacts): string {
    return `${poolId} ${revision}`;
  }

  /** The provider's own pool; `credential` is null for an endpoint that asks for none. */
  async register(
    { caller, mutation, idempotencyKey, content }: Request<unknown>,
    draft: Omit<PoolDraft, 'poolId' | 'providerId'>,
    credential: string | null,
  ): Promise<PoolOutcome> {
    const { organizationId: providerId } = caller;
    const organization = await this.organizations.find(providerId);
    if (organization?.isProvider !== true) return refused({ code: 'NOT_A_PROVIDER' });
    const now = this.clock.now();
    const unique = nameUuid(mutation, providerId, idempotencyKey);
    const poolId = idInMarket<PoolId>(draft.marketId, unique);
    const pool = { ...draft, poolId, providerId };
    const issues = [...checkPlatform(pool.platform), ...checkPool(pool, now, this.endpoints)];
    if (issues.length > 0) return refused({ code: 'VALIDATION_FAILED', issues });
    // Before the event, so that a registered pool always has its credential; sealing again what a
    // repeated request brings changes nothing.
    if (credential !== null) await this.vault.put(poolId, credential);
    const command = commandOf(caller, mutation, idempotencyKey, content);
    const request = toExecuteRequest<PoolCommand>(command, { type: 'RegisterPool', pool, now }, now);
    return this.streams.execute(poolDefinition, poolId, request);
  }

  /** Changes a pool of the caller's. */
  async change(
    { caller, mutation, idempotencyKey, content }: Request<unknown>,
    poolId: PoolId,
    change: Unsigned<Change>,
  ): Promise<PoolOutcome> {
    const now = this.clock.now();
    const command = { ...change, providerId: caller.organizationId, now } as PoolCommand;
    const context = commandOf(caller, mutation, idempotencyKey, content);
    return this.streams.execute(poolDefinition, poolId, toExecuteRequest(context, command, now));
  }

  /** Points a pool of the caller's elsewhere; the credential that was there before is forgotten. */
  async changeEndpoint(
    { caller, mutation, idempotencyKey, content }: Request<unknown>,
    poolId: PoolId,
    { url, credential }: { readonly url: string; readonly credential: string | null },
  ): Promise<PoolOutcome> {
    const issues = checkEndpointUrl(url, this.endpoints);
    if (issues.length > 0) return refused({ code: 'VALIDATION_FAILED', issues });
    const { organizationId: providerId } = caller;
    const endpoint = { url, hasCredential: credential !== null };
    const now = this.clock.now();
    const context = commandOf(caller, mutation, idempotencyKey, content);
    const command = { type: 'ChangeEndpoint', endpoint, providerId, now } as const;
    const request = toExecuteRequest<PoolCommand>(context, command, now);
    const outcome = await this.streams.execute(poolDefinition, poolId, request);
    if (!outcome.accepted) return outcome;
    if (credential === null) await this.vault.forget(poolId);
    else await this.vault.put(poolId, credential);
    await this.audit.record({
      organizationId: providerId,
      actor: context.actor,
      action: 'pool.endpoint-changed',
      subject: poolId,
      details: { hasCredential: String(credential !== null) },
    });
    return outcome;
  }

}

function refused(rejection: PoolRejection | { readonly code: 'NOT_A_PROVIDER' }): PoolOutcome {
  return { accepted: false, rejection };
}

function checkPlatform(slug: string): readonly Issue[] {
  return unless(findPlatform(slug) !== null, {
    field: 'platform',
    reason: 'is not in the catalogue',
    accepted: 'the slug of one of the platforms',
  });
}
