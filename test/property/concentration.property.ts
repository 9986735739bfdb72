import fc from 'fast-check';
import type { MarketEvent } from '../../src/allocation/model/market.events.js';
import type { OrganizationId } from '../../src/kernel/ids.js';
import type { BasisPoints } from '../../src/kernel/money.js';
import { valueAt } from '../../src/kernel/step-function.js';
import { HOUR_MS, type Duration, type Instant } from '../../src/kernel/time.js';
import type { Window } from '../../src/kernel/window.js';
import { POOL, tokens, type MarketStory } from '../support/market.js';
import { marketStep, opened, play, type MarketStep } from '../support/market-steps.js';
import { NaivePositions } from '../support/naive-positions.js';
import { playTitles, titleSteps } from '../support/title-steps.js';

const SMALL = 120;
const KEPT = {
  share: 5_000 as BasisPoints,
  smallBuyerMax: tokens(SMALL),
  releasedBefore: (3 * HOUR_MS) as Duration,
};

interface Purchase {
  readonly buyerId: OrganizationId;
  readonly window: Window;
  readonly at: Instant;
}

function purchaseOf(event: MarketEvent): readonly Purchase[] {
  if (event.type === 'ReservationHeld') {
    return [{ buyerId: event.holderId, window: event.window, at: event.heldAt }];
  }
  if (event.type !== 'OrderFilled') return [];
  return [{ buyerId: event.holderId, window: event.window, at: event.filledAt }];
}

/** Hour by hour: the cap of one buyer, and what all large ones have, at the end of what was done. */
function checkPurchase(story: MarketStory, naive: NaivePositions, { buyerId, window, at }: Purchase): void {
  const { state } = story;
  const pool = state.pools.get(POOL);
  if (pool === undefined || buyerId === pool.facts.providerId) return;
  for (let hour = window.start as number; hour < window.end; hour += HOUR_MS) {
    const nameplate = Number(valueAt(pool.facts.nameplate, hour as Instant));
    const own = naive.of(state, buyerId, hour as Instant);
    expect(own).toBeLessThanOrEqual(nameplate * 0.4);
    if (hour - KEPT.releasedBefore <= at || own <= SMALL) continue;
    expect(naive.largeAt(state, SMALL, hour as Instant)).toBeLessThanOrEqual(nameplate / 2);
  }
}

describe('concentration', () => {
  it('passes neither cap nor set-aside at any purchase, whatever is sent', () => {
    fc.assert(
      fc.property(fc.array(marketStep, { maxLength: 60 }), fc.constantFrom(1, 20), (steps, lot) => {
        const story = opened(4_000, { setAside: KEPT, lotSize: tokens(lot) });
        const naive = new NaivePositions();
        story.before = (event) => naive.follow(story.state, event);
        let seen = story.events.length;
        play(story, steps as unknown as MarketStep[], () => {
          const bought = story.events.slice(seen).flatMap(purchaseOf);
          seen = story.events.length;
          for (const purchase of bought) checkPurchase(story, naive, purchase);
        });
      }),
      { numRuns: 300 },
    );
  });

  it('passes neither by what is resold and comes back', () => {
    fc.assert(
      fc.property(titleSteps, fc.constantFrom(1, 20), (steps, lot) => {
        const story = opened(4_000, { setAside: KEPT, lotSize: tokens(lot) });
        const naive = new NaivePositions();
        story.before = (event) => naive.follow(story.state, event);
        let seen = 0;
        playTitles(story, steps, () => {
          const bought = story.events.slice(seen).flatMap(purchaseOf);
          seen = story.events.length;
          for (const purchase of bought) checkPurchase(story, naive, purchase);
        });
      }),
      { numRuns: 50 },
    );
  });
});
