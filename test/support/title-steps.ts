import fc from 'fast-check';
import { auditMarket } from '../../src/allocation/model/market.audit.js';
import type { Listing, Reservation } from '../../src/allocation/model/market.state.js';
import type { OrganizationId } from '../../src/kernel/ids.js';
import { minimumOver } from '../../src/kernel/step-function.js';
import { floorToGrid, HOUR_MS, plus, type Instant } from '../../src/kernel/time.js';
import type { Window } from '../../src/kernel/window.js';
import { BUYER, hold, hours, list, OTHER, pay, POOL, PROVIDER, resell, tokens, type MarketStory } from './market.js';
import { bid } from './order-traffic.js';

export const THIRD = 'org-third' as OrganizationId;

const KINDS = ['buy', 'buy', 'buy', 'resell', 'resell', 'resell', 'hold', 'pay', 'cancel', 'transfer', 'return', 'curtail', 'bid', 'advance'] as const;

/** What somebody does with what is there: most of it is resold, and some comes back. */
export const titleSteps = fc.array(
  fc.record({
    kind: fc.constantFrom(...KINDS),
    from: fc.nat(40),
    part: fc.integer({ min: 1, max: 3 }),
    isWhole: fc.boolean(),
    who: fc.constantFrom(BUYER, OTHER, THIRD, PROVIDER),
  }),
  { minLength: 20, maxLength: 60, size: 'max' },
);
export type TitleStep = (typeof titleSteps extends fc.Arbitrary<infer Steps extends unknown[]> ? Steps : never)[number];

/** All of a window, or its second half. */
function partOf({ start, end }: Window, { isWhole }: TitleStep): Window {
  const middle = floorToGrid(((start + end) / 2) as Instant, HOUR_MS);
  return isWhole || middle <= start ? { start, end } : { start: middle, end };
}

class Titles {
  private count = 0;

  constructor(private readonly story: MarketStory) {}

  play(step: TitleStep): void {
    this.count += 1;
    const { kind, from, who } = step;
    const { listings, reservations } = this.story.state;
    const all = [...reservations.values()];
    const listing = pick([...listings.values()], from);
    const owned = pick(all.filter(({ status }) => status !== 'held'), from);
    if (kind === 'advance') this.advance(step);
    else if (kind === 'curtail') this.curtail(step);
    else if (kind === 'pay') this.pay(pick(all.filter(({ status }) => status === 'held'), from));
    else if (kind === 'buy' || kind === 'hold') this.buy(listing, step);
    else if (kind === 'bid') this.story.send(bid(`O${this.count}`, { buyerId: who, window: hours(8, 12), quantity: tokens(50) }));
    else if (owned !== undefined) this.use(owned, step);
  }

  private buy(listing: Listing | undefined, step: TitleStep): void {
    if (listing === undefined) return;
    const window = partOf(listing.window, step);
    const quantity = Math.ceil(Number(minimumOver(listing.remaining, window)) / step.part);
    if (quantity <= 0) return;
    const id = `R${this.count}`;
    this.story.send(hold(id, listing.listingId, window, Math.min(quantity, 400), step.who));
    if (step.kind === 'buy') this.pay(this.story.state.reservations.get(id as never));
  }

  private pay(held: Reservation | undefined): void {
    if (held !== undefined) this.story.send(pay(held.reservationId, Number(held.amount)));
  }

  private use({ reservationId, holderId, ...owned }: Reservation, step: TitleStep): void {
    const window = partOf(owned.window, step);
    const quantity = Math.ceil(Number(owned.quantity) / step.part);
    const own = { reservationId, holderId };
    if (step.kind === 'resell') this.story.send(resell(`L${this.count}`, reservationId, window, quantity, holderId));
    if (step.kind === 'cancel') this.story.send({ type: 'CancelReservation', ...own, feeAccepted: 10n ** 12n } as never);
    if (step.kind === 'return') this.story.send({ type: 'ReturnTransfer', ...own } as never);
    if (step.kind !== 'transfer') return;
    const part = { teamId: `team-${this.count}`, window, quantity: tokens(quantity) };
    this.story.send({
      ...{ type: 'TransferReservation', reservationId: `T${this.count}`, sourceId: reservationId, holderId, ...part },
    } as never);
  }

  private curtail({ from }: TitleStep): void {
    this.story.send({
      ...{ type: 'CurtailPool', curtailmentId: `C${this.count}`, poolId: POOL, providerId: PROVIDER },
      ...{ window: hours(8, 12), quantity: tokens(1 + from), cause: 'outage' },
    } as never);
  }

  private advance({ part, isWhole }: TitleStep): void {
    this.story.at(plus(this.story.now, isWhole ? part * 3 * HOUR_MS : 1)).send({ type: 'AdvanceMarket' });
  }
}

const pick = <One>(all: readonly One[], index: number): One | undefined => all[index % all.length];

/** Sends each step to a market in which everything of a pool is offered, and looks at it after that. */
export function playTitles(story: MarketStory, steps: readonly TitleStep[], look: () => void): void {
  story.given(list('L', hours(8, 12), 1_000), list('M', hours(12, 24), 1_000));
  const titles = new Titles(story);
  for (const step of steps) {
    titles.play(step);
    auditMarket(story.state);
    look();
  }
}
