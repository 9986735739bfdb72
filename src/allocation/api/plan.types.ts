import { Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Rejection, ValidationRejection } from '../../api/graphql/rejection.js';
import { resultUnion } from '../../api/graphql/result-union.js';
import {
  InstantScalar,
  MicroUsdScalar,
  TokensPerSecondCountScalar,
  TokensPerSecondScalar,
} from '../../api/graphql/scalars.js';
import { CapacitySegmentInput, WindowInput, WindowType } from '../../api/graphql/window.types.js';
import type { UnitPrice } from '../../kernel/money.js';
import type { Quantity } from '../../kernel/quantity.js';
import type { Instant } from '../../kernel/time.js';
import type { Window } from '../../kernel/window.js';
import type { ConstraintName } from '../model/plan.problem.js';
import { EVIDENCE } from './order.constraints.types.js';
import { ReservationType } from './reservation.types.js';
import { PlanTotalCostInput, TotalCost } from './tco.types.js';

@InputType({ description: 'A demand for capacity of one model, and what you insist on.' })
export class PlanInput {
  @Field({ description: 'The model, such as llama-3.3-70b: all its quantizations, if you name none.' })
  model!: string;

  @Field(() => [CapacitySegmentInput], {
    description: 'How much is needed over time, up to 1000 windows; where they overlap, their sum.',
  })
  demand!: CapacitySegmentInput[];

  @Field(() => [String], { defaultValue: [], description: 'Only these, such as fp8; empty: any.' })
  quantizations!: string[];

  @Field(() => [ID], { defaultValue: [], description: 'Only these platforms, by slug; empty: any.' })
  platforms!: string[];

  @Field(() => [String], { defaultValue: [], description: 'Only pools that stand here; empty: anywhere.' })
  regions!: string[];

  @Field(() => [String], {
    defaultValue: [],
    description: 'Only pools whose prompts stay in these countries, ISO 3166-1 alpha-2; empty: any.',
  })
  residency!: string[];

  @Field(() => Int, {
    nullable: true,
    description: 'Longest time to first token, 95th percentile, in milliseconds, that a pool may promise.',
  })
  ttftP95MsMax?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Fewest output tokens per second that a pool may promise one stream.',
  })
  streamTokensPerSecondMin?: number | null;

  @Field(() => EVIDENCE, { defaultValue: EVIDENCE.L1, description: 'How well what a pool promises must be shown.' })
  evidenceMin!: keyof typeof EVIDENCE;

  @Field(() => MicroUsdScalar, { nullable: true, description: 'Highest price per token/s and hour.' })
  unitPriceMax?: UnitPrice | null;

  @Field(() => Int, { defaultValue: 1, description: 'At least this many providers take part, 1 to 20.' })
  providersMin!: number;

  @Field(() => Int, {
    nullable: true,
    description:
      'Largest share of one provider in all token-hours bought, 1 to 10000 hundredths of a per cent.',
  })
  providerShareMax?: number | null;

  @Field(() => PlanTotalCostInput, {
    nullable: true,
    description: 'How it is used and what to compare it with, to be told what it costs over years; left out: nothing is.',
  })
  totalCost?: PlanTotalCostInput | null;
}

@ObjectType({ description: 'Part of a listing to buy: holdPlan takes it as it is.' })
export class PlanFill {
  @Field(() => ID, { description: 'The listing.' })
  listingId!: string;

  @Field(() => ID, { description: 'What it trades as: model@quantization.' })
  marketId!: string;

  @Field(() => ID, { description: 'The pool it is part of.' })
  poolId!: string;

  @Field(() => ID, { description: 'Whose pool it is.' })
  providerId!: string;

  @Field(() => WindowType, { description: 'When, on the grid of the pool.' })
  window!: Window;

  @Field(() => TokensPerSecondScalar, { description: 'How much.' })
  quantity!: bigint;

  @Field(() => MicroUsdScalar, { description: 'Price per token/s and hour.' })
  unitPrice!: bigint;

  @Field(() => MicroUsdScalar, { description: 'Price of the whole.' })
  amount!: bigint;
}

@ObjectType({ description: 'What one provider has of a plan.' })
export class PlanProvider {
  @Field(() => ID, { description: 'Who.' })
  providerId!: string;

  @Field(() => Int, { description: 'Share of all token-hours bought, in hundredths of a per cent.' })
  share!: number;

  @Field(() => MicroUsdScalar, { description: 'What is paid for it.' })
  amount!: bigint;
}

@ObjectType({ description: 'The cheapest way to cover the demand at every instant, as offers stood.' })
export class Plan {
  @Field(() => [PlanFill], { description: 'What to buy, by start. Nothing is held yet: see holdPlan.' })
  fills!: readonly PlanFill[];

  @Field(() => MicroUsdScalar, { description: 'What it costs altogether.' })
  amount!: bigint;

  @Field(() => [PlanProvider], { description: 'Who serves it, the largest share first.' })
  providers!: readonly PlanProvider[];

  @Field({
    description:
      'Whether no plan that changes only when demand or an offer does is cheaper by more than a part in a million; false when time ran out.',
  })
  isOptimal!: boolean;

  @Field(() => TotalCost, {
    nullable: true,
    description: 'What it costs over years, bought again and again at the same price, if that was asked for.',
  })
  totalCost!: TotalCost | null;
}

export const PLAN_CONSTRAINTS = {
  QUANTIZATIONS: 'quantizations',
  PLATFORMS: 'platforms',
  REGIONS: 'regions',
  RESIDENCY: 'residency',
  TTFT_P95_MAX: 'ttftP95Max',
  STREAM_TOKENS_PER_SECOND_MIN: 'streamTokensPerSecondMin',
  EVIDENCE_MIN: 'evidenceMin',
  UNIT_PRICE_MAX: 'unitPriceMax',
  PROVIDERS_MIN: 'providersMin',
  PROVIDER_SHARE_MAX: 'providerShareMax',
} as const satisfies Record<string, ConstraintName>;
registerEnumType(PLAN_CONSTRAINTS, {
  name: 'PlanConstraint',
  description: 'What a plan was asked to keep to.',
  valuesMap: {
    QUANTIZATIONS: { description: 'Only some quantizations.' },
    PLATFORMS: { description: 'Only some platforms.' },
    REGIONS: { description: 'Only some regions.' },
    RESIDENCY: { description: 'Prompts stay in some countries.' },
    TTFT_P95_MAX: { description: 'A longest time to first token.' },
    STREAM_TOKENS_PER_SECOND_MIN: { description: 'A slowest stream.' },
    EVIDENCE_MIN: { description: 'An evidence level.' },
    UNIT_PRICE_MAX: { description: 'A highest price.' },
    PROVIDERS_MIN: { description: 'A number of providers.' },
    PROVIDER_SHARE_MAX: { description: 'A largest share of one provider.' },
  },
});

@ObjectType({
  implements: () => [Rejection],
  description: 'What is offered does not cover the demand, or not within the constraints.',
})
export class InfeasiblePlanRejection extends Rejection {
  @Field(() => InstantScalar, {
    nullable: true,
    description: 'The first instant that cannot be covered; null when every one could be.',
  })
  firstUncoveredAt!: Instant | null;

  @Field(() => WindowType, {
    nullable: true,
    description: 'The stretch from then on in which as much is missing; null as before.',
  })
  window!: Window | null;

  @Field(() => TokensPerSecondCountScalar, { nullable: true, description: 'What is needed in it.' })
  demanded!: Quantity | null;

  @Field(() => TokensPerSecondCountScalar, { nullable: true, description: 'What there is in it.' })
  available!: Quantity | null;

  @Field(() => TokensPerSecondCountScalar, { nullable: true, description: 'What is missing in it.' })
  missing!: bigint | null;

  @Field(() => Int, {
    nullable: true,
    description: 'How many providers have something to sell, when rules over providers are in the way.',
  })
  providersOffering!: number | null;

  @Field(() => [PLAN_CONSTRAINTS], {
    description:
      'What is in the way: each of these alone, left out, would help. Empty: there is too little whatever you leave out.',
  })
  inTheWay!: readonly string[];
}

@ObjectType({
  implements: () => [Rejection],
  description: 'No answer was found: too many plans are being made, or this one is too hard.',
})
export class UndecidedPlanRejection extends Rejection {}

@ObjectType({
  implements: () => [Rejection],
  description: 'Your organization has asked for too much in a short time.',
})
export class TooManyRequestsRejection extends Rejection {
  @Field(() => Int, { description: 'Seconds after which to ask again.' })
  retryAfterSeconds!: number;
}

export const PlanResult = resultUnion('plan', [
  Plan,
  InfeasiblePlanRejection,
  UndecidedPlanRejection,
  TooManyRequestsRejection,
  ValidationRejection,
]);

@InputType({ description: 'Part of a listing to hold.' })
export class PlanHoldInput {
  @Field(() => ID, { description: 'Which listing.' })
  listingId!: string;

  @Field(() => WindowInput, { description: 'When, within the listing.' })
  window!: WindowInput;

  @Field(() => TokensPerSecondScalar, { description: 'How much.' })
  quantity!: Quantity;
}

@InputType({ description: 'What to hold together.' })
export class HoldPlanInput {
  @Field(() => [PlanHoldInput], { description: 'The fills of a plan, 1 to 1000.' })
  holds!: PlanHoldInput[];
}

@ObjectType({ description: 'All of it is set aside: pay each reservation before it expires.' })
export class HoldPlanSuccess {
  @Field(() => [ReservationType], { description: 'The reservations, held, in the order asked for.' })
  reservations!: readonly ReservationType[];
}

@ObjectType({
  implements: () => [Rejection],
  description: 'One of the holds cannot be made, so none is.',
})
export class PlanHoldRejection extends Rejection {
  @Field(() => Int, { description: 'Place of the hold in the input, from 0.' })
  index!: number;

  @Field(() => Rejection, { description: 'Why it was refused, as reserve would say it.' })
  reason!: Rejection;
}

export const HoldPlanResult = resultUnion('holdPlan', [
  HoldPlanSuccess,
  PlanHoldRejection,
  ValidationRejection,
]);
