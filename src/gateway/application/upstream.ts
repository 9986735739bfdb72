/** One request as it goes out. */
export interface UpstreamRequest {
  readonly url: string;
  /** Sent as a bearer token; null: none. */
  readonly credential: string | null;
  readonly body: Uint8Array;
  readonly isStream: boolean;
  /** Ends the request, whatever it is doing, at once. */
  readonly signal: AbortSignal;
}

export interface UpstreamResponse {
  readonly status: number;
  readonly contentType: string;
  /** A simulator answers, and says so. */
  readonly isSimulated: boolean;
  /** Packets as they come; reading on is what asks for more. Ends by an error when aborted. */
  readonly body: AsyncIterable<Uint8Array>;
}

/** No answer came: the address is not allowed, nobody is there, or the connection broke. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
}

/** Opens connections to those who serve. */
export abstract class Upstream {
  /**
   * Resolves with the head of the answer, whatever its status.
   *
   * @throws UnreachableError when there is none; the signal's reason when it was aborted
   */
  abstract send(request: UpstreamRequest): Promise<UpstreamResponse>;
  /** A text, without credentials; null: there is none, it is too long, or nobody is there. */
  abstract read(
    url: string,
    bounds: { readonly bytesMax: number; readonly signal: AbortSignal },
  ): Promise<string | null>;
}
