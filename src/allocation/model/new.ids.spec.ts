import { idInMarket, marketOf, type OrderId, type ReservationId } from '../../kernel/ids.js';
import { fromSegments } from '../../kernel/step-function.js';
import { BUYER, hours, list, MARKET, MarketStory, openPool, OTHER, seedOf, tokens } from '../../../test/support/market.js';
import { bid } from '../../../test/support/order-traffic.js';
import { decide } from './market.decide.js';
import type { MarketCommand } from './market.commands.js';
import { evolve } from './market.evolve.js';
import { extensionHoldId, fillId } from './new.ids.js';

const order = (sequence: number) => ({ orderId: idInMarket<OrderId>(MARKET, 'order'), sequence });
const UUID_V8 = /^llama-3\.3-70b@fp8~[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('ids that a decision gives', () => {
  it('are UUIDs in the market of what they belong to', () => {
    expect(fillId(seedOf(1), order(7), 1)).toMatch(UUID_V8);
    expect(marketOf(extensionHoldId(seedOf(1), idInMarket<ReservationId>(MARKET, 'R'), 0))).toBe(MARKET);
  });

  it('are the same for the same, and others for whatever is another', () => {
    const all = [1, 2].flatMap((seed) =>
      [1, 2, 2 ** 32 + 1].flatMap((sequence) => [1, 2].map((fill) => fillId(seedOf(seed), order(sequence), fill))),
    );
    const holds = [0, 1].map((place) => extensionHoldId(seedOf(1), idInMarket<ReservationId>(MARKET, 'R'), place));
    expect(new Set([...all, ...holds]).size).toBe(14);
    expect(fillId(seedOf(1), order(1), 1)).toBe(all[0]);
  });

  it('say nothing of the order, nor which fills are of one', () => {
    const orderId = order(1).orderId;
    const story = new MarketStory().given(openPool(), list('L1', hours(24, 48), 10), list('L2', hours(24, 48), 10));
    story.given(bid(orderId, { quantity: tokens(20) }));
    const [first, second] = [story.bought(1), story.bought(2)];
    const parts = (id: string): readonly string[] => id.slice(MARKET.length + 1).split('-');
    expect(parts(first).filter((part) => parts(second).includes(part))).toEqual([]);
    for (const id of [first, second]) expect(id).not.toContain('order');
  });

  it('come from the command alone: who decides it again gives the same', () => {
    const state = new MarketStory().given(openPool(), list('L', hours(24, 48), 10)).state;
    const command = (seed: number) => ({ ...bid('O'), now: 0, seed: seedOf(seed) }) as MarketCommand;
    expect(decide(command(1), state)).toEqual(decide(command(1), state));
    expect(decide(command(1), state)).not.toEqual(decide(command(2), state));
  });
});

it('a log in which fills were called after their orders is folded as it stands', () => {
  const story = new MarketStory().given(openPool(), list('L', hours(24, 48), 100));
  const decision = story.ask(bid('O', { buyerId: OTHER, quantity: tokens(40) }));
  const events = decision.accepted ? decision.events : [];
  const old = 'O-1' as ReservationId;
  for (const event of events) {
    evolve(story.state, event.type === 'OrderFilled' ? { ...event, reservationId: old } : event);
  }
  const source = { kind: 'reservation', reservationId: old };
  story.given(list('N', hours(24, 28), 40, { source, sellerId: OTHER }), bid('P', { buyerId: BUYER, quantity: tokens(100) }));
  const owned = story.state.reservations.get(old);
  expect(owned?.status === 'scheduled' && owned.lot.title).toEqual(fromSegments([]));
});
