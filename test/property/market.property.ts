import fc from 'fast-check';
import { marketDecider } from '../../src/allocation/model/market.decide.js';
import { positionsIn } from '../../src/allocation/model/positions.js';
import { roomBesideSmall } from '../../src/allocation/model/set-aside.rules.js';
import { poolOf, roomUnderCap, titlesOf } from '../../src/allocation/model/titles.js';
import { marketCodec } from '../../src/allocation/application/market.codec.js';
import { marketDefinition } from '../../src/allocation/application/market.definition.js';
import {
  minimumOver,
  positivePart,
  segmentsOf,
  subtract,
  valueAt,
  ZERO,
  type StepFunction,
} from '../../src/kernel/step-function.js';
import type { OrganizationId } from '../../src/kernel/ids.js';
import type { BasisPoints } from '../../src/kernel/money.js';
import { plus, type Duration, type Instant } from '../../src/kernel/time.js';
import { BUYER, hour as hoursFrom, OTHER, POOL, PROVIDER, saleTerms, tokens, type MarketStory } from '../support/market.js';
import { marketStep, opened, play, type MarketStep } from '../support/market-steps.js';
import { NaivePositions } from '../support/naive-positions.js';
import { playTitles, THIRD, titleSteps } from '../support/title-steps.js';

const marketSnapshot = marketDefinition.snapshot;

describe('market', () => {
  it('conserves title and never oversells, whatever is sent', () => {
    fc.assert(
      fc.property(fc.array(marketStep, { maxLength: 60 }), fc.constantFrom(null, 4_000), (steps, share) => {
        play(opened(share), steps as unknown as MarketStep[]);
      }),
      { numRuns: 300 },
    );
  });

  it('is what folding its log gives, through the codec and through a snapshot', () => {
    fc.assert(
      fc.property(fc.array(marketStep, { maxLength: 60 }), fc.nat(), (steps, cut) => {
        const story = opened(null);
        play(story, steps as unknown as MarketStep[]);
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

  it('never lets one buyer past the cap, nor above it when the nameplate has fallen', () => {
    fc.assert(
      fc.property(fc.array(marketStep, { maxLength: 60 }), (steps) => {
        const look = neverAbove();
        const story = opened(4_000);
        play(story, steps as unknown as MarketStep[], () => look(story));
      }),
      { numRuns: 200 },
    );
  });
});

describe('titles that are resold and come back', () => {
  const resold = { ...saleTerms({ hopsMax: 5 }) };
  const seen = { shared: 0, returned: 0, begun: 0 };

  it('never put anybody above the cap', () => {
    fc.assert(
      fc.property(titleSteps, (steps) => {
        const look = neverAbove();
        const story = opened(4_000, { terms: resold });
        playTitles(story, steps, () => look(story));
      }),
      { numRuns: 50 },
    );
  });

  it('count for everybody what counting the whole tree says, and for all large ones together', () => {
    fc.assert(
      fc.property(titleSteps, fc.constantFrom(null, 4_000), (steps, share) => {
        const story = opened(share, { terms: resold });
        const naive = new NaivePositions();
        story.before = (event) => naive.follow(story.state, event);
        playTitles(story, steps, () => {
          for (const at of [8, 9, 10, 11, 14, 20]) checkCounted(story, naive, hoursFrom(at));
          seen.shared += poolOf(story.state, POOL).shared.size;
        });
        for (const { type } of story.events) {
          if (type === 'ReservationCancelled') seen.returned += 1;
          if (type === 'ReservationActivated') seen.begun += 1;
        }
      }),
      { numRuns: 50 },
    );
    // Whatever is looked at, there must be something to see.
    expect(Object.entries(seen).filter(([, count]) => count < 10)).toEqual([]);
  });
});

/** Looks at one market again and again: no position grows above the cap, and no title is above all there was. */
function neverAbove(): (story: MarketStory) => void {
  let before = new Map<string, StepFunction>();
  return ({ state }) => {
    const { positions, facts } = poolOf(state, POOL);
    for (const [holderId, position] of positions) {
      expect(position.values.every((value) => value <= 400n)).toBe(true);
      const grown = positivePart(subtract(position, before.get(holderId) ?? ZERO));
      const room = roomUnderCap(facts, holderId, position) ?? ZERO;
      expect(segmentsOf(grown).every(({ window }) => minimumOver(room, window) >= 0n)).toBe(true);
    }
    before = new Map(positions);
    for (const [holderId, { values }] of titlesOf(state, POOL)) {
      expect(holderId === PROVIDER || values.every((value) => value <= 400n)).toBe(true);
    }
  };
}

const SMALL = 120;

function checkCounted({ state }: MarketStory, naive: NaivePositions, at: Instant): void {
  const pool = poolOf(state, POOL);
  const positions = positionsIn(pool);
  for (const id of [BUYER, OTHER, THIRD]) expect(Number(valueAt(positions.of(id), at))).toBe(naive.of(state, id, at));
  // Who has nothing yet would have what is left beside all large ones.
  const setAside = { share: 5_000 as BasisPoints, smallBuyerMax: tokens(SMALL), releasedBefore: 0 as Duration };
  const [room] = roomBesideSmall({ ...pool.facts, setAside }, positions, {
    ...{ buyerId: 'org-nobody' as OrganizationId, counted: [] },
    held: { start: at, end: plus(at, 1) },
  });
  const beside = Math.floor(Number(valueAt(pool.facts.nameplate, at)) / 2) - naive.largeAt(state, SMALL, at);
  expect(Number(room?.value)).toBe(Math.max(beside, SMALL));
}
