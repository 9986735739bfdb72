/** A subscriber fell behind and was dropped: nothing is kept for it any more. */
export class SlowSubscriberError extends Error {
  override readonly name = 'SlowSubscriberError';
  readonly code = 'SLOW_SUBSCRIBER';

  constructor(
    /** Messages that were waiting when one more came. */
    readonly behind: number,
  ) {
    super(`this subscriber was ${behind} messages behind and was dropped: subscribe again`);
  }
}

export interface MessageQueueOptions {
  /** Messages that may wait. */
  readonly limit: number;
  /** Called once, however it ends: by the reader, by `end` or by falling behind. */
  readonly onEnd: () => void;
}

type Reader<Message> = (result: IteratorResult<Message, undefined>) => void;

const DONE = { value: undefined, done: true } as const;

/**
 * What one subscriber has yet to read. It is an iterator and not a generator, so that `return` ends a
 * reader that waits. When more wait than may, all of them go and the next read throws
 * {@link SlowSubscriberError}.
 */
export class MessageQueue<Message> implements AsyncIterableIterator<Message> {
  private waiting: Message[] = [];
  private readers: Reader<Message>[] = [];
  private failure: Error | null = null;
  private isEnded = false;

  constructor(private readonly options: MessageQueueOptions) {}

  push(message: Message): void {
    if (this.isEnded) return;
    const reader = this.readers.shift();
    if (reader !== undefined) {
      reader({ value: message, done: false });
      return;
    }
    if (this.waiting.length >= this.options.limit) {
      this.failure = new SlowSubscriberError(this.waiting.length);
      this.end();
      return;
    }
    this.waiting.push(message);
  }

  /** Nothing more comes; what waits is let go. */
  end(): void {
    if (this.isEnded) return;
    this.isEnded = true;
    this.waiting = [];
    for (const reader of this.readers.splice(0)) reader(DONE);
    this.options.onEnd();
  }

  next(): Promise<IteratorResult<Message, undefined>> {
    const { failure } = this;
    if (failure !== null) {
      this.failure = null;
      return Promise.reject(failure);
    }
    if (this.isEnded) return Promise.resolve(DONE);
    const message = this.waiting.shift();
    if (message !== undefined) return Promise.resolve({ value: message, done: false });
    return new Promise((resolve) => this.readers.push(resolve));
  }

  return(): Promise<IteratorResult<Message, undefined>> {
    this.failure = null;
    this.end();
    return Promise.resolve(DONE);
  }

  throw(error: Error): Promise<IteratorResult<Message, undefined>> {
    this.end();
    return Promise.reject(error);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
