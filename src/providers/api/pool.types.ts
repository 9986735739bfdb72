import { Field, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { connectionOf } from '../../api/graphql/connection.js';
import { NotFoundRejection, Rejection, ValidationRejection } from '../../api/graphql/rejection.js';
import { resultUnion } from '../../api/graphql/result-union.js';
import { InstantScalar, MicroUsdScalar, TokensPerSecondScalar } from '../../api/graphql/scalars.js';
import { CapacitySegmentType } from '../../api/graphql/window.types.js';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../kernel/time.js';
import { CreditTermsType } from './credit-terms.types.js';
import { TIERS } from './platform.types.js';

export const GRID_NAMES = { QUARTER_HOUR: 15 * MINUTE_MS, HOUR: HOUR_MS, DAY: DAY_MS } as const;
registerEnumType(GRID_NAMES, {
  name: 'Grid',
  description: 'How finely the time of a pool may be cut. Grids are counted from the epoch, in UTC.',
  valuesMap: {
    QUARTER_HOUR: { description: 'Quarters of an hour.' },
    HOUR: { description: 'Hours.' },
    DAY: { description: 'Days.' },
  },
});

@ObjectType('TokenWeights', {
  description:
    'How fast tokens burn a reservation down, in hundredths of a per cent of an output token, which weighs 10000.',
})
export class TokenWeightsType {
  @Field(() => Int, { description: 'An input token.' })
  input!: number;

  @Field(() => Int, { description: 'An input token that was cached.' })
  cachedInput!: number;

  @Field(() => Int, { description: 'A reasoning token.' })
  reasoning!: number;
}

@ObjectType('ServingProfile', { description: 'How a pool serves its model. A change is a new version.' })
export class ServingProfileType {
  @Field({ description: 'Software that runs the model.' })
  runtime!: string;

  @Field(() => Int, { description: 'Tokens that fit into one request, prompt and answer together.' })
  contextLength!: number;

  @Field(() => TokenWeightsType, { description: 'What tokens weigh.' })
  weights!: TokenWeightsType;

  @Field(() => TIERS, { description: 'How fast an answer is promised.' })
  tier!: string;
}

@ObjectType('ServiceLevel', {
  description: 'What a provider promises, as measured at this exchange’s gateway.',
})
export class ServiceLevelType {
  @Field(() => Int, { description: 'Time to first token, 95th percentile, in milliseconds.' })
  ttftP95Ms!: number;

  @Field(() => Int, { description: 'Output tokens per second that one stream gets at least.' })
  streamTokensPerSecondMin!: number;

  @Field(() => Int, { description: 'Share of requests answered, in hundredths of a per cent.' })
  availability!: number;
}

@ObjectType('Endpoint', { description: 'Where requests go.' })
export class EndpointType {
  @Field({ description: 'Base URL of an OpenAI-compatible API.' })
  url!: string;

  @Field({ description: 'Whether a credential is kept for it, encrypted. It is never shown.' })
  hasCredential!: boolean;
}

@ObjectType('ResaleTerms', { description: 'What holders may do with what they bought of a pool.' })
export class ResaleTermsType {
  @Field({ description: 'Whether it may be resold.' })
  isTransferable!: boolean;

  @Field(() => Int, { description: 'How often it may change hands after the provider sold it.' })
  hopsMax!: number;

  @Field(() => Int, {
    nullable: true,
    description: 'Highest resale price, in hundredths of a per cent of what was paid; null: any.',
  })
  priceCap!: number | null;

  @Field(() => Int, { description: 'The provider’s share of a resale, in hundredths of a per cent.' })
  royalty!: number;

  @Field(() => Int, { description: 'How long it is held before it may be listed, in minutes.' })
  holdingTimeMinutes!: number;
}

@ObjectType('CancellationStep', { description: 'What cancelling costs from some notice on.' })
export class CancellationStepType {
  @Field(() => Int, { description: 'Hours before the start from which on this holds.' })
  noticeHours!: number;

  @Field(() => Int, { description: 'Share of the amount that is kept, in hundredths of a per cent.' })
  fee!: number;
}

@ObjectType('CurtailmentTerms', {
  description: 'When a provider may take back what it sold, and what it pays for that beside the refund.',
})
export class CurtailmentTermsType {
  @Field(() => Int, {
    nullable: true,
    description: 'Hours of notice to reclaim what was sold; null: it is never reclaimed.',
  })
  reclaimNoticeHours!: number | null;

  @Field(() => Int, {
    description: 'Penalty for an outage, in hundredths of a per cent of the price of what was lost.',
  })
  outagePenalty!: number;

  @Field(() => Int, { description: 'Penalty for a reclaim, likewise.' })
  reclaimPenalty!: number;
}

@ObjectType('SetAside', {
  description: 'Part of a pool that is kept for small buyers until shortly before it is used.',
})
export class SetAsideType {
  @Field(() => Int, { description: 'How much of the nameplate, in hundredths of a per cent.' })
  share!: number;

  @Field(() => TokensPerSecondScalar, {
    description:
      'Who has no more of the pool than this at an instant is small: pending holds count, and what was resold and may come back.',
  })
  smallBuyerMax!: string;

  @Field(() => Int, { description: 'How many hours before it starts a grid cell is everybody’s.' })
  releasedBeforeHours!: number;
}

@ObjectType('PoolTerms', { description: 'What a provider sells under. A sale keeps the terms it was made under.' })
export class PoolTermsType {
  @Field(() => ResaleTermsType, { description: 'Resale.' })
  resale!: ResaleTermsType;

  @Field(() => [CancellationStepType], { description: 'Cancellation, by falling notice.' })
  cancellation!: readonly CancellationStepType[];

  @Field(() => CurtailmentTermsType, { description: 'Curtailment.' })
  curtailment!: CurtailmentTermsType;

  @Field(() => CreditTermsType, { description: 'What a missed service level costs.' })
  credits!: CreditTermsType;

  @Field(() => MicroUsdScalar, {
    nullable: true,
    description: 'For a million weighted tokens above the reservation; null: not charged for.',
  })
  overagePrice!: string | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'Largest share of one buyer, in hundredths of a per cent; null: no limit. Pending holds count, and what was resold and may come back.',
  })
  buyerShareMax!: number | null;

  @Field(() => SetAsideType, {
    nullable: true,
    description: 'What is kept for small buyers; null: nothing is.',
  })
  setAside!: SetAsideType | null;
}

@ObjectType('Pool', {
  description: 'One provider’s deployment of one model, at one quantization, on one platform in one region.',
})
export class PoolType {
  @Field(() => ID, { description: 'Its id.' })
  poolId!: string;

  @Field(() => ID, { description: 'What it trades as: model@quantization.' })
  marketId!: string;

  @Field(() => ID, { description: 'Whose it is.' })
  providerId!: string;

  @Field({ description: 'Its name.' })
  name!: string;

  @Field(() => ID, { description: 'Slug of the platform it runs on.' })
  platform!: string;

  @Field({ description: 'Where it stands.' })
  region!: string;

  @Field(() => [String], {
    description: 'Countries that prompts stay in, ISO 3166-1 alpha-2; empty: no promise.',
  })
  residency!: readonly string[];

  @Field(() => GRID_NAMES, { description: 'How finely its time may be cut.' })
  grid!: number;

  @Field(() => TokensPerSecondScalar, {
    description: 'It is traded in whole multiples of this, and what is left below one only as a whole.',
  })
  lotSize!: string;

  @Field(() => [CapacitySegmentType], { description: 'Its capacity over time.' })
  nameplate!: readonly object[];

  @Field(() => ServingProfileType, { description: 'How it serves.' })
  profile!: ServingProfileType;

  @Field(() => Int, { description: 'Version of the serving profile, from 1.' })
  profileVersion!: number;

  @Field(() => ServiceLevelType, { description: 'What is promised.' })
  serviceLevel!: ServiceLevelType;

  @Field(() => EndpointType, {
    nullable: true,
    description: 'Where requests go; null unless the pool is yours.',
  })
  endpoint!: EndpointType | null;

  @Field(() => PoolTermsType, { description: 'What it is sold under.' })
  terms!: PoolTermsType;

  @Field(() => InstantScalar, {
    nullable: true,
    description: 'When it was registered; null in the answer to its own registration.',
  })
  registeredAt!: Date | null;
}

export const PoolConnection = connectionOf(PoolType, 'Pool', 'pools');

@ObjectType({
  implements: () => [Rejection],
  description: 'Your organization signed up as a buyer only: it cannot register pools.',
})
export class NotAProviderRejection extends Rejection {}

@ObjectType({ description: 'The pool as it is now.' })
export class RegisterPoolSuccess {
  @Field(() => PoolType, { description: 'The new pool.' })
  pool!: PoolType;
}

@ObjectType({ description: 'The pool as it is now.' })
export class ChangePoolSuccess {
  @Field(() => PoolType, { description: 'The pool after the change.' })
  pool!: PoolType;
}

export const RegisterPoolResult = resultUnion('registerPool', [
  RegisterPoolSuccess,
  ValidationRejection,
  NotAProviderRejection,
]);

const CHANGE_REJECTIONS = [ValidationRejection, NotFoundRejection] as const;
export const ExtendPoolResult = resultUnion('extendPool', [ChangePoolSuccess, ...CHANGE_REJECTIONS]);
export const ChangeServingProfileResult = resultUnion('changeServingProfile', [
  ChangePoolSuccess,
  ...CHANGE_REJECTIONS,
]);
export const ChangePoolTermsResult = resultUnion('changePoolTerms', [
  ChangePoolSuccess,
  ...CHANGE_REJECTIONS,
]);
export const ChangePoolEndpointResult = resultUnion('changePoolEndpoint', [
  ChangePoolSuccess,
  ...CHANGE_REJECTIONS,
]);
