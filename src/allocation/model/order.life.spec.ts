import type { OrderId } from '../../kernel/ids.js';
import { MINUTE_MS, type Instant } from '../../kernel/time.js';
import {
  BUYER,
  hour,
  hours,
  list,
  MarketStory,
  openPool,
  OTHER,
  price,
  PROVIDER,
  tokens,
} from '../../../test/support/market.js';
import { bid } from '../../../test/support/order-traffic.js';
import type { OrderFilled } from './market.events.js';

const opened = (...listings: readonly ReturnType<typeof list>[]): MarketStory =>
  new MarketStory().given(openPool(), ...listings);
const asks = (...prices: readonly number[]): ReturnType<typeof list>[] =>
  prices.map((each, index) =>
    list(`L${index + 1}`, hours(24, 48), 100, { unitPrice: price(each) }),
  );

/** Which ask gave how much at which price. */
function fillsOf(story: MarketStory): unknown[] {
  return story.events
    .filter((event): event is OrderFilled => event.type === 'OrderFilled')
    .map((fill) => [fill.orderId, fill.listingId, Number(fill.quantity), Number(fill.unitPrice)]);
}

const endsOf = (story: MarketStory): unknown[] =>
  story.events.flatMap((event) =>
    event.type === 'OrderClosed' ? [[event.orderId, event.reason, Number(event.released)]] : [],
  );

function refusalOf(story: MarketStory, ...command: Parameters<MarketStory['send']>): unknown {
  const decision = story.send(...command);
  return decision.accepted ? null : decision.rejection;
}

describe('an order that is good till an instant', () => {
  const UNTIL = (hour(20) + MINUTE_MS) as Instant;
  const waiting = (): MarketStory => opened().given(bid('O1', { timeInForce: { kind: 'GTD', until: UNTIL } }));

  it.each<[when: string, at: number, fills: number]>([
    ['up to the millisecond before', UNTIL - 1, 1],
    ['not at it', UNTIL, 0],
    ['nor after it', UNTIL + 1, 0],
  ])('is filled %s', (_when, at, fills) => {
    expect(fillsOf(waiting().at(at as Instant).given(...asks(80)))).toHaveLength(fills);
  });

  it('ends then, and no later than its window can be bought', () => {
    const early = waiting();
    early.at((UNTIL - 1) as Instant).given({ type: 'AdvanceMarket' });
    expect(endsOf(early)).toEqual([]);
    expect(endsOf(early.at(UNTIL).given({ type: 'AdvanceMarket' }))).toEqual([['O1', 'expired', 40_000]]);
    const late = opened().given(bid('O1', { timeInForce: { kind: 'GTD', until: hour(99) } }));
    expect([...late.state.orders.values()].map(({ expiresAt }) => expiresAt)).toEqual([hour(25)]);
  });
});

describe('an order', () => {
  const order = { orderId: 'O1' as OrderId, buyerId: BUYER };
  const amend = (quantity: number, limit: number, raised = 10n ** 9n) =>
    ({ type: 'AmendOrder', ...order, quantity: tokens(quantity), limitPrice: price(limit), raised }) as never;
  const two = (): MarketStory => opened().given(bid('O1'), bid('O2', { buyerId: OTHER }));
  const inTens = (): MarketStory => new MarketStory().given(openPool({ lotSize: tokens(10) }), ...asks(80));
  const firstServed = (story: MarketStory): unknown => {
    story.given(list('L1', hours(24, 48), 10));
    return (fillsOf(story)[0] as unknown[])[0];
  };

  it.each<[what: string, change: [number, number], first: string]>([
    ['keeps its place with a smaller quantity', [50, 100], 'O1'],
    ['keeps its place unchanged', [100, 100], 'O1'],
    ['loses it with a larger quantity', [101, 100], 'O2'],
    ['loses it with another price that it comes back to', [100, 99], 'O2'],
  ])('%s', (_what, [quantity, limit], first) => {
    const story = two().given(amend(quantity, limit));
    if (limit !== 100) story.given(amend(quantity, 100));
    expect(firstServed(story)).toBe(first);
  });

  it('is filled at once where the new price reaches an ask', () => {
    const story = opened(...asks(110)).given(bid('O1'), amend(100, 120));
    expect(fillsOf(story)).toEqual([['O1', 'L1', 100, 110]]);
  });

  it('cannot become less than what was filled, nor cost more than is set aside', () => {
    const story = opened(...asks(80)).given(bid('O1', { quantity: tokens(150) }));
    expect(refusalOf(story, amend(100, 100))).toEqual({ code: 'ALREADY_FILLED', filled: 100n });
    expect(refusalOf(story, amend(200, 100, 11_999n))).toEqual({ code: 'PAYMENT_MISMATCH', due: 12_000n });
  });

  it('stays all or none, whatever its quantity becomes', () => {
    const all = (): MarketStory => opened().given(bid('O1', { minimumFill: tokens(100) }));
    expect(fillsOf(all().given(amend(150, 100), ...asks(80)))).toEqual([]);
    expect(fillsOf(all().given(amend(60, 100), amend(150, 100), ...asks(80)))).toEqual([]);
    expect(fillsOf(all().given(amend(150, 100), ...asks(80, 80)))).toHaveLength(2);
    const least = opened().given(bid('O1', { minimumFill: tokens(50) }), amend(150, 100), ...asks(80));
    expect(fillsOf(least)).toEqual([['O1', 'L1', 100, 100]]);
    const one = opened().given(bid('O1', { quantity: tokens(1), minimumFill: tokens(1) }), amend(150, 100), ...asks(80));
    expect(fillsOf(one)).toEqual([['O1', 'L1', 100, 100]]);
  });

  /** Of a bid for 100 that takes at least 60 at once, changed to these quantities, when so much is offered. */
  it.each<[what: string, quantities: number[], ask: number, fills: unknown[]]>([
    ['as it was', [], 50, []],
    ['takes that much of a larger quantity', [150], 80, [80]],
    ['and no less of it', [150], 50, []],
    ['takes all of a smaller one', [50], 50, [50]],
    ['takes no less than all of a smaller one', [50], 40, []],
    ['takes it again when it is made larger again', [50, 100], 80, [80]],
    ['and no less', [50, 100], 50, []],
    ['nor of what was exactly that much', [60, 100], 50, []],
    ['takes it again when it was exactly that much', [60, 100], 80, [80]],
  ])('that takes 60 at least: %s', (_what, quantities, ask, fills) => {
    const least = opened().given(bid('O1', { minimumFill: tokens(60) }), ...quantities.map((quantity) => amend(quantity, 100)));
    const story = least.given(list('L1', hours(24, 48), ask));
    expect(fillsOf(story).map((fill) => (fill as number[])[2])).toEqual(fills);
    const told = story.events.flatMap((event) => (event.type === 'OrderAmended' ? [Number(event.minimumFill)] : []));
    expect(told).toEqual(quantities.map(() => 60));
  });

  it.each<[code: string, story: () => MarketStory, change: [number, number, bigint]]>([
    ['ORDER_NOT_FOUND', opened, [100, 10 ** 15, 0n]],
    ['ORDER_NOT_FOUND', () => two().at(hour(25)), [100, 10 ** 15, 0n]],
    // Of what is left to fill nothing would be, and it would be in no lots.
    ['ALREADY_FILLED', () => inTens().given(bid('O1', { quantity: tokens(150) })), [95, 10 ** 15, 0n]],
    ['OFF_LOT', () => inTens().given(bid('O1', { quantity: tokens(150) })), [155, 10 ** 15, 0n]],
    ['AMOUNT_TOO_LARGE', two, [100, 10 ** 15, 0n]],
    ['PAYMENT_MISMATCH', two, [101, 100, 0n]],
  ])('is not amended, the first reason that holds: %s', (code, story, change) => {
    expect(refusalOf(story(), amend(...change))).toMatchObject({ code });
  });

  it('is nobody’s but its buyer’s, and gone when it has ended', () => {
    const story = two();
    const cancel = { type: 'CancelOrder', ...order } as const;
    expect(refusalOf(story, { ...cancel, buyerId: PROVIDER })).toEqual({ code: 'ORDER_NOT_FOUND' });
    expect(refusalOf(story, { ...(amend(1, 1) as object), buyerId: PROVIDER } as never)).toEqual({ code: 'ORDER_NOT_FOUND' });
    story.given(cancel);
    expect(endsOf(story)).toEqual([['O1', 'cancelled', 40_000]]);
    expect(refusalOf(story, cancel)).toEqual({ code: 'ORDER_NOT_FOUND' });
  });
});
