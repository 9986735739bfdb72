import { Args } from '@nestjs/graphql';
import { IdempotencyKeyScalar } from './scalars.js';

/** The argument that every mutation takes. */
export const IdempotencyKey = (): ParameterDecorator =>
  Args('idempotencyKey', {
    type: () => IdempotencyKeyScalar,
    description: 'Your name for this request: repeating it repeats the answer, not the effect.',
  });
