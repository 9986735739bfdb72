import type { PoolBook, RawWindow } from './pool-book.js';
import type * as raw from './raw-event.js';
import { demand } from './violation.js';

const WHOLE = 10_000;

interface Rule {
  readonly setAside: raw.RawSetAside | null;
  /** When bids get what is released, as the log says; null: none waits. */
  readonly awaitedAt: number | null;
}

/** A buyer throughout a window. */
interface Asked {
  readonly buyerId: string;
  readonly window: RawWindow;
}

/** Follows what pools keep for small buyers: at every purchase, all positions are counted anew. */
export class SetAsideAuditor {
  private readonly rules = new Map<string, Rule>();

  changed({ poolId, setAside }: { readonly poolId: string; readonly setAside: Rule['setAside'] }): void {
    const awaitedAt = setAside === null ? null : (this.rules.get(poolId)?.awaitedAt ?? null);
    this.rules.set(poolId, { setAside, awaitedAt });
  }

  awaited({ poolId, releaseAt, occurredAt }: raw.ReleaseAwaited): void {
    const { setAside } = this.ruleOf(poolId);
    demand(releaseAt === null || setAside !== null, `${poolId} awaits a release and keeps nothing`);
    demand(releaseAt === null || releaseAt > occurredAt, `${poolId} awaits a release that was before`);
    this.rules.set(poolId, { setAside, awaitedAt: releaseAt });
  }

  /** @throws Violation when a buyer who is not small bought of what is kept for those who are */
  checkPurchase(pool: PoolBook, buyerId: string, window: RawWindow, now: number): void {
    const isKept = this.leaves(pool, { buyerId, window }, now);
    demand(isKept, `${buyerId} buys of ${pool.poolId} what is set aside for small buyers`);
  }

  /** Whether what the buyer has could be theirs, as soon as the log lets it be. */
  hasRoom(pool: PoolBook, buyerId: string, window: RawWindow, now: number): boolean {
    const { awaitedAt } = this.ruleOf(pool.poolId);
    const asOf = awaitedAt !== null && awaitedAt <= now ? awaitedAt - 1 : now;
    return this.leaves(pool, { buyerId, window }, asOf);
  }

  /** Whether what a bid has could be its buyer's once it is released, and nobody will tell it. */
  isForgotten(
    pool: PoolBook,
    { buyerId, window, expiresAt }: Asked & { readonly expiresAt: number },
  ): boolean {
    const { setAside, awaitedAt } = this.ruleOf(pool.poolId);
    if (setAside === null) return false;
    const [from, until] = pool.cellsOf(window);
    for (let cell = from; cell < until; cell += 1) {
      const releaseAt = cell * pool.grid - setAside.releasedBefore;
      if (releaseAt >= expiresAt) return false;
      if (!this.leaves(pool, { buyerId, window }, releaseAt)) continue;
      return awaitedAt === null || awaitedAt > releaseAt;
    }
    return false;
  }

  /** Whether all who are not small have no more together than is not set aside, or the buyer is small. */
  leaves(pool: PoolBook, { buyerId, window }: Asked, now: number): boolean {
    const { setAside } = this.ruleOf(pool.poolId);
    if (setAside === null || buyerId === pool.providerId) return true;
    const [from, until] = pool.cellsOf(window);
    const small = Number(setAside.smallBuyerMax);
    const buyers = [...pool.buyers()];
    for (let cell = from; cell < until; cell += 1) {
      if (isReleased(pool, cell, setAside, now) || pool.positionOf(buyerId, cell) <= small) continue;
      const large = new Set(buyers.filter((id) => pool.positionOf(id, cell) > small));
      const theirs = pool.countedFor((id) => large.has(id), cell);
      if (theirs > openAt(pool, cell, setAside)) return false;
    }
    return true;
  }

  private ruleOf(poolId: string): Rule {
    return this.rules.get(poolId) ?? { setAside: null, awaitedAt: null };
  }
}

const isReleased = (pool: PoolBook, cell: number, rule: raw.RawSetAside, now: number): boolean =>
  cell * pool.grid - rule.releasedBefore <= now;

const openAt = (pool: PoolBook, cell: number, rule: raw.RawSetAside): number =>
  Math.floor((pool.nameplateAt(cell) * (WHOLE - rule.share)) / WHOLE);
