import { Field, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { InstantScalar, MicroUsdScalar } from '../../../api/graphql/scalars.js';
import type { DeliveryState, FaultEffect, FaultMoment } from '../../model/stand-in.js';

export const FAULT_EFFECT_NAMES = { STATUS: 'status', NO_ANSWER: 'no_answer', CUT: 'cut' } as const satisfies Record<string, FaultEffect>;
registerEnumType(FAULT_EFFECT_NAMES, {
  name: 'StandInEffect',
  description: 'What goes wrong with a request.',
  valuesMap: {
    STATUS: { description: 'It is answered with a status of a failure.' },
    NO_ANSWER: { description: 'It is never answered: whoever asks gives up after 15 seconds.' },
    CUT: { description: 'Its connection is cut.' },
  },
});

export const FAULT_MOMENT_NAMES = { BEFORE: 'before', AFTER: 'after' } as const satisfies Record<string, FaultMoment>;
registerEnumType(FAULT_MOMENT_NAMES, {
  name: 'StandInMoment',
  description: 'When it goes wrong.',
  valuesMap: {
    BEFORE: { description: 'Before the request is looked at: nothing was done.' },
    AFTER: { description: 'After it was carried out: it was done, and the answer is lost.' },
  },
});

export const DELIVERY_STATE_NAMES = { PENDING: 'pending', DELIVERED: 'delivered', ABANDONED: 'abandoned' } as const satisfies Record<string, DeliveryState>;
registerEnumType(DELIVERY_STATE_NAMES, {
  name: 'StandInDeliveryState',
  description: 'How far the delivery of an event has come.',
  valuesMap: {
    PENDING: { description: 'It is kept back, on its way, or tried again.' },
    DELIVERED: { description: 'The exchange has it.' },
    ABANDONED: { description: 'It was tried as often as it is.' },
  },
});

@ObjectType('StandInFault', { description: 'What still fails.' })
export class StandInFaultType {
  @Field(() => String, { nullable: true, description: 'Which requests it hits, such as transfers.create; null: whatever is asked next.' })
  operation!: string | null;

  @Field(() => FAULT_EFFECT_NAMES, { description: 'What goes wrong.' })
  effect!: FaultEffect;

  @Field(() => Int, { nullable: true, description: 'With STATUS: which.' })
  status!: number | null;

  @Field(() => FAULT_MOMENT_NAMES, { description: 'When.' })
  when!: FaultMoment;

  @Field(() => Int, { description: 'How many requests it was set for.' })
  times!: number;

  @Field(() => Int, { description: 'How many it still hits.' })
  left!: number;
}

@ObjectType('StandInEvent', { description: 'A message of the stand-in’s to the exchange.' })
export class StandInEventType {
  @Field(() => ID, { description: 'Its id.' })
  eventId!: string;

  @Field({ description: 'Stripe’s name for what happened, such as payment_intent.succeeded.' })
  type!: string;

  @Field(() => String, { nullable: true, description: 'Stripe’s id of what it happened to; null where it has none.' })
  subject!: string | null;

  @Field(() => DELIVERY_STATE_NAMES, { description: 'How far its delivery has come.' })
  state!: DeliveryState;

  @Field(() => Int, { description: 'How often it was sent since it was made, or last sent by hand.' })
  attempts!: number;

  @Field(() => InstantScalar, { description: 'When it was made.' })
  createdAt!: number;
}

@ObjectType('StandInPayment', { description: 'A payment at the stand-in.' })
export class StandInPaymentType {
  @Field(() => ID, { description: 'Stripe’s id of it.' })
  paymentId!: string;

  @Field(() => ID, { nullable: true, description: 'Whose; null: made by nobody of the exchange.' })
  organizationId!: string | null;

  @Field(() => ID, { nullable: true, description: 'The top-up that it is for; null: for none.' })
  topUpId!: string | null;

  @Field(() => MicroUsdScalar, { description: 'How much.' })
  amount!: string;

  @Field({ description: 'Stripe’s word for how it stands, such as processing.' })
  state!: string;

  @Field(() => InstantScalar, { description: 'When it was made.' })
  createdAt!: number;
}

@ObjectType('StandInDispute', { description: 'A dispute at the stand-in.' })
export class StandInDisputeType {
  @Field(() => ID, { description: 'Stripe’s id of it.' })
  disputeId!: string;

  @Field(() => ID, { nullable: true, description: 'The payment that is disputed.' })
  paymentId!: string | null;

  @Field(() => MicroUsdScalar, { description: 'How much of it.' })
  amount!: string;

  @Field({ description: 'Stripe’s word for how it stands, such as needs_response.' })
  state!: string;

  @Field({ description: 'Whether the bank has still to decide.' })
  isOpen!: boolean;

  @Field(() => InstantScalar, { description: 'When it was opened.' })
  createdAt!: number;
}

@ObjectType('StandInRefund', { description: 'A refund at the stand-in.' })
export class StandInRefundType {
  @Field(() => ID, { description: 'Stripe’s id of it.' })
  refundId!: string;

  @Field(() => ID, { nullable: true, description: 'The payment of which it gives back.' })
  paymentId!: string | null;

  @Field(() => MicroUsdScalar, { description: 'How much.' })
  amount!: string;

  @Field({ description: 'Stripe’s word for how it stands, such as succeeded.' })
  state!: string;

  @Field(() => InstantScalar, { description: 'When it was made.' })
  createdAt!: number;
}

@ObjectType('StandInAccount', { description: 'A seller’s account at the stand-in.' })
export class StandInAccountType {
  @Field(() => ID, { description: 'Stripe’s id of it.' })
  accountId!: string;

  @Field(() => ID, { nullable: true, description: 'Whose.' })
  organizationId!: string | null;

  @Field({ description: 'Whether money can be moved to it.' })
  isPayable!: boolean;

  @Field(() => [String], { description: 'What Stripe asks for before that.' })
  needs!: string[];
}

@ObjectType('StripeStandIn', {
  description: 'The local stand-in for Stripe of this process, where no money moves: the newest 50 of each kind that it has, and what was set to go wrong.',
})
export class StripeStandInType {
  @Field({ description: 'Whether it answers. With STRIPE_SECRET_KEY Stripe itself does: all that is below is empty then.' })
  isAnswering!: boolean;

  @Field(() => [String], { description: 'What can be made to fail by name.' })
  operations!: string[];

  @Field(() => [StandInFaultType], { description: 'What still fails, in the order in which it was set; at most 20. Gone when the process ends.' })
  faults!: StandInFaultType[];

  @Field({ description: 'Whether events are kept back. They are sent when they are released, or when the process begins anew.' })
  isHolding!: boolean;

  @Field(() => Int, { description: 'How many events wait to be sent, those included that are tried again.' })
  eventsWaiting!: number;

  @Field(() => [StandInEventType], { description: 'Events, newest first.' })
  events!: StandInEventType[];

  @Field(() => [StandInPaymentType], { description: 'Payments that wait for a bank or for their payer, newest first.' })
  waitingPayments!: StandInPaymentType[];

  @Field(() => [StandInPaymentType], { description: 'Payments that can be disputed, newest first.' })
  paidPayments!: StandInPaymentType[];

  @Field(() => [StandInDisputeType], { description: 'Disputes, newest first.' })
  disputes!: StandInDisputeType[];

  @Field(() => [StandInRefundType], { description: 'Refunds, newest first.' })
  refunds!: StandInRefundType[];

  @Field(() => [StandInAccountType], { description: 'Accounts of sellers, newest first.' })
  accounts!: StandInAccountType[];
}
