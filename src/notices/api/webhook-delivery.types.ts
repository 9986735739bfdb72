import { ArgsType, Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { connectionOf, PageArguments } from '../../api/graphql/connection.js';
import { NotFoundRejection, StateRejection } from '../../api/graphql/rejection.js';
import { resultUnion } from '../../api/graphql/result-union.js';
import { InstantScalar } from '../../api/graphql/scalars.js';
import type { DeliveryStatus } from '../application/delivery.service.js';
import type { SendFailure } from '../application/webhook-sender.js';

const STATUS_NAMES = {
  PENDING: 'pending',
  DELIVERED: 'delivered',
  FAILED: 'failed',
  STOPPED: 'stopped',
} as const satisfies Record<string, DeliveryStatus>;
registerEnumType(STATUS_NAMES, {
  name: 'WebhookDeliveryStatus',
  description: 'What became of an event on its way to an endpoint.',
  valuesMap: {
    PENDING: { description: 'It is sent, or sent again, at nextAttemptAt.' },
    DELIVERED: { description: 'The endpoint answered with 2xx.' },
    FAILED: { description: 'No attempt worked; it can be sent again by hand.' },
    STOPPED: { description: 'Its endpoint was disabled meanwhile; it can be sent again by hand.' },
  },
});

const FAILURE_NAMES = {
  REFUSED_ADDRESS: 'REFUSED_ADDRESS',
  TIMED_OUT: 'TIMED_OUT',
  UNREACHABLE: 'UNREACHABLE',
} as const satisfies Record<string, SendFailure>;
registerEnumType(FAILURE_NAMES, {
  name: 'WebhookFailure',
  description: 'Why an attempt had no answer.',
  valuesMap: {
    REFUSED_ADDRESS: { description: 'The name leads to an address that is not of the public internet.' },
    TIMED_OUT: { description: 'No answer came in 10 seconds.' },
    UNREACHABLE: { description: 'No connection, or one that broke; or its certificate is not trusted.' },
  },
});

@ObjectType('WebhookAttempt', { description: 'One attempt to deliver an event.' })
class WebhookAttemptType {
  @Field(() => Int, { description: '1, 2, 3 ….' })
  number!: number;

  @Field(() => InstantScalar, { description: 'When it ended.' })
  at!: Date;

  @Field(() => Int, { description: 'How long it took, in milliseconds.' })
  durationMs!: number;

  @Field(() => Int, { nullable: true, description: 'HTTP status of the answer; null: none came.' })
  responseStatus!: number | null;

  @Field(() => FAILURE_NAMES, { nullable: true, description: 'Why no answer came.' })
  failure!: string | null;
}

@ObjectType('WebhookDelivery', { description: 'One event on its way to one endpoint.' })
export class WebhookDeliveryType {
  @Field(() => ID, { description: 'Its id.' })
  deliveryId!: string;

  @Field(() => ID, { description: 'Where it goes.' })
  endpointId!: string;

  @Field(() => ID, { description: 'Id of the event: the same at every attempt and endpoint.' })
  eventId!: string;

  @Field({ description: 'Kind of the event, such as invoice.finalized.' })
  kind!: string;

  @Field({ description: 'What is posted.' })
  body!: string;

  @Field(() => STATUS_NAMES, { description: 'What became of it.' })
  status!: string;

  @Field(() => InstantScalar, { description: 'When it was first to be sent.' })
  createdAt!: Date;

  @Field(() => InstantScalar, { nullable: true, description: 'When it is sent next; null: not any more.' })
  nextAttemptAt!: Date | null;

  @Field(() => [WebhookAttemptType], { description: 'The newest attempts, newest first; at most 20.' })
  attempts!: WebhookAttemptType[];
}

export const WebhookDeliveryConnection = connectionOf(WebhookDeliveryType, 'WebhookDelivery', 'deliveries');

@ArgsType()
export class WebhookDeliveryArguments extends PageArguments {
  @Field(() => ID, { nullable: true, description: 'Only those to this endpoint.' })
  endpointId?: string | null;

  @Field(() => STATUS_NAMES, { nullable: true, description: 'Only those.' })
  status?: string | null;
}

@InputType({ description: 'A delivery.' })
export class ResendDeliveryInput {
  @Field(() => ID, { description: 'Which.' })
  deliveryId!: string;
}

@ObjectType({ description: 'A test event is on its way.' })
export class SendTestEventSuccess {
  @Field(() => WebhookDeliveryType, { description: 'What is sent.' })
  delivery!: WebhookDeliveryType;
}

@ObjectType({ description: 'The event is on its way again.' })
export class ResendDeliverySuccess {
  @Field(() => WebhookDeliveryType, { description: 'What is sent.' })
  delivery!: WebhookDeliveryType;
}

export const SendTestEventResult = resultUnion('sendTestEvent', [SendTestEventSuccess, NotFoundRejection, StateRejection]);
export const ResendDeliveryResult = resultUnion('resendDelivery', [ResendDeliverySuccess, NotFoundRejection, StateRejection]);
