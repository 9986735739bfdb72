import type { Pool } from 'pg';
import { POOL } from '../../src/platform/platform.module.js';
import type { ApiClient } from '../support/app.js';
import { invalid, MALFORMED_IDS, notFound, Refusing } from '../support/refusals.js';
import { clockOf, poolInput, Trading, walletOf } from '../support/trading.js';
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

const NO_LISTING = notFound('listingId', 'there is no such open listing');
const NO_RESERVATION = notFound('reservationId', 'your organization has no such reservation that is held, scheduled or active');
const window = (code: string, message: string, data: object) => ({
  ...{ __typename: 'WindowRejection', code, message, accepted: null, earliestStart: null },
  ...data,
});
const capacity = (code: string, message: string, available: number) => ({
  ...{ __typename: 'CapacityRejection', code, message, available: `${available}` },
});
const wrongState = (state: string, message: string) => ({
  ...{ __typename: 'StateRejection', code: 'WRONG_STATE', message, state },
});

describe('reserve refuses', () => {
  let listingId: string;
  beforeAll(async () => {
    listingId = await market.list(0, 20, 100);
  });
  const reserve = (changes: Record<string, unknown> = {}, client = buyer) => {
    const asked = { listingId, window: market.window(5, 8), quantity: '10' };
    return world.ask(client, 'reserve', { ...asked, ...changes });
  };
  const offGrid = (from: number, to: number) =>
    window('OFF_GRID', `the window is not on the pool's grid; the nearest is ${world.at(from)} to ${world.at(to)}`, {
      accepted: market.window(from, to),
    });
  const outside = () =>
    window('OUTSIDE_OFFER', `the window is not wholly offered; offered is ${world.at(0)} to ${world.at(20)}`, {
      accepted: market.window(0, 20),
    });

  it.each([
    ['an empty window', () => ({ window: market.window(5, 5) }), () => invalid(['window', 'does not end after it starts', 'an end after the start'])],
    ['a turned window', () => ({ window: market.window(6, 5) }), () => invalid(['window', 'does not end after it starts', 'an end after the start'])],
    ['half an hour', () => ({ window: market.window(5, 5.5) }), () => offGrid(5, 6)],
    ['a minute', () => ({ window: market.window(5.1, 5.12) }), () => offGrid(5, 6)],
    [
      'the hour before this one',
      () => ({ window: market.window(-1, 2) }),
      () =>
        window('WINDOW_IN_PAST', `the window starts in the past; the earliest start is ${world.at(0)}`, {
          earliestStart: world.at(0),
        }),
    ],
    ['what is offered in part', () => ({ window: market.window(19, 21) }), outside],
    ['what is not offered', () => ({ window: market.window(30, 31) }), outside],
    [
      'more than is offered',
      () => ({ quantity: '101' }),
      () => capacity('CAPACITY_EXHAUSTED', '100 tokens/s are left throughout this window', 100),
    ],
  ])('%s', async (_what, changes, refusal) => {
    expect(await reserve(changes())).toEqual(refusal());
  });

  it('what others hold or bought, and says how much is left throughout', async () => {
    await market.buy(buyer, listingId, 10, 12, 60);
    await market.reserve(await market.buyer('Holds'), listingId, 11, 13, 39);
    const left = (available: number) =>
      capacity('CAPACITY_EXHAUSTED', `${available} tokens/s are left throughout this window`, available);
    expect(await reserve({ window: market.window(9, 14) })).toEqual(left(1));
    expect((await reserve({ window: market.window(9, 14), quantity: '1' }))['__typename']).toBe('ReserveSuccess');
    expect(await reserve({ window: market.window(11, 12), quantity: '1' })).toEqual(left(0));
  });

  it('one’s own offer, the reseller’s too', async () => {
    const own = {
      ...{ __typename: 'SelfTradeRejection', code: 'SELF_TRADE' },
      message: 'this listing is your own: withdraw it instead',
    };
    expect(await reserve({}, market.provider)).toEqual(own);
    const reservationId = await market.buy(buyer, listingId, 1, 3, 10);
    const offer = { reservationId, window: market.window(1, 3), quantity: '10', unitPrice: '1' };
    const made = await world.ask(buyer, 'resellReservation', offer);
    const { listingId: resale } = made['listing'] as { listingId: string };
    const again = { listingId: resale, window: market.window(1, 3) };
    expect(await reserve(again)).toEqual(own);
    expect((await reserve(again, market.provider))['__typename']).toBe('ReserveSuccess');
  });

  it('what is above the share of one buyer, who is told what is left of it', async () => {
    const { terms } = poolInput(0);
    const shared = await Trading.open(world.app, { terms: { ...terms, buyerShareMax: 3_000 } });
    const listing = await shared.list(0, 10, 9_000);
    await shared.buy(buyer, listing, 2, 4, 2_000);
    const ask = (quantity: string) => reserve({ listingId: listing, window: shared.window(1, 3), quantity });
    const message = "the provider caps one buyer's share: 1000 tokens/s are left for you";
    expect(await ask('1001')).toEqual(capacity('BUYER_SHARE_EXCEEDED', message, 1_000));
    expect((await ask('1000'))['__typename']).toBe('ReserveSuccess');
    const none = "the provider caps one buyer's share: 0 tokens/s are left for you";
    expect(await ask('1')).toEqual(capacity('BUYER_SHARE_EXCEEDED', none, 0));
  });

  it('listings that are over or not there with the same words', async () => {
    const [withdrawn, sold] = [await market.list(30, 34, 10), await market.list(30, 34, 10)];
    await market.provider.mustMutate('withdrawListing', 'WithdrawListingInput', { listingId: withdrawn });
    await market.buy(buyer, sold, 30, 34, 10);
    const answers = [];
    for (const id of [withdrawn, sold, ...MALFORMED_IDS]) answers.push(await reserve({ listingId: id }));
    expect(answers).toEqual(answers.map(() => NO_LISTING));
  });
});

describe('releaseHold refuses', () => {
  const release = (reservationId: string, client = buyer) =>
    world.ask(client, 'releaseHold', { reservationId });

  it('what is paid', async () => {
    const reservationId = await market.buy(buyer, await market.list(40, 44, 10), 40, 42, 5);
    const message = 'the reservation is scheduled: only a hold can be released';
    expect(await release(reservationId)).toEqual(wrongState('scheduled', message));
  });

  it('holds that are over, not there, or of others, with the same words', async () => {
    const { reservationId } = await market.reserve(buyer, await market.list(40, 44, 10), 40, 42, 5);
    const id = reservationId as string;
    const answers = [await release(id, market.provider), await release(id, await market.buyer('Other'))];
    expect(await release(id)).toEqual({ __typename: 'ReleaseHoldSuccess', reservationId });
    for (const one of [id, ...MALFORMED_IDS]) answers.push(await release(one));
    expect(answers).toEqual(answers.map(() => NO_RESERVATION));
  });
});

describe('cancelReservation refuses', () => {
  const cancel = (reservationId: unknown, feeAccepted = '0', client = buyer) =>
    world.ask(client, 'cancelReservation', { reservationId, feeAccepted });
  const quote = async (id: string, client = buyer) =>
    (await client.ask('query($id: ID!) { cancellationQuote(reservationId: $id) { fee } }', { id })).data?.[
      'cancellationQuote'
    ];
  const resell = async (reservationId: string, from: number, to: number): Promise<string> => {
    const offer = { reservationId, window: market.window(from, to), quantity: '10', unitPrice: '1' };
    const made = await world.ask(buyer, 'resellReservation', offer);
    return (made['listing'] as { listingId: string }).listingId;
  };

  it('a fee below zero', async () => {
    const reservationId = await market.buy(buyer, await market.list(50, 60, 10), 50, 52, 10);
    expect(await cancel(reservationId, '-1')).toEqual(
      invalid(['feeAccepted', 'is below zero', '0 or more micro-USD']),
    );
    expect((await cancel(reservationId))['__typename']).toBe('CancelReservationSuccess');
  });

  it('less than the fee, and says what it is', async () => {
    const reservationId = await market.buy(buyer, await market.list(10, 20, 10), 16, 18, 10);
    // 10 tokens/s x 2 h x 1,000 micro-USD, half of it within a day of the start.
    const changed = {
      ...{ __typename: 'FeeChangedRejection', code: 'FEE_CHANGED', fee: '10000' },
      message: 'cancelling costs 0.01 USD now: accept that fee',
    };
    expect(await cancel(reservationId, '9999')).toEqual(changed);
    expect(await quote(reservationId)).toEqual({ fee: '10000' });
    expect(await cancel(reservationId, '10000')).toMatchObject({ fee: '10000', refund: '10000' });
    expect([await cancel(reservationId, '10000'), await quote(reservationId)]).toEqual([NO_RESERVATION, null]);
  });

  it('what is not paid, and what has begun', async () => {
    const listingId = await market.list(0, 10, 20);
    const held = await market.reserve(buyer, listingId, 5, 6, 5);
    const only = 'only one that is paid and has not begun can be cancelled';
    expect(await cancel(held['reservationId'])).toEqual(wrongState('held', `the reservation is held: ${only}`));
    expect(await quote(held['reservationId'] as string)).toBeNull();
    const running = await market.buy(buyer, listingId, 0, 1, 5);
    expect(await cancel(running, '5000')).toEqual(wrongState('active', `the reservation is active: ${only}`));
    expect(await quote(running)).toBeNull();
  });

  it('what is listed, held or resold in part, for which it gives no quote either', async () => {
    const encumbered = (encumbrance: string, message: string) => ({
      ...{ __typename: 'EncumberedRejection', code: 'RESERVATION_ENCUMBERED', message, encumbrance },
    });
    const listed = encumbered('LISTED', 'part of the reservation is listed or held: withdraw the listing first');
    const id = await market.buy(buyer, await market.list(60, 70, 10), 60, 64, 10);
    const listingId = await resell(id, 60, 61);
    expect([await cancel(id), await quote(id)]).toEqual([listed, null]);
    const other = await market.buyer('Buys a part');
    await market.reserve(other, listingId, 60, 61, 5);
    await world.ask(buyer, 'withdrawListing', { listingId });
    expect([await cancel(id), await quote(id)]).toEqual([listed, null]);

    await market.buy(other, await resell(id, 62, 63), 62, 63, 10);
    const resold = encumbered('RESOLD', 'part of the reservation is resold: what is left can be used or resold');
    expect([await cancel(id), await quote(id)]).toEqual([resold, null]);
  });

  it('reservations that are not there, and those of others, with the same words', async () => {
    const id = await market.buy(buyer, await market.list(60, 70, 10), 60, 64, 10);
    const answers = [await cancel(id, '0', market.provider), await cancel(id, '0', await market.buyer('Third'))];
    for (const one of MALFORMED_IDS) answers.push(await cancel(one));
    expect(answers).toEqual(answers.map(() => NO_RESERVATION));
    expect(await quote(id, market.provider)).toBeNull();
  });
});

const OPEN_JOBS = `SELECT 1 FROM eventstore.outbox WHERE job = 'advance-market' AND completed_at IS NULL`;

describe('payReservation refuses', () => {
  const pay = (reservationId: unknown, client = buyer) => world.ask(client, 'payReservation', { reservationId });

  it('what is paid', async () => {
    const id = await market.buy(buyer, await market.list(80, 90, 10), 80, 82, 10);
    expect(await pay(id)).toEqual(
      wrongState('scheduled', 'the reservation is scheduled: only a hold can be paid'),
    );
  });

  it('a wallet that does not hold enough', async () => {
    const poor = await market.buyer('Poor', 1);
    const { reservationId } = await market.reserve(poor, await market.list(80, 90, 10, 50_001), 80, 82, 10);
    expect(await pay(reservationId, poor)).toEqual({
      ...{ __typename: 'InsufficientFundsRejection', code: 'INSUFFICIENT_FUNDS' },
      message: 'the wallet holds 1.00 USD and 1.00002 USD are due: top up',
      ...{ balance: '1000000', due: '1000020', owed: '0', creditUnused: '0', creditFrozenBy: null },
    });
  });

  it('reservations that are not there, and those of others, with the same words', async () => {
    const { reservationId } = await market.reserve(buyer, await market.list(80, 90, 10), 80, 82, 5);
    const answers = [await pay(reservationId, market.provider), await pay(reservationId, await market.buyer('Fourth'))];
    for (const id of MALFORMED_IDS) answers.push(await pay(id));
    expect(answers).toEqual(answers.map(() => NO_RESERVATION));
  });

  it('a hold that has ended, also before anybody cleared it away, and gives the money back', async () => {
    const late = await market.buyer('Late', 1);
    const held = await market.reserve(late, await market.list(80, 90, 10), 80, 82, 5);
    const { reservationId, expiresAt } = held as { reservationId: string; expiresAt: string };
    // Locked, the jobs that end holds are not handed over; those that were have run.
    const client = await world.app.application.get<Pool>(POOL).connect();
    await client.query('BEGIN');
    await client.query(`${OPEN_JOBS} AND enqueued_at IS NULL FOR UPDATE`);
    const handedOver = () => client.query(`${OPEN_JOBS} AND enqueued_at IS NOT NULL`);
    await until(handedOver, ({ rowCount }) => rowCount === 0);
    await clockOf(world.app).advanceTo(Date.parse(expiresAt) as never);
    const expired = await pay(reservationId, late);
    await client.query('ROLLBACK');
    client.release();
    expect(expired).toEqual({
      ...{ __typename: 'HoldExpiredRejection', code: 'HOLD_EXPIRED' },
      message: 'the hold ended before it was paid; nothing was charged: reserve again',
    });
    expect(await walletOf(late)).toMatchObject({ balance: '1000000', inEscrow: '0' });
    await until(() => pay(reservationId, late), ({ code }) => code === 'NOT_FOUND');
  });
});
