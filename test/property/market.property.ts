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
import { BUYER, hour as hoursFrom, OTHER, POOL, PROVIDER, tokens, type MarketStory } from '../support/market.js';
import { marketStep, opened, play, type MarketStep } from '../support/market-steps.js';
import { NaivePositions } from '../support/naive-positions.js';

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
        const story = opened(4_000);
        let before = new Map<string, StepFunction>();
        play(story, steps as unknown as MarketStep[], () => {
          for (const { positions, facts } of story.state.pools.values()) {
            for (const [holderId, position] of positions) {
              expect(position.values.every((value) => value <= 400n)).toBe(true);
              const grown = positivePart(subtract(position, before.get(holderId) ?? ZERO));
              const room = roomUnderCap(facts, holderId, position) ?? ZERO;
              const isWithin = segmentsOf(grown).every(({ window }) => minimumOver(room, window) >= 0n);
              expect(isWithin).toBe(true);
            }
            before = new Map(positions);
          }
        });
      }),
      { numRuns: 200 },
    );
  });

  it('gives nobody title to more than the cap by what comes back', () => {
    fc.assert(
      fc.property(fc.array(marketStep, { maxLength: 60 }), (steps) => {
        const story = opened(4_000);
        play(story, steps as unknown as MarketStep[], () => {
          const titles = titlesOf(story.state, POOL);
          titles.delete(PROVIDER);
          for (const { values } of titles.values()) expect(values.every((value) => value <= 400n)).toBe(true);
        });
      }),
      { numRuns: 200 },
    );
  });

  it('counts for everybody what counting the whole tree says, and for all large ones together', () => {
    fc.assert(
      fc.property(fc.array(marketStep, { maxLength: 60 }), fc.constantFrom(null, 4_000), (steps, share) => {
        const story = opened(share);
        const naive = new NaivePositions();
        story.before = (event) => naive.follow(story.state, event);
        play(story, steps as unknown as MarketStep[], () => {
          for (let hour = 0; hour < 28; hour += 3) checkCounted(story, naive, hoursFrom(hour));
        });
      }),
      { numRuns: 60 },
    );
  });
});

const SMALL = 120;

function checkCounted({ state }: MarketStory, naive: NaivePositions, at: Instant): void {
  const pool = poolOf(state, POOL);
  const positions = positionsIn(pool);
  for (const id of [BUYER, OTHER]) expect(Number(valueAt(positions.of(id), at))).toBe(naive.of(state, id, at));
  // Who has nothing yet would have what is left beside all large ones.
  const setAside = { share: 5_000 as BasisPoints, smallBuyerMax: tokens(SMALL), releasedBefore: 0 as Duration };
  const [room] = roomBesideSmall({ ...pool.facts, setAside }, positions, {
    ...{ buyerId: 'org-nobody' as OrganizationId, counted: [] },
    held: { start: at, end: plus(at, 1) },
  });
  const beside = Math.floor(Number(valueAt(pool.facts.nameplate, at)) / 2) - naive.largeAt(state, SMALL, at);
  expect(Number(room?.value)).toBe(Math.max(beside, SMALL));
}
