import type { PoolBook, RawWindow } from './pool-book.js';
import type * as raw from './raw-event.js';
import { demand } from './violation.js';

const WHOLE = 10_000;

interface Rule {
  readonly setAside: raw.RawSetAside | null;
  /** When bids get what is released, as the log says; null: none waits. */
  readonly awaitedAt: number | null;
}

/** A buyer who would have so much in addition. */
interface Asked {
  readonly buyerId: string;
  readonly window: RawWindow;
  readonly more: number;
}

/** Follows what pools keep for small buyers: at every purchase, all positions are counted anew. */
export class SetAsideAuditor {
  private readonly rules = new Map<string, Rule>();
  /** Pools in which a resale has made room since the command that is being followed began. */
  private readonly eased = new Set<string>();
  private cause = '';

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

  /** Within one command, room that a resale makes comes after whoever was looked at before. */
  began(cause: string): void {
    if (cause === this.cause) return;
    this.cause = cause;
    this.eased.clear();
  }

  resold({ poolId }: PoolBook): void {
    if (this.ruleOf(poolId).setAside !== null) this.eased.add(poolId);
  }

  isEased({ poolId }: PoolBook): boolean {
    return this.eased.has(poolId);
  }

  /** @throws Violation when a buyer who is not small bought of what is kept for those who are */
  checkPurchase(pool: PoolBook, buyerId: string, window: RawWindow, now: number): void {
    const isKept = this.leaves(pool, { buyerId, window, more: 0 }, now);
    demand(isKept, `${buyerId} buys of ${pool.poolId} what is set aside for small buyers`);
  }

  /** Whether one more lot could be the buyer's, as soon as the log lets it be. */
  hasRoom(pool: PoolBook, buyerId: string, window: RawWindow, now: number): boolean {
    const { awaitedAt } = this.ruleOf(pool.poolId);
    const asOf = awaitedAt !== null && awaitedAt <= now ? awaitedAt - 1 : now;
    return this.leaves(pool, { buyerId, window, more: pool.lotSize }, asOf);
  }

  /** Whether a bid could have a lot that is offered once it is released, and nobody will tell it. */
  isForgotten(
    pool: PoolBook,
    { buyerId, window, expiresAt }: Omit<Asked, 'more'> & { readonly expiresAt: number },
  ): boolean {
    const { setAside, awaitedAt } = this.ruleOf(pool.poolId);
    if (setAside === null) return false;
    const [from, until] = pool.cellsOf(window);
    for (let cell = from; cell < until; cell += 1) {
      const releaseAt = cell * pool.grid - setAside.releasedBefore;
      if (releaseAt >= expiresAt) return false;
      if (!this.leaves(pool, { buyerId, window, more: pool.lotSize }, releaseAt)) continue;
      return awaitedAt === null || awaitedAt > releaseAt;
    }
    return false;
  }

  /** The most that a buyer may have in addition, once others have been given theirs. */
  roomFor(
    pool: PoolBook,
    buyerId: string,
    { window, given, now }: {
      readonly window: RawWindow;
      readonly given: ReadonlyMap<string, number>;
      readonly now: number;
    },
  ): number {
    const { setAside } = this.ruleOf(pool.poolId);
    if (setAside === null || buyerId === pool.providerId) return Infinity;
    let room = Infinity;
    const [from, until] = pool.cellsOf(window);
    for (let cell = from; cell < until; cell += 1) {
      if (isReleased(pool, cell, setAside, now)) continue;
      const has = (id: string): number => pool.positionOf(id, cell) + (given.get(id) ?? 0);
      const others = new Set([...pool.buyers(), ...given.keys()]);
      others.delete(buyerId);
      others.delete(pool.providerId);
      const large = sumOfLarge([...others].map(has), setAside);
      const asLarge = openAt(pool, cell, setAside) - large - has(buyerId);
      room = Math.min(room, Math.max(asLarge, Number(setAside.smallBuyerMax) - has(buyerId)));
    }
    return Math.max(room, 0);
  }

  private leaves(pool: PoolBook, { buyerId, window, more }: Asked, now: number): boolean {
    const { setAside } = this.ruleOf(pool.poolId);
    if (setAside === null || buyerId === pool.providerId) return true;
    const [from, until] = pool.cellsOf(window);
    for (let cell = from; cell < until; cell += 1) {
      if (isReleased(pool, cell, setAside, now)) continue;
      const position = pool.positionOf(buyerId, cell) + more;
      if (position <= Number(setAside.smallBuyerMax)) continue;
      const others = [...pool.buyers()].filter((id) => id !== buyerId);
      const large = sumOfLarge(others.map((id) => pool.positionOf(id, cell)), setAside);
      if (large + position > openAt(pool, cell, setAside)) return false;
    }
    return true;
  }

  private ruleOf(poolId: string): Rule {
    return this.rules.get(poolId) ?? { setAside: null, awaitedAt: null };
  }
}

const isReleased = (pool: PoolBook, cell: number, rule: raw.RawSetAside, now: number): boolean =>
  cell * pool.grid - rule.releasedBefore <= now;

const sumOfLarge = (positions: readonly number[], rule: raw.RawSetAside): number =>
  positions.filter((each) => each > Number(rule.smallBuyerMax)).reduce((sum, each) => sum + each, 0);

const openAt = (pool: PoolBook, cell: number, rule: raw.RawSetAside): number =>
  Math.floor((pool.nameplateAt(cell) * (WHOLE - rule.share)) / WHOLE);
