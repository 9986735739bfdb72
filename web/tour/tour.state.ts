import { useSyncExternalStore } from 'react';

const KEY = 'headroom-tour';
const watchers = new Set<() => void>();

/** `new`: nobody has said anything yet; `on`: somebody asked for it. */
type TourState = 'new' | 'on' | 'over';

let current: TourState = localStorage.getItem(KEY) === 'over' ? 'over' : 'new';

function become(next: TourState): void {
  current = next;
  if (next === 'over') localStorage.setItem(KEY, 'over');
  else localStorage.removeItem(KEY);
  watchers.forEach((watcher) => watcher());
}

/** From its first step, whenever somebody wants it. */
export const startTour = (): void => become('on');

export const endTour = (): void => become('over');

export function useTour(): TourState {
  return useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => current,
  );
}
