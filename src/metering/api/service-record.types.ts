import { ArgsType, Field, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { connectionOf, PageArguments } from '../../api/graphql/connection.js';
import { InstantScalar } from '../../api/graphql/scalars.js';
import { WindowInput } from '../../api/graphql/window.types.js';
import type { WeightedTokens } from '../model/rating.js';
import type { CreditSide } from '../projection/service-hour.lists.js';
import { ServiceFiguresType, ServiceSamplesType } from './service-level.types.js';
import { WeightedTokensScalar } from './usage.types.js';

@ObjectType('ServiceMinute', { description: 'What our gateway measured of a reservation in one UTC minute.' })
export class ServiceMinuteType {
  @Field(() => ID, { description: 'The reservation.' })
  reservationId!: string;

  @Field(() => InstantScalar, { description: 'Its first instant.' })
  minute!: Date;

  @Field(() => WeightedTokensScalar, { description: 'What was used in it.' })
  weightedTokens!: WeightedTokens;

  @Field(() => Int, { description: 'Of the requests that count, those that were not answered whole.' })
  failed!: number;

  @Field(() => ServiceSamplesType, {
    description: 'Of how many requests. What is over the limit is not left out: that is known of a whole hour.',
  })
  samples!: ServiceSamplesType;

  @Field(() => ServiceFiguresType, { description: 'What was measured.' })
  figures!: ServiceFiguresType;
}

export const ServiceMinuteConnection = connectionOf(ServiceMinuteType, 'ServiceMinute', 'measured minutes');

@ArgsType()
export class ServiceMinuteArguments extends PageArguments {
  @Field(() => ID, { description: 'The reservation.' })
  reservationId!: string;

  @Field(() => WindowInput, { nullable: true, description: 'Minutes that begin in it; left out: all.' })
  window?: WindowInput | null;
}

export const CREDIT_SIDES = { RECEIVED: 'received', GIVEN: 'given' } as const satisfies Record<string, CreditSide>;
registerEnumType(CREDIT_SIDES, {
  name: 'CreditSide',
  description: 'Which of an organization’s credits are asked for.',
  valuesMap: {
    RECEIVED: { description: 'For hours of what it holds.' },
    GIVEN: { description: 'For hours that it sold or provided.' },
  },
});

@ArgsType()
export class ServiceCreditArguments extends PageArguments {
  @Field(() => CREDIT_SIDES, { defaultValue: CREDIT_SIDES.RECEIVED, description: 'Which side.' })
  side!: CreditSide;
}
