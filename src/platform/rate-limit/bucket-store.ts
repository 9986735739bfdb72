/**
 * Buckets that several processes use as one. Each process that is heard of brings its even share of the rate and
 * of what a bucket holds; a process that is not heard of has its share for itself. So whatever becomes of the
 * connection between them, together they never use more than the whole. Times are the store's own, in
 * milliseconds; amounts are whole numbers that a double holds exactly.
 */
export abstract class BucketStore {
  /** Whether the store answers; changes nothing. */
  abstract isThere(): Promise<boolean>;
  /** Says that a process is there. It is believed for `ALIVE_MS`. */
  abstract beat(beat: Beat): Promise<Membership>;
  /** Takes from a bucket, or says why not. Null: the store does not know the process, or forgot everything. */
  abstract take(claim: Claim): Promise<Taking | null>;
  /** Gives back what was taken and not used; what a store gave back by itself meanwhile is taken again. */
  abstract settle(settlement: Settlement): Promise<void>;
  /** The process is about to end: what it took and did not settle comes back. */
  abstract leave(process: string): Promise<void>;
  abstract close(): void;
}

export interface Beat {
  readonly process: string;
  /** How many there are at the most, to share evenly. */
  readonly processes: number;
  /** The memory of the store that this process has used; null: none yet. */
  readonly memory: string | null;
  /** Whether it used its share alone since it was last heard of. */
  readonly isReturning: boolean;
}

export interface Membership {
  /** Another one after the store forgot everything. */
  readonly memory: string;
  /** Processes that are heard of, at most as many as share. */
  readonly alive: number;
}

export interface Claim {
  readonly process: string;
  readonly processes: number;
  readonly bucket: string;
  /** Names what is taken. */
  readonly ticket: string;
  readonly amount: number;
  /** What has to be left after it. */
  readonly kept: number;
  /** In a millisecond, of the whole. */
  readonly rate: number;
  readonly capacity: number;
  readonly period: Period;
  readonly turn: Turn;
}

/** A second bound: what may be taken in a period as long as an hour. */
export interface Period {
  /** When it begins, in milliseconds. */
  readonly name: string;
  readonly elapsedMs: number;
  readonly leftMs: number;
  readonly entitled: number;
  /** Known to be used when nobody has taken anything in it yet. */
  readonly used: number;
}

/** Who goes first among those that wait in any process: the lower rank; in a rank keys share alike. */
export interface Turn {
  readonly rank: number;
  readonly key: string;
  /** It goes on asking until it gets it; others with a later turn stand back meanwhile. */
  readonly isWaiting: boolean;
  /** Whether others wait behind it in this process. */
  readonly hasMore: boolean;
}

export interface Taking {
  readonly kind: 'taken' | 'full' | 'behind';
  /** After it; below zero when more was used than the store knew. */
  readonly level: number;
  readonly used: number;
  readonly alive: number;
  readonly memory: string;
  readonly now: number;
}

export interface Settlement {
  readonly bucket: string;
  readonly ticket: string;
  readonly memory: string;
  readonly period: string;
  readonly used: number;
}

export const BUCKET_STORE_LIMITS = {
  /** A process that is not heard of for so long has its share for itself. */
  aliveMs: 3_000,
  /** What a process took comes back so long after it was last heard of. */
  leaseMs: 30_000,
  /** Who asked so long ago does not wait any more. */
  waitingMs: 500,
  /** Buckets that nobody used for so long are forgotten: they are full by then. */
  idleMs: 7_200_000,
} as const;
