import fc from 'fast-check';
import { auditMarket } from '../../src/allocation/model/market.audit.js';
import type { BasisPoints } from '../../src/kernel/money.js';
import { HOUR_MS, type Instant } from '../../src/kernel/time.js';
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

const who = fc.constantFrom(PROVIDER, BUYER, OTHER);
const windows = fc
  .tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 1, max: 8 }))
  .map(([start, length]) => hours(start, start + length));
const index = fc.integer({ min: 0, max: 40 });
const amounts = fc.integer({ min: 1, max: 700 });

/** Steps name orders by number; most name something that exists once a few are made. */
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
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('hold'), from: index, window: windows, quantity: amounts, who }),
  },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('pay'), from: index }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('release'), from: index, who }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel'), from: index, who }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('withdraw'), from: index, who }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('curtail'), window: windows, quantity: amounts, isReclaim: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('bid'), window: windows, quantity: amounts, who }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('extend'), from: index, hours: fc.nat(8), who }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('advance'), minutes: fc.integer({ min: 1, max: 150 }) }) },
);
export type MarketStep = Record<string, never> & { readonly kind: string };

/** Sends each step and looks at the market after it. */
export function play(
  story: MarketStory,
  steps: readonly MarketStep[],
  look: (kind: string) => void = () => undefined,
): void {
  let count = 0;
  for (const { kind, from, window, quantity, who: actor, minutes, ...more } of steps) {
    count += 1;
    const reservation = `R${Number(from ?? 0) % count}`;
    const listing = `L${Number(from ?? 0) % count}`;
    const held = story.state.reservations.get(reservation as never);
    const common = { reservationId: reservation, holderId: actor };
    switch (kind) {
      case 'list':
        story.send(list(`L${count}`, window, quantity));
        break;
      case 'resell':
        story.send(
          list(`L${count}`, window, quantity, {
            sellerId: actor,
            source: { kind: 'reservation', reservationId: reservation },
          }),
        );
        break;
      case 'hold':
        story.send(hold(`R${count}`, listing, window, quantity, actor));
        break;
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
      case 'curtail':
        story.send({
          ...{ type: 'CurtailPool', curtailmentId: `C${count}`, poolId: POOL, providerId: PROVIDER },
          ...{ window, quantity: tokens(quantity), cause: more['isReclaim'] ? 'reclaim' : 'outage' },
        } as never);
        break;
      case 'bid':
        story.send(bid(`O${count}`, { window, quantity: tokens(quantity), buyerId: actor }));
        break;
      case 'extend':
        story.send({
          ...{ type: 'ExtendReservation', extensionId: `R${count}`, ...common, unitPriceMax: price(1_000) },
          ...{ until: ((held?.window.end ?? 0) + Number(more['hours']) * HOUR_MS) as Instant, holdFor: HOUR_MS },
        } as never);
        break;
      case 'advance':
        story.at((story.now + Number(minutes) * 60_000) as Instant).send({ type: 'AdvanceMarket' });
        break;
    }
    auditMarket(story.state);
    look(kind);
  }
}

export const opened = (share: number | null): MarketStory =>
  new MarketStory().given(openPool({ buyerShareMax: share as BasisPoints | null }));
