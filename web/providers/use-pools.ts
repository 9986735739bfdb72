import { useEffect, useMemo, useState } from 'react';
import type { Query } from '../api/query.js';
import { useAllPages, type Connection } from '../api/use-all-pages.js';
import { ask } from '../api/request.js';
import { POOL_EVIDENCE, POOLS, type Pool, type PoolEvidence } from './providers.documents.js';

const NOTHING = {};
/** Who runs what, where: it hardly ever changes. */
const SELDOM = { everyMs: 60_000 };
const poolsOf = ({ pools }: { readonly pools: Connection<Pool> }): Connection<Pool> => pools;

export type PoolsById = ReadonlyMap<string, Pool>;

/** Every pool of the exchange by its id, or why they are not known. */
export function usePoolQuery(): Query<PoolsById> {
  const query = useAllPages(POOLS, NOTHING, poolsOf, SELDOM);
  return useMemo(() => {
    if (query.state !== 'ready') return query;
    return { state: 'ready', data: new Map(query.data.nodes.map((pool) => [pool.poolId, pool])) };
  }, [query]);
}

export const NO_POOLS: PoolsById = new Map();

/** As long as they are not known, none: for what only gets names from them. */
export function usePools(): PoolsById {
  const query = usePoolQuery();
  return query.state === 'ready' ? query.data : NO_POOLS;
}

const KEPT_MS = 60_000;
interface Known {
  readonly at: number;
  readonly asked: Promise<PoolEvidence | null>;
  /** What was answered; undefined until then. */
  found?: PoolEvidence | null;
}

const known = new Map<string, Known>();

function find(poolId: string): Promise<PoolEvidence | null> {
  const before = known.get(poolId);
  if (before !== undefined && Date.now() - before.at < KEPT_MS) return before.asked;
  const asked = ask(POOL_EVIDENCE, { poolId }).then((answer) => {
    if (!answer.ok) known.delete(poolId);
    return answer.ok ? (own.found = answer.data.poolEvidence) : null;
  });
  const own: Known = { at: Date.now(), asked };
  known.set(poolId, own);
  return asked;
}

export type EvidenceByPool = ReadonlyMap<string, PoolEvidence | null>;

/** What was measured of the pools of a list, as it comes in; null for a pool of which nothing was. */
export function useEvidence(poolIds: readonly string[]): EvidenceByPool {
  const [evidence, setEvidence] = useState(() => foundBefore(poolIds));
  const about = [...new Set(poolIds)].sort().join('\n');
  useEffect(() => {
    let isWanted = true;
    const ids = about.split('\n').filter((id) => id !== '');
    void Promise.all(ids.map(async (id) => [id, await find(id)] as const)).then((found) => {
      if (isWanted) setEvidence((before) => (knows(before, found) ? before : new Map([...before, ...found])));
    });
    return () => {
      isWanted = false;
    };
  }, [about]);
  return evidence;
}

/** Of those that were asked about on another page: a list shows it at once, and is not drawn twice. */
function foundBefore(poolIds: readonly string[]): EvidenceByPool {
  const found = new Map<string, PoolEvidence | null>();
  for (const id of poolIds) {
    const evidence = known.get(id)?.found;
    if (evidence !== undefined) found.set(id, evidence);
  }
  return found;
}

const knows = (before: EvidenceByPool, found: readonly (readonly [string, PoolEvidence | null])[]): boolean =>
  found.every(([id, evidence]) => before.get(id) === evidence);
