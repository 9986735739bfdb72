import { assert } from './assert.js';

/** Negative when `a` comes first; never zero for two that are not the same. */
export type Compare<T> = (a: T, b: T) => number;

/** Blocks are split when they grow beyond this: what moves when one is inserted stays small. */
const BLOCK_MAX = 128;

/**
 * A list that is kept in order. Its elements lie in blocks of bounded size, so adding and removing
 * take about as long in a list of a hundred thousand as in one of a hundred.
 */
export class SortedList<T> {
  private readonly blocks: T[][] = [];

  constructor(private readonly compare: Compare<T>) {}

  get isEmpty(): boolean {
    return this.blocks.length === 0;
  }

  get first(): T | undefined {
    return this.blocks[0]?.[0];
  }

  add(item: T): void {
    const index = this.blockOf(item);
    const block = this.blocks[index];
    if (block === undefined) {
      this.blocks.push([item]);
      return;
    }
    const place = lowerBound(block, item, this.compare);
    if (place === block.length) block.push(item);
    else block.splice(place, 0, item);
    if (block.length > BLOCK_MAX) this.blocks.splice(index + 1, 0, block.splice(BLOCK_MAX / 2));
  }

  /** Removes what compares as equal, and answers with it. */
  remove(item: T): T {
    const index = this.blockOf(item);
    const block = this.blocks[index] ?? [];
    const place = lowerBound(block, item, this.compare);
    const found = block[place];
    assert(found !== undefined && this.compare(found, item) === 0, 'it is in the list');
    if (place === 0) block.shift();
    else block.splice(place, 1);
    if (block.length === 0) this.blocks.splice(index, 1);
    return found;
  }

  [Symbol.iterator](): Iterator<T> {
    return new Walk(this.blocks);
  }

  /** The last block that begins with the item or before it, or the first one. */
  private blockOf(item: T): number {
    let low = 0;
    let high = this.blocks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.compare((this.blocks[middle] as T[])[0] as T, item) <= 0) low = middle + 1;
      else high = middle;
    }
    return Math.max(low - 1, 0);
  }
}

/** Index of the first element that does not come before what is compared with it. */
export function lowerBound<T, Sought>(
  items: readonly T[],
  sought: Sought,
  compare: (item: T, sought: Sought) => number,
): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compare(items[middle] as T, sought) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Goes through blocks; a generator would take several times as long. */
class Walk<T> implements Iterator<T> {
  private block = 0;
  private place = 0;

  constructor(private readonly blocks: readonly (readonly T[])[]) {}

  next(): IteratorResult<T, undefined> {
    for (;;) {
      const block = this.blocks[this.block];
      if (block === undefined) return { done: true, value: undefined };
      if (this.place < block.length) {
        this.place += 1;
        return { done: false, value: block[this.place - 1] as T };
      }
      this.block += 1;
      this.place = 0;
    }
  }
}

/** Lists that are in order, as one; reads no further than asked. */
export function merged<T>(lists: readonly Iterable<T>[], compare: Compare<T>): IterableIterator<T> {
  return new Merged(lists, compare);
}

interface Cursor<T> {
  current: T;
  readonly rest: Iterator<T>;
}

/** A heap of the lists, each at its first element that was not given yet. */
class Merged<T> implements IterableIterator<T> {
  private readonly heap: Cursor<T>[] = [];
  private isBegun = false;

  constructor(
    lists: readonly Iterable<T>[],
    private readonly compare: Compare<T>,
  ) {
    for (const list of lists) {
      const rest = list[Symbol.iterator]();
      const first = rest.next();
      if (first.done !== true) this.heap.push({ current: first.value, rest });
    }
    for (let index = (this.heap.length >>> 1) - 1; index >= 0; index -= 1) this.sink(index);
  }

  [Symbol.iterator](): this {
    return this;
  }

  next(): IteratorResult<T, undefined> {
    if (this.isBegun) this.advance();
    this.isBegun = true;
    const [top] = this.heap;
    return top === undefined ? { done: true, value: undefined } : { done: false, value: top.current };
  }

  /** Past what was given last: only when more is asked for. */
  private advance(): void {
    const [top] = this.heap;
    if (top === undefined) return;
    const { done, value } = top.rest.next();
    if (done === true) {
      const last = this.heap.pop();
      if (last !== top && last !== undefined) this.heap[0] = last;
    } else top.current = value;
    if (this.heap.length > 1) this.sink(0);
  }

  /** Restores the order of the heap below one place. */
  private sink(from: number): void {
    const { heap, compare } = this;
    for (let index = from; ; ) {
      const left = 2 * index + 1;
      if (left >= heap.length) return;
      const right = left + 1;
      const isRight =
        right < heap.length && compare((heap[right] as Cursor<T>).current, (heap[left] as Cursor<T>).current) < 0;
      const child = isRight ? right : left;
      const [above, below] = [heap[index] as Cursor<T>, heap[child] as Cursor<T>];
      if (compare(above.current, below.current) <= 0) return;
      heap[index] = below;
      heap[child] = above;
      index = child;
    }
  }
}
