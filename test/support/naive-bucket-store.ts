import {
  BUCKET_STORE_LIMITS,
  BucketStore,
  type Beat,
  type Claim,
  type Membership,
  type Settlement,
  type Taking,
} from '../../src/platform/rate-limit/bucket-store.js';

interface Bucket {
  level: number;
  at: number;
  rate: number;
  readonly used: Map<string, number>;
  readonly gaps: Map<string, number>;
  readonly leases: Map<string, { readonly process: string; readonly amount: number; readonly period: string }>;
  readonly waiting: Map<string, { readonly rank: number; readonly start: number; readonly since: number }>;
  readonly virtual: Map<string, number>;
}

/** Away for everybody, or for some processes. */
export class StoreAwayError extends Error {
  override readonly name = 'StoreAwayError';
}

const { aliveMs, leaseMs, waitingMs } = BUCKET_STORE_LIMITS;

/** The rules of shared buckets, written down in the plainest way; time passes when the test says so. */
export class NaiveBucketStore extends BucketStore {
  now = 1_000_000;
  isAway = false;
  private memory: string | null = null;
  private memories = 0;
  private gap = 0;
  private beats = new Map<string, number>();
  private buckets = new Map<string, Bucket>();

  /** As `FLUSHALL`. */
  forget(): void {
    this.memory = null;
    this.gap = 0;
    this.beats = new Map();
    this.buckets = new Map();
  }

  async isThere(): Promise<boolean> {
    return !this.isAway;
  }

  async beat({ process, processes, memory, isReturning }: Beat): Promise<Membership> {
    this.assertThere();
    const isNew = this.memory === null;
    if (this.memory === null) this.memory = `memory-${(this.memories += 1)}`;
    const isForgotten = memory !== null && memory !== this.memory;
    if (isReturning || isForgotten || (isNew && memory !== null)) this.gap = this.now;
    this.beats.set(process, this.now);
    return { memory: this.memory, alive: this.aliveOf(processes) };
  }

  async take(claim: Claim): Promise<Taking | null> {
    this.assertThere();
    return this.takeNow(claim);
  }

  /** With the memory's name from elsewhere when compared with another store. */
  takeNow(claim: Claim): Taking | null {
    const { process, processes, amount, kept, ticket, period, turn } = claim;
    if (this.memory === null || !this.isHeard(process, aliveMs)) return null;
    const alive = this.aliveOf(processes);
    const bucket = this.flowIn(claim, alive);
    let used = bucket.used.get(period.name) ?? period.used;
    if (this.gap > 0 && this.now - this.gap < period.elapsedMs && bucket.gaps.get(period.name) !== this.gap) {
      const left = period.leftMs + this.now - this.gap;
      used = Math.max(used, Math.min(period.entitled, period.entitled - claim.rate * left + claim.capacity));
      bucket.gaps.set(period.name, this.gap);
    }
    bucket.used.set(period.name, used);
    const room = (): number => Math.min(bucket.level, period.entitled - (bucket.used.get(period.name) ?? 0));
    const most = Math.floor((claim.capacity * alive) / processes);
    if (room() < amount + kept) this.takeBack(bucket, most);
    const tag = `${turn.rank} ${turn.key}`;
    const start = Math.max(bucket.virtual.get(`v ${turn.rank}`) ?? 0, bucket.virtual.get(tag) ?? 0);
    const others = [...bucket.waiting]
      .filter(([name, { since }]) => name !== process && this.now - since <= waitingMs)
      .map(([, other]) => other);
    const isBehind = others.some((other) => other.rank < turn.rank || (other.rank === turn.rank && other.start < start));
    const kind = isBehind ? 'behind' : room() >= amount + kept ? 'taken' : 'full';
    if (kind === 'taken') {
      bucket.level -= amount;
      bucket.used.set(period.name, (bucket.used.get(period.name) ?? 0) + amount);
      bucket.leases.set(ticket, { process, amount, period: period.name });
      bucket.waiting.delete(process);
      if (others.length > 0 || turn.hasMore) {
        bucket.virtual.set(tag, start + amount).set(`v ${turn.rank}`, start);
      } else {
        bucket.virtual.clear();
        bucket.waiting.clear();
      }
    } else if (turn.isWaiting) bucket.waiting.set(process, { rank: turn.rank, start, since: this.now });
    const after = bucket.used.get(period.name) ?? 0;
    return { kind, level: bucket.level, used: after, alive, memory: this.memory, now: this.now };
  }

  async settle({ bucket: name, ticket, memory, period, used }: Settlement): Promise<void> {
    this.assertThere();
    const bucket = this.buckets.get(name);
    if (bucket === undefined || memory !== this.memory) return;
    const back = (bucket.leases.get(ticket)?.amount ?? 0) - used;
    bucket.leases.delete(ticket);
    bucket.level += back;
    bucket.used.set(period, (bucket.used.get(period) ?? 0) - back);
  }

  async leave(process: string): Promise<void> {
    this.assertThere();
    this.beats.delete(process);
  }

  close(): void {
    this.isAway = true;
  }

  private flowIn({ bucket: name, rate, capacity, processes }: Claim, alive: number): Bucket {
    const most = Math.floor((capacity * alive) / processes);
    const isNew = !this.buckets.has(name);
    const bucket = this.buckets.get(name) ?? {
      ...{ level: this.gap > 0 ? 0 : most, at: this.gap > 0 ? this.gap : this.now, rate },
      ...{ used: new Map(), gaps: new Map(), leases: new Map(), waiting: new Map(), virtual: new Map() },
    };
    if (isNew) this.buckets.set(name, bucket);
    const since = Math.max(bucket.at, this.gap);
    const flowed = Math.floor((bucket.rate * Math.max(0, this.now - since) * alive) / processes);
    bucket.level = Math.min(most, bucket.level + flowed);
    bucket.at = this.now;
    bucket.rate = rate;
    return bucket;
  }

  private takeBack(bucket: Bucket, most: number): void {
    for (const [ticket, { process, amount, period }] of bucket.leases) {
      if (this.isHeard(process, leaseMs)) continue;
      bucket.leases.delete(ticket);
      bucket.level = Math.min(most, bucket.level + amount);
      bucket.used.set(period, (bucket.used.get(period) ?? 0) - amount);
    }
  }

  private isHeard(process: string, ms: number): boolean {
    const at = this.beats.get(process);
    return at !== undefined && this.now - at <= ms;
  }

  private aliveOf(most: number): number {
    return Math.min(most, [...this.beats.keys()].filter((name) => this.isHeard(name, aliveMs)).length);
  }

  private assertThere(): void {
    if (this.isAway) throw new StoreAwayError('away');
  }
}
