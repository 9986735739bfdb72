/** What one message is made into: a value, or null where there is nothing to tell. */
export interface Mapped<Out> {
  readonly value: Out | null;
  /** There is more to make of the same message: asked for when the reader has read this. */
  readonly hasMore: boolean;
}

/**
 * What another iterator gives, made into something else. It is an iterator and not a generator, so
 * that `return` ends a reader that waits; and it maps when it is read, so nothing is made in advance.
 */
export class MappedIterator<In, Out> implements AsyncIterableIterator<Out> {
  private unfinished: { readonly message: In } | null = null;

  constructor(
    private readonly source: AsyncIterableIterator<In>,
    private readonly map: (message: In) => Promise<Mapped<Out>>,
  ) {}

  async next(): Promise<IteratorResult<Out, undefined>> {
    for (;;) {
      const read = await this.read();
      if (read === null) return { value: undefined, done: true };
      const { value, hasMore } = await this.mapped(read.message);
      this.unfinished = hasMore ? read : null;
      if (value !== null) return { value, done: false };
    }
  }

  async return(): Promise<IteratorResult<Out, undefined>> {
    await this.source.return?.();
    return { value: undefined, done: true };
  }

  async throw(error: Error): Promise<IteratorResult<Out, undefined>> {
    await this.source.return?.();
    throw error;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  private async read(): Promise<{ readonly message: In } | null> {
    if (this.unfinished !== null) return this.unfinished;
    const read = (await this.source.next()) as IteratorResult<In, undefined>;
    return read.done === true ? null : { message: read.value };
  }

  private async mapped(message: In): Promise<Mapped<Out>> {
    try {
      return await this.map(message);
    } catch (error) {
      await this.source.return?.();
      throw error;
    }
  }
}
