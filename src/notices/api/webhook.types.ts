import { Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { connectionOf } from '../../api/graphql/connection.js';
import { NotFoundRejection, Rejection, ValidationRejection } from '../../api/graphql/rejection.js';
import { resultUnion } from '../../api/graphql/result-union.js';
import { InstantScalar } from '../../api/graphql/scalars.js';
import type { DisabledBecause } from '../application/endpoint.service.js';
import type { WebhookKind } from '../model/notice.js';

/** As in the body of what is posted, with capitals as all enums. */
export const WEBHOOK_KIND_NAMES = {
  APPROVAL_DECIDED: 'approval.decided',
  APPROVAL_REQUESTED: 'approval.requested',
  BUDGET_ALERT: 'budget.alert',
  CREDIT_POSTED: 'credit.posted',
  EXPORT_FAILED: 'export.failed',
  EXPORT_READY: 'export.ready',
  INVOICE_CREDITED: 'invoice.credited',
  INVOICE_FINALIZED: 'invoice.finalized',
  INVOICE_OVERDUE: 'invoice.overdue',
  INVOICE_PAID: 'invoice.paid',
  INVOICE_VOIDED: 'invoice.voided',
  ORDER_FILLED: 'order.filled',
  PAYOUT_FAILED: 'payout.failed',
  PAYOUT_PAID: 'payout.paid',
  POOL_RECOVERED: 'pool.recovered',
  POOL_REGRESSED: 'pool.regressed',
  RESERVATION_CURTAILED: 'reservation.curtailed',
  SLO_MISSED: 'slo.missed',
} as const satisfies Record<string, WebhookKind>;
registerEnumType(WEBHOOK_KIND_NAMES, {
  name: 'WebhookEventKind',
  description: 'What an endpoint is told of; in the body it is written as invoice.finalized.',
  valuesMap: {
    APPROVAL_DECIDED: { description: 'A purchase that waited was approved or refused, or its time ran out.' },
    APPROVAL_REQUESTED: { description: 'A purchase waits for an approval.' },
    BUDGET_ALERT: { description: 'A percentage of the budget was reached: once for each month and measure.' },
    CREDIT_POSTED: { description: 'A credit for what was not served as promised is in the wallet.' },
    EXPORT_FAILED: { description: 'An export could not be made.' },
    EXPORT_READY: { description: 'An export is ready to be fetched.' },
    INVOICE_CREDITED: { description: 'A credit note was issued.' },
    INVOICE_FINALIZED: { description: 'An invoice is final.' },
    INVOICE_OVERDUE: { description: 'An invoice was due and is not paid.' },
    INVOICE_PAID: { description: 'Nothing of an invoice is owed any more.' },
    INVOICE_VOIDED: { description: 'An invoice was void: its month is open again.' },
    ORDER_FILLED: { description: 'An order of yours was filled, in part or whole.' },
    PAYOUT_FAILED: { description: 'A payout was refused: the money is payable again.' },
    PAYOUT_PAID: { description: 'A payout reached your account at the payment provider.' },
    POOL_RECOVERED: { description: 'An alarm about a pool of yours is over: it is as fast as before, or sold under another serving profile.' },
    POOL_REGRESSED: { description: 'A pool of yours is slower than in the seven days before.' },
    RESERVATION_CURTAILED: { description: 'A provider took capacity back that you hold.' },
    SLO_MISSED: { description: 'An hour missed what was promised, by its newest revision.' },
  },
});

const DISABLED_BECAUSE_NAMES = {
  FAILURES: 'failures',
  SWITCHED_OFF: 'switched_off',
} as const satisfies Record<string, DisabledBecause>;
registerEnumType(DISABLED_BECAUSE_NAMES, {
  name: 'WebhookDisabledBecause',
  description: 'Why nothing is sent to an endpoint.',
  valuesMap: {
    FAILURES: { description: 'Nothing arrived for almost three days.' },
    SWITCHED_OFF: { description: 'Somebody of its organization switched it off.' },
  },
});

@ObjectType('WebhookEndpoint', { description: 'An address of yours that events are posted to, signed.' })
export class WebhookEndpointType {
  @Field(() => ID, { description: 'Its id.' })
  endpointId!: string;

  @Field({ description: 'Where events are posted.' })
  url!: string;

  @Field({ description: 'What you call it.' })
  description!: string;

  @Field(() => [WEBHOOK_KIND_NAMES], { description: 'What it is told of.' })
  kinds!: readonly string[];

  @Field(() => InstantScalar, { description: 'When it was registered; it hears of what happened since.' })
  createdAt!: number;

  @Field(() => InstantScalar, { nullable: true, description: 'Since when nothing arrived; null: the last attempt worked, or there was none.' })
  failingSince!: number | null;

  @Field(() => InstantScalar, { nullable: true, description: 'Since when nothing is sent; null: it is enabled.' })
  disabledAt!: number | null;

  @Field(() => DISABLED_BECAUSE_NAMES, { nullable: true, description: 'Why nothing is sent.' })
  disabledBecause!: string | null;

  @Field(() => InstantScalar, { nullable: true, description: 'Until when events are signed with the secret before, too.' })
  previousSecretUntil!: number | null;
}

export const WebhookEndpointConnection = connectionOf(WebhookEndpointType, 'WebhookEndpoint', 'webhook endpoints');

@ObjectType({ implements: () => [Rejection], description: 'The organization has as many endpoints as it may have.' })
export class TooManyWebhookEndpointsRejection extends Rejection {
  @Field(() => Int, { description: 'How many it may have.' })
  limit!: number;
}

@InputType({ description: 'A new endpoint.' })
export class CreateWebhookEndpointInput {
  @Field({ description: 'https://, a public host name, and a path; no user, query or fragment.' })
  url!: string;

  @Field(() => [WEBHOOK_KIND_NAMES], { description: 'What it is told of.' })
  kinds!: WebhookKind[];

  @Field({ defaultValue: '', description: 'What you call it, in at most 200 characters.' })
  description!: string;
}

@InputType({ description: 'What is different about an endpoint; what is left out stays as it is.' })
export class UpdateWebhookEndpointInput {
  @Field(() => ID, { description: 'Which.' })
  endpointId!: string;

  @Field(() => String, { nullable: true, description: 'Where events are posted from now on, those under way too.' })
  url?: string | null;

  @Field(() => [WEBHOOK_KIND_NAMES], { nullable: true, description: 'What it is told of from now on.' })
  kinds?: WebhookKind[] | null;

  @Field(() => String, { nullable: true, description: 'What you call it.' })
  description?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'False stops what is under way; true begins anew with what happens then.' })
  isEnabled?: boolean | null;
}

@InputType({ description: 'An endpoint.' })
export class WebhookEndpointInput {
  @Field(() => ID, { description: 'Which.' })
  endpointId!: string;
}

@ObjectType({ description: 'The endpoint is registered.' })
export class CreateWebhookEndpointSuccess {
  @Field(() => WebhookEndpointType, { description: 'The endpoint.' })
  endpoint!: WebhookEndpointType;

  @Field(() => String, { nullable: true, description: 'Signs what is sent. Shown once: null when the request is repeated.' })
  secret!: string | null;
}

@ObjectType({ description: 'The endpoint is as it was asked to be.' })
export class UpdateWebhookEndpointSuccess {
  @Field(() => WebhookEndpointType, { description: 'The endpoint.' })
  endpoint!: WebhookEndpointType;
}

@ObjectType({ description: 'The endpoint is gone, with its deliveries.' })
export class DeleteWebhookEndpointSuccess {
  @Field(() => ID, { description: 'Which it was.' })
  endpointId!: string;
}

@ObjectType({ description: 'There is a new secret; the one before signs beside it for a day.' })
export class RotateWebhookSecretSuccess {
  @Field(() => WebhookEndpointType, { description: 'The endpoint.' })
  endpoint!: WebhookEndpointType;

  @Field(() => String, { nullable: true, description: 'The new secret. Shown once: null when the request is repeated.' })
  secret!: string | null;
}

export const CreateWebhookEndpointResult = resultUnion('createWebhookEndpoint', [
  CreateWebhookEndpointSuccess,
  ValidationRejection,
  TooManyWebhookEndpointsRejection,
]);
export const UpdateWebhookEndpointResult = resultUnion('updateWebhookEndpoint', [
  UpdateWebhookEndpointSuccess,
  ValidationRejection,
  NotFoundRejection,
]);
export const DeleteWebhookEndpointResult = resultUnion('deleteWebhookEndpoint', [
  DeleteWebhookEndpointSuccess,
  NotFoundRejection,
]);
export const RotateWebhookSecretResult = resultUnion('rotateWebhookSecret', [
  RotateWebhookSecretSuccess,
  NotFoundRejection,
]);
