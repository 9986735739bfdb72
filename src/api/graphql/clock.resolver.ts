import { Inject } from '@nestjs/common';
import { Args, Field, InputType, Mutation, ObjectType, Query, Resolver } from '@nestjs/graphql';
import { formatInstant, plus, type Instant } from '../../kernel/time.js';
import { ADVANCE_MS_MAX, SimulatedClock, type Clock } from '../../platform/clock/clock.js';
import { CLOCK } from '../../platform/platform.module.js';
import { AllowAnyone, AllowPlatformAdmins } from './access.js';
import { IdempotencyKey } from './idempotency-key.js';
import { invalidInput } from './refusals.js';
import { Rejection, ValidationRejection } from './rejection.js';
import { resultUnion } from './result-union.js';
import { InstantScalar } from './scalars.js';

@ObjectType('Clock', { description: 'The time by which this exchange decides.' })
export class ClockType {
  @Field(() => InstantScalar, { description: 'Now.' })
  now!: Instant;

  @Field({ description: 'Whether it can be moved forward: for demonstrations only.' })
  isSimulated!: boolean;
}

@InputType({ description: 'Where to move the clock.' })
export class AdvanceClockInput {
  @Field(() => InstantScalar, { description: 'The instant it shall be at least, at most ten years ahead.' })
  to!: Instant;
}

@ObjectType({ description: 'The clock after the move.' })
export class AdvanceClockSuccess {
  @Field(() => ClockType, { description: 'The clock.' })
  clock!: ClockType;
}

@ObjectType({
  implements: () => [Rejection],
  description: 'This exchange goes by real time, which nobody moves.',
})
export class ClockNotSimulatedRejection extends Rejection {}

const AdvanceClockResult = resultUnion('advanceClock', [
  AdvanceClockSuccess,
  ValidationRejection,
  ClockNotSimulatedRejection,
]);

@Resolver()
export class ClockResolver {
  constructor(@Inject(CLOCK) private readonly source: Clock) {}

  @Query(() => ClockType, { description: 'The time by which this exchange decides.' })
  @AllowAnyone()
  clock(): ClockType {
    return { now: this.source.now(), isSimulated: this.source instanceof SimulatedClock };
  }

  /** Absolute, so that a repeated request moves nothing: the key is not needed to hold it to once. */
  @Mutation(() => AdvanceClockResult, {
    description: 'Moves a simulated clock forward; an instant that has passed moves nothing.',
  })
  @AllowPlatformAdmins()
  async advanceClock(
    @IdempotencyKey() _idempotencyKey: string,
    @Args('input', { description: 'Where to.' }) { to }: AdvanceClockInput,
  ): Promise<object> {
    if (!(this.source instanceof SimulatedClock)) {
      const message = 'this exchange goes by real time: nobody moves it';
      return { __typename: 'ClockNotSimulatedRejection', code: 'CLOCK_NOT_SIMULATED', message };
    }
    const latest = plus(this.source.now(), ADVANCE_MS_MAX);
    if (to > latest) {
      const accepted = `up to ${formatInstant(latest)}`;
      return invalidInput([{ field: 'to', reason: 'is too far ahead', accepted }]);
    }
    const now = await this.source.advanceTo(to);
    return { __typename: 'AdvanceClockSuccess', clock: { now, isSimulated: true } };
  }
}
