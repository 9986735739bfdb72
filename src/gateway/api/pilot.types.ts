import { Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { connectionOf } from '../../api/graphql/connection.js';
import {
  NotFoundRejection,
  Rejection,
  StateRejection,
  ValidationRejection,
} from '../../api/graphql/rejection.js';
import { resultUnion } from '../../api/graphql/result-union.js';
import { BigCountScalar, InstantScalar, MicroUsdScalar } from '../../api/graphql/scalars.js';
import type { MicroUsd } from '../../kernel/money.js';
import type { Instant } from '../../kernel/time.js';
import type { PilotSide } from '../../metering/contract.js';
import type { PilotState } from '../model/pilot.js';

export const PILOT_STATE_NAMES = {
  RUNNING: 'running',
  STOPPED: 'stopped',
  COMPLETE: 'complete',
  OVER: 'over',
} as const satisfies Record<string, PilotState>;
registerEnumType(PILOT_STATE_NAMES, {
  name: 'PilotState',
  description: 'Whether requests are being repeated.',
  valuesMap: {
    RUNNING: { description: 'They are.' },
    STOPPED: { description: 'It was stopped.' },
    COMPLETE: { description: 'It has used as many requests or tokens as it may.' },
    OVER: { description: 'Its time has passed.' },
  },
});

export const PILOT_SIDE_NAMES = { CLIENT: 'client', MIRROR: 'mirror' } as const satisfies Record<
  string,
  PilotSide
>;
registerEnumType(PILOT_SIDE_NAMES, {
  name: 'PilotSide',
  description: 'One of the two lanes that had the same request.',
  valuesMap: {
    CLIENT: { description: 'Its answer went to the client.' },
    MIRROR: { description: 'Its answer went to nobody.' },
  },
});

export const PILOT_START_NAMES = { ALL: 'all', COLD: 'cold', WARM: 'warm' } as const;
registerEnumType(PILOT_START_NAMES, {
  name: 'PilotStart',
  description: 'How requests began.',
  valuesMap: {
    ALL: { description: 'All of them.' },
    COLD: {
      description: 'Their endpoint had not answered this gateway process for five minutes: it needed a new connection, and may have had to wake up.',
    },
    WARM: { description: 'It had.' },
  },
});

@InputType({ description: 'What an endpoint costs.' })
export class TokenPricesInput {
  @Field(() => MicroUsdScalar, { description: 'For a million tokens of input.' })
  input!: MicroUsd;

  @Field(() => MicroUsdScalar, { description: 'For a million tokens of output.' })
  output!: MicroUsd;
}

@InputType({ description: 'A share of your requests, repeated on another lane to compare the two.' })
export class StartPilotInput {
  @Field(() => Int, { description: 'Hundredths of a per cent of your requests, 1 to 10000.' })
  share!: number;

  @Field(() => [ID], {
    defaultValue: [],
    description: 'Only requests that one of these reservations serves, at most 10; none: whichever serves them.',
  })
  primaryReservationIds!: string[];

  @Field(() => ID, {
    nullable: true,
    description: 'A reservation of yours of the same model that repeats them; left out: the fallback of your routing.',
  })
  mirrorReservationId?: string | null;

  @Field(() => TokenPricesInput, {
    nullable: true,
    description: 'What your fallback costs, for the report; only with one.',
  })
  mirrorPrice?: TokenPricesInput | null;

  @Field(() => Int, { description: 'No more requests are repeated, 1 to 100000.' })
  requestsMax!: number;

  @Field(() => BigCountScalar, {
    description: 'No more tokens are used by repetitions, input and output together, 1 to 10000000000.',
  })
  tokensMax!: bigint;

  @Field(() => Int, { defaultValue: 168, description: 'How long, in hours, 1 to 840.' })
  hours!: number;
}

@InputType({ description: 'A pilot that is to end.' })
export class StopPilotInput {
  @Field(() => ID, { description: 'The pilot.' })
  pilotId!: string;
}

@ObjectType('Pilot', { description: 'A share of requests, repeated on another lane to compare the two.' })
export class PilotType {
  @Field(() => ID, { description: 'Its id.' })
  pilotId!: string;

  @Field(() => PILOT_STATE_NAMES, { description: 'Whether requests are being repeated.' })
  state!: PilotState;

  @Field(() => Int, { description: 'Hundredths of a per cent of the requests.' })
  share!: number;

  @Field(() => [ID], { description: 'Reservations whose requests are repeated; none: all.' })
  primaryReservationIds!: readonly string[];

  @Field(() => ID, { nullable: true, description: 'The reservation that repeats them; null: the fallback.' })
  mirrorReservationId!: string | null;

  @Field(() => Int, { description: 'How many were repeated, those under way included.' })
  requests!: number;

  @Field(() => Int, { description: 'How many may be.' })
  requestsMax!: number;

  @Field(() => BigCountScalar, { description: 'Tokens used; of those under way, the most they can use.' })
  tokens!: bigint;

  @Field(() => BigCountScalar, { description: 'How many may be used.' })
  tokensMax!: bigint;

  @Field(() => InstantScalar, { description: 'When it began.' })
  startedAt!: Instant;

  @Field(() => InstantScalar, { description: 'When it ends by itself.' })
  endsAt!: Instant;

  @Field(() => InstantScalar, { nullable: true, description: 'When it was stopped.' })
  stoppedAt!: Instant | null;
}

@ObjectType('PilotFigure', { description: 'Figures of some measurements, off by at most 1 % of themselves; null without any.' })
export class PilotFigureType {
  @Field(() => Int, { description: 'How many measurements.' })
  samples!: number;

  @Field(() => Int, { nullable: true, description: 'Half were as good or better.' })
  p50!: number | null;

  @Field(() => Int, { nullable: true, description: '95 of a hundred were as good or better.' })
  p95!: number | null;

  @Field(() => Int, { nullable: true, description: '99 of a hundred were as good or better.' })
  p99!: number | null;
}

@ObjectType('PilotGroup', { description: 'Requests of one side that began alike.' })
export class PilotGroupType {
  @Field(() => PILOT_SIDE_NAMES, { description: 'Whose answers.' })
  side!: PilotSide;

  @Field(() => PILOT_START_NAMES, { description: 'How they began.' })
  start!: 'all' | 'cold' | 'warm';

  @Field(() => Int, { description: 'How many, whatever became of them.' })
  requests!: number;

  @Field(() => Int, { description: 'Came to their end.' })
  answered!: number;

  @Field(() => Int, { description: 'The lane broke off, had no room, or took too long.' })
  failed!: number;

  @Field(() => Int, { description: 'The client went away; or the repetition gave way to a client’s request.' })
  aborted!: number;

  @Field(() => Int, { description: 'No lane would have answered them, or the gateway was stopped.' })
  refused!: number;

  @Field(() => BigCountScalar, { description: 'Input tokens.' })
  inputTokens!: bigint;

  @Field(() => BigCountScalar, { description: 'Output tokens.' })
  outputTokens!: bigint;

  @Field(() => PilotFigureType, { description: 'Microseconds from asking the lane to the first token forwarded, of streams.' })
  ttft!: PilotFigureType;

  @Field(() => PilotFigureType, {
    description: 'Thousandths of a token/s after the first token, of streams with 16 tokens and more.',
  })
  streamSpeed!: PilotFigureType;
}

@ObjectType('PilotReport', { description: 'Both sides of the same requests.' })
export class PilotReportType {
  @Field(() => PilotType, { description: 'The pilot.' })
  pilot!: PilotType;

  @Field(() => [PilotGroupType], { description: 'The client’s side first; of each all, cold and warm.' })
  groups!: readonly PilotGroupType[];

  @Field(() => MicroUsdScalar, {
    nullable: true,
    description: 'What a million tokens of these requests cost on the client’s side, at full use of its lanes; null: not known.',
  })
  clientCostPerMillionTokens!: MicroUsd | null;

  @Field(() => MicroUsdScalar, { nullable: true, description: 'The same on the mirror’s side.' })
  mirrorCostPerMillionTokens!: MicroUsd | null;
}

export const PilotConnection = connectionOf(PilotType, 'Pilot', 'pilots');

@ObjectType({ description: 'Requests are repeated from now on; in other processes within two seconds.' })
export class StartPilotSuccess {
  @Field(() => PilotType, { description: 'The pilot.' })
  pilot!: PilotType;
}

@ObjectType({ description: 'None is repeated any more; in other processes within two seconds.' })
export class StopPilotSuccess {
  @Field(() => PilotType, { description: 'The pilot.' })
  pilot!: PilotType;
}

@ObjectType({
  implements: () => [Rejection],
  description: 'You have a pilot that is running: stop it, or let it end.',
})
export class PilotRunningRejection extends Rejection {
  @Field(() => ID, { description: 'The one that is running.' })
  pilotId!: string;
}

@ObjectType({
  implements: () => [Rejection],
  description: 'No routing of yours has a fallback: set one, or name a reservation.',
})
export class NoFallbackRejection extends Rejection {}

export const StartPilotResult = resultUnion('startPilot', [
  StartPilotSuccess,
  ValidationRejection,
  NotFoundRejection,
  NoFallbackRejection,
  PilotRunningRejection,
]);
export const StopPilotResult = resultUnion('stopPilot', [
  StopPilotSuccess,
  NotFoundRejection,
  StateRejection,
]);
