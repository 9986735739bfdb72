import { Field, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import type { OfferedExclusion } from '../model/service-level.terms.js';

@ObjectType('CreditStep', {
  description: 'What an hour costs that missed an objective by more than some share of it.',
})
export class CreditStepType {
  @Field(() => Int, {
    description: 'By more than this share of the objective, in hundredths of a per cent.',
  })
  missedBy!: number;

  @Field(() => Int, { description: 'Share of the price of the hour, in hundredths of a per cent.' })
  credit!: number;
}

export const SERVICE_EXCLUSIONS = { OVER_LIMIT: 'overLimit', TOO_LONG: 'tooLong', BATCH: 'batch' } as const satisfies Record<string, OfferedExclusion>;
registerEnumType(SERVICE_EXCLUSIONS, {
  name: 'ServiceExclusion',
  description: 'Requests that a provider may leave out of what its service level is judged by.',
  valuesMap: {
    OVER_LIMIT: { description: 'Of the minutes after those that used up what the reservation held in the hour.' },
    TOO_LONG: { description: 'Longer prompts than the context of the serving profile.' },
    BATCH: { description: 'Of the tier `batch`.' },
  },
});

@ObjectType('CreditTerms', { description: 'What an hour costs that missed the promised service level.' })
export class CreditTermsType {
  @Field(() => Int, {
    description: 'An objective with fewer requests in the hour is not judged.',
  })
  samplesMin!: number;

  @Field(() => [CreditStepType], { description: 'By rising miss; none: a miss costs nothing.' })
  steps!: readonly CreditStepType[];

  @Field(() => [SERVICE_EXCLUSIONS], {
    description: 'Requests that do not count. Those that the client gave up or that had to be refused never do.',
  })
  exclusions!: readonly OfferedExclusion[];
}
