import { Field, InputType, ObjectType } from '@nestjs/graphql';
import type { Quantity } from '../../kernel/quantity.js';
import type { Instant } from '../../kernel/time.js';
import { InstantScalar, TokensPerSecondScalar } from './scalars.js';

@ObjectType('Window', { description: 'A stretch of time: from start on, up to but not at end. UTC.' })
export class WindowType {
  @Field(() => InstantScalar, { description: 'The first instant in it.' })
  start!: Instant;

  @Field(() => InstantScalar, { description: 'The first instant after it.' })
  end!: Instant;
}

@InputType({ description: 'A stretch of time: from start on, up to but not at end.' })
export class WindowInput {
  @Field(() => InstantScalar, { description: 'The first instant in it, on the grid of the pool.' })
  start!: Instant;

  @Field(() => InstantScalar, { description: 'The first instant after it, on the grid of the pool.' })
  end!: Instant;
}

@ObjectType('CapacitySegment', { description: 'A stretch of time with one quantity.' })
export class CapacitySegmentType {
  @Field(() => WindowType, { description: 'The stretch.' })
  window!: WindowType;

  @Field(() => TokensPerSecondScalar, { description: 'The quantity throughout it.' })
  quantity!: string;
}

@InputType({ description: 'A stretch of time with one quantity.' })
export class CapacitySegmentInput {
  @Field(() => WindowInput, { description: 'The stretch.' })
  window!: WindowInput;

  @Field(() => TokensPerSecondScalar, { description: 'The quantity throughout it.' })
  quantity!: Quantity;
}
