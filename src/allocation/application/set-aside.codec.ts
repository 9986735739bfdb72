import { z } from 'zod';
import { instant, text } from '../../eventstore/codec-fields.js';
import type { PoolId } from '../../kernel/ids.js';

/** How waiting for what is set aside stands in the log. */
export const setAsideEvents = {
  ReleaseAwaited: {
    schema: z.object({ poolId: text<PoolId>(), releaseAt: instant.nullable() }),
  },
};
