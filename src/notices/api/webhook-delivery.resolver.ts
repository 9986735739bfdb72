import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { AllowMembers } from '../../api/graphql/access.js';
import { readInstantKey, readPage, toConnection, type Connection } from '../../api/graphql/connection.js';
import { Caller } from '../../api/graphql/current.js';
import { IdempotencyKey } from '../../api/graphql/idempotency-key.js';
import { notFound, type Refusal } from '../../api/graphql/refusals.js';
import type { AuthenticatedPrincipal } from '../../identity/contract.js';
import { DeliveryService, type DeliveryRefusal } from '../application/delivery.service.js';
import { DeliveryQueries } from '../projection/delivery.queries.js';
import {
  ResendDeliveryInput,
  ResendDeliveryResult,
  SendTestEventResult,
  WebhookDeliveryArguments,
  WebhookDeliveryConnection,
  type WebhookDeliveryType,
} from './webhook-delivery.types.js';
import { WebhookEndpointInput } from './webhook.types.js';

/** What is on its way to endpoints, and what came of it. */
@Resolver()
export class WebhookDeliveryResolver {
  constructor(
    private readonly deliveries: DeliveryService,
    private readonly queries: DeliveryQueries,
  ) {}

  @Query(() => WebhookDeliveryConnection, { description: 'Events of yours on their way to your endpoints, newest first.' })
  @AllowMembers(['owner', 'finance'], null)
  async webhookDeliveries(
    @Args() { endpointId = null, status = null, ...pageArguments }: WebhookDeliveryArguments,
    @Caller() { organizationId }: AuthenticatedPrincipal,
  ): Promise<Connection<WebhookDeliveryType>> {
    const page = readPage(pageArguments, 2);
    const [at, deliveryId = ''] = page.after ?? [];
    const after = at === undefined ? null : { createdAt: readInstantKey(at), deliveryId };
    const rows = await this.queries.list({ organizationId, endpointId, status }, after, page.first + 1);
    return toConnection(rows, page, (row) => row, (row) => [row.createdAt.toISOString(), row.deliveryId]);
  }

  @Mutation(() => SendTestEventResult, { description: 'Sends webhook.test to an endpoint, whatever it asked for.' })
  @AllowMembers(['owner'], null)
  async sendTestEvent(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'Which.' }) { endpointId }: WebhookEndpointInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const outcome = await this.deliveries.sendTest(caller, endpointId, idempotencyKey);
    if (!outcome.ok) return refusalOf(outcome.error, 'input.endpointId');
    return this.shown(caller, outcome.value.deliveryId, 'SendTestEventSuccess', 'input.endpointId');
  }

  @Mutation(() => ResendDeliveryResult, { description: 'Sends an event again that is not on its way: the same body, under the same id.' })
  @AllowMembers(['owner'], null)
  async resendDelivery(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'Which.' }) { deliveryId }: ResendDeliveryInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const outcome = await this.deliveries.resend(caller, deliveryId, idempotencyKey);
    if (!outcome.ok) return refusalOf(outcome.error, 'input.deliveryId');
    return this.shown(caller, deliveryId, 'ResendDeliverySuccess', 'input.deliveryId');
  }

  /** As it stands by now: a request that is repeated may find its endpoint deleted. */
  private async shown(
    { organizationId }: AuthenticatedPrincipal,
    deliveryId: string,
    __typename: string,
    field: string,
  ): Promise<object> {
    const delivery = await this.queries.find(organizationId, deliveryId);
    return delivery === null ? notFound(field, 'your organization has no such delivery') : { __typename, delivery };
  }
}

function refusalOf(refusal: DeliveryRefusal, field: string): Refusal {
  if (refusal.code === 'NOT_FOUND') return notFound(field, 'your organization has no such endpoint or delivery');
  const { state } = refusal;
  const message = state === 'pending' ? 'it is on its way: wait for what comes of it' : 'its endpoint is disabled: enable it first';
  return { __typename: 'StateRejection', code: 'WRONG_STATE', message, state } as Refusal;
}
