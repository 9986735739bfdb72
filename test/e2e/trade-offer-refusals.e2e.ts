import type { ApiClient } from '../support/app.js';
import { invalid, MALFORMED_IDS, notFound, Refusing } from '../support/refusals.js';
import { poolInput, Trading } from '../support/trading.js';
import { until } from '../support/until.js';

let world: Refusing;
let market: Trading;
let buyer: ApiClient;
beforeAll(async () => {
  world = await Refusing.start();
  market = world.market;
  buyer = await market.buyer('Buyer');
});
afterAll(() => world.app.close());

const TURNED = ['window', 'does not end after it starts', 'an end after the start'] as const;
const BELOW_ZERO = ['unitPrice', 'is below zero', '0 or more micro-USD per token/s and hour'] as const;
const NO_POOL = notFound('poolId', 'your organization has no such pool');
const NO_LISTING = notFound('listingId', 'there is no such open listing');
const NO_RESERVATION = notFound('reservationId', 'your organization has no such reservation that is held, scheduled or active');

const outOfWindow = (code: string, message: string, data: object) => ({
  ...{ __typename: 'WindowRejection', code, message, accepted: null, earliestStart: null },
  ...data,
});
const offGrid = (from: number, to: number) =>
  outOfWindow(
    'OFF_GRID',
    `the window is not on the pool's grid; the nearest is ${world.at(from)} to ${world.at(to)}`,
    { accepted: market.window(from, to) },
  );
const inPast = () =>
  outOfWindow('WINDOW_IN_PAST', `the window starts in the past; the earliest start is ${world.at(0)}`, {
    earliestStart: world.at(0),
  });
const outside = (from: number, to: number) =>
  outOfWindow(
    'OUTSIDE_OFFER',
    `the window is not wholly offered; offered is ${world.at(from)} to ${world.at(to)}`,
    { accepted: market.window(from, to) },
  );
const untitled = (available: number) => ({
  ...{ __typename: 'CapacityRejection', code: 'INSUFFICIENT_TITLE', available: `${available}` },
  message: `you have ${available} tokens/s free to list throughout this window`,
});
const TOO_LARGE = {
  ...{ __typename: 'AmountTooLargeRejection', code: 'AMOUNT_TOO_LARGE' },
  message: 'one sale is at most 1000000000.00 USD: make several',
  amountMax: '1000000000000000',
};
const resaleTerms = (code: string, message: string, data: object = {}) => ({
  ...{ __typename: 'ResaleTermsRejection', code, message },
  ...{ hopsMax: null, listableFrom: null, unitPriceMax: null },
  ...data,
});

describe('createListing refuses', () => {
  const offer = (changes: Record<string, unknown> = {}) => ({
    ...{ poolId: market.poolId, window: market.window(200, 210), quantity: '10', unitPrice: '1000' },
    ...changes,
  });
  const listed = (changes: Record<string, unknown> = {}, client = market.provider) =>
    world.ask(client, 'createListing', offer(changes));

  it.each([
    ['an empty window', () => ({ window: market.window(1, 1) }), () => invalid([...TURNED])],
    ['a turned window', () => ({ window: market.window(2, 1) }), () => invalid([...TURNED])],
    ['a price below zero', () => ({ unitPrice: '-1' }), () => invalid([...BELOW_ZERO])],
    [
      'both at once',
      () => ({ window: market.window(2, 1), unitPrice: '-1' }),
      () => invalid([...TURNED], [...BELOW_ZERO]),
    ],
    ['half an hour', () => ({ window: market.window(1, 1.5) }), () => offGrid(1, 2)],
    ['what lies across hours', () => ({ window: market.window(1.5, 2.25) }), () => offGrid(1, 3)],
    ['the hour before this one', () => ({ window: market.window(-1, 2) }), inPast],
    ['a day long past', () => ({ window: market.window(-48, -24) }), inPast],
    ['the year 0', () => ({ window: { start: '0000-01-01T00:00:00Z', end: world.at(1) } }), inPast],
    ['more than the pool has', () => ({ quantity: '10001' }), () => untitled(10_000)],
    ['time beyond the pool', () => ({ window: market.window(239, 241) }), () => untitled(0)],
    [
      'the year 9999',
      () => ({ window: { start: world.at(1), end: '9999-12-31T23:00:00Z' } }),
      () => untitled(0),
    ],
    [
      'an amount above all',
      () => ({ unitPrice: '1000000000000000', quantity: '1', window: market.window(1, 3) }),
      () => TOO_LARGE,
    ],
    ['the largest of everything', () => ({ unitPrice: '1000000000000000', quantity: '1000000000000' }), () => TOO_LARGE],
  ])('%s', async (_what, changes, refusal) => {
    expect(await listed(changes())).toEqual(refusal());
  });

  it('what is offered already, and says what is left', async () => {
    await listed({ window: market.window(220, 224), quantity: '9999' });
    expect(await listed({ window: market.window(223, 226) })).toEqual(untitled(1));
  });

  it('pools that are not there and pools of others with the same words', async () => {
    const other = await Trading.open(world.app);
    const answers = [await listed({ poolId: other.poolId }), await listed({}, other.provider)];
    for (const poolId of MALFORMED_IDS) answers.push(await listed({ poolId }));
    expect(answers).toEqual(answers.map(() => NO_POOL));
  });

  it('nothing at the edges', async () => {
    const edges = [
      { window: market.window(0, 1), unitPrice: '0' },
      { window: market.window(239, 240) },
      { window: market.window(230, 231), quantity: '1', unitPrice: '1000000000000000' },
    ];
    for (const edge of edges) expect((await listed(edge))['__typename']).toBe('CreateListingSuccess');
  });
});

describe('resellReservation refuses', () => {
  let reservationId: string;
  beforeAll(async () => {
    reservationId = await market.buy(buyer, await market.list(100, 110, 100), 100, 106, 50);
  });
  const resell = (changes: Record<string, unknown> = {}, client = buyer) => {
    const offer = { reservationId, window: market.window(100, 102), quantity: '10', unitPrice: '1000' };
    return world.ask(client, 'resellReservation', { ...offer, ...changes });
  };

  it.each([
    ['an empty window', () => ({ window: market.window(101, 101) }), () => invalid([...TURNED])],
    ['a price below zero', () => ({ unitPrice: '-1' }), () => invalid([...BELOW_ZERO])],
    ['half an hour', () => ({ window: market.window(101, 101.5) }), () => offGrid(101, 102)],
    ['the past', () => ({ window: market.window(-1, 102) }), inPast],
    ['what was not bought before', () => ({ window: market.window(99, 102) }), () => outside(100, 106)],
    ['what was not bought after', () => ({ window: market.window(105, 107) }), () => outside(100, 106)],
    ['more than was bought', () => ({ quantity: '51' }), () => untitled(50)],
    ['an amount above all', () => ({ unitPrice: '1000000000000000' }), () => TOO_LARGE],
  ])('%s', async (_what, changes, refusal) => {
    expect(await resell(changes())).toEqual(refusal());
  });

  it('what is offered or resold already', async () => {
    const made = await resell({ window: market.window(104, 106), quantity: '30' });
    expect(await resell({ window: market.window(105, 106), quantity: '21' })).toEqual(untitled(20));
    const { listingId } = made['listing'] as { listingId: string };
    await market.buy(await market.buyer('Second'), listingId, 104, 106, 30);
    expect(await resell({ window: market.window(103, 106), quantity: '21' })).toEqual(untitled(20));
  });

  it('what is not paid', async () => {
    const listingId = await market.list(100, 110, 10);
    const held = await market.reserve(buyer, listingId, 100, 102, 5);
    expect(await resell({ reservationId: held['reservationId'], quantity: '5' })).toEqual({
      ...{ __typename: 'StateRejection', code: 'WRONG_STATE', state: 'held' },
      message: 'the reservation is held: only one that is paid can be resold',
    });
  });

  it('reservations that are not there, and those of others, with the same words', async () => {
    const other = await world.app.signUp('Other');
    const answers = [await resell({}, other), await resell({}, market.provider)];
    for (const id of MALFORMED_IDS) answers.push(await resell({ reservationId: id }));
    expect(answers).toEqual(answers.map(() => NO_RESERVATION));
  });

  /** Buys four hours from a pool with these resale terms and offers two of them again. */
  async function resellUnder(resale: object, unitPrice = '1000') {
    const { terms } = poolInput(0);
    const sold = { isTransferable: true, hopsMax: 2, royalty: 0 };
    const under = await Trading.open(world.app, { terms: { ...terms, resale: { ...sold, ...resale } } });
    const id = await under.buy(buyer, await under.list(10, 20, 10), 10, 14, 10);
    const window = under.window(10, 12);
    return {
      under,
      id,
      answer: await world.ask(buyer, 'resellReservation', { reservationId: id, window, quantity: '10', unitPrice }),
    };
  }

  it('what was sold for good', async () => {
    const { answer } = await resellUnder({ isTransferable: false });
    const message = 'the provider sold this as not transferable: it can be used or cancelled';
    expect(answer).toEqual(resaleTerms('NOT_TRANSFERABLE', message));
  });

  it('what may not change hands, or has often enough', async () => {
    const { answer } = await resellUnder({ hopsMax: 0 });
    const never = 'this may change hands 0 times, and has: it can be used or cancelled';
    expect(answer).toEqual(resaleTerms('HOPS_EXHAUSTED', never, { hopsMax: 0 }));
    const { answer: made, under } = await resellUnder({ hopsMax: 1 });
    const next = await market.buyer('Next');
    const { listingId } = made['listing'] as { listingId: string };
    const id = await under.buy(next, listingId, 10, 12, 10);
    const offer = { reservationId: id, window: under.window(10, 11), quantity: '1', unitPrice: '1' };
    const once = 'this may change hands 1 times, and has: it can be used or cancelled';
    expect(await world.ask(next, 'resellReservation', offer)).toEqual(
      resaleTerms('HOPS_EXHAUSTED', once, { hopsMax: 1 }),
    );
  });

  it('what was just bought', async () => {
    const { answer } = await resellUnder({ holdingTimeMinutes: 60 });
    const { listableFrom } = answer;
    const message = `this may be listed from ${listableFrom} on`;
    expect(answer).toEqual(resaleTerms('HELD_TOO_BRIEFLY', message, { listableFrom }));
    expect(Date.parse(listableFrom as string)).toBeGreaterThan(Date.parse(world.at(1)));
  });

  it('a price above the cap, cut off and not rounded', async () => {
    const capped = { priceCap: 12_345 };
    const { answer } = await resellUnder(capped, '1235');
    const message = 'the price may be at most 1234 micro-USD per token/s and hour';
    expect(answer).toEqual(resaleTerms('PRICE_ABOVE_CAP', message, { unitPriceMax: '1234' }));
    expect((await resellUnder(capped, '1234')).answer['__typename']).toBe('ResellReservationSuccess');
  });

  it('nothing that was answered before: a key is answered the same when it is all over', async () => {
    const short = await market.buyer('Short');
    const id = await market.buy(short, await market.list(0, 2, 10), 0, 1, 10);
    const offer = { reservationId: id, window: market.window(0, 1), quantity: '10', unitPrice: '1' };
    const first = await world.ask(short, 'resellReservation', offer, 'resell');
    expect(first['__typename']).toBe('ResellReservationSuccess');
    await market.pass(1);
    const gone = { ...offer, window: market.window(1, 2) };
    const again = () => world.ask(short, 'resellReservation', gone);
    await until(again, ({ code }) => code === 'NOT_FOUND');
    expect(await world.ask(short, 'resellReservation', offer, 'resell')).toEqual(first);
    const other = world.ask(short, 'resellReservation', gone, 'resell');
    await expect(other).rejects.toThrow('IDEMPOTENCY_MISMATCH');
  });
});

describe('withdrawListing refuses', () => {
  it('listings that are over, not there, or of others, with the same words', async () => {
    const listingId = await market.list(120, 124, 10);
    const sold = await market.list(120, 124, 10);
    await market.buy(buyer, sold, 120, 124, 10);
    const withdraw = (id: string, client = market.provider) =>
      world.ask(client, 'withdrawListing', { listingId: id });
    const answers = [await withdraw(listingId, buyer), await withdraw(sold)];
    expect(await withdraw(listingId)).toEqual({ __typename: 'WithdrawListingSuccess', listingId });
    answers.push(await withdraw(listingId));
    for (const id of MALFORMED_IDS) answers.push(await withdraw(id));
    expect(answers).toEqual(answers.map(() => NO_LISTING));
  });
});
