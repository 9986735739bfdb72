import type { MarketAuditor } from './market-auditor.js';
import { faultOfMeeting } from './post-only-auditor.js';
import { ROOT, type Claim, type PoolBook, type RawWindow } from './pool-book.js';
import type { RawRejection, Refused } from './refused.js';
import type { Content } from './requests.js';
import { isShortage, isWanting, ShortageAuditor, type Shortage, type Wanting } from './shortage-auditor.js';
import { demand, found, Violation } from './violation.js';

/** What the rules of a pool over its buyers forbid, in the words of whoever is told. */
interface NoRoom extends RawRejection {
  readonly code: 'BUYER_SHARE_EXCEEDED' | 'SET_ASIDE_FOR_SMALL_BUYERS';
  /** Decimal text, tokens/s. */
  readonly available: string;
  /** Of a set-aside alone. */
  readonly releasedAt?: number;
}

const isNoRoom = (rejection: RawRejection): rejection is NoRoom =>
  rejection.code === 'BUYER_SHARE_EXCEEDED' || rejection.code === 'SET_ASIDE_FOR_SMALL_BUYERS';

type Buying = Extract<Content, { readonly type: 'HoldReservation' | 'HoldPackage' | 'ExtendReservation' }>;

const isBuying = (content: Content): content is Buying =>
  content.type === 'HoldReservation' || content.type === 'HoldPackage' || content.type === 'ExtendReservation';

/** What somebody wanted, and between which instants of the stage they asked for it. */
interface Asked {
  readonly content: Wanting;
  readonly first: number;
  last: number;
}

/** One purchase that was refused, and what the same decision would have made before it. */
interface Wanted {
  readonly pool: PoolBook;
  readonly lotId: string;
  readonly buyerId: string;
  readonly window: RawWindow;
  readonly quantity: number;
  readonly before: readonly Claim[];
}

type Hold = Pick<Extract<Content, { readonly type: 'HoldReservation' }>, 'listingId' | 'window' | 'quantity'>;

/** How far the clocks of processes may be from the stage's. */
const CLOCK_SKEW_MS = 20;

/**
 * Judges refusals as others judge what happens: whoever is told that the cap on their share, or what is set
 * aside for small buyers, leaves them too little, or that there is too little, is told so of the market in
 * which it was decided, with everything counted anew, cell by cell.
 */
export class RefusalAuditor {
  /** How many were judged, by what they say. */
  readonly judged = new Map<string, number>();
  private readonly asked = new Map<string, Asked[]>();

  private readonly shortages: ShortageAuditor;

  constructor(private readonly market: MarketAuditor) {
    this.shortages = new ShortageAuditor(market);
  }

  /** Somebody asks for something, perhaps again: which of it is decided, and when, only the answer tells. */
  announced(cause: string, content: Content, now: number): void {
    if (!isWanting(content)) return;
    const all = this.asked.get(cause) ?? [];
    this.asked.set(cause, all);
    const known = all.find((one) => one.content === content);
    if (known === undefined) all.push({ content, first: now, last: now });
    else known.last = now;
  }

  /** What was decided is decided for good. */
  forget(cause: string): void {
    this.asked.delete(cause);
  }

  /** @throws Violation where somebody was refused what they could have had, or told a wrong rest */
  refused({ cause, rejection }: Refused): void {
    const [index, reason] = reasonOf(rejection);
    if (reason.code === 'WOULD_TRADE') return this.judge(cause, reason, (asked) => this.faultOfMeeting(asked, reason));
    if (reason.code === 'EXPIRY_IN_PAST') return this.judge(cause, reason, faultOfExpiry);
    if (!isNoRoom(reason) && !isShortage(reason)) return;
    this.judge(cause, reason, (asked) => this.faultOf(asked, index, reason));
  }

  private judge(cause: string, { code }: RawRejection, faultOf: (asked: Asked) => string | null): void {
    const faults = found(this.asked.get(cause), `request ${cause}`).map(faultOf);
    const isJust = faults.includes(null);
    demand(isJust, `${cause} is refused: ${String(faults[0])}`);
    this.judged.set(code, (this.judged.get(code) ?? 0) + 1);
  }

  private faultOfMeeting({ content }: Asked, reason: RawRejection): string | null {
    return content.type === 'CreateListing' ? faultOfMeeting(this.market, content, reason) : `${content.type} meets nobody`;
  }

  private faultOf(asked: Asked, index: number | null, reason: NoRoom | Shortage): string | null {
    const { content, first, last } = asked;
    try {
      if (isShortage(reason)) {
        this.shortages.check(content, index, reason, [first, first - CLOCK_SKEW_MS, last, last + CLOCK_SKEW_MS]);
        return null;
      }
      demand(isBuying(content), `${content.type} buys nothing of a pool`);
      const wanted = this.wantedBy(content, index);
      if (reason.code === 'BUYER_SHARE_EXCEEDED') checkShare(wanted, reason);
      else this.checkSetAside(wanted, reason, [first - CLOCK_SKEW_MS, last + CLOCK_SKEW_MS]);
      return null;
    } catch (error) {
      if (error instanceof Violation) return error.message;
      throw error;
    }
  }

  private wantedBy(content: Buying, index: number | null): Wanted {
    if (content.type === 'HoldReservation') {
      demand(index === null, 'a single hold is told which of several it is');
      return this.wantedAsHold(content.buyerId, content, []);
    }
    if (content.type === 'HoldPackage') {
      const { buyerId, holds } = content;
      const own = found(holds[index ?? -1], `hold ${String(index)} of a package`);
      const before = holds.slice(0, index ?? 0).map((hold) => claimOf(this.wantedAsHold(buyerId, hold, [])));
      return this.wantedAsHold(buyerId, own, before);
    }
    const { holderId: buyerId, reservationId, until } = content;
    const extended = found(this.market.reservations.get(reservationId), `live reservation ${reservationId}`);
    const pool = this.market.pool(extended.poolId);
    const window = { start: extended.window.end, end: until };
    // Whatever it would be bought of: as if nobody had bought it yet.
    return { pool, lotId: ROOT, buyerId, window, quantity: extended.quantity, before: [] };
  }

  private wantedAsHold(buyerId: string, { listingId, window, quantity }: Hold, before: readonly Claim[]): Wanted {
    const { poolId, lotId } = found(this.market.listings.get(listingId), `open ${listingId}`);
    return { pool: this.market.pool(poolId), lotId, buyerId, window, quantity: Number(quantity), before };
  }

  /** The earlier, the more is kept: what is forbidden is so at the earliest, what is left is there at the latest. */
  private checkSetAside(wanted: Wanted, { available, releasedAt }: NoRoom, [first, last]: readonly [number, number]): void {
    const { pool, buyerId, window, quantity } = wanted;
    const { setAsides } = this.market;
    const name = `what ${pool.poolId} sets aside`;
    const leaves = (size: number, now: number): boolean =>
      supposing(wanted, size, () => setAsides.hasRoom(pool, buyerId, window, now));
    demand(!leaves(quantity, first), `${name} leaves ${buyerId} all of ${quantity}`);
    const rest = Number(available);
    demand(rest === 0 || leaves(rest, last), `${name} leaves ${buyerId} less than ${rest}`);
    demand(!leaves(rest + pool.lotSize, first), `${name} leaves ${buyerId} more than ${rest}`);
    const isOpen = (now: number): boolean =>
      supposing(wanted, quantity, () => setAsides.leaves(pool, { buyerId, window }, now));
    const until = found(releasedAt, `instant at which ${name} is released`);
    demand(isOpen(until) && !isOpen(until - 1), `${name} is not released for ${buyerId} at ${until}`);
  }
}

/** Who is told that their bid would have expired meant an instant that was over. */
function faultOfExpiry({ content, last }: Asked): string | null {
  const until = content.type === 'PlaceOrder' && content.timeInForce.kind === 'GTD' ? content.timeInForce.until : Infinity;
  return until <= last + CLOCK_SKEW_MS ? null : `it could wait until ${until}`;
}

/** Which hold of a package was refused, and why; null: it is no package. */
function reasonOf(rejection: RawRejection): readonly [index: number | null, reason: RawRejection] {
  if (rejection.code !== 'PACKAGE_REFUSED') return [null, rejection];
  return [rejection['index'] as number, rejection['reason'] as RawRejection];
}

const claimOf = ({ pool, lotId, buyerId, window, quantity }: Wanted): Claim => ({
  ...{ lotId, holderId: buyerId, cells: pool.rectangle(window, quantity) },
});

/** What would be so if so much were held for the buyer, and what the same decision holds before. */
const supposing = <Found>(wanted: Wanted, quantity: number, look: () => Found): Found =>
  wanted.pool.supposing([...wanted.before, claimOf({ ...wanted, quantity })], look);

function checkShare(wanted: Wanted, { available }: NoRoom): void {
  const { pool, buyerId, window, quantity } = wanted;
  const name = `the cap of ${pool.poolId}`;
  const isAbove = (size: number): boolean => supposing(wanted, size, () => pool.isAboveCap(buyerId, window));
  demand(isAbove(quantity), `${name} leaves ${buyerId} all of ${quantity}`);
  const rest = Number(available);
  demand(rest === 0 || !isAbove(rest), `${name} leaves ${buyerId} less than ${rest}`);
  demand(isAbove(rest + pool.lotSize), `${name} leaves ${buyerId} more than ${rest}`);
}
