/**
 * Elements as something else, as long as they are wanted; reads no further than asked. What a
 * generator would do, several times as fast.
 */
export class Selection<From, To> implements IterableIterator<To> {
  private readonly source: Iterator<From>;
  private isOver = false;

  constructor(
    from: Iterable<From>,
    private readonly as: (element: From) => To,
    private readonly isWanted: (element: From) => boolean = () => true,
  ) {
    this.source = from[Symbol.iterator]();
  }

  [Symbol.iterator](): this {
    return this;
  }

  next(): IteratorResult<To, undefined> {
    if (this.isOver) return { done: true, value: undefined };
    const step = this.source.next();
    this.isOver = step.done === true || !this.isWanted(step.value);
    return this.isOver ? { done: true, value: undefined } : { done: false, value: this.as(step.value as From) };
  }
}
