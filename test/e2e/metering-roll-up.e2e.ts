import { escrowAudit } from '../../src/billing/application/sweep/money-audits.js';
import { present } from '../../src/kernel/assert.js';
import { idInMarket, type ListingId, type OrderId, type ReservationId } from '../../src/kernel/ids.js';
import { formatInstant, HOUR_MS, plus } from '../../src/kernel/time.js';
import type { Window } from '../../src/kernel/window.js';
import { UNCONSTRAINED } from '../../src/allocation/model/order.state.js';
import { RollUpService } from '../../src/metering/application/roll-up.service.js';
import { ROLL_UP_AFTER } from '../../src/metering/application/usage.definition.js';
import { MARKET, price, tokens } from '../support/market.js';
import { UsageWorld } from '../support/usage.js';
import { verifyApp } from '../support/verify.js';

let world: UsageWorld;
beforeAll(async () => {
  world = await UsageWorld.start();
});
afterAll(() => world.close());

const time = (hour: number): { readonly time: string } => ({ time: formatInstant(world.at(hour)) });

async function hours(reservationId: string, page = 'first: 10', party = world.holder): Promise<any> {
  const { data, errors } = await party.client.ask(
    `query($id: ID!) { usageHours(reservationId: $id, ${page}) {
      edges { cursor node { reservationId hour revision events inputTokens weightedTokens
        entitledTokens overageTokens overageAmount ratedAt } }
      pageInfo { hasNextPage } } }`,
    { id: reservationId },
  );
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data?.['usageHours'];
}

/** Revision, weighted, entitled, overage and its amount of each hour. */
async function rated(reservationId: string): Promise<unknown> {
  const { edges } = await hours(reservationId);
  return edges.map(({ node }: any) =>
    [
      ...[node.revision, node.weightedTokens, node.entitledTokens],
      ...[node.overageTokens, node.overageAmount],
    ].join(' '),
  );
}

describe('use that came in', () => {
  it('is rated by the hour, and by the terms of the sale', async () => {
    const own = await world.reservation();
    const counts = {
      ...{ inputTokens: 10_000, cachedInputTokens: 2_001 },
      ...{ outputTokens: '5000', reasoningTokens: 1_000 },
    };
    await world.batch([world.event(own, counts, time(2)), world.event(own, counts, time(2.49))]);
    await world.settle();
    // 1 token/s; weights 0.1, 0.01 and 1; 900,000 micro-USD a million.
    expect(await rated(own)).toEqual(['1 11639.82 3600 8039.82 7236']);
    expect(await world.totals(own)).toEqual({
      ...{ hours: 1, events: '2', inputTokens: '20000', cachedInputTokens: '4002' },
      ...{ outputTokens: '10000', reasoningTokens: '2000', weightedTokens: '11639.82' },
      ...{ overageTokens: '8039.82', overageAmount: '7236' },
    });
  });

  it('late comes into its own hour, as another revision', async () => {
    const own = await world.reservation();
    const output = { inputTokens: 0, outputTokens: 3_600 };
    await world.structured(world.event(own, output, time(2.1)));
    await world.settle();
    await world.clock.advance((3 * HOUR_MS) as any);
    await world.structured(world.event(own, output, time(4.5)));
    await world.settle();
    await world.batch([world.event(own, output, time(2.2)), world.event(own, {}, time(3.999))]);
    await world.settle();
    expect(await rated(own)).toEqual([
      ...['2 7200 3600 3600 3240', '1 21 3600 0 0'],
      '1 3600 3600 0 0',
    ]);
    const first = await hours(own, 'first: 2');
    expect(first.pageInfo.hasNextPage).toBe(true);
    const rest = await hours(own, `first: 2, after: "${first.edges[1].cursor}"`);
    expect(rest.edges.map(({ node }: any) => node.hour)).toEqual([formatInstant(world.at(4))]);
  });

  it('is shown to those it concerns, zero before there is any', async () => {
    const own = await world.reservation();
    const zero = { hours: 0, events: '0', weightedTokens: '0', overageAmount: '0' };
    expect(await world.totals(own)).toMatchObject(zero);
    expect(await world.totals(own, world.provider)).toMatchObject(zero);
    expect(await world.totals(own, world.other)).toBeNull();
    expect(await world.totals('unknown')).toBeNull();
    await world.structured(world.event(own), world.provider.key);
    await world.settle();
    expect(await world.totals(own)).toMatchObject({ hours: 1, events: '1' });
    expect(await world.totals(own, world.provider)).toMatchObject({ hours: 1, events: '1' });
    expect(await world.totals(own, world.other)).toBeNull();
    expect((await hours(own, 'first: 1', world.other)).edges).toEqual([]);
    const wrong = await world.holder.client.ask(
      `{ usageHours(reservationId: "x", first: 1, after: "bm9uZQ") { edges { cursor } } }`,
    );
    expect(wrong.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });

  it('gathers, so that many posts lead to few jobs', async () => {
    const own = await world.reservation();
    const from = world.clock.now();
    for (let index = 0; index < 60; index += 1) await world.structured(world.event(own));
    const cycles = Math.ceil((world.clock.now() - from) / ROLL_UP_AFTER) + 1;
    expect(await world.jobs(own)).toBeLessThanOrEqual(cycles);
    expect(cycles).toBeLessThan(60);
    await world.settle();
    expect(await world.totals(own)).toMatchObject({ events: '60', inputTokens: '600' });
  });

  it('of counts that are absurd is added up exactly', async () => {
    const own = await world.reservation();
    const absurd = { inputTokens: 0, outputTokens: 1_000_000_000_000 };
    await world.batch(Array.from({ length: 1_000 }, () => world.event(own, absurd)));
    await world.settle();
    const output = 1_000_000_000_000_000n;
    expect(await world.totals(own)).toMatchObject({
      outputTokens: `${output}`,
      overageTokens: `${output - 3_600n}`,
      overageAmount: `${((output - 3_600n) * 900_000n) / 1_000_000n}`,
    });
  });
});

describe('the job of a cycle', () => {
  const waiting = `SELECT count(*) > 0 AS holds FROM pg_locks
    WHERE locktype = 'advisory' AND NOT granted AND classid = 7230116
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;

  it('waits for a transaction that puts events into it and is slow', async () => {
    const own = await world.reservation();
    await world.structured(world.event(own));
    const slow = await world.pool.connect();
    await slow.query('BEGIN');
    // The next request has found the cycle of the first and goes no further than this.
    await slow.query('LOCK TABLE usage_pending IN SHARE MODE');
    const posted = world.structured(world.event(own));
    await world.until(
      `SELECT count(*) > 0 AS holds FROM pg_locks
       WHERE relation = 'usage_pending'::regclass AND NOT granted`,
    );
    await world.clock.advance(ROLL_UP_AFTER);
    await world.until(waiting);
    expect(await world.jobs(own)).toBe(1);
    await slow.query('COMMIT');
    slow.release();
    expect((await posted).body).toEqual({ accepted: 1, duplicates: 0 });
    // Nothing else comes in, so that no later job could find what this one had missed.
    await world.until('SELECT count(*) = 0 AS holds FROM usage_pending');
    await world.project('projection:usage');
    expect(await world.jobs(own)).toBe(1);
    expect(await world.totals(own)).toMatchObject({ events: '2' });
  });

  it('leaves to the next one what came after it began', async () => {
    const own = await world.reservation();
    await world.structured(world.event(own));
    await world.settle();
    await world.structured(world.event(own));
    expect(await world.jobs(own)).toBe(2);
    await world.settle();
    expect(await world.totals(own)).toMatchObject({ events: '2' });
  });

  it('rates once, however often and in whatever order it runs', async () => {
    const own = (await world.reservation()) as ReservationId;
    const rollUp = world.app.application.get(RollUpService);
    await world.structured(world.event(own));
    await Promise.all([rollUp.rollUp(own, 0), rollUp.rollUp(own, 0), rollUp.rollUp(own, 0)]);
    await world.structured(world.event(own));
    await Promise.all([rollUp.rollUp(own, 1), rollUp.rollUp(own, 0)]);
    await rollUp.rollUp(own, 1);
    await world.project('projection:usage');
    expect(await world.totals(own)).toMatchObject({ events: '2', inputTokens: '20' });
    expect((await hours(own)).edges[0].node.revision).toBe(2);
  });

  it('begins again where a crash left it: rated, and not struck off', async () => {
    const own = (await world.reservation()) as ReservationId;
    const rollUp = world.app.application.get(RollUpService);
    await world.structured(world.event(own));
    // The last thing the job does fails, as it would if the process died before.
    await world.pool.query(`CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS
      'BEGIN RAISE EXCEPTION ''gone''; END'`);
    await world.pool.query(`CREATE TRIGGER keep BEFORE DELETE ON usage_pending
      FOR EACH ROW EXECUTE FUNCTION keep()`);
    await expect(rollUp.rollUp(own, 0)).rejects.toThrow('gone');
    await world.pool.query('DROP FUNCTION keep CASCADE');
    await rollUp.rollUp(own, 0);
    await world.project('projection:usage');
    expect(await world.totals(own)).toMatchObject({ events: '1' });
  });
});

describe('title that moves after use was rated', () => {
  it.each(['a hold', 'a bid'])('has its hours rated again: resold to %s', async (by) => {
    const own = (await world.reservation(2)) as ReservationId;
    const output = { inputTokens: 0, outputTokens: 7_200 };
    const { start } = world.sold;
    const running = { start, end: plus(start, HOUR_MS) };
    await world.structured(world.event(own, output));
    await world.settle();
    expect(await rated(own)).toEqual(['1 7200 7200 0 0']);

    const { poolId } = (await world.pool.query<{ poolId: string }>(
      'SELECT pool_id AS "poolId" FROM reservation WHERE reservation_id = $1',
      [own],
    )).rows[0]!;
    const listingId = idInMarket<ListingId>(MARKET, `resale to ${by}`);
    const offer = { window: running, quantity: tokens(1) };
    const sale = { listingId, sellerId: world.holder.id, ...offer, unitPrice: price(7) };
    const source = { kind: 'reservation', reservationId: own } as const;
    await world.send({ type: 'CreateListing', poolId: poolId as any, ...sale, source, isPostOnly: false });
    const resold = await (by === 'a hold' ? holdOf : bidFor)(listingId, running);
    await world.project('metering:entitlements');
    await world.settle();
    expect(await rated(own)).toEqual(['2 7200 3600 3600 3240']);
    expect(await world.totals(resold, world.holder)).toMatchObject({ hours: 0 });
  });

  async function holdOf(listingId: ListingId, window: Window): Promise<ReservationId> {
    const reservationId = idInMarket<ReservationId>(MARKET, 'resold');
    const asked = { listingId, buyerId: world.other.id, window, quantity: tokens(1) };
    await world.send({ type: 'HoldReservation', reservationId, ...asked, holdFor: HOUR_MS });
    await world.send({ type: 'ConfirmPayment', reservationId, amount: 7n as any });
    return reservationId;
  }

  async function bidFor(_listingId: ListingId, window: Window): Promise<ReservationId> {
    const orderId = idInMarket<OrderId>(MARKET, 'bid');
    const bid = { window, quantity: tokens(1), limitPrice: price(7), minimumFill: tokens(1) };
    const terms = { constraints: UNCONSTRAINED, timeInForce: { kind: 'FOK' as const } };
    const reserved = 7n as any;
    const outcome = await world.send({ type: 'PlaceOrder', orderId, buyerId: world.other.id, ...bid, ...terms, reserved });
    const { order } = present(outcome.accepted && outcome.answer.kind === 'order' ? outcome.answer : null, 'order');
    return present(order.fills[0], 'fill').reservationId;
  }
});

describe('what is kept', () => {
  it('adds up to what came in, and verifies', async () => {
    await world.settle();
    const { rows } = await world.pool.query(`
      WITH reported AS (
        SELECT reservation_id, date_trunc('hour', served_at, 'UTC') AS hour, count(*) AS events,
          sum(input_tokens) AS input, sum(cached_tokens) AS cached, sum(output_tokens) AS output,
          sum(reasoning_tokens) AS reasoning
        FROM usage_report GROUP BY 1, 2
      )
      SELECT * FROM reported FULL JOIN usage_hour USING (reservation_id, hour)
      WHERE (reported.events, input, cached, output, reasoning) IS DISTINCT FROM
        (usage_hour.events, input_tokens, cached_tokens, output_tokens, reasoning_tokens)`);
    expect(rows).toEqual([]);
    await world.project('projection:market');
    // What is sold here is sold by the market alone: no books have its price.
    const verified = await verifyApp(world.app, [escrowAudit]);
    expect(verified.streams).toBeGreaterThan(5);
  });
});
