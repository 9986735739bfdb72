import { useSyncExternalStore } from 'react';
import type { Draft } from './examples.js';

// What was run in this tab, newest first. It is in memory only, and is shown to whoever ran it; a key is no part of it.

export interface Ran extends Draft {
  readonly number: number;
  readonly title: string;
  readonly outcome: string;
  /** The member who ran it; null: nobody signed in. */
  readonly who: string | null;
}

const RUNS_MAX = 50;
let runs: readonly Ran[] = [];
const watchers = new Set<() => void>();

export function remember(ran: Omit<Ran, 'number'>): void {
  runs = [{ ...ran, number: (runs[0]?.number ?? 0) + 1 }, ...runs].slice(0, RUNS_MAX);
  watchers.forEach((watcher) => watcher());
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => {
    watchers.delete(watcher);
  };
}

export function useHistory(who: string | null): readonly Ran[] {
  return useSyncExternalStore(watch, () => runs).filter((ran) => ran.who === who);
}
