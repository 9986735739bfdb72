/** The way back to a client, while its answer is being made. */
export interface ClientAnswer {
  /** Aborts when the client went away before its answer ended. */
  readonly gone: AbortSignal;
  /** Whether so much more of an answer may be kept for it, until it is whole. */
  keep(bytes: number): boolean;
  /** So much of what was kept is of an answer that broke: another lane is tried, and its answer kept. */
  letGo(bytes: number): void;
  /** Starts a stream; nothing was sent before. */
  begin(headers: Readonly<Record<string, string>>): void;
  /**
   * Hands bytes to the client's connection. Null: it has room for more; else resolves when it has, is gone, or
   * `ended` aborts. Most events find room, and what nobody waits for is no promise.
   */
  write(bytes: Uint8Array, ended: AbortSignal): Promise<void> | null;
  end(bytes: Uint8Array): void;
}
