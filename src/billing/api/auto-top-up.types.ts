import { Field, ID, InputType, ObjectType, registerEnumType } from '@nestjs/graphql';
import { NotFoundRejection, ValidationRejection } from '../../api/graphql/rejection.js';
import { resultUnion } from '../../api/graphql/result-union.js';
import { InstantScalar, MicroUsdScalar } from '../../api/graphql/scalars.js';
import type { MicroUsd } from '../../kernel/money.js';
import type { AutoTopUpStanding } from '../model/auto-top-up.js';

const STANDING_NAMES = {
  READY: 'ready',
  UNDER_WAY: 'under_way',
  BACKING_OFF: 'backing_off',
  DAY_LIMIT: 'day_limit',
  AUTHENTICATION_REQUIRED: 'authentication_required',
  STOPPED: 'stopped',
  METHOD_REMOVED: 'method_removed',
} as const satisfies Record<string, AutoTopUpStanding['state']>;
registerEnumType(STANDING_NAMES, {
  name: 'AutoTopUpState',
  description: 'Whether a low wallet would be topped up now, and if not, why.',
  valuesMap: {
    READY: { description: 'It would.' },
    UNDER_WAY: { description: 'One is under way, or a person has to look at it: never two at once.' },
    BACKING_OFF: { description: 'The last was declined: the next is tried at `until`.' },
    DAY_LIMIT: { description: 'What may come in one day has come: it goes on at `until`.' },
    AUTHENTICATION_REQUIRED: { description: 'The bank wants its customer to be asked: top up by hand, then set the rule again.' },
    STOPPED: { description: 'It was declined too often in a row: set the rule again.' },
    METHOD_REMOVED: { description: 'Its payment method was removed: set the rule again with another.' },
  },
});

@ObjectType('AutoTopUp', { description: 'Money that comes by itself when the wallet is low, and how that stands.' })
export class AutoTopUpType {
  @Field(() => MicroUsdScalar, { description: 'It comes when the balance is below this.' })
  threshold!: bigint;

  @Field(() => MicroUsdScalar, { description: 'How much comes each time.' })
  amount!: bigint;

  @Field(() => MicroUsdScalar, { description: 'The most that comes in one day, UTC.' })
  perDayMax!: bigint;

  @Field(() => ID, { description: 'What is charged.' })
  paymentMethodId!: string;

  @Field(() => STANDING_NAMES, { description: 'Whether it would come now.' })
  state!: string;

  @Field(() => InstantScalar, { nullable: true, description: 'When it is tried again, with BACKING_OFF and DAY_LIMIT.' })
  until!: Date | null;

  @Field(() => String, { nullable: true, description: 'Why the last was declined, in Stripe’s words.' })
  failureCode!: string | null;

  @Field(() => ID, { nullable: true, description: 'The top-up that it waits for, or that must be authenticated.' })
  topUpId!: string | null;

  @Field(() => InstantScalar, { description: 'When the rule was set.' })
  updatedAt!: Date;
}

@InputType({ description: 'When money comes by itself, how much, from where.' })
export class SetAutoTopUpInput {
  @Field(() => MicroUsdScalar, { description: 'It comes when the balance is below this; above zero.' })
  threshold!: MicroUsd;

  @Field(() => MicroUsdScalar, { description: 'How much comes each time: whole cents from 0.50 to 999999.99 USD.' })
  amount!: MicroUsd;

  @Field(() => MicroUsdScalar, { description: 'The most that comes in one day, UTC; not less than one top-up.' })
  perDayMax!: MicroUsd;

  @Field(() => ID, { description: 'A saved payment method.' })
  paymentMethodId!: string;
}

@ObjectType({ description: 'The rule is set; a wallet that is low is being topped up.' })
export class SetAutoTopUpSuccess {
  @Field(() => AutoTopUpType, { description: 'The rule.' })
  autoTopUp!: AutoTopUpType;
}

@ObjectType({ description: 'No money comes by itself any more.' })
export class RemoveAutoTopUpSuccess {
  @Field({ description: 'Whether there was a rule.' })
  wasSet!: boolean;
}

export const SetAutoTopUpResult = resultUnion('setAutoTopUp', [
  SetAutoTopUpSuccess,
  ValidationRejection,
  NotFoundRejection,
]);
export const RemoveAutoTopUpResult = resultUnion('removeAutoTopUp', [RemoveAutoTopUpSuccess]);
