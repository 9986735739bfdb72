import { Field, ID, InterfaceType, ObjectType } from '@nestjs/graphql';
import { MicroUsdScalar } from './scalars.js';

/** Why something was refused. Every result union has its reasons as types of this interface. */
@InterfaceType({
  description: 'Why something was refused: data, not an error. Nothing was changed.',
  resolveType: (value: { readonly __typename?: string }) => value.__typename,
})
export abstract class Rejection {
  @Field({ description: 'Stable name of the reason, such as CAPACITY_EXHAUSTED.' })
  code!: string;

  @Field({ description: 'The reason in a sentence, with what would be accepted.' })
  message!: string;
}

/** One wrong field. */
@ObjectType({ description: 'One field that was wrong, why, and what would be accepted.' })
export class FieldIssue {
  @Field({ description: 'Path of the field in the input, such as window.start.' })
  field!: string;

  @Field({ description: 'Why it was refused.' })
  reason!: string;

  @Field({ description: 'What would be accepted.' })
  accepted!: string;
}

@ObjectType({
  implements: () => [Rejection],
  description: 'Some fields were wrong; all of them are listed.',
})
export class ValidationRejection extends Rejection {
  @Field(() => [FieldIssue], { description: 'Every wrong field.' })
  issues!: FieldIssue[];
}

@ObjectType({
  implements: () => [Rejection],
  description: 'There is no such thing, or it is not yours to see.',
})
export class NotFoundRejection extends Rejection {
  @Field({ description: 'Which input named it.' })
  field!: string;
}

@ObjectType({
  implements: () => [Rejection],
  description: 'What it is now does not allow what was asked.',
})
export class StateRejection extends Rejection {
  @Field({ description: 'The state it is in.' })
  state!: string;
}

@ObjectType({
  implements: () => [Rejection],
  description: 'The hold is part of an open quote: all of it is accepted or released, or nothing.',
})
export class PartOfQuoteRejection extends Rejection {
  @Field(() => ID, { description: 'The quote: see acceptQuote and releaseQuote.' })
  quoteId!: string;
}

@ObjectType({ implements: () => [Rejection], description: 'The wallet does not hold enough.' })
export class InsufficientFundsRejection extends Rejection {
  @Field(() => MicroUsdScalar, { description: 'What it holds.' })
  balance!: string;

  @Field(() => MicroUsdScalar, { description: 'What is due.' })
  due!: string;
}
