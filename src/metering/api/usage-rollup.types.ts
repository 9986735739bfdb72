import { ArgsType, Field, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { connectionOf, PageArguments } from '../../api/graphql/connection.js';
import { BigCountScalar, InstantScalar } from '../../api/graphql/scalars.js';
import { WindowInput } from '../../api/graphql/window.types.js';
import type { Grain, Side } from '../application/usage-rollups.js';

export const USAGE_GRAINS = { MINUTE: 'minute', HOUR: 'hour', DAY: 'day' } as const satisfies Record<string, Grain>;
registerEnumType(USAGE_GRAINS, {
  name: 'UsageGrain',
  description: 'How long a stretch of use is, UTC.',
  valuesMap: {
    MINUTE: { description: 'A minute; for 40 days.' },
    HOUR: { description: 'An hour.' },
    DAY: { description: 'A day.' },
  },
});
export const USAGE_SIDES = { HOLDER: 'holder', PROVIDER: 'provider' } as const satisfies Record<string, Side>;
registerEnumType(USAGE_SIDES, {
  name: 'UsageSide',
  description: 'Which of an organization’s use is asked for.',
  valuesMap: {
    HOLDER: { description: 'What it used of its reservations.' },
    PROVIDER: { description: 'What others used of its pools.' },
  },
});

@ObjectType('UsageRollup', { description: 'What was used of one model in one minute, hour or day.' })
export class UsageRollupType {
  @Field(() => InstantScalar, { description: 'First instant of the stretch.' })
  start!: Date;

  @Field({ description: 'The model, as requests named it.' })
  model!: string;

  @Field(() => BigCountScalar, { description: 'Usage events, each counted once.' })
  events!: bigint;

  @Field(() => BigCountScalar, { description: 'Input tokens, cached ones included.' })
  inputTokens!: bigint;

  @Field(() => BigCountScalar, { description: 'Input tokens that were cached.' })
  cachedInputTokens!: bigint;

  @Field(() => BigCountScalar, { description: 'Output tokens, reasoning tokens included.' })
  outputTokens!: bigint;

  @Field(() => BigCountScalar, { description: 'Output tokens that were reasoning.' })
  reasoningTokens!: bigint;
}

export const UsageRollupConnection = connectionOf(UsageRollupType, 'UsageRollup', 'stretches of use');

@ArgsType()
export class UsageRollupArguments extends PageArguments {
  @Field(() => USAGE_GRAINS, { description: 'Minutes, hours or days.' })
  grain!: Grain;

  @Field(() => ID, {
    nullable: true,
    description: 'Of this reservation, which your organization holds, sold or provides; left out, of all on one side.',
  })
  reservationId?: string | null;

  @Field(() => USAGE_SIDES, { defaultValue: USAGE_SIDES.HOLDER, description: 'Without a reservation: which side.' })
  side!: Side;

  @Field(() => WindowInput, { nullable: true, description: 'Only stretches that begin in it.' })
  window?: WindowInput | null;
}

@ObjectType('UsageRollUpLag', { description: 'How far rating and rollups are behind what was reported.' })
export class UsageRollUpLagType {
  @Field(() => BigCountScalar, { description: 'Usage events that are stored and not rolled up yet.' })
  waitingEvents!: bigint;

  @Field(() => InstantScalar, { nullable: true, description: 'Since when the first of them waits; null: none does.' })
  waitingSince!: Date | null;

  @Field(() => Int, {
    description: 'For how long that is, in milliseconds; use gathers for 2,000 before it is rolled up.',
  })
  lagMs!: number;
}
