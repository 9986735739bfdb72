import { ArgsType, Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { connectionOf, PageArguments } from '../../api/graphql/connection.js';
import { NotFoundRejection, ValidationRejection } from '../../api/graphql/rejection.js';
import { resultUnion } from '../../api/graphql/result-union.js';
import {
  InstantScalar,
  MicroUsdScalar,
  TokensPerSecondScalar,
} from '../../api/graphql/scalars.js';
import { CapacitySegmentType, WindowInput, WindowType } from '../../api/graphql/window.types.js';
import type { Quantity } from '../../kernel/quantity.js';
import type { CurtailmentCause } from '../model/market.terms.js';
import { ReclaimRejection } from './curtailment.rejections.js';
import { CapacityRejection, WindowRejection } from './trade.rejections.js';

export const CAUSES = {
  OUTAGE: 'outage',
  RECLAIM: 'reclaim',
} as const satisfies Record<string, CurtailmentCause>;
registerEnumType(CAUSES, {
  name: 'CurtailmentCause',
  description: 'Why a provider takes capacity back.',
  valuesMap: {
    OUTAGE: { description: 'It cannot be served; may begin in the grid cell that is running.' },
    RECLAIM: { description: 'The provider wants it back, with the notice of the terms it was sold under.' },
  },
});

@ObjectType('ReservationCurtailment', { description: 'What a reservation lost because its provider took capacity back.' })
export class ReservationCurtailmentType {
  @Field(() => ID, { description: 'The curtailment.' })
  curtailmentId!: string;

  @Field(() => CAUSES, { description: 'Why.' })
  cause!: string;

  @Field(() => InstantScalar, { description: 'When it was declared.' })
  at!: Date;

  @Field(() => WindowType, { description: 'From the first instant that is lost to the last.' })
  window!: object;

  @Field(() => TokensPerSecondScalar, { description: 'The most that is lost at any instant.' })
  quantity!: string;

  @Field(() => [CapacitySegmentType], {
    description: 'What is lost of all that was bought, parts that were resold included: what is refunded.',
  })
  lost!: readonly object[];

  @Field(() => [CapacitySegmentType], {
    description: 'What the holder lost of what was still theirs: what the penalty is for.',
  })
  lostEntitlement!: readonly object[];

  @Field(() => MicroUsdScalar, { description: 'What came back, at the price paid.' })
  refund!: bigint;

  @Field(() => MicroUsdScalar, { description: 'What the provider owes its holder beside the refund.' })
  penalty!: bigint;
}

@ObjectType('PoolCurtailment', { description: 'Capacity that a provider took back from a pool.' })
export class PoolCurtailmentType {
  @Field(() => ID, { description: 'Its id.' })
  curtailmentId!: string;

  @Field(() => ID, { description: 'The pool.' })
  poolId!: string;

  @Field(() => CAUSES, { description: 'Why.' })
  cause!: string;

  @Field(() => WindowType, { description: 'When.' })
  window!: object;

  @Field(() => TokensPerSecondScalar, { description: 'How much.' })
  quantity!: bigint;

  @Field(() => [CapacitySegmentType], { description: 'What of it had not been sold.' })
  unsold!: readonly object[];

  @Field(() => InstantScalar, { description: 'When it was declared.' })
  at!: Date;
}

export const PoolCurtailmentConnection = connectionOf(
  PoolCurtailmentType,
  'PoolCurtailment',
  'curtailments of a pool',
);

@ArgsType()
export class PoolCurtailmentArguments extends PageArguments {
  @Field(() => ID, { description: 'The pool.' })
  poolId!: string;
}

@InputType({ description: 'Capacity to take back from a pool of yours.' })
export class CurtailPoolInput {
  @Field(() => ID, { description: 'Which pool.' })
  poolId!: string;

  @Field(() => WindowInput, { description: 'When.' })
  window!: WindowInput;

  @Field(() => TokensPerSecondScalar, { description: 'How much less there is throughout it.' })
  quantity!: Quantity;

  @Field(() => CAUSES, { description: 'Why.' })
  cause!: CurtailmentCause;
}

@ObjectType('CurtailmentTotals', { description: 'What a curtailment comes to. Says nothing of who loses.' })
export class CurtailmentTotalsType {
  @Field(() => [CapacitySegmentType], { description: 'What is taken of what is neither sold nor offered.' })
  unoffered!: readonly object[];

  @Field(() => [CapacitySegmentType], { description: 'What is taken of what is offered, or held and not paid for.' })
  offered!: readonly object[];

  @Field(() => [CapacitySegmentType], { description: 'What is taken of what was sold.' })
  sold!: readonly object[];

  @Field(() => Int, { description: 'How many organizations lose what they hold.' })
  holders!: number;

  @Field(() => MicroUsdScalar, { description: 'What goes back to those who paid for it, resellers included.' })
  refund!: string;

  @Field(() => MicroUsdScalar, { description: 'What you owe those who lose it, beside the refund.' })
  penalty!: string;
}

@ObjectType('CurtailmentLoss', { description: 'What one organization would lose, and what it would get for that.' })
export class CurtailmentLossType {
  @Field(() => ID, { description: 'Who, as titles of the pool name them.' })
  holderId!: string;

  @Field(() => [CapacitySegmentType], { description: 'Of what is still theirs; nothing where all of it was resold.' })
  lost!: readonly object[];

  @Field(() => MicroUsdScalar, { description: 'What goes back, at the prices they paid.' })
  refund!: string;

  @Field(() => MicroUsdScalar, { description: 'What you would owe them beside the refund.' })
  penalty!: string;
}

@ObjectType({ description: 'Nothing has happened: this is what it would come to now.' })
export class CurtailmentPreview {
  @Field(() => CurtailmentTotalsType, { description: 'What it would come to.' })
  totals!: CurtailmentTotalsType;

  @Field(() => [CurtailmentLossType], { description: 'Holder by holder: those who lose it.' })
  losses!: readonly CurtailmentLossType[];
}

@ObjectType({ description: 'The capacity is taken; refunds and penalties are on their way.' })
export class CurtailPoolSuccess {
  @Field(() => ID, { description: 'The curtailment.' })
  curtailmentId!: string;

  @Field(() => CurtailmentTotalsType, { description: 'What it comes to.' })
  totals!: CurtailmentTotalsType;
}

const REFUSALS = [
  ValidationRejection,
  NotFoundRejection,
  WindowRejection,
  CapacityRejection,
  ReclaimRejection,
] as const;
export const CurtailmentPreviewResult = resultUnion('curtailmentPreview', [
  CurtailmentPreview,
  ...REFUSALS,
]);
export const CurtailPoolResult = resultUnion('curtailPool', [CurtailPoolSuccess, ...REFUSALS]);
