import { useSyncExternalStore } from 'react';

/** Something that one wants so or otherwise, in this browser. */
export class Preference {
  private readonly watchers = new Set<() => void>();
  private isOn: boolean;

  constructor(
    private readonly key: string,
    isOnAtFirst: boolean,
  ) {
    const kept = localStorage.getItem(key);
    this.isOn = kept === null ? isOnAtFirst : kept === 'on';
  }

  readonly get = (): boolean => this.isOn;

  readonly set = (isOn: boolean): void => {
    this.isOn = isOn;
    localStorage.setItem(this.key, isOn ? 'on' : 'off');
    this.watchers.forEach((watcher) => watcher());
  };

  readonly watch = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };
}

export function usePreference({ watch, get }: Preference): boolean {
  return useSyncExternalStore(watch, get);
}

/** Whether each time is said in the zone of who reads it, beside UTC. */
export const LOCAL_TIMES = new Preference('headroom-local-times', false);

/** Whether a letter or a mark alone does something: https://www.w3.org/TR/WCAG22/#character-key-shortcuts asks that it can be turned off. */
export const SINGLE_KEYS = new Preference('headroom-single-keys', true);
