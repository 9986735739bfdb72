import fc from 'fast-check';
import { auditMarket } from '../../src/allocation/model/market.audit.js';
import { marketDecider } from '../../src/allocation/model/market.decide.js';
import { marketCodec } from '../../src/allocation/application/market.codec.js';
import { marketDefinition } from '../../src/allocation/application/market.definition.js';
import type { BasisPoints } from '../../src/kernel/money.js';
import type { Instant } from '../../src/kernel/time.js';
import {
  BUYER,
  hour,
  hours,
  list,
  hold,
  MarketStory,
  openPool,
  OTHER,
  PROVIDER,
} from '../support/market.js';

const who = fc.constantFrom(PROVIDER, BUYER, OTHER);
const windows = fc
  .tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 1, max: 8 }))
  .map(([start, length]) => hours(start, start + length));
const index = fc.integer({ min: 0, max: 40 });
const amounts = fc.integer({ min: 1, max: 700 });

/** Steps name orders by number; most name something that exists once a few are made. */
const step = fc.oneof(
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
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('advance'), minutes: fc.integer({ min: 1, max: 150 }) }) },
);
type Step = Record<string, never> & { readonly kind: string };

function play(story: MarketStory, steps: readonly Step[]): void {
  let count = 0;
  for (const { kind, from, window, quantity, who: actor, minutes } of steps) {
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
      case 'advance':
        story.at((story.now + Number(minutes) * 60_000) as Instant).send({ type: 'AdvanceMarket' });
        break;
    }
    auditMarket(story.state);
  }
}

const opened = (share: number | null): MarketStory =>
  new MarketStory().given(openPool({ buyerShareMax: share as BasisPoints | null }));

const marketSnapshot = marketDefinition.snapshot;

describe('market', () => {
  it('conserves title and never oversells, whatever is sent', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.constantFrom(null, 4_000), (steps, share) => {
        play(opened(share), steps as unknown as Step[]);
      }),
      { numRuns: 300 },
    );
  });

  it('is what folding its log gives, through the codec and through a snapshot', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.nat(), (steps, cut) => {
        const story = opened(null);
        play(story, steps as unknown as Step[]);
        const live = marketSnapshot.encode(story.state);
        let replayed = marketDecider.initialState();
        story.events.forEach((event, at) => {
          if (at === cut % story.events.length) {
            replayed = marketSnapshot.decode(marketSnapshot.encode(replayed));
          }
          replayed = marketDecider.evolve(replayed, marketCodec.decode(marketCodec.encode(event)));
        });
        expect(marketSnapshot.encode(replayed)).toBe(live);
      }),
      { numRuns: 200 },
    );
  });

  it('never lets one buyer past the cap', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const story = opened(4_000);
        play(story, steps as unknown as Step[]);
        for (const { positions } of story.state.pools.values()) {
          for (const position of positions.values()) {
            expect(position.values.every((value) => value <= 400n)).toBe(true);
          }
        }
        expect(story.now).toBeGreaterThanOrEqual(hour(0));
      }),
      { numRuns: 200 },
    );
  });
});
