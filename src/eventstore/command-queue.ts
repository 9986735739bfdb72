import type { PendingCommand } from './command-batch.js';

/** Commands that wait for the next batch, and word for whoever waits until there are enough of them. */
export class CommandQueue<Command> {
  private waiting: PendingCommand<Command>[] = [];
  private enough = Infinity;
  private tell: () => void = () => undefined;

  get length(): number {
    return this.waiting.length;
  }

  push(command: PendingCommand<Command>): void {
    this.waiting.push(command);
    if (this.waiting.length >= this.enough) this.tell();
  }

  /** The oldest, at most so many. */
  take(count: number): readonly PendingCommand<Command>[] {
    return this.waiting.splice(0, count);
  }

  /** In front of all others: they were here first. */
  putBack(commands: readonly PendingCommand<Command>[]): void {
    this.waiting.unshift(...commands);
  }

  /** Resolves with the next command that makes them so many; asking again replaces who asked before. */
  gathered(enough: number): Promise<'gathered'> {
    return new Promise((resolve) => {
      this.enough = enough;
      this.tell = () => {
        this.enough = Infinity;
        resolve('gathered');
      };
    });
  }
}
