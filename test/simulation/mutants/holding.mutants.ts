import type { MarketCommand } from '../../../src/allocation/model/market.commands.js';
import type { MarketEvent } from '../../../src/allocation/model/market.events.js';
import type { MarketState, PoolState } from '../../../src/allocation/model/market.state.js';
import type { MicroUsd } from '../../../src/kernel/money.js';
import type { Quantity } from '../../../src/kernel/quantity.js';
import { addOver, segmentsOf } from '../../../src/kernel/step-function.js';
import { decide, deciding, eventsOf, type Decision, type Mutant } from './mutant.js';

const PLENTY = 1_000_000_000n;

/** Holds are made whatever the listing has left. */
function holdWithoutCheck(command: MarketCommand, state: MarketState): Decision {
  if (command.type !== 'HoldReservation') return decide(command, state);
  const { listingId, window, quantity } = command;
  const listing = state.listings.get(listingId);
  if (listing === undefined) return decide(command, state);
  const roomy = { ...listing, remaining: addOver(listing.remaining, window, PLENTY) };
  const listings = new Map(state.listings).set(listingId, roomy);
  const decision = decide(command, { ...state, listings });
  if (!decision.accepted) return decision;
  const listingRemaining = segmentsOf(addOver(listing.remaining, window, -quantity));
  return { ...decision, events: decision.events.map((event) => ({ ...event, listingRemaining })) };
}

/** Providers offer whatever they have title to, as often as they like. */
function offerWithoutCheck(command: MarketCommand, state: MarketState): Decision {
  if (command.type !== 'CreateListing') return decide(command, state);
  const pool = state.pools.get(command.poolId);
  if (pool === undefined) return decide(command, state);
  const root = { ...pool.root, title: addOver(pool.root.title, command.window, PLENTY) };
  const pools = new Map(state.pools).set(command.poolId, { ...pool, root });
  return decide(command, { ...state, pools });
}

function withPools(state: MarketState, changed: (pool: PoolState) => PoolState): MarketState {
  const pools = [...state.pools].map(([poolId, pool]) => [poolId, changed(pool)] as const);
  return { ...state, pools: new Map(pools) };
}

const withoutCap = ({ facts, ...pool }: PoolState): PoolState => ({ ...pool, facts: { ...facts, buyerShareMax: null } });

function holdWithoutCap(command: MarketCommand, state: MarketState): Decision {
  if (command.type !== 'HoldReservation') return decide(command, state);
  return decide(command, withPools(state, withoutCap));
}

type Resale = PoolState['termsVersions'][number]['resale'];

/** Resold as if the terms of the first sale said something else. */
const resaleUnder = (changes: Partial<Resale>) =>
  deciding((command, state) => {
    if (command.type !== 'CreateListing') return decide(command, state);
    const changed = ({ termsVersions, ...pool }: PoolState): PoolState => ({
      ...pool,
      termsVersions: termsVersions.map(({ resale, ...terms }) => ({ ...terms, resale: { ...resale, ...changes } })),
    });
    return decide(command, withPools(state, changed));
  });

/** Bids get what there is, whatever the cap on their buyer leaves; holds are refused as ever. */
function bidsWithoutCap(command: MarketCommand, state: MarketState): Decision {
  if (command.type !== 'PlaceOrder' && command.type !== 'CreateListing') return decide(command, state);
  return decide(command, withPools(state, withoutCap));
}

/** One token/s of what was bought is nobody's. */
function titleLost(event: MarketEvent): MarketEvent {
  if (event.type !== 'ReservationPaid') return event;
  const entitlement = event.entitlement.map(({ window, value }) => ({ window, value: value - 1n }));
  return { ...event, entitlement };
}

/** Holds that nobody paid for are not given back. */
function releaseDropped(event: MarketEvent): MarketEvent | null {
  const isExpiry = event.type === 'HoldReleased' && event.reason === 'expired';
  return isExpiry ? null : event;
}

/** What a hold gives back does not come back to the listing. */
function releaseForNothing(event: MarketEvent): MarketEvent {
  if (event.type !== 'HoldReleased' || event.listingRemaining === null) return event;
  return { ...event, listingRemaining: [] };
}

export const HOLDING_MUTANTS: readonly Mutant[] = [
  {
    name: 'a lost title',
    breaks: 'a buyer gets one token/s less than they paid for, and nobody has it',
    promise: 'I1',
    plant: eventsOf(titleLost),
    found: /I1: titles in/,
    within: 500,
  },
  {
    name: 'holds without a check',
    breaks: 'a listing is held beyond what it offers',
    promise: 'I2',
    plant: deciding(holdWithoutCheck),
    found: /I2: negative offer/,
    within: 200,
  },
  {
    name: 'offers without a check',
    breaks: 'a provider offers the same capacity twice',
    promise: 'I2',
    plant: deciding(offerWithoutCheck),
    found: /I2: \d+ of \d+ are offered or held/,
    within: 200,
  },
  {
    name: 'a dropped release',
    breaks: 'a hold that expires is not released',
    promise: 'holds',
    plant: eventsOf(releaseDropped),
    found: /is held after it expired/,
    within: 500,
  },
  {
    name: 'a release for nothing',
    breaks: 'what a hold gives back is not offered again',
    promise: 'I2',
    plant: eventsOf(releaseForNothing),
    found: /I2: .* says it still offers what it does not/,
    within: 300,
  },
  {
    name: 'no cap on a buyer',
    breaks: 'a buyer holds more of a pool than its cap allows',
    promise: 'share cap',
    plant: deciding(holdWithoutCap),
    found: /above the cap/,
    within: 4800,
  },
  {
    name: 'no cap on resale',
    breaks: 'capacity is resold above the price cap it was sold under',
    promise: 'resale terms',
    plant: resaleUnder({ priceCap: null }),
    found: /is resold at \d+, above its cap of \d+/,
    within: 800,
  },
  {
    name: 'a cap that bids pass by',
    breaks: 'a bid gets its buyer more of a pool than its cap allows',
    promise: 'share cap',
    plant: deciding(bidsWithoutCap),
    found: /above the cap/,
    within: 1600,
  },
  {
    name: 'a chain without an end',
    breaks: 'capacity is resold more often than the terms allow',
    promise: 'resale terms',
    plant: resaleUnder({ hopsMax: 99 }),
    found: /may not be resold/,
    within: 400,
  },
  {
    name: 'a resale at once',
    breaks: 'capacity is resold before it was held as long as the terms say',
    promise: 'resale terms',
    plant: resaleUnder({ holdingTimeMin: 0 as Resale['holdingTimeMin'] }),
    found: /is resold before it was held long enough/,
    within: 2400,
  },
  {
    name: 'a wrong price',
    breaks: 'a hold costs a micro-USD too much',
    promise: 'I3',
    plant: eventsOf((event) => {
      if (event.type !== 'ReservationHeld') return event;
      return { ...event, amount: (event.amount + 1n) as MicroUsd };
    }),
    found: /costs \d+, not \d+/,
    within: 200,
  },
  {
    name: 'another quantity than was asked for',
    breaks: 'a listing is made smaller than was asked for and acknowledged',
    promise: 'I7',
    plant: eventsOf((event) => {
      if (event.type !== 'ListingCreated') return event;
      return { ...event, quantity: (event.quantity - 1n) as Quantity };
    }),
    found: /I7: CreateListing .* is acknowledged and not so in the log/,
    within: 100,
  },
];
