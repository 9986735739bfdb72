import { Field, ObjectType } from '@nestjs/graphql';
import type { Refusal } from '../../api/graphql/refusals.js';
import { Rejection } from '../../api/graphql/rejection.js';
import {
  InstantScalar,
  TokensPerSecondCountScalar,
  TokensPerSecondScalar,
} from '../../api/graphql/scalars.js';
import type { JsonOf } from '../../eventstore/stream-definition.js';
import { formatInstant } from '../../kernel/time.js';
import type { SetAsideForSmallBuyers } from '../model/market.rejections.js';

@ObjectType({
  implements: () => [Rejection],
  description: 'The rest is set aside for small buyers until shortly before it is used.',
})
export class SetAsideRejection extends Rejection {
  @Field(() => TokensPerSecondCountScalar, {
    description: 'How much you can have throughout the window all the same.',
  })
  available!: string;

  @Field(() => TokensPerSecondScalar, {
    description:
      'Who has no more of the pool than this at an instant is small: pending holds count, and what was resold and may come back.',
  })
  smallBuyerMax!: string;

  @Field(() => InstantScalar, { description: 'From when on nothing that is in the way is set aside.' })
  releasedAt!: number;
}

export function showSetAside({ code, ...found }: JsonOf<SetAsideForSmallBuyers>): Refusal {
  const { available, smallBuyerMax, releasedAt } = found;
  const who = `buyers who hold at most ${smallBuyerMax} tokens/s of this pool`;
  const when = formatInstant(releasedAt);
  const message = `the rest is set aside for ${who} until ${when}: ${available} tokens/s are left for you`;
  return { __typename: 'SetAsideRejection', code, message, ...found } as Refusal;
}
