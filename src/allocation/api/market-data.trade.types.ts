import { ArgsType, Field, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { connectionOf, PageArguments } from '../../api/graphql/connection.js';
import {
  InstantScalar,
  MicroUsdScalar,
  TokenHoursScalar,
  TokensPerSecondScalar,
} from '../../api/graphql/scalars.js';
import { WindowType } from '../../api/graphql/window.types.js';
import type { Instant } from '../../kernel/time.js';
import type { Window } from '../../kernel/window.js';
import type { IntervalName } from '../model/period.rules.js';
import { SPEED_CLASSES, type SpeedClass } from '../model/speed.classes.js';
import { DAYS_DEFAULT } from './market-data.reading.js';

export const SPEED_CLASS_NAMES = {
  BASIC: 'BASIC',
  INTERACTIVE: 'INTERACTIVE',
  FAST: 'FAST',
  INSTANT: 'INSTANT',
} as const satisfies { readonly [Name in SpeedClass]: Name };
/** Such as `50 to 199`, or `800 or more`. */
const rangeOf = (index: number): string => {
  const next = SPEED_CLASSES[index + 1];
  const from = SPEED_CLASSES[index]?.floor;
  return next === undefined ? `${from} or more` : `${from} to ${next.floor - 1}`;
};
registerEnumType(SPEED_CLASS_NAMES, {
  name: 'SpeedClass',
  description: 'How many output tokens/s one stream is promised at least, in classes.',
  valuesMap: Object.fromEntries(
    SPEED_CLASSES.map(({ name }, index) => [name, { description: `${rangeOf(index)} tokens/s.` }]),
  ) as Record<SpeedClass, { readonly description: string }>,
});

@ObjectType('MarketTrade', {
  description: 'A sale whose money has arrived. It names nobody and no pool.',
})
export class MarketTradeType {
  @Field(() => ID, { description: 'The market: model@quantization.' })
  marketId!: string;

  @Field(() => Int, {
    description: '1, 2, 3 … of the market’s trades, in the order in which they were made: names it within the market.',
  })
  sequence!: number;

  @Field(() => InstantScalar, { description: 'When the money arrived and title moved.' })
  tradedAt!: Date;

  @Field(() => WindowType, { description: 'The window that was sold.' })
  window!: { readonly start: Date; readonly end: Date };

  @Field(() => TokensPerSecondScalar, { description: 'How much was sold.' })
  quantity!: bigint;

  @Field(() => MicroUsdScalar, { description: 'Price per token/s and hour.' })
  unitPrice!: bigint;

  @Field(() => MicroUsdScalar, {
    description: 'The same price for a million tokens at full use, rounded half to even.',
  })
  pricePerMillionTokens!: bigint;

  @Field(() => MicroUsdScalar, { description: 'What was paid for all of it.' })
  amount!: bigint;

  @Field(() => TokenHoursScalar, { description: 'Quantity x hours.' })
  volume!: string;

  @Field(() => SPEED_CLASS_NAMES, {
    nullable: true,
    description: 'How fast one stream is promised to be; null for a moment after a pool was registered.',
  })
  speedClass!: SpeedClass | null;
}

export const MarketTradeConnection = connectionOf(MarketTradeType, 'MarketTrade', 'trades');

@ArgsType()
export class TradesArguments extends PageArguments {
  @Field(() => ID, { description: 'The market: model@quantization.' })
  marketId!: string;
}

export const CANDLE_INTERVALS = {
  MINUTE: 'MINUTE',
  HOUR: 'HOUR',
  DAY: 'DAY',
} as const satisfies { readonly [Name in IntervalName]: Name };
registerEnumType(CANDLE_INTERVALS, {
  name: 'CandleInterval',
  description: 'How much time a candle covers, counted from midnight UTC.',
  valuesMap: {
    MINUTE: { description: 'A minute.' },
    HOUR: { description: 'An hour.' },
    DAY: { description: 'A day.' },
  },
});

@ObjectType('Candle', {
  description: 'The prices of one interval in which something was traded, per token/s and hour.',
})
export class CandleType {
  @Field(() => InstantScalar, { description: 'The first instant of the interval.' })
  start!: Date;

  @Field(() => MicroUsdScalar, { description: 'Price of the first trade.' })
  open!: bigint;

  @Field(() => MicroUsdScalar, { description: 'Highest price.' })
  high!: bigint;

  @Field(() => MicroUsdScalar, { description: 'Lowest price.' })
  low!: bigint;

  @Field(() => MicroUsdScalar, { description: 'Price of the last trade so far.' })
  close!: bigint;

  @Field(() => Int, { description: 'How many trades.' })
  count!: number;

  @Field(() => TokenHoursScalar, { description: 'How much was traded: quantity x hours.' })
  volume!: string;

  @Field(() => MicroUsdScalar, {
    description: 'Volume-weighted average price, rounded half to even.',
  })
  vwap!: bigint;
}

export const CandleConnection = connectionOf(CandleType, 'Candle', 'candles');

@ArgsType()
export class CandlesArguments extends PageArguments {
  @Field(() => ID, { description: 'The market: model@quantization.' })
  marketId!: string;

  @Field(() => CANDLE_INTERVALS, { description: 'How much time a candle covers.' })
  interval!: IntervalName;

  @Field(() => InstantScalar, { description: 'From when on, rounded down to an interval.' })
  from!: Instant;

  @Field(() => InstantScalar, {
    description: 'Until when, rounded up to an interval; at most 1500 intervals after from.',
  })
  to!: Instant;
}

@ArgsType()
export class ModelArguments {
  @Field(() => String, { description: 'The model, such as llama-3.3-70b, at every quantization.' })
  model!: string;

  @Field(() => Int, { defaultValue: DAYS_DEFAULT, description: 'How many days back from now, 1 to 366.' })
  days!: number;
}

@ObjectType({ isAbstract: true })
abstract class AverageFigures {
  @Field(() => MicroUsdScalar, {
    nullable: true,
    description:
      'Micro-USD for a million output tokens at full use, weighted by volume; null: no trade.',
  })
  pricePerMillionTokens!: bigint | null;

  @Field(() => MicroUsdScalar, {
    nullable: true,
    description: 'Average price per token/s and hour, weighted by volume; null: no trade.',
  })
  unitPrice!: bigint | null;

  @Field(() => Int, { description: 'How many trades it is made of.' })
  trades!: number;

  @Field(() => TokenHoursScalar, { description: 'How much they traded: quantity x hours.' })
  volume!: string;
}

@ObjectType('PriceIndexClass', { description: 'The price of a model in one speed class.' })
export class PriceIndexClassType extends AverageFigures {
  @Field(() => SPEED_CLASS_NAMES, { description: 'The class.' })
  speedClass!: SpeedClass;

  @Field(() => Int, { description: 'Its floor: output tokens/s of one stream.' })
  streamTokensPerSecondMin!: number;
}

@ObjectType('PriceIndex', {
  description: 'What a million tokens of a model cost where they were traded, by speed class.',
})
export class PriceIndexType {
  @Field(() => String, { description: 'The model.' })
  model!: string;

  @Field(() => WindowType, { description: 'When the trades were made that this is made of.' })
  period!: Window;

  @Field(() => [PriceIndexClassType], { description: 'Every class, the slowest first.' })
  classes!: readonly PriceIndexClassType[];
}

@ObjectType('SpeedRange', { description: 'A range of a speed figure.' })
export class SpeedRangeType {
  @Field(() => Int, { description: 'The least that is in it.' })
  from!: number;

  @Field(() => Int, { nullable: true, description: 'The least that is above it; null: no end.' })
  below!: number | null;
}

@ObjectType('SpeedPremiumPoint', {
  description: 'The price of capacity that was promised to be about as fast.',
})
export class SpeedPremiumPointType extends AverageFigures {
  @Field(() => SpeedRangeType, {
    description: 'Promised time to first token, 95th percentile, milliseconds.',
  })
  ttftP95Ms!: SpeedRangeType;

  @Field(() => SpeedRangeType, { description: 'Promised output tokens/s of one stream, at least.' })
  streamTokensPerSecondMin!: SpeedRangeType;
}

@ObjectType('SpeedPremium', {
  description:
    'What speed costs: the price of a model overall, and against its promised speed.',
})
export class SpeedPremiumType extends AverageFigures {
  @Field(() => String, { description: 'The model.' })
  model!: string;

  @Field(() => WindowType, { description: 'When the trades were made that this is made of.' })
  period!: Window;

  @Field(() => [SpeedPremiumPointType], {
    description: 'Where something was traded: the soonest first token first, then the slower stream.',
  })
  points!: readonly SpeedPremiumPointType[];
}
