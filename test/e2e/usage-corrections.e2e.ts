import { ReconciliationService } from '../../src/billing/application/reconciliation/reconciliation.service.js';
import { meteredDay, OVERAGE_METER } from '../../src/billing/model/stripe-meter.js';
import { DAY_MS, floorToGrid, formatInstant, HOUR_MS, monthOf, SECOND_MS, type Duration } from '../../src/kernel/time.js';
import { calls, save, wallet } from '../support/card-money.js';
import { gatewayRecord, recordAll } from '../support/gateway-records.js';
import { signUpOperator } from '../support/operators.js';
import { Payments } from '../support/payments.js';
import { until } from '../support/until.js';
import { UsageWorld } from '../support/usage.js';

let world: UsageWorld;
beforeAll(async () => {
  world = await UsageWorld.start({ STRIPE_MIRROR_OVERAGE: 'true' });
});
afterAll(() => world.close());

type Attributes = Record<string, unknown>;

/** A correction of an event: what it should have said. */
function correction(of: Attributes, data: Attributes, attributes: Attributes = {}): Attributes {
  const { reservationId } = of['data'] as { reservationId: string };
  const corrects = { id: of['id'] };
  const type = 'ai.headroom.usage.correction.v1';
  const said = { type, source: of['source'], time: formatInstant(world.clock.now()) };
  return world.event(reservationId, { corrects, ...data }, { ...said, ...attributes });
}

/** Events, output tokens and overage amount as they are rated. */
async function rated(reservationId: string): Promise<string> {
  await world.settle();
  const { events, outputTokens, overageAmount } = await world.totals(reservationId);
  return `${events} ${outputTokens} ${overageAmount}`;
}

const issuesOf = ({ status, body }: { status: number; body: any }): readonly string[] => [
  `${status}`,
  ...body.issues.map(({ index, field, reason }: any) => `${index} ${field} ${reason}`),
];

async function rows(reservationId: string): Promise<readonly string[]> {
  const found = await world.pool.query<{ told: string }>(
    `SELECT concat_ws(' ', evidence, output_tokens, CASE WHEN counted THEN 'counted' ELSE 'kept' END) AS told
     FROM usage_report WHERE reservation_id = $1 ORDER BY received_at, source, id`,
    [reservationId],
  );
  return found.rows.map(({ told }) => told).sort();
}

describe('a correction', () => {
  it('lowers and raises its event, again and again, and each counts once', async () => {
    const own = await world.reservation();
    const event = world.event(own, { inputTokens: 0, outputTokens: 10_000 });
    expect((await world.structured(event)).body).toEqual({ accepted: 1, duplicates: 0 });
    // 1 token/s; 900,000 micro-USD a million above it.
    expect(await rated(own)).toBe('1 10000 5760');
    const lower = correction(event, { inputTokens: 0, outputTokens: 4_000 });
    expect((await world.structured(lower)).body).toEqual({ accepted: 1, duplicates: 0 });
    expect(await rated(own)).toBe('1 4000 360');
    const higher = correction(event, { inputTokens: 0, outputTokens: 12_000 });
    const last = correction(event, { inputTokens: 0, outputTokens: 11_000 });
    expect((await world.batch([lower, higher, last])).body).toEqual({ accepted: 2, duplicates: 1 });
    expect(await rated(own)).toBe('1 11000 6660');
    expect((await world.batch([event, lower, higher, last])).body).toEqual({ accepted: 0, duplicates: 4 });
    expect(await rated(own)).toBe('1 11000 6660');
    // The event is what it was: what changed is told by rows of their own.
    expect(await rows(own)).toEqual(
      ['holder 10000 counted', 'holder -6000 counted', 'holder 8000 counted', 'holder -1000 counted'].sort(),
    );
  });

  it('may come with its event, and in the same hour leaves nothing behind', async () => {
    const own = await world.reservation();
    const event = world.event(own, { outputTokens: 9_000 });
    const nothing = correction(event, { inputTokens: 0, outputTokens: 0 });
    expect((await world.batch([nothing, event])).body).toEqual({ accepted: 2, duplicates: 0 });
    expect(await rated(own)).toBe('1 0 0');
  });

  it('comes from who reported the event, and names one that is there', async () => {
    const own = await world.reservation();
    const other = await world.reservation();
    const event = world.event(own, {}, { id: 'known' });
    await world.structured(event);
    const first = correction(event, { outputTokens: 1 });
    await world.structured(first);
    const missing = 'data.corrects names no event that your organization reported';
    const refused: readonly (readonly [Attributes, string])[] = [
      [correction({ ...event, id: 'unknown' }, {}), missing],
      [correction(event, { corrects: { id: 'known', source: '/other' } }), missing],
      [correction(first, {}), 'data.corrects names a correction'],
      [correction(event, { reservationId: other }), 'data.reservationId is another than that of the event'],
      [correction(event, {}, { time: formatInstant(world.at(100)) }), 'time is in the future'],
    ];
    for (const [told, issue] of refused) {
      expect(issuesOf(await world.structured(told))).toEqual(['422', `0 ${issue}`]);
    }
    expect(issuesOf(await world.structured(correction(event, {}), world.provider.key))).toEqual(['422', `0 ${missing}`]);
    expect(issuesOf(await world.structured(correction(event, {}), world.other.key))).toEqual(['422', `0 ${missing}`]);
    // A name that is taken, by whatever kind of event.
    expect((await world.structured({ ...first, data: { ...(first['data'] as Attributes), outputTokens: 2 } })).status).toBe(409);
    expect((await world.structured(correction(event, {}, { id: 'known' }))).status).toBe(409);
    expect(await rated(own)).toBe('1 1 0');
  });

  it('of what the gateway measured does not exist', async () => {
    const own = await world.reservation();
    const record = gatewayRecord({ organizationId: world.holder.id, reservationId: own, servedAt: world.sold.start });
    await recordAll(world.app, [record]);
    const event = world.event(own, {}, { id: record.id });
    const forged = correction(event, { corrects: { id: record.id, source: 'urn:headroom:gateway' } });
    expect(issuesOf(await world.structured(forged))).toEqual(['422', '0 data.corrects.source is a name of our own']);
  });
});

describe('one request that several report', () => {
  const output = (outputTokens: number, more: Attributes = {}): Attributes => ({ inputTokens: 0, outputTokens, ...more });

  it('counts by the best record that there is, in whatever order they come', async () => {
    const own = await world.reservation();
    const id = 'shared-1';
    const byHolder = world.event(own, output(100), { id, source: '/holder' });
    const byProvider = world.event(own, output(300), { id, source: '/provider' });
    await world.structured(byHolder);
    expect(await rated(own)).toBe('1 100 0');
    await world.structured(byProvider, world.provider.key);
    expect(await rated(own)).toBe('1 300 0');
    const whose = { organizationId: world.holder.id, reservationId: own, servedAt: world.sold.start };
    const counts = { input: 0n, cachedInput: 0n, output: 200n, reasoning: 0n };
    await recordAll(world.app, [gatewayRecord(whose, { id, counts })]);
    expect(await rated(own)).toBe('1 200 0');
    // Again, late, under a name of their own, and corrected: kept, and counted no more.
    const again = world.event(own, output(999, { requestId: id }), { source: '/holder' });
    const late = await world.batch([byHolder, again, correction(byHolder, output(50))]);
    expect(late.body).toEqual({ accepted: 2, duplicates: 1 });
    expect((await world.structured(correction(byProvider, output(70)), world.provider.key)).status).toBe(202);
    expect(await rated(own)).toBe('1 200 0');
    expect(await rows(own)).toContain('gateway 200 counted');
    expect(await rows(own)).toContain('holder 999 kept');
  });

  it('takes corrections back with their event', async () => {
    const own = await world.reservation();
    const event = world.event(own, output(100, { requestId: 'chatcmpl-7' }));
    await world.batch([event, correction(event, output(160))]);
    expect(await rated(own)).toBe('1 160 0');
    const better = world.event(own, output(120, { requestId: 'chatcmpl-7' }));
    await world.structured(better, world.provider.key);
    expect(await rated(own)).toBe('1 120 0');
    await world.structured(correction(better, output(130)), world.provider.key);
    expect(await rated(own)).toBe('1 130 0');
  });

  it('is told by its name and its reservation: others count beside it', async () => {
    const [own, other] = [await world.reservation(), await world.reservation()];
    await world.structured(world.event(own, output(1), { id: 'same', source: '/a' }));
    await world.structured(world.event(own, output(2), { id: 'same', source: '/b' }));
    await world.structured(world.event(other, output(4), { id: 'same', source: '/c' }), world.provider.key);
    expect([await rated(own), await rated(other)]).toEqual(['2 3 0', '1 4 0']);
  });

  it('counts once when all come at the same moment', async () => {
    const own = await world.reservation();
    const ids = Array.from({ length: 20 }, (_, index) => `race-${index}`);
    const whose = { organizationId: world.holder.id, reservationId: own, servedAt: world.sold.start };
    const counts = { input: 0n, cachedInput: 0n, output: 100n, reasoning: 0n };
    const sent = ids.flatMap((id) => [
      world.structured(world.event(own, output(1), { id, source: '/holder' })),
      world.structured(world.event(own, output(10), { id, source: '/provider' }), world.provider.key),
      recordAll(world.app, [gatewayRecord(whose, { id, counts })]),
    ]);
    await Promise.all<unknown>(sent);
    expect(await rated(own)).toBe('20 2000 0');
  });
});

describe('the meter at Stripe', () => {
  it('counts what the hour comes to, correction by correction; the books alone charge for it', async () => {
    const { client, id } = world.holder;
    const { stripe } = new Payments(world.app);
    const admin = await signUpOperator(world.app);
    // Makes it a customer there: what it used before is not metered.
    await save(client);
    const owed = async (): Promise<bigint> => BigInt((await wallet(client))['owed'] ?? '');
    const before = await owed();
    const own = await world.reservation();
    const event = world.event(own, { inputTokens: 0, outputTokens: 10_000 });
    await world.structured(event);
    expect(await rated(own)).toBe('1 10000 5760');
    await world.structured(correction(event, { inputTokens: 0, outputTokens: 4_000 }));
    expect(await rated(own)).toBe('1 4000 360');
    await until(() => calls(client, 'send_meter_event'), ({ length }) => length === 2);
    await world.clock.advance((31 * SECOND_MS) as Duration);
    await until(() => calls(client, 'send_meter_event'), (all) => all.every(({ status }) => status === 'SUCCEEDED'));

    const { data: meters } = await stripe.billing.meters.list();
    expect(meters).toMatchObject([{ event_name: OVERAGE_METER.eventName, default_aggregation: { formula: 'sum' } }]);
    const { rows } = await world.pool.query<{ customer: string }>('SELECT customer_id AS customer FROM stripe_customer WHERE organization_id = $1', [id]);
    const customer = rows[0]?.customer ?? '';
    const hour = world.sold.start;
    const window = { customer, start_time: hour / 1_000, end_time: (hour + HOUR_MS) / 1_000 };
    // 10,000 and then 4,000 tokens, of which the reservation holds 3,600.
    expect((await stripe.billing.meters.listEventSummaries(meters[0]?.id ?? '', window)).data).toMatchObject([{ aggregated_value: 400 }]);
    // It is charged for once, here; nothing at Stripe does.
    await until(owed, (now) => now === before + 360n);
    // What was forgiven is told by the same tokens, on the line and of the month.
    const invoice = async (): Promise<any> =>
      (await client.ask(`query($month: String!) { invoice(month: $month) {
        lines { kind reservationId amount parts { tokenClass tier tokens amount } } overage { tokenClass tier amount credited } } }`, { month: monthOf(world.sold.start) })).data?.['invoice'];
    const found = await until(invoice, ({ lines }) => lines.some((line: any) => line.kind === 'CREDIT' && line.reservationId === own));
    const output = { tokenClass: 'OUTPUT', tier: null };
    expect(found.lines.filter((line: any) => line.reservationId === own && line.parts.length > 0)).toEqual([
      { kind: 'OVERAGE', reservationId: own, amount: '5760', parts: [{ ...output, tokens: '10000', amount: '5760' }] },
      { kind: 'CREDIT', reservationId: own, amount: '-5400', parts: [{ ...output, tokens: '4000', amount: '-5400' }] },
    ]);
    const sums = (kind: string): bigint => found.lines.filter((line: any) => line.kind === kind).flatMap((line: any) => line.parts).reduce((sum: bigint, part: any) => sum + BigInt(part.amount), 0n);
    expect(found.overage).toEqual([{ ...output, amount: `${sums('OVERAGE')}`, credited: `${-sums('CREDIT')}` }]);
    expect([(await stripe.paymentIntents.list()).data, (await stripe.invoices.list()).data]).toEqual([[], []]);

    const event_name = OVERAGE_METER.eventName;
    await stripe.billing.meterEvents.create({ event_name, payload: { stripe_customer_id: customer, value: '7' }, timestamp: hour / 1_000 });
    const reconcile = () => world.app.application.get(ReconciliationService).reconcile(floorToGrid(world.clock.now(), DAY_MS));
    await reconcile();
    const { data } = await admin.ask('{ reconciliationDifferences(first: 9) { edges { node { reference kind unit ours theirs } } } }');
    const difference = { reference: meteredDay(id, hour), kind: 'AMOUNT_DIFFERS', unit: 'WEIGHTED_TOKENS', ours: '400', theirs: '407' };
    expect(data?.['reconciliationDifferences'].edges).toEqual([{ node: difference }]);
  });
});

describe('events that are old', () => {
  it('are duplicates for 32 days and more, and corrected for 35', async () => {
    const own = await world.reservation();
    const event = world.event(own, { outputTokens: 7 }, { id: 'old' });
    await world.structured(event);
    expect(await rated(own)).toBe('1 7 0');
    await world.clock.advance((35 * 24 * HOUR_MS + 3 * HOUR_MS) as Duration);
    expect((await world.structured(event)).body).toEqual({ accepted: 0, duplicates: 1 });
    const changed = { ...event, data: { ...(event['data'] as Attributes), outputTokens: 8 } };
    expect(issuesOf(await world.structured(changed))).toEqual(['422', '0 time is too long ago']);
    expect(issuesOf(await world.structured(correction(event, { outputTokens: 1 })))).toEqual([
      ...['422', '0 data.corrects names an event that is too old to be corrected'],
    ]);
    expect(await rated(own)).toBe('1 7 0');
  });
});
