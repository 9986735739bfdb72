import { Field, ID, InputType, Int } from '@nestjs/graphql';
import { MicroUsdScalar, TokensPerSecondScalar } from '../../api/graphql/scalars.js';
import { CapacitySegmentInput } from '../../api/graphql/window.types.js';
import type { MicroUsd } from '../../kernel/money.js';
import type { Quantity } from '../../kernel/quantity.js';
import type { Duration } from '../../kernel/time.js';
import type { Tier } from '../model/platform.js';
import type { OfferedExclusion } from '../model/service-level.terms.js';
import { SERVICE_EXCLUSIONS } from './credit-terms.types.js';
import { TIERS } from './platform.types.js';
import { GRID_NAMES } from './pool.types.js';

@InputType({
  description:
    'How fast tokens burn a reservation down, in hundredths of a per cent of an output token, which weighs 10000.',
})
export class TokenWeightsInput {
  @Field(() => Int, { description: 'An input token, 0 to 100000.' })
  input!: number;

  @Field(() => Int, { description: 'An input token that was cached, 0 to 100000.' })
  cachedInput!: number;

  @Field(() => Int, { description: 'A reasoning token, 0 to 100000.' })
  reasoning!: number;
}

@InputType({ description: 'How a pool serves its model.' })
export class ServingProfileInput {
  @Field({ description: 'Software that runs the model, 1 to 60 characters.' })
  runtime!: string;

  @Field(() => Int, { description: 'Tokens that fit into one request, prompt and answer together.' })
  contextLength!: number;

  @Field(() => TokenWeightsInput, { description: 'What tokens weigh.' })
  weights!: TokenWeightsInput;

  @Field(() => TIERS, { description: 'How fast an answer is promised.' })
  tier!: Tier;
}

@InputType({ description: 'What is promised, as measured at this exchange’s gateway.' })
export class ServiceLevelInput {
  @Field(() => Int, { description: 'Time to first token, 95th percentile, in milliseconds.' })
  ttftP95Ms!: number;

  @Field(() => Int, { description: 'Output tokens per second that one stream gets at least.' })
  streamTokensPerSecondMin!: number;

  @Field(() => Int, { description: 'Share of requests answered, in hundredths of a per cent.' })
  availability!: number;
}

@InputType({ description: 'Where requests go.' })
export class EndpointInput {
  @Field({ description: 'Base URL of an OpenAI-compatible API: https and a public host.' })
  url!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Bearer token for it, 1 to 4000 visible ASCII characters. Kept encrypted, never shown.',
  })
  credential?: string | null;
}

@InputType({ description: 'What holders may do with what they buy.' })
export class ResaleTermsInput {
  @Field({ description: 'Whether it may be resold.' })
  isTransferable!: boolean;

  @Field(() => Int, { description: 'How often it may change hands after you sold it, 0 to 10.' })
  hopsMax!: number;

  @Field(() => Int, {
    nullable: true,
    description: 'Highest resale price, in hundredths of a per cent of what was paid; left out: any.',
  })
  priceCap?: number | null;

  @Field(() => Int, { description: 'Your share of a resale, 0 to 5000 hundredths of a per cent.' })
  royalty!: number;

  @Field(() => Int, { defaultValue: 0, description: 'Minutes it is held before it may be listed.' })
  holdingTimeMinutes!: number;
}

@InputType({ description: 'What cancelling costs from some notice on.' })
export class CancellationStepInput {
  @Field(() => Int, { description: 'Hours before the start from which on this holds.' })
  noticeHours!: number;

  @Field(() => Int, { description: 'Share of the amount that is kept, 0 to 10000 hundredths of a per cent.' })
  fee!: number;
}

@InputType({ description: 'When you may take back what you sold, and what that costs beside the refund.' })
export class CurtailmentTermsInput {
  @Field(() => Int, {
    nullable: true,
    description: 'Hours of notice to reclaim what you sold; left out: you never will.',
  })
  reclaimNoticeHours?: number | null;

  @Field(() => Int, {
    defaultValue: 0,
    description: 'Penalty for an outage, 0 to 10000 hundredths of a per cent of the price of what was lost.',
  })
  outagePenalty!: number;

  @Field(() => Int, { defaultValue: 0, description: 'Penalty for a reclaim, likewise.' })
  reclaimPenalty!: number;
}

@InputType({ description: 'Part of a pool to keep for small buyers until shortly before it is used.' })
export class SetAsideInput {
  @Field(() => Int, { description: 'How much of the nameplate, 1 to 10000 hundredths of a per cent.' })
  share!: number;

  @Field(() => TokensPerSecondScalar, {
    description:
      'Who has no more of the pool than this at an instant is small: a lot or more. Pending holds count, and what was resold and may come back.',
  })
  smallBuyerMax!: Quantity;

  @Field(() => Int, {
    defaultValue: 0,
    description: 'How many hours before it starts a grid cell is everybody’s.',
  })
  releasedBeforeHours!: number;
}

@InputType({ description: 'What an hour costs that missed an objective by more than some share of it.' })
export class CreditStepInput {
  @Field(() => Int, {
    description: 'By more than this share of the objective, 0 to 100000 hundredths of a per cent.',
  })
  missedBy!: number;

  @Field(() => Int, {
    description: 'Share of the price of the hour, 0 to 10000 hundredths of a per cent.',
  })
  credit!: number;
}

@InputType({ description: 'What an hour costs that missed the promised service level.' })
export class CreditTermsInput {
  @Field(() => Int, {
    description: 'An objective with fewer requests in the hour is not judged, 1 to 1000000.',
  })
  samplesMin!: number;

  @Field(() => [CreditStepInput], {
    description: 'By rising miss and credit, the first with a miss of 0; none: a miss costs nothing.',
  })
  steps!: CreditStepInput[];

  @Field(() => [SERVICE_EXCLUSIONS], {
    nullable: true,
    description: 'Requests that do not count; left out: OVER_LIMIT, TOO_LONG and BATCH. Those that the client gave up or that had to be refused never do.',
  })
  exclusions?: OfferedExclusion[] | null;
}

@InputType({ description: 'What a pool is sold under.' })
export class PoolTermsInput {
  @Field(() => ResaleTermsInput, { description: 'Resale.' })
  resale!: ResaleTermsInput;

  @Field(() => [CancellationStepInput], {
    description: 'Cancellation: by falling notice and rising fee, the last step with notice 0.',
  })
  cancellation!: CancellationStepInput[];

  @Field(() => CurtailmentTermsInput, {
    nullable: true,
    description: 'Curtailment; left out: nothing is reclaimed, and an outage costs the refund only.',
  })
  curtailment?: CurtailmentTermsInput | null;

  @Field(() => CreditTermsInput, {
    nullable: true,
    description:
      'What a missed service level costs. Left out, the standard formula: from 50 requests on, 10 % of the price of an hour that missed an objective, 25 % by more than a quarter of it, 50 % by more than half, all of it by more than the whole.',
  })
  credits?: CreditTermsInput | null;

  @Field(() => MicroUsdScalar, {
    nullable: true,
    description: 'For a million weighted tokens above the reservation; left out: not charged for.',
  })
  overagePrice?: MicroUsd | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'Largest share of one buyer, in hundredths of a per cent; left out: no limit. Pending holds count, and what was resold and may come back.',
  })
  buyerShareMax?: number | null;

  @Field(() => SetAsideInput, {
    nullable: true,
    description: 'What is kept for small buyers; left out: nothing is.',
  })
  setAside?: SetAsideInput | null;
}

@InputType({ description: 'A pool to register.' })
export class RegisterPoolInput {
  @Field({ description: 'Its name, 1 to 100 characters.' })
  name!: string;

  @Field(() => ID, { description: 'Slug of the platform it runs on.' })
  platform!: string;

  @Field({ description: 'The model, such as llama-3.3-70b.' })
  model!: string;

  @Field({ description: 'Its quantization, such as fp8. Another one is another market.' })
  quantization!: string;

  @Field({ description: 'Where it stands, such as us-west-2.' })
  region!: string;

  @Field(() => [String], {
    defaultValue: [],
    description: 'Countries that prompts stay in, ISO 3166-1 alpha-2; empty: no promise.',
  })
  residency!: string[];

  @Field(() => GRID_NAMES, {
    defaultValue: GRID_NAMES.HOUR,
    description: 'How finely its time may be cut.',
  })
  grid!: Duration;

  @Field(() => TokensPerSecondScalar, {
    nullable: true,
    description: 'It is traded in whole multiples of this, for ever, like its grid; left out: 1.',
  })
  lotSize?: Quantity | null;

  @Field(() => [CapacitySegmentInput], { description: 'Its capacity over time, up to 1000 windows.' })
  nameplate!: CapacitySegmentInput[];

  @Field(() => ServingProfileInput, { description: 'How it serves.' })
  profile!: ServingProfileInput;

  @Field(() => ServiceLevelInput, { description: 'What is promised.' })
  serviceLevel!: ServiceLevelInput;

  @Field(() => EndpointInput, { description: 'Where requests go.' })
  endpoint!: EndpointInput;

  @Field(() => PoolTermsInput, { description: 'What it is sold under.' })
  terms!: PoolTermsInput;
}

@InputType({ description: 'More capacity for a pool.' })
export class ExtendPoolInput {
  @Field(() => ID, { description: 'Which pool.' })
  poolId!: string;

  @Field(() => [CapacitySegmentInput], { description: 'What is added, up to 1000 windows.' })
  added!: CapacitySegmentInput[];
}

@InputType({ description: 'Another way of serving.' })
export class ChangeServingProfileInput {
  @Field(() => ID, { description: 'Which pool.' })
  poolId!: string;

  @Field(() => ServingProfileInput, { description: 'How it serves from now on.' })
  profile!: ServingProfileInput;
}

@InputType({ description: 'Other terms, for what is sold from now on.' })
export class ChangePoolTermsInput {
  @Field(() => ID, { description: 'Which pool.' })
  poolId!: string;

  @Field(() => PoolTermsInput, { description: 'The terms from now on.' })
  terms!: PoolTermsInput;
}

@InputType({ description: 'Another endpoint.' })
export class ChangePoolEndpointInput {
  @Field(() => ID, { description: 'Which pool.' })
  poolId!: string;

  @Field(() => EndpointInput, { description: 'Where requests go from now on.' })
  endpoint!: EndpointInput;
}
