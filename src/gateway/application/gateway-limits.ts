/** How long the gateway waits and how much it holds. Times are in milliseconds. */
export interface GatewayLimits {
  readonly connect: number;
  /** From asking a lane to its first token. */
  readonly firstToken: number;
  /** Without a token from a lane in the middle of a stream. */
  readonly betweenTokens: number;
  /** For an answer that comes whole. */
  readonly answer: number;
  /** Without the client taking anything that waits for it. */
  readonly client: number;
  /** How long requests under way may still take when the process is to end. */
  readonly drain: number;
  /** Gateway processes that share every reservation evenly. */
  readonly processes: number;
}

/** What is the same for everybody. */
export const GATEWAY_BOUNDS = {
  /** One event of a stream. */
  frameBytes: 1_048_576,
  /** An answer that comes whole. */
  answerBytes: 33_554_432,
  /** An error of an upstream's, of which only the message is told. */
  errorBytes: 65_536,
  requestBytes: 8_388_608,
  /** Bodies of all requests under way in a process. */
  bodiesBytes: 268_435_456,
  /** From a stream's first token to its end, without the time for which its client takes nothing. */
  streamMs: 3_600_000,
  /** Lanes that are asked for one request. */
  attempts: 3,
  /** An upstream that goes on after its end is waited for so long, so that its connection can be used again. */
  afterEndMs: 1_000,
} as const;
