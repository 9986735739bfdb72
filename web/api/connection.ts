import { useSyncExternalStore } from 'react';
import type { Answer } from './request.js';

let onSignedOut: () => void = () => undefined;
let isReachable = true;
const watchers = new Set<() => void>();

/** Whoever keeps the session hears of it when any answer says that it is over. */
export function whenSignedOut(listener: () => void): void {
  onSignedOut = listener;
}

/** Every answer passes here: it may say that the session is over, or that nobody is there. */
export function report(answer: Answer<unknown>): void {
  const kind = answer.ok ? null : answer.failure.kind;
  if (kind === 'signed-out') onSignedOut();
  if (isReachable === (kind !== 'unreachable')) return;
  isReachable = !isReachable;
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
