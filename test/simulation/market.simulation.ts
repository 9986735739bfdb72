import { marketDefinition } from '../../src/allocation/application/market.definition.js';
import { simulateMarket } from './market-simulation.js';

const { decider } = marketDefinition;
type Decide = typeof decider.decide;

/** The product's definition with its rules replaced. */
const broken = (decide: Decide): typeof marketDefinition => ({
  ...marketDefinition,
  decider: { ...decider, decide },
});

describe('a simulated market', () => {
  it.each([1, 2, 3])('holds, seed %i', async (seed) => {
    const result = await simulateMarket({ seed, steps: 300 });
    expect(result.accepted).toBeGreaterThan(100);
    expect(result.refused).toBeGreaterThan(20);
    expect(result.crashes).toBeGreaterThan(0);
    expect(result.jobs).toBeGreaterThan(0);
  });

  it('tells the same story for the same seed, and another for another', async () => {
    const [first, again, other] = await Promise.all(
      [7, 7, 8].map((seed) => simulateMarket({ seed, steps: 150 })),
    );
    expect(again).toEqual(first);
    expect(other?.stateHash).not.toBe(first?.stateHash);
  });
});

describe('the auditor', () => {
  it('finds a hold of more than is left', async () => {
    const oversell: Decide = (command, state) => {
      const decision = decider.decide(command, state);
      if (command.type !== 'HoldReservation' || decision.accepted) return decision;
      const listing = state.listings.get(command.listingId);
      if (decision.rejection.code !== 'CAPACITY_EXHAUSTED' || listing === undefined) return decision;
      const held = decider.decide({ ...command, quantity: decision.rejection.available }, state);
      if (!held.accepted) return decision;
      const events = held.events.map((event) =>
        event.type === 'ReservationHeld' ? { ...event, quantity: command.quantity } : event,
      );
      return { accepted: true, events };
    };
    const run = simulateMarket({ seed: 1, steps: 400, definition: broken(oversell) });
    await expect(run).rejects.toThrow(/seed 1, step \d+: /);
  });

  it('finds a price that is not what was offered', async () => {
    const overcharge: Decide = (command, state) => {
      const decision = decider.decide(command, state);
      if (!decision.accepted) return decision;
      const events = decision.events.map((event) =>
        event.type === 'ReservationHeld' ? { ...event, amount: (event.amount + 1n) as never } : event,
      );
      return { accepted: true, events };
    };
    const run = simulateMarket({ seed: 1, steps: 100, definition: broken(overcharge) });
    await expect(run).rejects.toThrow(/costs \d+, not \d+/);
  });

  it('finds a share above the cap', async () => {
    const uncapped: Decide = (command, state) => {
      const decision = decider.decide(command, state);
      const isCap = !decision.accepted && decision.rejection.code === 'BUYER_SHARE_EXCEEDED';
      if (!isCap || command.type !== 'HoldReservation') return decision;
      const listing = state.listings.get(command.listingId);
      const pool = listing && state.pools.get(listing.poolId);
      if (pool === undefined) return decision;
      const { facts } = pool;
      pool.facts = { ...facts, buyerShareMax: null };
      const held = decider.decide(command, state);
      pool.facts = facts;
      return held;
    };
    const run = simulateMarket({ seed: 1, steps: 600, definition: broken(uncapped) });
    await expect(run).rejects.toThrow(/above its cap/);
  });
});
