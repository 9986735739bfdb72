/** Tells readers in this process that something was committed; others find out by polling. */
export class CommitSignal {
  private readonly listeners = new Set<() => void>();

  listen(listener: () => void): void {
    this.listeners.add(listener);
  }

  raise(): void {
    for (const listener of this.listeners) listener();
  }
}
