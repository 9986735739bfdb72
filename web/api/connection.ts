import { useSyncExternalStore } from 'react';
import type { Answer } from './query.js';

let isReachable = true;
let unsigned = 0;
const watchers = new Set<() => void>();

/** Every answer passes here: it may say that nobody is there or is again, or that a session ended. */
export function report(answer: Answer<unknown>): void {
  const isThere = answer.ok || answer.failure.kind !== 'unreachable';
  const isUnsigned = !answer.ok && answer.failure.kind === 'signed-out';
  if (isUnsigned) unsigned += 1;
  if (isThere === isReachable && !isUnsigned) return;
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

/** How often the exchange has said that it does not know who asks. */
export function useUnsignedAnswers(): number {
  return useSyncExternalStore(watch, () => unsigned);
}
