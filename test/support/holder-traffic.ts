import type { MarketCommand } from '../../src/allocation/model/market.commands.js';
import type { Listing, MarketState, OwnedReservation } from '../../src/allocation/model/market.state.js';
import { EVIDENCE_LEVELS, UNCONSTRAINED } from '../../src/allocation/model/order.state.js';
import { costUpTo } from '../../src/allocation/model/titles.js';
import { present } from '../../src/kernel/assert.js';
import type { OrganizationId } from '../../src/kernel/ids.js';
import type { BasisPoints, MicroUsd } from '../../src/kernel/money.js';
import type { Quantity } from '../../src/kernel/quantity.js';
import { add } from '../../src/kernel/step-function.js';
import { HOUR_MS, MINUTE_MS, type Instant } from '../../src/kernel/time.js';
import type { Window } from '../../src/kernel/window.js';
import type { SeededRandom } from '../simulation/random.js';
import { price, tokens } from './market.js';

type Untimed = MarketCommand extends infer C ? (C extends unknown ? Omit<C, 'now' | 'seed'> : never) : never;

const TIMES = [{ kind: 'GTC' }, { kind: 'IOC' }, { kind: 'FOK' }, { kind: 'GTD', restsFor: HOUR_MS }] as const;

/** Where and when something is asked for, and by what name. */
export interface Asking {
  readonly state: MarketState;
  readonly now: Instant;
  readonly count: number;
  readonly buyers: readonly OrganizationId[];
  readonly window: Window;
}

/** Seeded commands beside those of the book: prices that stand, packages, auctions, and what holders do. */
export class HolderTraffic {
  constructor(private readonly random: SeededRandom) {}

  /** Null where the market has nothing that it could be about. */
  next(asking: Asking): Untimed | null {
    const make = this.random.weighted<(asking: Asking) => Untimed | null>([
      [6, (one) => this.quote(one)],
      [6, (one) => this.endQuote(one)],
      [4, (one) => this.package(one)],
      [4, (one) => this.extend(one)],
      [4, (one) => this.handOver(one)],
      [2, (one) => this.giveBack(one)],
      [3, (one) => this.setIdle(one)],
      [6, (one) => this.reviewIdle(one)],
      [3, (one) => this.openAuction(one)],
      [8, (one) => this.bid(one)],
      [2, (one) => this.withdrawBid(one)],
      [3, (one) => this.rate(one)],
      [2, (one) => this.setRebooking(one)],
      [1, (one) => this.recordRebooking(one)],
      [2, (one) => this.changeTerms(one)],
    ]);
    return make(asking);
  }

  /** What is open only for a while is answered while it is; null where nothing is. */
  answer(asking: Asking): Untimed | null {
    const { state, now } = asking;
    if ([...state.quotes.values()].some(({ expiresAt }) => expiresAt > now)) return this.endQuote(asking);
    if (this.random.chance(60)) return null;
    return this.random.chance(20) ? this.withdrawBid(asking) : this.bid(asking);
  }

  private quote({ count, buyers, window }: Asking): Untimed {
    const { random } = this;
    const share = random.chance(20) ? (6_000 as BasisPoints) : null;
    return {
      ...{ type: 'RequestQuote', quoteId: `Q${count}`, buyerId: random.pick(buyers), window },
      ...{ quantity: tokens(random.integer(1, 120)), constraints: { ...UNCONSTRAINED, providerShareMax: share } },
      limitPrice: random.chance(50) ? null : price(random.integer(80, 120)),
    } as Untimed;
  }

  private endQuote({ state, now }: Asking): Untimed | null {
    const { random } = this;
    const live = [...state.quotes.values()].filter(({ expiresAt }) => expiresAt > now);
    const open = random.pickAny(live.length > 0 && random.chance(80) ? live : state.quotes.values());
    if (open === null) return null;
    const { quoteId, buyerId, amount } = open;
    if (random.chance(50)) return { type: 'ReleaseQuote', quoteId, buyerId };
    const paid = (random.chance(10) ? amount + 1n : amount) as MicroUsd;
    return { type: 'AcceptQuote', quoteId, buyerId, amount: paid };
  }

  private package({ state, count, buyers }: Asking): Untimed | null {
    const { random } = this;
    const listings = [random.pickAny(state.listings.values()), random.pickAny(state.listings.values())];
    const holds = listings.flatMap((listing, index) =>
      listing === null ? [] : [this.partOf(state, listing, `H${count}-${index}`)],
    );
    if (holds.length === 0) return null;
    const common = { packageId: `P${count}`, buyerId: random.pick(buyers), holdFor: HOUR_MS };
    return { type: 'HoldPackage', ...common, holds } as Untimed;
  }

  private partOf({ pools }: MarketState, { listingId, poolId, window }: Listing, reservationId: string): object {
    const lotSize = pools.get(poolId)?.facts.lotSize ?? 1n;
    const quantity = lotSize * BigInt(this.random.integer(1, lotSize === 1n ? 40 : 4));
    return { reservationId, listingId, window, quantity };
  }

  private extend({ state, count }: Asking): Untimed | null {
    const one = this.owned(state);
    if (one === null) return null;
    const { reservationId, holderId, window } = one;
    const until = (window.end + this.random.integer(1, 3) * HOUR_MS) as Instant;
    const common = { extensionId: `E${count}`, reservationId, holderId, until };
    return { type: 'ExtendReservation', ...common, unitPriceMax: price(120), holdFor: HOUR_MS } as Untimed;
  }

  private handOver({ state, count }: Asking): Untimed | null {
    const one = this.owned(state);
    if (one === null) return null;
    const { reservationId: sourceId, holderId, window, quantity: all } = one;
    const quantity = this.random.chance(30) ? all : tokens(this.random.integer(1, Number(all)));
    const common = { reservationId: `T${count}`, sourceId, holderId, teamId: `team-${count % 3}` };
    return { type: 'TransferReservation', ...common, window, quantity } as Untimed;
  }

  private giveBack({ state }: Asking): Untimed | null {
    const one = this.random.pickAny(this.ownedIn(state).filter(({ teamId }) => teamId !== null));
    if (one === null) return null;
    return { type: 'ReturnTransfer', reservationId: one.reservationId, holderId: one.holderId };
  }

  private setIdle({ state }: Asking): Untimed | null {
    const one = this.owned(state);
    if (one === null) return null;
    const rule = {
      unitPrice: price(this.random.integer(80, 120)),
      margin: 2_500 as BasisPoints,
      keepMin: tokens(this.random.integer(0, 20)),
    };
    const { reservationId, holderId } = one;
    return { type: 'SetIdleRule', reservationId, holderId, rule: this.random.chance(15) ? null : rule };
  }

  private reviewIdle({ state, now, count }: Asking): Untimed | null {
    const due = this.ownedIn(state).filter(({ idle }) => (idle?.nextReviewAt ?? Infinity) <= now);
    const one = this.random.pickAny(due);
    if (one === null) return null;
    const peak = tokens(this.random.integer(0, 60));
    const { reservationId, idle } = one;
    return { type: 'ReviewIdle', reservationId, listingId: `I${count}`, dueAt: idle?.nextReviewAt, peak } as Untimed;
  }

  private openAuction({ state, now, count, window }: Asking): Untimed {
    const { random } = this;
    const { poolId, providerId, lotSize } = random.pick([...state.pools.values()]).facts;
    const owned = random.chance(40) ? this.owned(state) : null;
    const from = owned === null ? { poolId, sellerId: providerId, source: { kind: 'pool' }, window } : resaleOf(owned);
    const quantity = owned?.quantity ?? ((lotSize * BigInt(random.integer(1, 20))) as Quantity);
    const closesAt = Math.min(now + random.integer(10, 120) * MINUTE_MS, from.window.start);
    const sale = { listingId: `A${count}`, quantity, reservePrice: price(random.integer(60, 100)) };
    return { type: 'OpenAuction', ...from, ...sale, opensAt: null, closesAt } as Untimed;
  }

  private bid({ state, now, count, buyers }: Asking): Untimed | null {
    const { random } = this;
    const auctions = [...state.listings.values()].filter(({ auction }) => auction !== null);
    const open = auctions.filter(({ auction }) => (auction?.closesAt ?? 0) > now);
    const lot = random.pickAny(open.length > 0 && random.chance(85) ? open : auctions);
    if (lot === null) return null;
    // Few prices, so that some are equal.
    const [quantity, limitPrice] = [tokens(random.integer(1, Number(lot.quantity))), price(60 + 10 * random.integer(0, 7))];
    const minimumFill = random.chance(30) ? quantity : tokens(1);
    return {
      ...{ type: 'PlaceAuctionBid', orderId: `S${count}`, auctionId: lot.listingId, buyerId: random.pick(buyers) },
      ...{ quantity, limitPrice, minimumFill, reserved: costUpTo(limitPrice, quantity, lot.window) },
    } as Untimed;
  }

  private withdrawBid({ state, now }: Asking): Untimed | null {
    const live = [...state.sealedBids.values()].filter(({ expiresAt }) => expiresAt > now);
    const bid = this.random.pickAny(live.length > 0 && this.random.chance(80) ? live : state.sealedBids.values());
    return bid === null ? null : { type: 'WithdrawAuctionBid', orderId: bid.orderId, buyerId: bid.buyerId };
  }

  private rate({ state }: Asking): Untimed {
    const { facts, evidence } = this.random.pick([...state.pools.values()]);
    const level = this.random.pick(EVIDENCE_LEVELS);
    return { type: 'RateEvidence', poolId: facts.poolId, level, change: evidence.change + 1 };
  }

  private setRebooking({ state }: Asking): Untimed | null {
    const { random } = this;
    const one = random.pickAny(state.reservations.values());
    if (one === null) return null;
    const limit = random.integer(80, 120);
    const timeInForce = present(TIMES[limit % TIMES.length], 'a time in force');
    const least = { minimumFill: tokens(1 + (limit % 3)), isAllOrNone: limit % 5 === 0 };
    const order = { limitPrice: price(limit), constraints: UNCONSTRAINED, timeInForce, ...least };
    const { reservationId, holderId } = one;
    return { type: 'SetRebooking', reservationId, holderId, rebooking: random.chance(30) ? null : order };
  }

  /** Of an order that was to replace what was lost. */
  private recordRebooking({ state, count }: Asking): Untimed | null {
    const one = this.random.pickAny([...this.ownedIn(state)].filter(({ rebooking }) => rebooking !== null));
    if (one === null) return null;
    const { reservationId, holderId, window, quantity, unitPrice: limitPrice } = one;
    const refusal = this.random.chance(50) ? 'INSUFFICIENT_FUNDS' : null;
    const order = { orderId: `X${count}`, window, quantity, limitPrice, refusal };
    return { type: 'RecordRebooking', curtailmentId: `C${count}`, reservationId, holderId, ...order } as Untimed;
  }

  /** Rules over buyers become looser and stricter, and other ones come. */
  private changeTerms({ state }: Asking): Untimed {
    const { random } = this;
    const { facts: known, curtailed } = random.pick([...state.pools.values()]);
    const facts = { ...known, nameplate: add(known.nameplate, curtailed) };
    const buyerShareMax = facts.buyerShareMax === null ? null : random.integer(1_000, 6_000);
    const setAside = facts.setAside === null ? null : { ...facts.setAside, share: random.integer(2_000, 8_000) };
    return { type: 'OpenPool', facts: { ...facts, revision: facts.revision + 1, buyerShareMax, setAside } } as Untimed;
  }

  private owned(state: MarketState): OwnedReservation | null {
    return this.random.pickAny(this.ownedIn(state));
  }

  private ownedIn({ reservations }: MarketState): readonly OwnedReservation[] {
    return [...reservations.values()].filter((one) => one.status !== 'held');
  }
}

const resaleOf = ({ poolId, holderId: sellerId, reservationId, window }: OwnedReservation) => ({
  ...{ poolId, sellerId, window, source: { kind: 'reservation', reservationId } },
});
