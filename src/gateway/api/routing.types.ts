import { Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { connectionOf } from '../../api/graphql/connection.js';
import { NotFoundRejection, ValidationRejection } from '../../api/graphql/rejection.js';
import { resultUnion } from '../../api/graphql/result-union.js';
import type { Policy } from '../model/routing.js';

export const POLICY_NAMES = {
  LOWEST_TTFT: 'lowest-ttft',
  LOWEST_COST: 'lowest-cost',
  PINNED: 'pinned',
  CANARY: 'canary',
} as const satisfies Record<string, Policy['kind']>;
registerEnumType(POLICY_NAMES, {
  name: 'RoutingPolicyKind',
  description: 'Which of your lanes a request is sent to first.',
  valuesMap: {
    LOWEST_TTFT: { description: 'The one measured fastest to its first token, 95th percentile. The default.' },
    LOWEST_COST: { description: 'The one where what would be set aside for the request costs least, at the price it was bought at.' },
    PINNED: { description: 'One reservation and no other.' },
    CANARY: {
      description: 'A share of requests tries one reservation first, until it is measured to be worse than the others.',
    },
  },
});

@InputType({ description: 'Where requests go that no reservation has room for.' })
export class FallbackInput {
  @Field({ description: 'An OpenAI-compatible endpoint: https, a public name, and a path such as /v1.' })
  url!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Sent there as a bearer token, kept encrypted and never shown; left out: none.',
  })
  credential?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'What the model is called there; left out: as the client calls it, without a quantization.',
  })
  model?: string | null;
}

@InputType({ description: 'How to route requests. Stands in place of all that was set before.' })
export class SetRoutingInput {
  @Field(() => ID, {
    nullable: true,
    description: 'For which API key; left out: for every key that has none of its own.',
  })
  keyId?: string | null;

  @Field(() => POLICY_NAMES, { description: 'Which lane comes first.' })
  policy!: Policy['kind'];

  @Field(() => ID, {
    nullable: true,
    description: 'The reservation that is pinned, or the canary; only with these.',
  })
  reservationId?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Hundredths of a per cent of the requests that try the canary first, 1 to 10000; only with one.',
  })
  share?: number | null;

  @Field(() => FallbackInput, {
    nullable: true,
    description: 'Left out or null: nothing is sent where you hold no capacity.',
  })
  fallback?: FallbackInput | null;
}

@ObjectType('Fallback', { description: 'Where requests go that no reservation has room for.' })
export class FallbackType {
  @Field({ description: 'The endpoint.' })
  url!: string;

  @Field(() => String, { nullable: true, description: 'What the model is called there.' })
  model!: string | null;

  @Field({ description: 'Whether a credential is sent; it is never shown.' })
  hasCredential!: boolean;
}

@ObjectType('Routing', { description: 'How requests are routed.' })
export class RoutingType {
  @Field(() => ID, { nullable: true, description: 'Of which API key; null: of every key without one of its own.' })
  keyId!: string | null;

  @Field(() => POLICY_NAMES, { description: 'Which lane comes first.' })
  policy!: Policy['kind'];

  @Field(() => ID, { nullable: true, description: 'The reservation that is pinned, or the canary.' })
  reservationId!: string | null;

  @Field(() => Int, { nullable: true, description: 'The canary’s share, in hundredths of a per cent.' })
  share!: number | null;

  @Field(() => FallbackType, { nullable: true, description: 'Null: nothing is sent where you hold no capacity.' })
  fallback!: FallbackType | null;
}

export const RoutingConnection = connectionOf(RoutingType, 'Routing', 'routings');

@ObjectType({ description: 'Requests are routed so from now on; in other processes within two seconds.' })
export class SetRoutingSuccess {
  @Field(() => RoutingType, { description: 'What is set.' })
  routing!: RoutingType;
}

export const SetRoutingResult = resultUnion('setRouting', [
  SetRoutingSuccess,
  ValidationRejection,
  NotFoundRejection,
]);
