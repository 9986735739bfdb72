import { assert, present } from '../../src/kernel/assert.js';

const rotateLeft = (value: number, by: number): number => (value << by) | (value >>> (32 - by));

/**
 * xoshiro128** 1.1 by David Blackman and Sebastiano Vigna, its state filled by splitmix32. Integer
 * arithmetic only: one seed gives one run, on every machine.
 */
export class SeededRandom {
  private readonly state: [number, number, number, number] = [0, 0, 0, 0];

  constructor(seed: number) {
    this.reset(seed);
  }

  /** As if it had just been made from this seed. */
  reset(seed: number): void {
    let filler = seed | 0;
    const fill = (): number => {
      filler = (filler + 0x9e3779b9) | 0;
      let mixed = Math.imul(filler ^ (filler >>> 16), 0x21f0aaad);
      mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
      return mixed ^ (mixed >>> 15);
    };
    this.state.forEach((_, index) => (this.state[index] = fill()));
  }

  /** From `min` to `max`, both included. */
  integer(min: number, max: number): number {
    assert(min <= max, `no whole number from ${min} to ${max}`);
    return min + Math.floor((this.next() / 0x1_0000_0000) * (max - min + 1));
  }

  chance(percent: number): boolean {
    return this.integer(0, 9_999) < percent * 100;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.integer(0, items.length - 1)] as T;
  }

  /** Null when there is nothing to pick from. */
  pickAny<T>(items: Iterable<T>): T | null {
    const list = [...items];
    return list.length === 0 ? null : this.pick(list);
  }

  shuffled<T>(items: readonly T[]): T[] {
    const [left, order]: [T[], T[]] = [[...items], []];
    while (left.length > 0) order.push(...left.splice(this.integer(0, left.length - 1), 1));
    return order;
  }

  weighted<T>(choices: readonly (readonly [weight: number, choice: T])[]): T {
    const total = choices.reduce((sum, [weight]) => sum + weight, 0);
    let left = this.integer(1, total);
    const found = choices.find(([weight]) => (left -= weight) <= 0);
    return present(found, 'a choice')[1];
  }

  private next(): number {
    const { state } = this;
    const result = Math.imul(rotateLeft(Math.imul(state[1], 5), 7), 9) >>> 0;
    const shifted = state[1] << 9;
    state[2] ^= state[0];
    state[3] ^= state[1];
    state[1] ^= state[2];
    state[0] ^= state[3];
    state[2] ^= shifted;
    state[3] = rotateLeft(state[3], 11);
    return result;
  }
}
