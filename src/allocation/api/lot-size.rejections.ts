import { Field, ObjectType } from '@nestjs/graphql';
import type { Refusal } from '../../api/graphql/refusals.js';
import { Rejection } from '../../api/graphql/rejection.js';
import { TokensPerSecondScalar } from '../../api/graphql/scalars.js';
import type { JsonOf } from '../../eventstore/stream-definition.js';
import type { OffLot } from '../model/market.rejections.js';

@ObjectType({
  implements: () => [Rejection],
  description: 'The quantity is not whole lots, nor all that there is.',
})
export class LotRejection extends Rejection {
  @Field({ description: 'Which quantity: quantity or minimumFill.' })
  field!: string;

  @Field(() => TokensPerSecondScalar, {
    description: 'What it must be a whole multiple of; of several pools the smallest.',
  })
  lotSize!: string;

  @Field(() => TokensPerSecondScalar, {
    nullable: true,
    description: 'The nearest quantity below that is accepted; null: there is none.',
  })
  below!: string | null;

  @Field(() => TokensPerSecondScalar, { description: 'The nearest quantity above that is accepted.' })
  above!: string;
}

export function showOffLot({ code, ...found }: JsonOf<OffLot>): Refusal {
  const { field, lotSize, below, above } = found;
  const nearest = below === null ? above : `${below} or ${above}`;
  const message = `${field} is not in lots of ${lotSize} tokens/s: ${nearest} would be`;
  return { __typename: 'LotRejection', code, message, ...found } as Refusal;
}
