import { assert, present } from '../../kernel/assert.js';
import { assertCanonical } from '../../kernel/step-function.js';
import type { StreamDefinition } from '../../eventstore/stream-definition.js';
import { jsonSnapshot } from '../../eventstore/json-snapshot.js';
import type { PoolCommand, PoolRejection } from '../model/pool.commands.js';
import { poolDecider, type PoolState } from '../model/pool.decide.js';
import type { PoolEvent } from '../model/pool.events.js';
import { viewPool, type PoolAnswer } from '../model/pool.view.js';
import { poolCodec } from './pool.codec.js';

/** Everything the log knows of pools: one stream each, `pool-<pool id>`. */
export const poolDefinition: StreamDefinition<
  PoolState,
  PoolCommand,
  PoolEvent,
  PoolRejection,
  PoolAnswer
> = {
  category: 'pool',
  decider: poolDecider,
  codec: poolCodec,
  answer: (_command, _events, state) => viewPool(present(state, 'pool')),
  schedule: () => [],
  snapshot: jsonSnapshot<PoolState>({ schemaVersion: 4, everyEvents: 200 }),
  audit: (pool) => {
    if (pool === null) return;
    assertCanonical(pool.nameplate);
    assert(pool.nameplate.values.every((value) => value >= 0n), 'a nameplate is never negative');
  },
};
