import { ArgsType, Field, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { connectionOf, PageArguments } from '../../api/graphql/connection.js';
import { DOCUMENT_LIMITS } from '../../api/graphql/document-limits.js';
import {
  InstantScalar,
  MicroUsdScalar,
  TokensPerSecondCountScalar,
  TokensPerSecondScalar,
} from '../../api/graphql/scalars.js';
import { WindowInput, WindowType } from '../../api/graphql/window.types.js';
import type { Instant } from '../../kernel/time.js';
import type { Window } from '../../kernel/window.js';
import { INTERVALS } from '../model/period.rules.js';

/** How many levels of a side are shown when nobody says. */
const LEVELS_DEFAULT = 20;

@ObjectType('DepthLevel', { description: 'All of one side of a book at one price.' })
export class DepthLevelType {
  @Field(() => MicroUsdScalar, { description: 'Price per token/s and hour.' })
  unitPrice!: bigint;

  @Field(() => MicroUsdScalar, {
    description: 'The same price for a million tokens at full use, rounded half to even.',
  })
  pricePerMillionTokens!: bigint;

  @Field(() => TokensPerSecondScalar, { description: 'How much there is throughout the window.' })
  quantity!: bigint;

  @Field(() => Int, { description: 'How many offers or orders it is made of.' })
  count!: number;

  @Field(() => TokensPerSecondScalar, { description: 'With all better levels of its side.' })
  cumulativeQuantity!: bigint;
}

@ObjectType({ isAbstract: true })
abstract class BookFigures {
  @Field(() => ID, { description: 'The market: model@quantization.' })
  marketId!: string;

  @Field(() => WindowType, { description: 'The window that was asked for.' })
  window!: Window;

  @Field(() => InstantScalar, { description: 'The product’s time when the book was read.' })
  asOf!: Instant;
}

@ObjectType('MarketDepth', {
  description: 'The book for one window: what is offered, and what is wanted, throughout it.',
})
export class MarketDepthType extends BookFigures {
  @Field(() => [DepthLevelType], {
    description:
      'What could be bought for exactly this window, the cheapest first. An offer counts with the least it has anywhere in the window.',
  })
  asks!: readonly DepthLevelType[];

  @Field(() => [DepthLevelType], {
    description: 'Waiting orders whose windows cover this one, the dearest first.',
  })
  bids!: readonly DepthLevelType[];
}

@ObjectType('TopOfBook', { description: 'The best of both sides of a book, for one window.' })
export class TopOfBookType extends BookFigures {
  @Field(() => DepthLevelType, { nullable: true, description: 'The cheapest offer; null: there is none.' })
  bestAsk!: DepthLevelType | null;

  @Field(() => DepthLevelType, {
    nullable: true,
    description: 'The dearest order that waits; null: nobody waits.',
  })
  bestBid!: DepthLevelType | null;

  @Field(() => MicroUsdScalar, {
    nullable: true,
    description:
      'Best ask less best bid; null while a side is empty. Below zero when an order waits for more than the offer has, or for other terms.',
  })
  spread!: bigint | null;
}

@ArgsType()
export class BookArguments {
  @Field(() => ID, { description: 'The market: model@quantization.' })
  marketId!: string;

  @Field(() => WindowInput, {
    description: 'The window, on the grid of a pool of the market and not in the past.',
  })
  window!: WindowInput;
}

@ArgsType()
export class DepthArguments extends BookArguments {
  @Field(() => Int, {
    defaultValue: LEVELS_DEFAULT,
    description: `How many levels of each side, 1 to ${DOCUMENT_LIMITS.pageSize}.`,
  })
  first!: number;
}

export const CALENDAR_STEPS = { HOUR: 'HOUR', DAY: 'DAY' } as const satisfies Partial<
  Record<keyof typeof INTERVALS, string>
>;
export type CalendarStep = keyof typeof CALENDAR_STEPS;
registerEnumType(CALENDAR_STEPS, {
  name: 'CalendarStep',
  description: 'How finely a calendar is divided, UTC.',
  valuesMap: { HOUR: { description: 'By the hour.' }, DAY: { description: 'By the day.' } },
});

@ObjectType('AvailableStep', { description: 'One step of an availability calendar.' })
export class AvailableStepType {
  @Field(() => WindowType, { description: 'The step.' })
  window!: Window;

  @Field(() => TokensPerSecondCountScalar, {
    description:
      'How much is on offer throughout the step, whatever grid it is sold on; "0": nothing, or it has begun.',
  })
  quantity!: bigint;

  @Field(() => MicroUsdScalar, {
    nullable: true,
    description: 'The least that is asked per token/s and hour; null: nothing is on offer.',
  })
  bestPrice!: bigint | null;
}

export const AvailabilityConnection = connectionOf(
  AvailableStepType,
  'AvailableStep',
  'steps of a calendar',
);

@ArgsType()
export class AvailabilityArguments extends PageArguments {
  @Field(() => ID, { description: 'The market: model@quantization.' })
  marketId!: string;

  @Field(() => InstantScalar, { description: 'Where the calendar starts, rounded down to a step.' })
  from!: Instant;

  @Field(() => InstantScalar, {
    description: 'Where it ends, rounded up to a step. A calendar has at most 1500 steps.',
  })
  to!: Instant;

  @Field(() => CALENDAR_STEPS, { description: 'How finely it is divided.' })
  step!: CalendarStep;
}
