import { useEffect, useState } from 'react';
import { ask } from '../api/request.js';
import { POOL_FACTS, type Pool } from './providers.documents.js';

// Who runs what, where: it hardly ever changes, so one look is enough for a list.
const known = new Map<string, Promise<Pool | null>>();

function find(poolId: string): Promise<Pool | null> {
  const before = known.get(poolId);
  if (before !== undefined) return before;
  const asked = ask(POOL_FACTS, { poolId }).then((answer) => {
    if (!answer.ok || answer.data.pool === null) known.delete(poolId);
    return answer.ok ? answer.data.pool : null;
  });
  known.set(poolId, asked);
  return asked;
}

/** The pools of a list, as they come in. */
export function usePools(poolIds: readonly string[]): ReadonlyMap<string, Pool> {
  const [pools, setPools] = useState<ReadonlyMap<string, Pool>>(new Map());
  const about = [...new Set(poolIds)].sort().join('\n');
  useEffect(() => {
    let isWanted = true;
    for (const poolId of about.split('\n').filter((id) => id !== '')) {
      void find(poolId).then((pool) => {
        if (isWanted && pool !== null) setPools((before) => new Map(before).set(poolId, pool));
      });
    }
    return () => {
      isWanted = false;
    };
  }, [about]);
  return pools;
}
