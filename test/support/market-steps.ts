import fc from 'fast-check';
import { auditMarket } from '../../src/allocation/model/market.audit.js';
import type { PoolFacts } from '../../src/allocation/model/market.terms.js';
import type { BasisPoints } from '../../src/kernel/money.js';
import { floorToGrid, HOUR_MS, type Instant } from '../../src/kernel/time.js';
import {
  BUYER,
  hold,
  hours,
  list,
  MarketStory,
  openPool,
  OTHER,
  POOL,
  price,
  PROVIDER,
  tokens,
} from './market.js';
import { bid } from './order-traffic.js';
import { acceptQuote, quote, releaseQuote } from './quotes.js';

const who = fc.constantFrom(PROVIDER, BUYER, OTHER);
const windows = fc
  .tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 1, max: 8 }))
  .map(([start, length]) => hours(start, start + length));
const index = fc.integer({ min: 0, max: 40 });
const amounts = fc.integer({ min: 1, max: 700 });

/** Often the whole pool. */
const taken = fc.oneof(fc.constant(1_000), fc.integer({ min: 1, max: 1_000 }));

/** Steps name what is there by its place among them. */
export const marketStep = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('list'), window: windows, quantity: amounts }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('resell'),
      from: index,
      window: windows,
      quantity: amounts,
      who,
      isAimed: fc.boolean(),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      ...{ kind: fc.constant('hold'), from: index, window: windows, quantity: amounts, who },
      isAimed: fc.boolean(),
    }),
  },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('pay'), from: index }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('release'), from: index, who }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel'), from: index, who }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('withdraw'), from: index, who }) },
  {
    weight: 2,
    arbitrary: fc.record({
      ...{ kind: fc.constant('curtail'), window: windows, quantity: taken, from: index },
      ...{ isReclaim: fc.boolean(), isAimed: fc.boolean() },
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('bid'), window: windows, quantity: amounts, who }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('extend'), from: index, hours: fc.nat(8), who }) },
  {
    weight: 2,
    arbitrary: fc.record({
      ...{ kind: fc.constant('transfer'), from: index, quantity: amounts, who },
      isBack: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('quote'), window: windows, quantity: amounts, who }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('end quote'), from: index, isAccepted: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('advance'), minutes: fc.integer({ min: 1, max: 150 }) }) },
);
export type MarketStep = Record<string, never> & { readonly kind: string };

/** One of those that are there; a name of none where there are none. */
const pick = (ids: Iterable<string>, index: number): string => {
  const all = [...ids];
  return all[index % all.length] ?? 'none';
};

const leastOf = (quantity: number | undefined, most: bigint | undefined): number =>
  most === undefined ? (quantity ?? 1) : Math.min(quantity ?? 1, Number(most));

/** Sends each step and looks at the market after it. */
export function play(
  story: MarketStory,
  steps: readonly MarketStep[],
  look: (kind: string) => void = () => undefined,
): void {
  let count = 0;
  for (const { kind, from, window, quantity, who: actor, minutes, ...more } of steps) {
    count += 1;
    const reservation = pick(story.state.reservations.keys(), Number(from ?? 0));
    const listing = pick(story.state.listings.keys(), Number(from ?? 0));
    const held = story.state.reservations.get(reservation as never);
    // Seldom somebody else's.
    const holderId = count % 7 === 0 ? actor : (held?.holderId ?? actor);
    const common = { reservationId: reservation, holderId };
    switch (kind) {
      case 'list':
        story.send(list(`L${count}`, window, quantity));
        break;
      case 'resell': {
        const all = more['isAimed'] ? held : undefined;
        story.send(
          list(`L${count}`, all?.window ?? window, leastOf(quantity, all?.quantity), {
            sellerId: holderId,
            source: { kind: 'reservation', reservationId: reservation },
          }),
        );
        break;
      }
      case 'hold': {
        const all = more['isAimed'] ? story.state.listings.get(listing as never) : undefined;
        story.send(hold(`R${count}`, listing, all?.window ?? window, leastOf(quantity, all?.quantity), actor));
        break;
      }
      case 'pay':
        story.send({ type: 'ConfirmPayment', reservationId: reservation, amount: held?.amount ?? 1n } as never);
        break;
      case 'release':
        story.send({ type: 'ReleaseHold', ...common } as never);
        break;
      case 'cancel':
        story.send({ type: 'CancelReservation', ...common, feeAccepted: 10n ** 12n } as never);
        break;
      case 'withdraw':
        story.send({ type: 'WithdrawListing', listingId: listing, sellerId: actor } as never);
        break;
      case 'curtail': {
        const from = Math.max(held?.window.start ?? 0, floorToGrid(story.now, HOUR_MS));
        const theirs = { start: from as Instant, end: held?.window.end };
        const aimed = more['isAimed'] && held !== undefined ? theirs : window;
        story.send({
          ...{ type: 'CurtailPool', curtailmentId: `C${count}`, poolId: POOL, providerId: PROVIDER },
          ...{ window: aimed, quantity: tokens(Number(quantity)), cause: more['isReclaim'] ? 'reclaim' : 'outage' },
        } as never);
        break;
      }
      case 'bid':
        story.send(bid(`O${count}`, { window, quantity: tokens(Number(quantity)), buyerId: actor }));
        break;
      case 'extend':
        story.send({
          ...{ type: 'ExtendReservation', extensionId: `R${count}`, ...common, unitPriceMax: price(1_000) },
          ...{ until: ((held?.window.end ?? 0) + Number(more['hours']) * HOUR_MS) as Instant, holdFor: HOUR_MS },
        } as never);
        break;
      case 'transfer': {
        const window = held?.window ?? hours(0, 1);
        const team = more['isBack'] ? null : `team-${count % 3}`;
        story.send({
          ...{ type: 'TransferReservation', reservationId: `T${count}`, sourceId: reservation, holderId },
          ...{ teamId: team, window, quantity: tokens(Number(quantity)) },
        } as never);
        const part = pick(story.state.reservations.keys(), Number(from ?? 0) + 1);
        if (more['isBack']) story.send({ type: 'ReturnTransfer', ...common, reservationId: part } as never);
        break;
      }
      case 'quote':
        story.send(quote(`Q${count}`, { window, quantity: tokens(Number(quantity)), buyerId: actor }));
        break;
      case 'end quote': {
        const open = story.state.quotes.get(pick(story.state.quotes.keys(), Number(from)) as never);
        if (open === undefined) break;
        const { quoteId, buyerId, amount } = open;
        story.send(more['isAccepted'] ? acceptQuote(quoteId, amount, buyerId) : releaseQuote(quoteId, buyerId));
        break;
      }
      case 'advance':
        story.at((story.now + Number(minutes) * 60_000) as Instant).send({ type: 'AdvanceMarket' });
        break;
    }
    auditMarket(story.state);
    look(kind);
  }
}

export const opened = (share: number | null, more: Partial<PoolFacts> = {}): MarketStory =>
  new MarketStory().given(openPool({ buyerShareMax: share as BasisPoints | null, ...more }));
