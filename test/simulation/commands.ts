import type { MarketCommand } from '../../src/allocation/model/market.commands.js';
import type { PoolFacts } from '../../src/allocation/model/market.terms.js';
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
import type { Random } from './random.js';

type Untimed<One> = One extends unknown ? Omit<One, 'now'> : never;
export type Command = Untimed<MarketCommand>;

/** What was accepted so far; commands name what exists, mostly. */
export interface Book {
  now: Instant;
  readonly listings: Command[];
  readonly reservations: Command[];
}

export const MARKET = 'llama-3.3-70b@fp8' as MarketId;
export const START = Date.parse('2026-12-01T00:00:00Z') as Instant;
/** Capacity is registered this far ahead, and again as time passes. */
const AHEAD_HOURS = 48;
const GROWTH_HOURS = 24;
const PROVIDERS = ['north', 'south'] as unknown as OrganizationId[];
const BUYERS = ['ada', 'bob', 'cyd', 'dan', 'eve'] as unknown as OrganizationId[];
const ADA = 'ada' as OrganizationId;
const POOLS = ['p1', 'p2', 'p3'] as unknown as PoolId[];

function factsOf(poolId: PoolId, index: number, revision: number): PoolFacts {
  const hours = AHEAD_HOURS + (revision - 1) * GROWTH_HOURS;
  return {
    ...{ poolId, marketId: MARKET, providerId: PROVIDERS[index % 2] as OrganizationId },
    ...{ revision, grid: HOUR_MS },
    nameplate: rectangle({ start: START, end: (START + hours * HOUR_MS) as Instant }, 1_000n),
    terms: {
      resale: {
        ...{ isTransferable: index !== 2, hopsMax: 2, priceCap: null },
        ...{ royalty: 500 as BasisPoints, holdingTimeMin: 0 as Duration },
      },
      cancellation: [
        { noticeMin: DAY_MS, fee: 0 as BasisPoints },
        { noticeMin: 0 as Duration, fee: 5_000 as BasisPoints },
      ],
      usage: {
        profileVersion: 1,
        weights: {
          input: 1_000 as BasisPoints,
          cachedInput: 100 as BasisPoints,
          reasoning: 10_000 as BasisPoints,
        },
        overagePrice: null,
      },
    },
    buyerShareMax: index === 1 ? (1_500 as BasisPoints) : null,
  };
}

/** Three pools of two providers, one with a cap on shares, one that may not be resold. */
export function firstCommands(): readonly Command[] {
  return openings(1);
}

function openings(revision: number): readonly Command[] {
  return POOLS.map((poolId, index) => ({
    type: 'OpenPool',
    facts: factsOf(poolId, index, revision),
  }));
}

/** Pools that grow as time passes: the revision that belongs to an instant. */
export function growthAt(now: Instant): { readonly revision: number; readonly commands: readonly Command[] } {
  const revision = 1 + Math.floor((now - START) / (GROWTH_HOURS * HOUR_MS));
  return { revision, commands: openings(revision) };
}

/** Somewhere in the next day; now and then it has begun already. */
function windowOf(random: Random, now: Instant): Window {
  const hour = Math.floor((now - START) / HOUR_MS);
  const from = hour + random.between(-1, 20);
  const length = random.between(1, 8);
  const start = (START + from * HOUR_MS) as Instant;
  return { start, end: (start + length * HOUR_MS) as Instant };
}

const quantityOf = (random: Random): Quantity => BigInt(random.between(1, 250)) as Quantity;
const priceOf = (random: Random): UnitPrice => BigInt(random.between(0, 5_000)) as UnitPrice;

type Kind = 'list' | 'resell' | 'hold' | 'pay' | 'release' | 'cancel' | 'withdraw';
const KINDS: readonly Kind[] = [
  ...(['list', 'list', 'resell', 'resell', 'hold', 'hold', 'hold', 'hold'] as const),
  ...(['pay', 'pay', 'pay', 'release', 'cancel', 'withdraw'] as const),
];

/** A command of the kind that is drawn; when there is nothing for it yet, a listing. */
export function nextCommand(random: Random, book: Book, name: string): Command {
  const { now } = book;
  switch (random.pick(KINDS)) {
    case 'hold':
      return hold(random, book, name) ?? list(random, name, now);
    case 'resell':
      return resell(random, book, name) ?? list(random, name, now);
    case 'pay':
      return pay(random, book) ?? list(random, name, now);
    case 'release':
    case 'cancel':
      return giveBack(random, book) ?? list(random, name, now);
    case 'withdraw':
      return withdraw(random, book) ?? list(random, name, now);
    default:
      return list(random, name, now);
  }
}

function list(random: Random, name: string, now: Instant): Command {
  const index = random.between(0, POOLS.length - 1);
  return {
    ...{ type: 'CreateListing', listingId: `l-${name}` as ListingId, source: { kind: 'pool' } },
    ...{ poolId: POOLS[index] as PoolId, sellerId: PROVIDERS[index % 2] as OrganizationId },
    ...{ window: windowOf(random, now), quantity: quantityOf(random), unitPrice: priceOf(random) },
  };
}

type Hold = Extract<Command, { readonly type: 'HoldReservation' }>;
type Listing = Extract<Command, { readonly type: 'CreateListing' }>;
const holdsOf = (book: Book): Hold[] =>
  book.reservations.filter((one): one is Hold => one.type === 'HoldReservation');
const listingsOf = (book: Book): Listing[] => book.listings as Listing[];

/** The newest are the likeliest: old ones are mostly over. */
function recent<T>(random: Random, all: readonly T[]): T | undefined {
  return random.chance(0.8) ? random.pick(all.slice(-6)) : random.pick(all);
}

function hold(random: Random, book: Book, name: string): Command | null {
  const listing = recent(random, listingsOf(book));
  if (listing === undefined) return null;
  const { window, listingId } = listing;
  return {
    ...{ type: 'HoldReservation', reservationId: `r-${name}` as ReservationId, listingId },
    // Ada buys a lot: caps on shares are met.
    buyerId: random.chance(0.3) ? ADA : (random.pick([...BUYERS, ...PROVIDERS]) as OrganizationId),
    window: random.chance(0.9) ? within(random, window) : windowOf(random, book.now),
    quantity: quantityOf(random),
    holdFor: (random.between(1, 60) * MINUTE_MS) as Duration,
  };
}

/** Some whole hours of a window. */
function within(random: Random, { start, end }: Window): Window {
  const hours = (end - start) / HOUR_MS;
  const from = random.between(0, hours - 1);
  const to = random.between(from + 1, hours);
  return { start: (start + from * HOUR_MS) as Instant, end: (start + to * HOUR_MS) as Instant };
}

function resell(random: Random, book: Book, name: string): Command | null {
  const bought = recent(random, holdsOf(book));
  if (bought === undefined) return null;
  const { reservationId, buyerId: sellerId, window, listingId } = bought;
  const poolId = listingsOf(book).find((one) => one.listingId === listingId)?.poolId;
  if (poolId === undefined) return null;
  return {
    ...{ type: 'CreateListing', listingId: `l-${name}` as ListingId, poolId, sellerId },
    source: { kind: 'reservation', reservationId },
    ...{ window: within(random, window), quantity: quantityOf(random), unitPrice: priceOf(random) },
  };
}

/** What is due is on the listing: price x quantity x hours; sometimes a wrong amount is sent. */
function pay(random: Random, book: Book): Command | null {
  const held = recent(random, holdsOf(book));
  if (held === undefined) return null;
  const { reservationId, listingId, quantity, window } = held;
  const unitPrice = listingsOf(book).find((one) => one.listingId === listingId)?.unitPrice ?? 0n;
  const due = unitPrice * quantity * BigInt((window.end - window.start) / HOUR_MS);
  const amount = (random.chance(0.95) ? due : due + 1n) as MicroUsd;
  return { type: 'ConfirmPayment', reservationId, amount };
}

function giveBack(random: Random, book: Book): Command | null {
  const held = recent(random, holdsOf(book));
  if (held === undefined) return null;
  const { reservationId } = held;
  const holderId = random.chance(0.9) ? held.buyerId : (random.pick(BUYERS) as OrganizationId);
  if (random.chance(0.5)) return { type: 'ReleaseHold', reservationId, holderId };
  const feeAccepted = (random.chance(0.9) ? 10n ** 15n : 0n) as MicroUsd;
  return { type: 'CancelReservation', reservationId, holderId, feeAccepted };
}

function withdraw(random: Random, book: Book): Command | null {
  const listing = recent(random, listingsOf(book));
  if (listing === undefined) return null;
  const { listingId, sellerId } = listing;
  return { type: 'WithdrawListing', listingId, sellerId };
}
