import { PLAN_LIMITER, PLAN_LIMITS } from '../../src/allocation/application/plan.service.js';
import { MarketService } from '../../src/allocation/application/market.service.js';
import { systemContext } from '../../src/eventstore/command-context.js';
import type { MarketId, PoolId } from '../../src/kernel/ids.js';
import type { AttemptLimiter } from '../../src/platform/rate-limit/attempt-limiter.js';
import { startTestApp, type ApiClient, type TestApp } from '../support/app.js';
import { Trading, walletOf } from '../support/trading.js';
import { verifySettled } from '../support/pools.js';

let app: TestApp;
let wafer: Trading;
let rack: Trading;
let buyer: ApiClient;

beforeAll(async () => {
  app = await startTestApp();
  wafer = await Trading.open(app);
  const slower = { ttftP95Ms: 900, streamTokensPerSecondMin: 80, availability: 9_990 };
  const placed = { platform: 'nvidia-h100', region: 'eu-central-1', residency: ['DE'] };
  rack = await Trading.open(app, { ...placed, quantization: 'fp16', serviceLevel: slower });
  buyer = await wafer.buyer('Buyer', 100);
  await wafer.list(0, 24, 1_000, 900);
  await rack.list(0, 24, 1_000, 600);
});
afterAll(() => app.close());

const PLAN = `... on Plan {
    amount isOptimal
    providers { providerId share amount }
    fills { listingId marketId quantity unitPrice amount window { start end } }
  }
  ... on InfeasiblePlanRejection {
    firstUncoveredAt window { start end } demanded available missing providersOffering inTheWay
  }
  ... on Rejection { code message }
  ... on ValidationRejection { issues { field reason accepted } }`;

/** `[from, to, tokens/s]` in hours after the start. */
const demandOf = (...curve: readonly (readonly [number, number, number])[]) =>
  curve.map(([from, to, quantity]) => ({ window: wafer.window(from, to), quantity: `${quantity}` }));

async function plan(client: ApiClient, input: Record<string, unknown>): Promise<any> {
  const query = `query($input: PlanInput!) { plan(input: $input) { __typename ${PLAN} } }`;
  const asked = { model: 'llama-3.3-70b', ...input };
  const { data, errors } = await client.ask(query, { input: asked });
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data?.['plan'];
}

const HELD = `... on HoldPlanSuccess {
    reservations { reservationId marketId amount status quantity window { start end } }
  }
  ... on PlanHoldRejection { index reason { __typename code ... on CapacityRejection { available } } }`;

const holdsOf = (fills: any[]) =>
  fills.map(({ listingId, window, quantity }) => ({ listingId, window, quantity }));

const hold = (holds: unknown[], key = buyer.nextKey()) =>
  buyer.mutate('holdPlan', 'HoldPlanInput', { holds }, { fields: HELD, key });

describe('a demand curve', () => {
  it('is planned over two providers and two quantizations, held at once, and paid', async () => {
    const demand = demandOf([0, 8, 500], [8, 12, 1_400], [12, 24, 500]);
    const found = await plan(buyer, { demand });
    // 600 x (500 x 8 + 1,000 x 4 + 500 x 12) + 900 x 400 x 4.
    expect(found).toMatchObject({ __typename: 'Plan', amount: '9840000', isOptimal: true });
    expect(found.providers.map(({ share }: any) => share)).toEqual([8_974, 1_026]);
    expect(found.fills.map((fill: any) => [fill.marketId, fill.quantity, fill.window])).toEqual([
      ['llama-3.3-70b@fp16', '500', wafer.window(0, 24)],
      ['llama-3.3-70b@fp16', '500', wafer.window(8, 12)],
      ['llama-3.3-70b@fp8', '400', wafer.window(8, 12)],
    ]);

    const answer = await hold(holdsOf(found.fills), 'whole');
    const { reservations } = answer as { reservations: any[] };
    expect(reservations.map(({ status, amount }) => [status, amount])).toEqual(
      found.fills.map(({ amount }: any) => ['HELD', amount]),
    );
    expect(await hold(holdsOf(found.fills), 'whole')).toEqual(answer);
    for (const { reservationId } of reservations) {
      await buyer.mustMutate('payReservation', 'PayReservationInput', { reservationId });
    }
    expect(await walletOf(buyer)).toMatchObject({ balance: '90160000', inEscrow: '9840000' });
    await verifySettled(app);
  });

  it('is told what it costs over years, where that is asked for', async () => {
    const COST = 'periods { months usefulTokens amount perMillionTokens onDemand { name amount saving breakEvenUtilization } }';
    const query = `query($input: PlanInput!) { plan(input: $input) { ... on Plan { amount totalCost { ${COST} } } ... on ValidationRejection { issues { field } } } }`;
    const ask = async (totalCost: unknown): Promise<any> => {
      const input = { model: 'llama-3.3-70b', demand: demandOf([0, 4, 400]), totalCost };
      return (await other.ask(query, { input })).data?.['plan'];
    };
    const other = await wafer.buyer('Comparing', 1);
    const onDemand = [{ name: 'List', pricePerMillionTokens: '800000' }];
    expect((await ask(null)).totalCost).toBeNull();
    // 600 x 400 x 4, every day: 400 x 4 x 3,600 x 365 x 0.6 tokens a year.
    const daily = await ask({ utilization: 6_000, onDemand, everyHours: 24 });
    expect(daily.totalCost.periods.map(({ months }: any) => months)).toEqual([12, 24, 36]);
    expect(daily).toMatchObject({
      amount: '960000',
      totalCost: { periods: [{
        ...{ usefulTokens: '1261440000', amount: '350400000', perMillionTokens: '277778' },
        onDemand: [{ name: 'List', amount: '1009152000', saving: '658752000', breakEvenUtilization: 2_084 }],
      }, {}, {}] },
    });
    // Four hours after four hours.
    expect((await ask({ utilization: 6_000, onDemand })).totalCost.periods[0]).toMatchObject({ amount: '2102400000', perMillionTokens: '277778' });
    const wrong = await ask({ utilization: 0, onDemand: [{ ...onDemand[0], name: '' }], oneOffCost: '-1', everyHours: 3 });
    expect(wrong.issues.map(({ field }: any) => field)).toEqual([
      ...['totalCost.oneOffCost', 'totalCost.utilization', 'totalCost.onDemand.0.name', 'totalCost.everyHours'],
    ]);
    expect((await ask({ utilization: 1, onDemand, oneOffCost: '1000000000000000' })).issues).toEqual([{ field: 'totalCost' }]);
  });

  it('keeps to what the buyer insists on', async () => {
    const demand = demandOf([0, 4, 400]);
    const one = async (rules: Record<string, unknown>): Promise<string> =>
      (await plan(buyer, { demand, ...rules })).fills
        .map((fill: any) => `${fill.marketId.split('@')[1]} ${fill.quantity}`)
        .sort()
        .join(', ');
    expect(await one({})).toBe('fp16 400');
    expect(await one({ quantizations: ['fp8'] })).toBe('fp8 400');
    expect(await one({ platforms: ['cerebras-wse-3'] })).toBe('fp8 400');
    expect(await one({ regions: ['us-west-2'] })).toBe('fp8 400');
    expect(await one({ residency: ['US'] })).toBe('fp8 400');
    expect(await one({ ttftP95MsMax: 500 })).toBe('fp8 400');
    expect(await one({ streamTokensPerSecondMin: 500 })).toBe('fp8 400');
    expect(await one({ providerShareMax: 6_000 })).toBe('fp16 240, fp8 160');
    expect(await one({ providersMin: 2 })).toMatch(/^fp16 \d+(, fp16 \d+)?, fp8 1$/);
  });

  it('keeps to what is known of pools, at an evidence level or above it', async () => {
    const asked = { demand: demandOf([0, 4, 400]), evidenceMin: 'L2' };
    expect(await plan(buyer, asked)).toMatchObject({ code: 'PLAN_INFEASIBLE', available: '0', inTheWay: ['EVIDENCE_MIN'] });
    const rated = { type: 'RateEvidence', poolId: wafer.poolId as PoolId, level: 'L3', change: 1 } as const;
    await app.application.get(MarketService).execute('llama-3.3-70b@fp8' as MarketId, rated, systemContext('test', 'rated'));
    expect((await plan(buyer, asked)).fills.map(({ marketId, quantity }: any) => [marketId, quantity])).toEqual([['llama-3.3-70b@fp8', '400']]);
    expect(await plan(buyer, { ...asked, evidenceMin: 'L4' })).toMatchObject({ available: '0', inTheWay: ['EVIDENCE_MIN'] });
  });

  it('that cannot be covered is told what is missing, and what is in the way', async () => {
    const demand = demandOf([0, 4, 400], [4, 8, 1_200]);
    expect(await plan(buyer, { demand, unitPriceMax: '600' })).toMatchObject({
      __typename: 'InfeasiblePlanRejection',
      code: 'PLAN_INFEASIBLE',
      firstUncoveredAt: wafer.window(4, 8).start,
      window: wafer.window(4, 8),
      ...{ demanded: '1200', available: '500', missing: '700', providersOffering: null },
      inTheWay: ['UNIT_PRICE_MAX'],
    });
    expect(await plan(buyer, { demand, providersMin: 3 })).toMatchObject({
      ...{ firstUncoveredAt: null, missing: null, providersOffering: 2, inTheWay: ['PROVIDERS_MIN'] },
    });
    // Nobody buys of himself.
    expect(await plan(rack.provider, { demand })).toMatchObject({ available: '1000', missing: '200', inTheWay: [] });
    expect(await plan(buyer, { demand, model: 'unheard-of' })).toMatchObject({ available: '0' });
  });

  it('that makes no sense is refused field by field', async () => {
    const backwards = [{ window: { start: wafer.window(4, 8).end, end: wafer.window(4, 8).start }, quantity: '1' }];
    const wrong = { model: 'No Model', demand: backwards, providersMin: 0, providerShareMax: 10_001, ttftP95MsMax: 0 };
    const { code, issues } = await plan(buyer, wrong);
    expect(code).toBe('VALIDATION_FAILED');
    expect(issues.map(({ field }: any) => field)).toEqual([
      ...['model', 'demand.0.window', 'ttftP95MsMax', 'providersMin', 'providerShareMax'],
    ]);
    expect((await plan(buyer, { demand: [] })).issues).toHaveLength(1);
    expect((await plan(buyer, { demand: demandOf([0, 1, 1_000_000_001]) })).issues).toHaveLength(1);
  });
});

describe('holding a plan', () => {
  it('holds nothing when one market refuses, and what it held before is free again', async () => {
    const demand = demandOf([0, 4, 400]);
    const [half] = (await plan(buyer, { demand, quantizations: ['fp16'] })).fills;
    const [rest] = (await plan(buyer, { demand, quantizations: ['fp8'] })).fills;
    const wanted = [half, { ...rest, quantity: '300' }, { ...rest, quantity: '701' }];
    const refused = await hold(holdsOf(wanted), 'greedy');
    expect(refused).toMatchObject({
      ...{ code: 'PLAN_NOT_HELD', index: 2 },
      reason: { __typename: 'CapacityRejection', code: 'CAPACITY_EXHAUSTED', available: '700' },
    });
    expect(await hold(holdsOf(wanted), 'greedy')).toEqual(refused);
    const again = await plan(buyer, { demand: demandOf([0, 4, 500]), quantizations: ['fp16'] });
    expect(again).toMatchObject({ __typename: 'Plan' });
    const mismatch = hold(holdsOf([half]), 'greedy');
    await expect(mismatch).rejects.toThrow('IDEMPOTENCY_MISMATCH');
    await verifySettled(app);
  });

  it('names a listing that is none', async () => {
    const holds = [{ listingId: 'nothing', window: wafer.window(0, 1), quantity: '1' }];
    expect(await hold(holds)).toMatchObject({ index: 0, reason: { code: 'NOT_FOUND' } });
    expect(await hold([])).toMatchObject({ code: 'VALIDATION_FAILED' });
  });
});

describe('total cost of ownership', () => {
  const QUERY = `query($input: TotalCostInput!) { totalCostOfOwnership(input: $input) {
    ... on TotalCost { periods { months usefulTokens amount perMillionTokens
      onDemand { name amount saving breakEvenUtilization } } }
    ... on ValidationRejection { issues { field } }
  } }`;
  const ask = async (input: object): Promise<any> =>
    (await app.stranger().ask(QUERY, { input })).data?.['totalCostOfOwnership'];

  it('is told to anybody', async () => {
    const onDemand = [{ name: 'List', pricePerMillionTokens: '800000' }];
    const found = await ask({ quantity: '1000', unitPrice: '720', utilization: 5_000, onDemand });
    expect(found.periods.map(({ months }: any) => months)).toEqual([12, 24, 36]);
    expect(found.periods[0]).toEqual({
      ...{ months: 12, usefulTokens: '15768000000', amount: '6307200000', perMillionTokens: '400000' },
      onDemand: [{ name: 'List', amount: '12614400000', saving: '6307200000', breakEvenUtilization: 2_500 }],
    });
  });

  it('is refused what makes no sense', async () => {
    const onDemand = [{ name: ' ', pricePerMillionTokens: '-1', yearlyChange: -10_000 }];
    const wrong = { quantity: '1000000000000', unitPrice: '1000', utilization: 0, oneOffCost: '-1', onDemand };
    expect((await ask(wrong)).issues.map(({ field }: any) => field)).toEqual([
      ...['quantity', 'oneOffCost', 'utilization'],
      ...['onDemand.0.name', 'onDemand.0.pricePerMillionTokens', 'onDemand.0.yearlyChange'],
    ]);
  });
});

describe('plans of one organization', () => {
  it('are limited by the minute, with the seconds to wait, and those of others are not', async () => {
    const [eager, other] = [await wafer.buyer('Eager', 1), await wafer.buyer('Patient', 1)];
    const viewer = await eager.ask('{ viewer { organization { organizationId } } }');
    const { organizationId } = viewer.data?.['viewer'].organization as { readonly organizationId: string };
    const limiter = app.application.get<AttemptLimiter>(PLAN_LIMITER);
    for (let index = 0; index < PLAN_LIMITS.attemptsMax; index += 1) await limiter.attempt(organizationId);
    const query = `query($input: PlanInput!) { plan(input: $input) {
      __typename ... on TooManyRequestsRejection { code message retryAfterSeconds } } }`;
    const input = { model: 'llama-3.3-70b', demand: demandOf([0, 1, 1]) };
    const refused = (await eager.ask(query, { input })).data?.['plan'];
    expect(refused).toMatchObject({ __typename: 'TooManyRequestsRejection', code: 'TOO_MANY_REQUESTS' });
    expect(refused.retryAfterSeconds).toBeGreaterThan(0);
    expect(refused.retryAfterSeconds).toBeLessThanOrEqual(60);
    expect((await other.ask(query, { input })).data?.['plan'].__typename).toBe('Plan');
  });
});
