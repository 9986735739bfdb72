import { useSyncExternalStore } from 'react';

/** One of some values, chosen in this browser. */
export class Choice<Value extends string> {
  private readonly watchers = new Set<() => void>();
  private value: Value;

  constructor(
    private readonly key: string,
    atFirst: Value,
    /** What is there again at the next visit; any other value is for this one. */
    private readonly kept: readonly Value[],
  ) {
    const before = localStorage.getItem(key);
    this.value = kept.find((value) => value === before) ?? atFirst;
  }

  readonly get = (): Value => this.value;

  readonly set = (value: Value): void => {
    this.value = value;
    if (this.kept.includes(value)) localStorage.setItem(this.key, value);
    else localStorage.removeItem(this.key);
    this.watchers.forEach((watcher) => watcher());
  };

  readonly watch = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };
}

export function useChoice<Value extends string>({ watch, get }: Choice<Value>): Value {
  return useSyncExternalStore(watch, get);
}
