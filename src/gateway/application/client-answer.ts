/** The way back to a client, while its answer is being made. */
export interface ClientAnswer {
  /** Aborts when the client went away before its answer ended. */
  readonly gone: AbortSignal;
  /** Starts a stream; nothing was sent before. */
  begin(headers: Readonly<Record<string, string>>): void;
  /** Hands bytes to the client's connection; resolves when it has room for more, is gone, or `ended` aborts. */
  write(bytes: Uint8Array, ended: AbortSignal): Promise<void>;
  end(bytes: Uint8Array): void;
}
