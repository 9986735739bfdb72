import DataLoader from 'dataloader';
import type { Pool } from 'pg';

/**
 * Readers of the log wake together, dozens of them: what they ask of a pool in one turn of the loop is one query. Nothing
 * is kept for a later turn.
 */
export function loaderOfPool<Key, Answer>(
  answerAll: (pool: Pool, keys: readonly Key[]) => Promise<readonly Answer[]>,
): (pool: Pool) => DataLoader<Key, Answer> {
  const loaders = new WeakMap<Pool, DataLoader<Key, Answer>>();
  return (pool) => {
    const known = loaders.get(pool);
    if (known !== undefined) return known;
    const options = { cache: false, batchScheduleFn: (load: () => void) => void setImmediate(load) };
    const loader = new DataLoader((keys: readonly Key[]) => answerAll(pool, keys), options);
    loaders.set(pool, loader);
    return loader;
  };
}
