import { decide, marketDecider } from '../../src/allocation/model/market.decide.js';
import type { MarketCommand } from '../../src/allocation/model/market.commands.js';
import type { MarketEvent } from '../../src/allocation/model/market.events.js';
import type { MarketRejection } from '../../src/allocation/model/market.rejections.js';
import { emptyMarket, type MarketState } from '../../src/allocation/model/market.state.js';
import type { PoolFacts, ResaleTerms, SaleTerms } from '../../src/allocation/model/market.terms.js';
import type { PlatformSlug, PoolAttributes } from '../../src/providers/contract.js';
import type { Decision } from '../../src/kernel/decider.js';
import type { HashKey } from '../../src/kernel/keyed-hash.js';
import type {
  ListingId,
  MarketId,
  OrganizationId,
  PoolId,
  ReservationId,
} from '../../src/kernel/ids.js';
import type { BasisPoints, MicroUsd, UnitPrice } from '../../src/kernel/money.js';
import type { Quantity } from '../../src/kernel/quantity.js';
import { rectangle } from '../../src/kernel/step-function.js';
import { DAY_MS, HOUR_MS, MINUTE_MS, type Duration, type Instant } from '../../src/kernel/time.js';
import type { Window } from '../../src/kernel/window.js';

/** Midnight; hours are counted from here. */
export const DAY_ZERO = Date.parse('2026-12-01T00:00:00Z') as Instant;
export const MARKET = 'llama-3.3-70b@fp8' as MarketId;
export const POOL = 'pool-1' as PoolId;
export const PROVIDER = 'org-provider' as OrganizationId;
export const BUYER = 'org-buyer' as OrganizationId;
export const OTHER = 'org-other' as OrganizationId;

export const hour = (hours: number): Instant => (DAY_ZERO + hours * HOUR_MS) as Instant;
export const hours = (from: number, to: number): Window => ({ start: hour(from), end: hour(to) });
export const tokens = (value: number): Quantity => BigInt(value) as Quantity;
export const price = (value: number): UnitPrice => BigInt(value) as UnitPrice;
/** What takes the place of chance: another for every command. */
export const seedOf = (value: number): HashKey => [value, 0, 0, 0];

export function saleTerms(resale: Partial<ResaleTerms> = {}): SaleTerms {
  return {
    resale: {
      isTransferable: true,
      hopsMax: 2,
      priceCap: null,
      royalty: 500 as BasisPoints,
      holdingTimeMin: 0 as Duration,
      ...resale,
    },
    cancellation: [
      { noticeMin: DAY_MS, fee: 0 as BasisPoints },
      { noticeMin: (2 * HOUR_MS) as Duration, fee: 2_500 as BasisPoints },
      { noticeMin: 0 as Duration, fee: 5_000 as BasisPoints },
    ],
    curtailment: {
      reclaimNotice: (12 * HOUR_MS) as Duration,
      penaltyShare: { outage: 2_000 as BasisPoints, reclaim: 5_000 as BasisPoints },
    },
    serviceLevel: null,
    usage: {
      profileVersion: 1,
      weights: {
        input: 1_000 as BasisPoints,
        cachedInput: 100 as BasisPoints,
        reasoning: 10_000 as BasisPoints,
      },
      overagePrice: 900_000n as MicroUsd,
    },
  };
}

export const ATTRIBUTES: PoolAttributes = {
  platform: 'cerebras-wse-3' as PlatformSlug,
  region: 'us-west',
  residency: ['US'],
  serviceLevel: {
    ttftP95: 400 as Duration,
    streamTokensPerSecondMin: 1_000,
    availability: 9_990 as BasisPoints,
  },
};

/** 1,000 tokens/s for ten days, everything allowed. */
export function poolFacts(changes: Partial<PoolFacts> = {}): PoolFacts {
  return {
    poolId: POOL,
    marketId: MARKET,
    providerId: PROVIDER,
    grid: HOUR_MS,
    lotSize: tokens(1),
    attributes: ATTRIBUTES,
    nameplate: rectangle({ start: DAY_ZERO, end: (DAY_ZERO + 10 * DAY_MS) as Instant }, 1_000n),
    revision: 1,
    terms: saleTerms(),
    buyerShareMax: null,
    setAside: null,
    ...changes,
  };
}

type WithoutTime<Command> = Command extends unknown ? Omit<Command, 'now' | 'seed'> : never;

/** Given what happened, when a command comes, then … */
export class MarketStory {
  readonly state: MarketState = emptyMarket();
  readonly events: MarketEvent[] = [];
  now: Instant = hour(0);
  private sent = 0;
  /** Told of every event before it happens. */
  before: (event: MarketEvent) => void = () => undefined;

  at(now: Instant): this {
    this.now = now;
    return this;
  }

  /** Decides and, when accepted, applies. */
  send(command: WithoutTime<MarketCommand>): Decision<MarketEvent, MarketRejection> {
    const decision = this.ask(command);
    if (decision.accepted) {
      for (const event of decision.events) {
        this.before(event);
        marketDecider.evolve(this.state, event);
        this.events.push(event);
      }
    }
    return decision;
  }

  /** Decides only. */
  ask(command: WithoutTime<MarketCommand>): Decision<MarketEvent, MarketRejection> {
    this.sent += 1;
    return decide({ ...command, now: this.now, seed: seedOf(this.sent) } as MarketCommand, this.state);
  }

  /** What came to be held or bought as the first, second … of the story: what it is called is nobody's choice. */
  bought(place: number): ReservationId {
    const found = this.events.filter((event) => event.type === 'ReservationHeld' || event.type === 'OrderFilled')[place - 1];
    if (found === undefined) throw new Error(`nothing was bought as number ${place}`);
    return found.reservationId;
  }

  /** As `send`, for what the story takes for granted. */
  given(...commands: readonly WithoutTime<MarketCommand>[]): this {
    for (const command of commands) {
      const decision = this.send(command);
      if (!decision.accepted) throw new Error(`given ${command.type}: ${decision.rejection.code}`);
    }
    return this;
  }
}

export const openPool = (changes: Partial<PoolFacts> = {}): WithoutTime<MarketCommand> => ({
  type: 'OpenPool',
  facts: poolFacts(changes),
});

export const list = (
  id: string,
  window = hours(24, 48),
  quantity = 500,
  changes: Readonly<Record<string, unknown>> = {},
): WithoutTime<MarketCommand> =>
  ({
    type: 'CreateListing',
    listingId: id as ListingId,
    poolId: POOL,
    sellerId: PROVIDER,
    source: { kind: 'pool' },
    window,
    quantity: tokens(quantity),
    unitPrice: price(100),
    isPostOnly: false,
    ...changes,
  }) as WithoutTime<MarketCommand>;

export const hold = (
  id: string,
  listing: string,
  window = hours(24, 28),
  ...[quantity = 100, buyerId = BUYER]: readonly [quantity?: number, buyerId?: OrganizationId]
): WithoutTime<MarketCommand> => ({
  type: 'HoldReservation',
  reservationId: id as ReservationId,
  listingId: listing as ListingId,
  buyerId,
  window,
  quantity: tokens(quantity),
  holdFor: (10 * MINUTE_MS) as Duration,
});

export const pay = (id: string, amount: number): WithoutTime<MarketCommand> =>
  ({
    type: 'ConfirmPayment',
    reservationId: id as ReservationId,
    amount: BigInt(amount),
  }) as WithoutTime<MarketCommand>;

export const resell = (
  id: string,
  reservation: string,
  window: Window,
  ...[quantity, sellerId = BUYER]: readonly [quantity: number, sellerId?: OrganizationId]
): WithoutTime<MarketCommand> =>
  list(id, window, quantity, {
    sellerId,
    source: { kind: 'reservation', reservationId: reservation },
  });

/** Event types of an accepted decision, or the code of its rejection. */
export const sent = (decision: Decision<MarketEvent, MarketRejection>): string =>
  decision.accepted ? decision.events.map(({ type }) => type).join(' ') : decision.rejection.code;

export const rejection = (decision: Decision<MarketEvent, MarketRejection>): unknown =>
  decision.accepted ? null : decision.rejection;

/** What `hold('R', 'L')` costs: 100 tokens/s x 4 h x 100 micro-USD. */
export const DUE = 40_000;

export const listed = (): MarketStory => new MarketStory().given(openPool(), list('L'));
export const bought = (): MarketStory => listed().given(hold('R', 'L'), pay('R', DUE));
