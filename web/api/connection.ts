import { useSyncExternalStore } from 'react';
import type { Answer } from './request.js';

let isReachable = true;
const watchers = new Set<() => void>();

/** Every answer passes here: it may say that nobody is there, or is again. */
export function report(answer: Answer<unknown>): void {
  const isThere = answer.ok || answer.failure.kind !== 'unreachable';
  if (isThere === isReachable) return;
  isReachable = isThere;
  watchers.forEach((watcher) => watcher());
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => {
    watchers.delete(watcher);
  };
}

export function useIsReachable(): boolean {
  return useSyncExternalStore(watch, () => isReachable);
}
