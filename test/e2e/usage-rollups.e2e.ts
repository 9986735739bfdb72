import { formatInstant, floorToGrid, HOUR_MS, MINUTE_MS, plus, type Duration, type Instant } from '../../src/kernel/time.js';
import type { ReservationId } from '../../src/kernel/ids.js';
import { RETENTION } from '../../src/metering/application/retention.service.js';
import { RollUpService } from '../../src/metering/application/roll-up.service.js';
import { gatewayRecord, recordAll } from '../support/gateway-records.js';
import { UsageWorld, type Party } from '../support/usage.js';

let world: UsageWorld;
beforeAll(async () => {
  world = await UsageWorld.start();
});
afterAll(() => world.close());

const served = (at: number): { readonly time: string } => ({ time: formatInstant(at as Instant) });

const QUERY = `query($id: ID, $grain: UsageGrain!, $side: UsageSide, $window: WindowInput, $first: Int!, $after: String) {
  usageRollups(reservationId: $id, grain: $grain, side: $side, window: $window, first: $first, after: $after) {
    edges { node { start model events inputTokens cachedInputTokens outputTokens reasoningTokens } }
    pageInfo { hasNextPage endCursor } } }`;
async function rollups(grain: string, asked: Record<string, unknown>, party: Party = world.holder): Promise<any> {
  const { data, errors } = await party.client.ask(QUERY, { grain, first: 100, side: 'HOLDER', ...asked });
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data?.['usageRollups'];
}
/** `minutes after the running hour, model, events, output tokens` */
const told = ({ edges }: any): readonly string[] =>
  edges.map(({ node }: any) => {
    const minutes = (Date.parse(node.start) - world.sold.start) / MINUTE_MS;
    return `${minutes} ${node.model} ${node.events} ${node.outputTokens}`;
  });

/** Figures of all grains: each has to say the same. */
async function sums(id: string): Promise<readonly string[]> {
  const { rows } = await world.pool.query<{ told: string }>(
    `SELECT concat_ws(' ', sum(events), sum(input_tokens), sum(cached_tokens), sum(output_tokens), sum(reasoning_tokens)) AS told
     FROM usage_rollup WHERE reservation_id = $1 GROUP BY grain`,
    [id],
  );
  return rows.map((row) => row.told);
}

describe('rollups', () => {
  it('are by the minute, the hour and the day, by model', async () => {
    const own = await world.reservation();
    const start = world.sold.start;
    const counts = { inputTokens: 30, cachedInputTokens: 10, outputTokens: 20, reasoningTokens: 5 };
    await world.batch([
      world.event(own, counts, served(start)),
      world.event(own, counts, served(start + MINUTE_MS - 1)),
      world.event(own, counts, served(start + 7 * MINUTE_MS)),
      world.event(own, counts, served(start + 29 * MINUTE_MS)),
    ]);
    const whose = { organizationId: world.holder.id, reservationId: own, servedAt: start };
    await recordAll(world.app, [gatewayRecord(whose, { model: 'llama-3.3-70b-turbo' })]);
    await world.settle();
    expect(told(await rollups('MINUTE', { id: own }))).toEqual([
      ...['0 llama-3.3-70b 2 40', '0 llama-3.3-70b-turbo 1 200', '7 llama-3.3-70b 1 20', '29 llama-3.3-70b 1 20'],
    ]);
    expect(told(await rollups('HOUR', { id: own }))).toEqual([
      ...['0 llama-3.3-70b 4 80', '0 llama-3.3-70b-turbo 1 200'],
    ]);
    const days = await rollups('DAY', { id: own });
    expect(days.edges.reduce((sum: number, { node }: any) => sum + Number(node.outputTokens), 0)).toBe(280);
    const [first] = (await rollups('HOUR', { id: own })).edges;
    expect(first.node).toMatchObject({ inputTokens: '120', cachedInputTokens: '40', reasoningTokens: '20' });
    expect(await sums(own)).toEqual(Array(3).fill('5 1120 40 280 20'));
  });

  it('are shown page by page, within a window, and to nobody else', async () => {
    const own = await world.reservation();
    const start = world.sold.start;
    const minutes = [1, 2, 3].map((minute) => world.event(own, {}, served(start + minute * MINUTE_MS)));
    await world.batch(minutes);
    await world.settle();
    const first = await rollups('MINUTE', { id: own, first: 2 });
    expect([told(first).length, first.pageInfo.hasNextPage]).toEqual([2, true]);
    const rest = await rollups('MINUTE', { id: own, first: 2, after: first.pageInfo.endCursor });
    expect(told(rest)).toEqual(['3 llama-3.3-70b 1 20']);
    const window = { start: formatInstant(plus(start, 2 * MINUTE_MS)), end: formatInstant(plus(start, 3 * MINUTE_MS)) };
    expect(told(await rollups('MINUTE', { id: own, window }))).toEqual(['2 llama-3.3-70b 1 20']);
    expect(told(await rollups('MINUTE', { id: own }, world.provider))).toHaveLength(3);
    expect(told(await rollups('MINUTE', { id: own }, world.other))).toEqual([]);
  });

  it('of an organization are those of all it holds, or of all it provides', async () => {
    const day = async (party: Party, side: string): Promise<number> =>
      (await rollups('DAY', { side }, party)).edges.reduce((sum: number, { node }: any) => sum + Number(node.events), 0);
    const [used, provided] = [await day(world.holder, 'HOLDER'), await day(world.provider, 'PROVIDER')];
    expect([used, provided, await day(world.holder, 'PROVIDER'), await day(world.other, 'HOLDER')]).toEqual([used, used, 0, 0]);
    expect(used).toBeGreaterThan(5);
  });

  it('follow corrections and what is taken back', async () => {
    const own = await world.reservation();
    const event = world.event(own, { outputTokens: 50 }, { id: 'rolled' });
    await world.structured(event);
    await world.settle();
    const type = 'ai.headroom.usage.correction.v1';
    await world.structured(world.event(own, { corrects: { id: 'rolled' }, outputTokens: 30 }, { type }));
    await world.structured(world.event(own, { inputTokens: 0, outputTokens: 40 }, { id: 'rolled' }), world.provider.key);
    await world.settle();
    expect(await sums(own)).toEqual(Array(3).fill('1 0 0 40 0'));
  });

  it.each([
    ['usage_cycle', 'INSERT OR UPDATE', 'before the cycle is closed'],
    ['eventstore.outbox', 'INSERT', 'after it was rated, before it is looked at'],
    ['usage_pending', 'DELETE', 'before it leaves where it waited'],
    ['usage_rollup', 'INSERT OR UPDATE', 'before it is rolled up'],
  ])('come out the same when the job dies at %s', async (table, when) => {
    const own = await world.reservation();
    const whose = { organizationId: world.holder.id, reservationId: own, servedAt: world.sold.start };
    await recordAll(world.app, [gatewayRecord(whose, { ownOutput: 190 })]);
    await world.batch([world.event(own), world.event(own, {}, served(world.sold.start + MINUTE_MS))]);
    const service = world.app.application.get(RollUpService);
    await world.pool.query(`CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'died'; END $$;
      CREATE TRIGGER die BEFORE ${when} ON ${table} FOR EACH ROW EXECUTE FUNCTION die()`);
    await expect(service.rollUp(own as ReservationId, 0)).rejects.toThrow('died');
    await world.pool.query(`DROP TRIGGER die ON ${table}; DROP FUNCTION die()`);
    // Twice at once, and once more when all of it is done.
    await Promise.all([service.rollUp(own as ReservationId, 0), service.rollUp(own as ReservationId, 0)]);
    await service.rollUp(own as ReservationId, 0);
    expect(await sums(own)).toEqual(Array(3).fill('3 1020 0 240 0'));
    await world.settle();
    expect(await sums(own)).toEqual(Array(3).fill('3 1020 0 240 0'));
    expect(await world.totals(own)).toMatchObject({ events: '3', outputTokens: '240' });
  });

  it('say how far they are behind', async () => {
    const own = await world.reservation();
    await world.settle();
    const figures = async (): Promise<readonly number[]> => {
      const text = await (await fetch(`${world.app.url}/metrics`)).text();
      const figure = (name: string): number => Number(new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1]);
      return [figure('headroom_usage_waiting_events'), figure('headroom_usage_rollup_lag_seconds')];
    };
    expect(await figures()).toEqual([0, 0]);
    await world.batch([world.event(own), world.event(own)]);
    expect((await figures())[0]).toBe(2);
    const { errors } = await world.holder.client.ask('{ usageRollUpLag { waitingEvents waitingSince lagMs } }');
    expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    await world.settle();
    expect(await figures()).toEqual([0, 0]);
  });

  it('agree with what is kept of every event, and with what is rated', async () => {
    await world.settle();
    const { rows } = await world.pool.query(`
      WITH reported AS (
        SELECT reservation_id, date_trunc('hour', served_at, 'UTC') AS start,
          sum(CASE WHEN corrects_id IS NULL THEN 1 WHEN source = 'urn:headroom:superseded' THEN -1 ELSE 0 END) AS events,
          sum(output_tokens) AS output
        FROM usage_report WHERE counted AND reservation_id IS NOT NULL GROUP BY 1, 2
      ), rolled AS (
        SELECT reservation_id, start, sum(events) AS events, sum(output_tokens) AS output
        FROM usage_rollup WHERE grain = 'hour' GROUP BY 1, 2
      )
      SELECT * FROM reported FULL JOIN rolled USING (reservation_id, start)
        FULL JOIN usage_hour ON usage_hour.reservation_id = rolled.reservation_id AND usage_hour.hour = start
      WHERE (reported.events, reported.output) IS DISTINCT FROM (rolled.events, rolled.output)
        OR (rolled.events, rolled.output) IS DISTINCT FROM (usage_hour.events, usage_hour.output_tokens)`);
    expect(rows).toEqual([]);
  });
});

describe('what is older than its limits', () => {
  it('is forgotten once a day, and nothing else is', async () => {
    const [own, lasting] = [await world.reservation(), await world.reservation(1, 60 * 24)];
    await world.batch([world.event(own), world.event(lasting)]);
    await world.settle();
    // As hours are judged by them: these pools promise nothing.
    const [day, start] = [24 * HOUR_MS, world.clock.now()];
    await world.pool.query(
      `INSERT INTO service_minute SELECT id, date_trunc('minute', $2::timestamptz, 'UTC'), 1, '{}', 0, '{}'
       FROM unnest($1::text[]) AS id`,
      [[own, lasting], served(start).time],
    );
    const before = await sums(own);
    const count = async (what: string): Promise<number> =>
      (await world.pool.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${what}`)).rows[0]?.n ?? 0;
    const pruned = (at: Instant): Promise<void> =>
      world.until(
        `SELECT count(*) = 1 AS holds FROM eventstore.outbox
         WHERE job = 'prune' AND completed_at IS NOT NULL AND dedupe_key = $1`,
        [`prune ${floorToGrid(at, (24 * HOUR_MS) as Duration)}`],
      );
    const done = `eventstore.outbox WHERE job = 'roll-up' AND completed_at IS NOT NULL`;
    // Comes late, and is kept as long as any other from then on.
    await world.clock.advance((34 * day) as Duration);
    await world.structured(world.event(lasting, {}, served(start)));
    await world.settle();
    await world.clock.advanceTo(plus(floorToGrid(start, day as Duration), RETENTION.served) as never);
    await pruned(plus(floorToGrid(start, day as Duration), day));
    const cycleOf = (id: string): string => `usage_cycle WHERE reservation_id = '${id}'`;
    const minutesOf = (id: string): string => `service_minute WHERE reservation_id = '${id}'`;
    expect([await world.stored(own), (await count(done)) > 0]).toEqual([1, true]);
    expect([await count(minutesOf(own)), await count(cycleOf(own))]).toEqual([1, 1]);
    await world.clock.advance((5 * day) as Duration);
    await world.until('SELECT count(*) = 1 AS holds FROM usage_report');
    await world.until(`SELECT count(*) = 0 AS holds FROM ${minutesOf(own)}`);
    await world.until(`SELECT count(*) = 0 AS holds FROM ${cycleOf(own)}`);
    await world.until(`SELECT count(*) = 1 AS holds FROM ${done}`);
    await world.until(`SELECT count(*) = 0 AS holds FROM usage_rollup WHERE grain = 'minute' AND reservation_id = '${own}'`);
    // By the minute, the hour and the day it was the same; the latter two stay.
    expect([before.length, await sums(own)]).toEqual([3, before.slice(1)]);
    expect(await world.totals(own)).toMatchObject({ events: '1' });
    // Of its hour something is left: it may be judged again.
    expect(await count(minutesOf(lasting))).toBe(1);
    // One that goes on keeps its cycles: they would begin again under keys that are taken.
    expect(await count(cycleOf(lasting))).toBe(1);
    await world.structured(world.event(lasting, {}, served(world.clock.now())));
    await world.settle();
    expect(await world.totals(lasting)).toMatchObject({ events: '3' });
  });
});
