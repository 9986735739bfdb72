import { ArgsType, Field, ID, Int, ObjectType } from '@nestjs/graphql';
import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';
import { connectionOf, PageArguments } from '../../api/graphql/connection.js';
import { BigCountScalar, InstantScalar, MicroUsdScalar } from '../../api/graphql/scalars.js';
import { formatWeighted, parseWeighted, type WeightedTokens } from '../model/rating.js';

function read(value: unknown): WeightedTokens {
  const parsed = typeof value === 'string' ? parseWeighted(value) : null;
  if (parsed !== null) return parsed;
  throw new GraphQLError('WeightedTokens: expected a decimal string, such as "1250.0625"', {
    extensions: { code: 'BAD_USER_INPUT' },
  });
}

/** Inside, ten-thousandths of a weighted token. */
export const WeightedTokensScalar = new GraphQLScalarType<WeightedTokens, string>({
  name: 'WeightedTokens',
  description:
    'Tokens at their weight, where an output token weighs 1: an exact decimal string with at most four places, such as "1250.0625".',
  serialize: (value) => formatWeighted(value as WeightedTokens),
  parseValue: read,
  parseLiteral: (node) => read(node.kind === Kind.STRING ? node.value : null),
});

/** What hours and whole reservations have in common. */
@ObjectType({ isAbstract: true })
abstract class UsageFigures {
  @Field(() => ID, { description: 'The reservation.' })
  reservationId!: string;

  @Field(() => BigCountScalar, { description: 'How many usage events came in, each counted once.' })
  events!: bigint;

  @Field(() => BigCountScalar, { description: 'Input tokens, cached ones included.' })
  inputTokens!: bigint;

  @Field(() => BigCountScalar, { description: 'Input tokens that were cached.' })
  cachedInputTokens!: bigint;

  @Field(() => BigCountScalar, { description: 'Output tokens, reasoning tokens included.' })
  outputTokens!: bigint;

  @Field(() => BigCountScalar, { description: 'Output tokens that were reasoning.' })
  reasoningTokens!: bigint;

  @Field(() => WeightedTokensScalar, {
    description: 'All of them at the weights of the terms that the reservation was bought under.',
  })
  weightedTokens!: WeightedTokens;

  @Field(() => WeightedTokensScalar, {
    description: 'What was used above what the reservation held, hour by hour.',
  })
  overageTokens!: WeightedTokens;

  @Field(() => MicroUsdScalar, { description: 'What that costs, each hour rounded half to even.' })
  overageAmount!: bigint;
}

@ObjectType('UsageHour', { description: 'What was used of a reservation in one UTC hour.' })
export class UsageHourType extends UsageFigures {
  @Field(() => InstantScalar, { description: 'First instant of the hour.' })
  hour!: Date;

  @Field(() => Int, {
    description:
      '1 at first, one more each time that late events, corrections, conceded counts or moved title changed the hour.',
  })
  revision!: number;

  @Field(() => ID, { description: 'Names this revision on invoices.' })
  evidenceId!: string;

  @Field(() => WeightedTokensScalar, { description: 'What the reservation held in the hour.' })
  entitledTokens!: WeightedTokens;

  @Field(() => InstantScalar, { description: 'When it was rated last.' })
  ratedAt!: Date;
}

@ObjectType('UsageTotals', {
  description: 'What was used of a reservation, as far as it is rated.',
})
export class UsageTotalsType extends UsageFigures {
  @Field(() => Int, { description: 'How many hours have use in them.' })
  hours!: number;
}

export const UsageHourConnection = connectionOf(UsageHourType, 'UsageHour', 'hours of use');

@ArgsType()
export class UsageHourArguments extends PageArguments {
  @Field(() => ID, { description: 'The reservation.' })
  reservationId!: string;
}
