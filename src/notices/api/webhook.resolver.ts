import { Inject } from '@nestjs/common';
import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { AllowMembers } from '../../api/graphql/access.js';
import { PageArguments, readPage, toConnection, type Connection } from '../../api/graphql/connection.js';
import { Caller } from '../../api/graphql/current.js';
import { IdempotencyKey } from '../../api/graphql/idempotency-key.js';
import { invalidInput, notFound, type Refusal } from '../../api/graphql/refusals.js';
import type { AuthenticatedPrincipal } from '../../identity/contract.js';
import { within } from '../../kernel/issue.js';
import type { Settings } from '../../platform/config/settings.js';
import { SETTINGS } from '../../platform/platform.module.js';
import { EndpointService, type EndpointRefusal, type EndpointView } from '../application/endpoint.service.js';
import { checkEndpoint, type EndpointDraft } from '../model/endpoint.rules.js';
import type { WebhookKind } from '../model/notice.js';
import {
  CreateWebhookEndpointInput,
  CreateWebhookEndpointResult,
  DeleteWebhookEndpointResult,
  RotateWebhookSecretResult,
  UpdateWebhookEndpointInput,
  UpdateWebhookEndpointResult,
  WebhookEndpointConnection,
  WebhookEndpointInput,
} from './webhook.types.js';

/** Where an organization is told of what happens. */
@Resolver()
export class WebhookResolver {
  constructor(
    private readonly endpoints: EndpointService,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  @Query(() => WebhookEndpointConnection, { description: 'Where events of yours are posted, oldest first.' })
  @AllowMembers(['owner', 'finance'], null)
  async webhookEndpoints(
    @Args() pageArguments: PageArguments,
    @Caller() { organizationId }: AuthenticatedPrincipal,
  ): Promise<Connection<EndpointView>> {
    const page = readPage(pageArguments, 1);
    const rows = await this.endpoints.list(organizationId, page.after?.[0] ?? null, page.first + 1);
    return toConnection(rows, page, (row) => row, ({ endpointId }) => [endpointId]);
  }

  @Mutation(() => CreateWebhookEndpointResult, { description: 'Registers an address that events are posted to.' })
  @AllowMembers(['owner'], null)
  async createWebhookEndpoint(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'The endpoint.' }) input: CreateWebhookEndpointInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const draft = tidied(input);
    const issues = this.issuesOf(draft);
    if (issues.length > 0) return invalidInput(issues);
    const outcome = await this.endpoints.create(caller, draft, idempotencyKey);
    if (!outcome.ok) return refusalOf(outcome.error);
    const { secret, ...endpoint } = outcome.value;
    return { __typename: 'CreateWebhookEndpointSuccess', endpoint, secret };
  }

  @Mutation(() => UpdateWebhookEndpointResult, { description: 'Changes an endpoint, or switches it off or on.' })
  @AllowMembers(['owner'], null)
  async updateWebhookEndpoint(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'What is different.' }) input: UpdateWebhookEndpointInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const { endpointId } = input;
    const before = await this.endpoints.find(caller.organizationId, endpointId);
    if (before === null) return NO_ENDPOINT;
    const draft = tidied({
      url: input.url ?? before.url,
      description: input.description ?? before.description,
      kinds: input.kinds ?? (before.kinds as readonly WebhookKind[]),
    });
    const issues = this.issuesOf(draft);
    if (issues.length > 0) return invalidInput(issues);
    const isEnabled = input.isEnabled ?? before.disabledAt === null;
    const outcome = await this.endpoints.update(caller, { endpointId, draft, isEnabled }, idempotencyKey);
    if (!outcome.ok) return refusalOf(outcome.error);
    return { __typename: 'UpdateWebhookEndpointSuccess', endpoint: outcome.value };
  }

  @Mutation(() => DeleteWebhookEndpointResult, { description: 'Forgets an endpoint and its deliveries.' })
  @AllowMembers(['owner'], null)
  async deleteWebhookEndpoint(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'Which.' }) { endpointId }: WebhookEndpointInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const outcome = await this.endpoints.remove(caller, endpointId, idempotencyKey);
    if (!outcome.ok) return refusalOf(outcome.error);
    return { __typename: 'DeleteWebhookEndpointSuccess', ...outcome.value };
  }

  @Mutation(() => RotateWebhookSecretResult, {
    description: 'Makes a new signing secret. For a day events are signed with the one before, too.',
  })
  @AllowMembers(['owner'], null)
  async rotateWebhookSecret(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'Which.' }) { endpointId }: WebhookEndpointInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const outcome = await this.endpoints.rotate(caller, endpointId, idempotencyKey);
    if (!outcome.ok) return refusalOf(outcome.error);
    const { secret, ...endpoint } = outcome.value;
    return { __typename: 'RotateWebhookSecretSuccess', endpoint, secret };
  }

  private issuesOf(draft: EndpointDraft): ReturnType<typeof checkEndpoint> {
    const isLoopbackAllowed = this.settings.hasLocalEndpoints;
    return within('input', checkEndpoint(draft, { isLoopbackAllowed }));
  }
}

const NO_ENDPOINT = notFound('input.endpointId', 'your organization has no such endpoint');

function tidied({ url, description, kinds }: EndpointDraft): EndpointDraft {
  return { url: url.trim(), description: description.trim(), kinds: [...new Set(kinds)].toSorted() };
}

function refusalOf(refusal: EndpointRefusal): Refusal {
  if (refusal.code === 'NOT_FOUND') return NO_ENDPOINT;
  const { code, limit } = refusal;
  const message = `an organization has at most ${limit} webhook endpoints`;
  return { __typename: 'TooManyWebhookEndpointsRejection', code, message, limit } as Refusal;
}
