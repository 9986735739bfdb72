import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { toExecuteRequest, type CommandContext } from '../../eventstore/command-context.js';
import { DefinitionRegistry } from '../../eventstore/definition-registry.js';
import type { Outcome } from '../../eventstore/stream-definition.js';
import { PostgresEventStore } from '../../eventstore/postgres-event-store.js';
import { streamId } from '../../eventstore/event.js';
import { Streams } from '../../eventstore/streams.js';
import { SubscriptionRegistry } from '../../eventstore/subscription-registry.js';
import {
  commandOf,
  OrganizationDirectory,
  type AuthenticatedPrincipal,
} from '../../identity/contract.js';
import { unless, within, type Issue } from '../../kernel/issue.js';
import { idInMarket, marketOf, type OrganizationId, type PoolId } from '../../kernel/ids.js';
import type { Window } from '../../kernel/window.js';
import type { Clock } from '../../platform/clock/clock.js';
import type { Settings } from '../../platform/config/settings.js';
import { nameUuid } from '../../platform/ids/name-uuid.js';
import { CLOCK, SETTINGS } from '../../platform/platform.module.js';
import { PoolDirectory, type PoolListener } from '../contract.js';
import { findPlatform } from '../model/catalogue/catalogue.js';
import { checkEndpointUrl, type EndpointPolicy } from '../model/endpoint.rules.js';
import { factsOf, type PoolDraft, type PoolFacts } from '../model/pool.js';
import type { PoolCommand, PoolRejection } from '../model/pool.commands.js';
import { checkPool } from '../model/pool.rules.js';
import type { PoolEvent } from '../model/pool.events.js';
import type { PoolAnswer } from '../model/pool.view.js';
import { poolProjection } from '../projection/pool.projection.js';
import { CredentialVault } from './credential-vault.js';
import { poolCodec } from './pool.codec.js';
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

/** A pool to register, as far as its input could be read. */
export interface Registration {
  readonly draft: Omit<PoolDraft, 'poolId' | 'providerId'>;
  /** Null for an endpoint that asks for none. */
  readonly credential: string | null;
  /** What could not be read. */
  readonly issues: readonly Issue[];
}

export interface EndpointChange extends Pick<Registration, 'credential' | 'issues'> {
  readonly url: string;
}

export type PoolOutcome = Outcome<PoolAnswer, PoolRejection | { readonly code: 'NOT_A_PROVIDER' }>;

/** A pool changes by hand: more events than this it never has. */
const EVENTS_MAX = 10_000;

/** Sends commands to pools. */
@Injectable()
export class PoolService extends PoolDirectory implements OnModuleInit {
  private readonly endpoints: EndpointPolicy;
  private readonly listeners: PoolListener[] = [];

  constructor(
    private readonly streams: Streams,
    private readonly store: PostgresEventStore,
    private readonly definitions: DefinitionRegistry,
    private readonly subscriptions: SubscriptionRegistry,
    private readonly organizations: OrganizationDirectory,
    private readonly vault: CredentialVault,
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

  async profileVersionOver(poolId: PoolId, { start, end }: Window): Promise<number | null> {
    const events = await this.store.readStream(streamId(poolDefinition.category, poolId), 0, EVENTS_MAX);
    const versions = events.flatMap((recorded) => {
      const version = profileVersionAfter(poolCodec.decode(recorded));
      return version === null ? [] : [{ version, at: recorded.occurredAt }];
    });
    const atStart = versions.findLast(({ at }) => at <= start);
    const isChanged = versions.some(({ at }) => start < at && at < end);
    return isChanged ? null : (atStart?.version ?? null);
  }

  openingKey({ poolId, revision }: PoolFacts): string {
    return `${poolId} ${revision}`;
  }

  tellFirst(listener: PoolListener): void {
    this.listeners.push(listener);
  }

  /** A pool of the caller's organization, made once for each key. */
  async register(
    { caller, mutation, idempotencyKey, content }: Request<unknown>,
    { draft, credential, issues }: Registration,
  ): Promise<PoolOutcome> {
    const context = commandOf(caller, mutation, idempotencyKey, content);
    // First: what was fit when the key was new may be in the past by now.
    const before = await this.streams.recall<PoolAnswer, PoolRejection>(context);
    const outcome = before ?? (await this.registerNew(context, caller.organizationId, draft, issues));
    if (outcome.accepted) await this.keepCredential(outcome.answer, credential);
    return this.told(outcome);
  }

  private async registerNew(
    context: CommandContext,
    providerId: OrganizationId,
    draft: Registration['draft'],
    unreadable: readonly Issue[],
  ): Promise<PoolOutcome> {
    const organization = await this.organizations.find(providerId);
    if (organization?.isProvider !== true) return refused({ code: 'NOT_A_PROVIDER' });
    const now = this.clock.now();
    const unique = nameUuid('registerPool', providerId, context.idempotencyKey);
    const poolId = idInMarket<PoolId>(draft.marketId, unique);
    const pool = { ...draft, poolId, providerId };
    const found = [...checkPlatform(pool.platform), ...checkPool(pool, now, this.endpoints)];
    const issues = joinIssues(unreadable, found);
    if (issues.length > 0) return refused({ code: 'VALIDATION_FAILED', issues });
    const command = { type: 'RegisterPool', pool, now } as const;
    return this.execute(poolId, context, command);
  }

  /** Changes a pool of the caller's. */
  async change(
    { caller, mutation, idempotencyKey, content }: Request<unknown>,
    poolId: PoolId,
    change: Unsigned<Change>,
  ): Promise<PoolOutcome> {
    const now = this.clock.now();
    const command = { ...change, providerId: caller.organizationId, now } as PoolCommand;
    return this.told(await this.execute(poolId, commandOf(caller, mutation, idempotencyKey, content), command));
  }

  /** Points a pool of the caller's elsewhere; the credential that was there before is forgotten. */
  async changeEndpoint(
    { caller, mutation, idempotencyKey, content }: Request<unknown>,
    poolId: PoolId,
    { url, credential, issues: unreadable }: EndpointChange,
  ): Promise<PoolOutcome> {
    const issues = [...within('endpoint', checkEndpointUrl(url, this.endpoints)), ...unreadable];
    if (issues.length > 0) return refused({ code: 'VALIDATION_FAILED', issues });
    const { organizationId: providerId } = caller;
    const endpoint = { url, hasCredential: credential !== null };
    const context = commandOf(caller, mutation, idempotencyKey, content);
    const command = { type: 'ChangeEndpoint', endpoint, providerId, now: this.clock.now() } as const;
    const outcome = await this.execute(poolId, context, command);
    if (outcome.accepted) await this.keepCredential(outcome.answer, credential);
    return this.told(outcome);
  }

  /** An id that no pool can have is not looked for. */
  private async execute(
    poolId: PoolId,
    context: CommandContext,
    command: PoolCommand,
  ): Promise<PoolOutcome> {
    if (marketOf(poolId) === null) return refused({ code: 'POOL_NOT_FOUND' });
    const request = toExecuteRequest<PoolCommand>(context, command, command.now);
    return this.streams.execute(poolDefinition, poolId, request);
  }

  /** An outcome, once those have heard of it who must know first. Also of one that was decided before: it may have had no answer. */
  private async told(outcome: PoolOutcome): Promise<PoolOutcome> {
    const facts = outcome.accepted ? await this.facts(outcome.answer.poolId as PoolId) : null;
    if (facts !== null) for (const tell of this.listeners) await tell(facts);
    return outcome;
  }

  /**
   * After the event, so that a key that comes again with another credential changes nothing. When
   * this is where a process ends, the request had no answer, and repeating it comes here again.
   */
  private async keepCredential(
    { poolId, revision, endpoint: { url } }: PoolAnswer,
    credential: string | null,
  ): Promise<void> {
    await this.vault.keep(poolId as PoolId, { revision, url, credential });
  }
}

function profileVersionAfter(event: PoolEvent): number | null {
  if (event.type === 'PoolRegistered') return 1;
  return event.type === 'ServingProfileChanged' ? event.profileVersion : null;
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

/** What could not be read is not looked at again: the field it is in, or a part of it, has its issue. */
function joinIssues(unreadable: readonly Issue[], found: readonly Issue[]): readonly Issue[] {
  const isNew = ({ field }: Issue): boolean =>
    !unreadable.some((one) => one.field === field || one.field.startsWith(`${field}.`));
  return [...unreadable, ...found.filter(isNew)];
}
