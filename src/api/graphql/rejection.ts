import { Field, ID, Int, InterfaceType, ObjectType, registerEnumType } from '@nestjs/graphql';
import { InstantScalar, MicroUsdScalar } from './scalars.js';

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

  @Field(() => MicroUsdScalar, { description: 'What is owed, such as for a dispute that was lost: what comes in pays it first. A top-up of this and of what is due is enough.' })
  owed!: string;

  @Field(() => MicroUsdScalar, { description: 'What of your credit line could be drawn beside it.' })
  creditUnused!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Number of the overdue invoice that keeps your credit line from being drawn.',
  })
  creditFrozenBy!: string | null;
}

export const SPEND_PERIOD_NAMES = {
  ORDER: 'order',
  DAY: 'day',
  MONTH: 'month',
  UNATTENDED: 'unattended',
} as const;
registerEnumType(SPEND_PERIOD_NAMES, {
  name: 'SpendPeriod',
  description: 'Which limit of spending was reached.',
  valuesMap: {
    ORDER: { description: 'What one order may cost, what it was raised by included.' },
    DAY: { description: 'What may be spent in a UTC day.' },
    MONTH: { description: 'What may be spent in a UTC month.' },
    UNATTENDED: { description: 'What may be bought without an approval: nobody was there to wait for one.' },
  },
});

@ObjectType({
  implements: () => [Rejection],
  description: 'It is more than finance lets you spend; nothing was bought.',
})
export class OverSpendLimitRejection extends Rejection {
  @Field({ description: 'Whose limit: organization, role:<role>, member:<id> or key:<id>.' })
  subject!: string;

  @Field(() => SPEND_PERIOD_NAMES, { description: 'Which limit.' })
  period!: string;

  @Field(() => MicroUsdScalar, { description: 'The limit.' })
  limit!: string;

  @Field(() => MicroUsdScalar, { description: 'What counts against it already.' })
  spent!: string;

  @Field(() => MicroUsdScalar, { description: 'What this would add.' })
  asked!: string;
}

@ObjectType({
  implements: () => [Rejection],
  description: 'Nothing was bought yet: the request is kept, and is executed as it is once somebody approves it.',
})
export class NeedsApprovalRejection extends Rejection {
  @Field(() => ID, { description: 'The request; see approvals.' })
  approvalId!: string;

  @Field(() => InstantScalar, { description: 'Until when somebody can approve it.' })
  expiresAt!: number;
}

@ObjectType({
  implements: () => [Rejection],
  description: 'The request that this waited for is over; nothing was bought, nor will be under this key.',
})
export class ApprovalEndedRejection extends Rejection {
  @Field({ description: 'How: approved, refused or expired.' })
  end!: string;
}

@ObjectType({ implements: () => [Rejection], description: 'Too many requests of yours wait for an approval.' })
export class TooManyApprovalsRejection extends Rejection {
  @Field(() => Int, { description: 'How many may wait at once.' })
  approvalsMax!: number;
}

/** Why the books let nobody spend: members of every result union of a purchase. */
export const SPEND_REJECTIONS = [
  InsufficientFundsRejection,
  OverSpendLimitRejection,
  NeedsApprovalRejection,
  ApprovalEndedRejection,
  TooManyApprovalsRejection,
] as const;
