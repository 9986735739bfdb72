import { SpotPurchases } from '../../src/gateway/application/spot-purchases.js';
import { HELLO, MODEL, ServingWorld } from '../support/serving.js';
import { walletOf, type Trading } from '../support/trading.js';
import type { ApiClient } from '../support/app.js';
import { until } from '../support/until.js';
import { makeKey } from '../support/usage.js';

const MARKET = `${MODEL}@fp8`;
const PURCHASES = `{ spotPurchases(first: 50) { edges { node {
  marketId quantity priceMax spent reservationIds refusal endedAt orderId window { start end } } } } }`;

/** Somebody who holds nothing, and lets the gateway buy. */
describe('spot asks', () => {
  let world: ServingWorld;
  let trading: Trading;
  let fallback: string;

  beforeAll(async () => {
    world = await ServingWorld.start({}, { tokens: 3 });
    trading = world.trading;
    fallback = world.upstream.with('tokens=1');
    // In the second hour of what is for sale: 100 tokens/s at 1,000, and then 100 at 3,000.
    await trading.list(0, 10, 100, 1_000);
    await trading.list(0, 10, 100, 3_000);
    await trading.pass(1.25);
  });
  afterAll(() => world.close());

  /** A buyer of its own, so that no story sees another's purchases. */
  const buyer = async (usd: number, rule: object, isWithFallback = false) => {
    const client = await trading.buyer('Spot', usd);
    const key = await makeKey(client, ['INFERENCE_USE']);
    const input = { marketId: MARKET, priceMax: '1000', quantity: '40', spendPerDayMax: '1000000', ...rule };
    await client.mustMutate('setSpotRule', 'SetSpotRuleInput', input);
    if (isWithFallback) {
      const routing = { policy: 'LOWEST_TTFT', fallback: { url: fallback } };
      await client.mustMutate('setRouting', 'SetRoutingInput', routing);
    }
    const askOnce = (
      body: object = {},
      headers: Record<string, string> = {},
      signal = new AbortController().signal,
    ): Promise<Response> =>
      world.post(
        { model: MODEL, messages: HELLO, max_tokens: 3, ...body },
        { headers: { authorization: `Bearer ${key}`, ...headers }, signal },
      );
    /** As every client of OpenAI does: 503 is asked again. */
    const ask: typeof askOnce = (...request) => until(() => askOnce(...request), ({ status }) => status !== 503);
    return { client, ask, askOnce };
  };
  const purchasesOf = async (client: ApiClient): Promise<any[]> =>
    (await client.ask(PURCHASES)).data?.['spotPurchases'].edges.map(({ node }: any) => node);

  it('are bought when nothing is held: the running hour, within the limit, as an order like any other', async () => {
    const { client, ask } = await buyer(10, {});
    const response = await ask();
    expect(response.status).toBe(200);
    const [bought, ...others] = await purchasesOf(client);
    expect(others).toEqual([]);
    expect(bought).toMatchObject({
      ...{ marketId: MARKET, quantity: '40', priceMax: '1000', spent: '40000', refusal: null },
      window: trading.window(1, 2),
    });
    expect(response.headers.get('x-headroom-lane')).toBe(bought.reservationIds[0]);
    const { data } = await client.ask('{ orders(first: 5) { edges { node { orderId status timeInForce } } } }');
    expect(data?.['orders'].edges.map(({ node }: any) => node)).toEqual([
      { orderId: bought.orderId, status: 'FILLED', timeInForce: 'IOC' },
    ]);
    const { data: audit } = await client.ask('{ auditEntries(first: 5) { edges { node { action subject } } } }');
    expect(JSON.stringify(audit)).toContain('spot.bought');
    // It is a lane like any other now.
    expect((await ask()).headers.get('x-headroom-lane')).toBe(bought.reservationIds[0]);
    expect(await purchasesOf(client)).toHaveLength(1);
  });

  it('many requests at once buy once', async () => {
    const { client, ask } = await buyer(10, { quantity: '20' });
    const answers = await Promise.all(Array.from({ length: 6 }, () => ask()));
    expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(200));
    expect(await purchasesOf(client)).toHaveLength(1);
  });

  it('beyond the limit nothing is bought: the fallback serves, and no money has moved', async () => {
    const { client, ask } = await buyer(10, { priceMax: '900' }, true);
    const response = await ask();
    expect(response.headers.get('x-headroom-lane')).toBe('fallback');
    expect(await purchasesOf(client)).toMatchObject([{ spent: '0', reservationIds: [], refusal: null }]);
    // It is not tried again for a while.
    await ask();
    expect(await purchasesOf(client)).toHaveLength(1);
    await until(() => walletOf(client), ({ balance }) => balance === '10000000');
  });

  it('a wallet that does not hold enough buys nothing; the answer is as without a rule', async () => {
    const { client, ask } = await buyer(1, { quantity: '2000', spendPerDayMax: '100000000' });
    const response = await ask();
    expect(response.status).toBe(404);
    expect(await purchasesOf(client)).toMatchObject([{ refusal: 'INSUFFICIENT_FUNDS', orderId: null }]);
  });

  it('the day’s limit holds, whatever the hour needs', async () => {
    const { client, ask } = await buyer(10, { quantity: '10', spendPerDayMax: '15000' }, true);
    // While it is being bought the fallback serves.
    const laneOf = async (): Promise<string | null> => (await ask({ max_tokens: 500 })).headers.get('x-headroom-lane');
    await until(laneOf, (lane) => lane !== 'fallback');
    // The bucket of 10 tokens/s holds 600, and another purchase would come to 20,000.
    expect((await ask({ max_tokens: 599 })).headers.get('x-headroom-lane')).toBe('fallback');
    expect(await purchasesOf(client)).toHaveLength(1);
  });

  it('two processes that find no room buy once, and so does one that goes on after a crash', async () => {
    const { client } = await buyer(10, {});
    const { data } = await client.ask('{ viewer { organization { organizationId } } }');
    const organizationId = data?.['viewer'].organization.organizationId;
    const attempts = world.app.application.get(SpotPurchases, { strict: false });
    const rule = { marketId: MARKET, priceMax: 1_000n, quantity: 10n, spendPerDayMax: 1_000_000n };
    const window = { start: trading.start + 3_600_000, end: trading.start + 7_200_000 };
    const asked = { organizationId, keyId: 'k', rule, window, held: [] } as never;
    const claims = await Promise.all([attempts.claim(asked), attempts.claim(asked), attempts.claim(asked)]);
    const [first] = claims;
    expect(claims.every((claim) => claim.kind === 'order')).toBe(true);
    // All of them go on with the same attempt, so with the same order under the same key.
    expect(claims).toEqual([first, first, first]);
    const key = await makeKey(client, ['INFERENCE_USE']);
    const headers = { authorization: `Bearer ${key}` };
    const post = (): Promise<Response> => world.post({ model: MODEL, messages: HELLO, max_tokens: 3 }, { headers });
    const response = await until(post, ({ status }) => status !== 503);
    expect(response.status).toBe(200);
    expect(await purchasesOf(client)).toMatchObject([{ quantity: '10', spent: '10000' }]);
  });

  it('nothing is bought for what may wait, for who asked for one lane, or without a rule', async () => {
    const { client, ask } = await buyer(10, {});
    expect((await ask({}, { 'x-headroom-tier': 'batch' })).status).toBe(404);
    expect((await ask({}, { 'x-headroom-lane': `${MARKET}~x` })).status).toBe(404);
    expect((await ask({ max_tokens: 50_000 })).status).toBe(404);
    expect((await ask({ model: 'other' })).status).toBe(404);
    await client.mustMutate('removeSpotRule', 'RemoveSpotRuleInput', { marketId: MARKET });
    expect((await ask()).status).toBe(404);
    expect(await purchasesOf(client)).toEqual([]);
    const again = await client.mutate('removeSpotRule', 'RemoveSpotRuleInput', { marketId: MARKET });
    expect(again).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('a rule that makes no sense is refused, every wrong field named', async () => {
    const client = await trading.buyer('Wrong', 1);
    const input = { marketId: 'x', priceMax: '0', quantity: '1', spendPerDayMax: '0' };
    const fields = '... on ValidationRejection { issues { field } }';
    const { issues } = await client.mutate('setSpotRule', 'SetSpotRuleInput', input, { fields });
    expect(issues.map(({ field }: any) => field)).toEqual(['marketId', 'priceMax', 'spendPerDayMax']);
    expect(await purchasesOf(client)).toEqual([]);
  });

  it('what was bought and cannot be sent to yet is said to come: it is not that nothing is held', async () => {
    const { client, askOnce } = await buyer(10, { quantity: '20' });
    await world.app.stopBackground();
    const response = await askOnce();
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await response.json()).toMatchObject({ error: { code: 'capacity_being_bought' } });
    expect(await purchasesOf(client)).toMatchObject([{ spent: '20000' }]);
  });
});
