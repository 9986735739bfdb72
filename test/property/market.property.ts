import fc from 'fast-check';
import { marketDecider } from '../../src/allocation/model/market.decide.js';
import { roomUnderCap } from '../../src/allocation/model/titles.js';
import { marketCodec } from '../../src/allocation/application/market.codec.js';
import { marketDefinition } from '../../src/allocation/application/market.definition.js';
import {
  minimumOver,
  positivePart,
  segmentsOf,
  subtract,
  ZERO,
  type StepFunction,
} from '../../src/kernel/step-function.js';
import { marketStep, opened, play, type MarketStep } from '../support/market-steps.js';

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
        play(story, steps as unknown as MarketStep[], (kind) => {
          for (const { positions, facts } of story.state.pools.values()) {
            for (const [holderId, position] of positions) {
              expect(position.values.every((value) => value <= 400n)).toBe(true);
              const grown = positivePart(subtract(position, before.get(holderId) ?? ZERO));
              const room = roomUnderCap(facts, holderId, position) ?? ZERO;
              // What comes back from a buyer who cancels was its reseller's before.
              const isWithin = segmentsOf(grown).every(({ window }) => minimumOver(room, window) >= 0n);
              expect(isWithin || kind === 'cancel').toBe(true);
            }
            before = new Map(positions);
          }
        });
      }),
      { numRuns: 200 },
    );
  });
});
