/**
 * A map that mostly stays empty or holds one entry: these cost next to nothing, and a map is made for
 * the second key.
 */
export class SmallMap<Key, Value> {
  private firstKey: Key | undefined = undefined;
  private firstValue: Value | undefined = undefined;
  private hasFirst = false;
  private others: Map<Key, Value> | null = null;

  get size(): number {
    return (this.hasFirst ? 1 : 0) + (this.others?.size ?? 0);
  }

  get(key: Key): Value | undefined {
    if (this.hasFirst && this.firstKey === key) return this.firstValue;
    return this.others?.get(key);
  }

  set(key: Key, value: Value): void {
    if (!this.hasFirst || this.firstKey === key) {
      this.hasFirst = true;
      this.firstKey = key;
      this.firstValue = value;
    } else (this.others ??= new Map<Key, Value>()).set(key, value);
  }
}
