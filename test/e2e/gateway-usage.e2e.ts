import { GatewayUsage, type GatewayRecord } from '../../src/metering/contract.js';
import { floorToGrid, HOUR_MS } from '../../src/kernel/time.js';
import type { BasisPoints } from '../../src/kernel/money.js';
import { until } from '../support/until.js';
import { UsageWorld } from '../support/usage.js';

describe('what the gateway tells metering', () => {
  let world: UsageWorld;
  let usage: GatewayUsage;

  beforeAll(async () => {
    world = await UsageWorld.start();
    usage = world.app.application.get(GatewayUsage);
  });
  afterAll(() => world.close());

  const record = (reservationId: GatewayRecord['reservationId'], id: string): GatewayRecord => ({
    ...{ id, organizationId: world.holder.id, keyId: 'key', reservationId, model: 'm' },
    servedAt: world.clock.now(),
    counts: { input: 100n, cachedInput: 40n, output: 20n, reasoning: 0n },
    ...{ ownOutput: 21, claimedInput: 100, claimedOutput: 20, dispute: null },
    ...{ reason: 'completed', tier: 'standard', isStream: true, ttft: 80_000, queued: 1_000 },
    ...{ streaming: 500_000, duration: 600_000, concurrency: 3 },
    ...{ claimedTimes: { queue: 1, prefill: 2, decode: null }, mirrored: null, isCold: true },
  });

  it('counts once, however often it is told, and is rated like what others report', async () => {
    const reservationId = await world.reservation();
    const [a, b] = [record(reservationId, 'a'), record(reservationId, 'b')];
    await usage.record([a]);
    await Promise.all([usage.record([b, a]), usage.record([a, b])]);
    await world.structured(world.event(reservationId, { inputTokens: 10, outputTokens: 5 }));
    await world.settle();
    expect(await world.totals(reservationId)).toMatchObject({
      ...{ events: '3', inputTokens: '210', cachedInputTokens: '80', outputTokens: '45' },
    });
    const { rows } = await world.pool.query(
      `SELECT evidence, ttft_us, own_output_tokens, concurrency FROM usage_report
       WHERE reservation_id = $1 ORDER BY evidence NULLS LAST`,
      [reservationId],
    );
    const measured = { evidence: 'gateway', ttft_us: '80000', own_output_tokens: '21', concurrency: 3 };
    const reported = { evidence: 'holder', ttft_us: null, own_output_tokens: null, concurrency: null };
    expect(rows).toEqual([measured, measured, reported]);
  });

  it('tells what was served at which tier, and so does what is charged above the reservation', async () => {
    const reservationId = await world.reservation();
    const served = (id: string, tier: string, output: bigint): GatewayRecord => ({
      ...record(reservationId, id),
      ...{ tier, counts: { input: 0n, cachedInput: 0n, output, reasoning: 0n } },
    });
    await usage.record([served('d', 'batch', 3_000n), served('e', 'standard', 6_000n), served('f', 'batch', 1n)]);
    await world.structured(world.event(reservationId, { inputTokens: 0, outputTokens: 599 }));
    await world.settle();
    const { rows } = await world.pool.query<{ data: { tiers: readonly { tier: string; counts: { output: string } }[] } }>(
      `SELECT data::jsonb AS data FROM eventstore.events WHERE stream_id = $1 AND type = 'UsageHourRated' ORDER BY version DESC LIMIT 1`,
      [`usage-${reservationId}`],
    );
    expect(rows[0]?.data.tiers.map(({ tier, counts }) => [tier, counts.output])).toEqual([['batch', '3001'], ['standard', '6000']]);
    const charged = await until(
      () => world.pool.query<{ amount: string; parts: readonly { tokenClass: string; tier: string | null; amount: string }[] }>('SELECT amount, parts FROM ledger_charge WHERE reservation_id = $1 AND kind = \'overage\' AND amount > 0', [reservationId]),
      ({ rows: found }) => found.length === 1,
    );
    const [charge] = charged.rows;
    expect(charge?.parts.map(({ tokenClass, tier }) => `${tokenClass} ${tier}`)).toEqual(['output batch', 'output standard', 'output null']);
    expect(charge?.parts.reduce((sum, { amount }) => sum + BigInt(amount), 0n)).toBe(BigInt(charge?.amount ?? 0));
  });

  it('knows what an hour has used, rated or not', async () => {
    const reservationId = await world.reservation();
    const weights = {
      input: 1_000 as BasisPoints,
      cachedInput: 100 as BasisPoints,
      reasoning: 10_000 as BasisPoints,
    };
    const hour = floorToGrid(world.clock.now(), HOUR_MS);
    await usage.record([record(reservationId, 'c')]);
    // 60 x 0.1 + 40 x 0.01 + 20 weighted tokens.
    expect(await usage.usedIn(reservationId, hour, weights)).toBe(264_000n);
    await world.settle();
    expect(await usage.usedIn(reservationId, hour, weights)).toBe(264_000n);
    expect(await usage.usedIn(reservationId, world.at(7), weights)).toBe(0n);
  });

  it('measures a fallback and rates nothing of it', async () => {
    await usage.record([record(null, 'd')]);
    const { rows } = await world.pool.query('SELECT count(*)::int AS n FROM usage_pending');
    expect(rows).toEqual([{ n: 0 }]);
  });

  it('nobody else may report under the gateway’s name', async () => {
    const reservationId = await world.reservation();
    const forged = world.event(reservationId, {}, { source: 'urn:headroom:gateway', id: 'e' });
    expect((await world.structured(forged)).status).toBe(422);
  });
});
