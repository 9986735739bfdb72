import { Database } from '../../src/platform/database/prisma.js';
import { LOGGER } from '../../src/platform/platform.module.js';
import type { Logger } from '../../src/platform/logging/logger.js';
import { MINUTE_MS } from '../../src/kernel/time.js';
import { startTestApp, type ApiClient, type TestApp } from '../support/app.js';
import { signUpOperator } from '../support/operators.js';
import { intent, Payments, replace, type Intent } from '../support/payments.js';
import { clockOf, walletOf } from '../support/trading.js';
import { until } from '../support/until.js';

let app: TestApp;
let payments: Payments;

beforeAll(async () => {
  app = await startTestApp();
  payments = new Payments(app);
});
afterAll(() => app.close());

/** A top-up by a bank, which answers days later: what Stripe tells meanwhile is up to the test. */
interface Waiting {
  readonly client: ApiClient;
  readonly topUpId: string;
  readonly organizationId: string;
  /** The payment as it would be told in another state. */
  intent(status: string, changes?: Partial<Intent>): Intent;
}

const DECLINED = { code: 'account_closed', message: 'The customer has closed the bank account.' };

async function waiting(usd = 10): Promise<Waiting> {
  const client = await app.signUp('Bank');
  const answer = await payments.topUp(client, usd, { paymentMethod: 'pm_usBankAccount_success' });
  const { topUpId } = answer['topUp'];
  await payments.settled();
  const [known] = await payments.intentsOf(topUpId);
  const { headroom_organization_id: organizationId = '' } = known?.metadata ?? {};
  const ids = { topUpId, organizationId };
  const same = { id: known?.id ?? '', amount: usd * 100 };
  return {
    client,
    ...ids,
    intent: (status, changes) => intent(status, ids, { ...same, ...changes }),
  };
}

const stateOf = async ({ client, topUpId }: Waiting): Promise<string | undefined> =>
  (await payments.history(client))[topUpId];

async function creditsOf({ client }: Waiting): Promise<number> {
  const { data } = await client.ask('{ ledgerEntries(first: 50) { edges { node { kind version } } } }');
  const credits = data?.['ledgerEntries'].edges.filter(({ node }: any) => node.kind === 'TopUpCredited');
  return new Set(credits.map(({ node }: any) => node.version)).size;
}

/** What a top-up and its wallet have become: the read model of the books may be a moment behind. */
async function outcome(one: Waiting, credits: number): Promise<string> {
  await until(() => creditsOf(one), (found) => found >= credits);
  return `${await stateOf(one)} ${(await walletOf(one.client))['balance']} ${await creditsOf(one)}`;
}

describe('a webhook', () => {
  it('that comes five times at once counts once', async () => {
    const one = await waiting();
    const event = payments.event('payment_intent.succeeded', one.intent('succeeded'));
    const statuses = await Promise.all(Array.from({ length: 5 }, () => payments.tell(event)));
    expect(statuses).toEqual([200, 200, 200, 200, 200]);
    expect(await payments.tell(event)).toBe(200);
    expect(await outcome(one, 1)).toBe('SUCCEEDED 10000000 1');
    expect(await payments.noted(event['id'])).toEqual({ type: 'payment_intent.succeeded', matched: true });
  });

  it('that Stripe sends again under another name counts once', async () => {
    const one = await waiting();
    const event = (): object => payments.event('payment_intent.succeeded', one.intent('succeeded'));
    await Promise.all([payments.tell(event()), payments.tell(event())]);
    await payments.simulator.finishPayment(one.intent('').id, 'succeeded');
    await payments.settled();
    expect(await outcome(one, 1)).toBe('SUCCEEDED 10000000 1');
  });

  const failed = { last_payment_error: DECLINED };
  it.each([
    // order of what is told                                  state      credits
    [['processing', 'succeeded'], 'SUCCEEDED', 1],
    [['succeeded', 'processing'], 'SUCCEEDED', 1],
    [['succeeded', 'requires_action'], 'SUCCEEDED', 1],
    [['succeeded', 'requires_payment_method'], 'SUCCEEDED', 1],
    [['requires_payment_method', 'succeeded'], 'SUCCEEDED', 1],
    [['requires_payment_method', 'succeeded', 'processing'], 'SUCCEEDED', 1],
    [['processing', 'requires_payment_method'], 'FAILED', 0],
    [['requires_payment_method', 'processing'], 'FAILED', 0],
    [['requires_payment_method', 'requires_action'], 'FAILED', 0],
    [['canceled', 'processing'], 'FAILED', 0],
    [['processing', 'canceled'], 'FAILED', 0],
    [['requires_action', 'processing'], 'PROCESSING', 0],
    [['processing', 'requires_action'], 'PROCESSING', 0],
    [['processing', 'requires_payment_method', 'succeeded'], 'SUCCEEDED', 1],
  ] as const)('may come in any order: %j', async (states, state, credits) => {
    const one = await waiting();
    for (const status of states) {
      const changes = status === 'requires_payment_method' ? failed : {};
      const event = payments.event(`payment_intent.${status}`, one.intent(status, changes));
      expect(await payments.tell(event)).toBe(200);
    }
    expect(await outcome(one, credits)).toBe(`${state} ${credits * 10_000_000} ${credits}`);
  });

  it('about a payment before it was tried leaves it as it is', async () => {
    const one = await waiting();
    const event = payments.event('payment_intent.created', one.intent('requires_payment_method'));
    expect(await payments.tell(event)).toBe(200);
    expect(await outcome(one, 0)).toBe('PROCESSING 0 0');
  });

  it('about a refund, before or after the payment, moves no money', async () => {
    const one = await waiting();
    const refund = { object: 'refund', id: 're_1', amount: 1_000, currency: 'usd', status: 'succeeded' };
    const event = (): Record<string, unknown> =>
      payments.event('refund.created', { ...refund, payment_intent: one.intent('').id });
    const [before, after] = [event(), event()];
    expect(await payments.tell(before)).toBe(200);
    expect(await payments.tell(payments.event('payment_intent.succeeded', one.intent('succeeded')))).toBe(200);
    expect(await payments.tell(after)).toBe(200);
    expect(await outcome(one, 1)).toBe('SUCCEEDED 10000000 1');
    expect([await payments.noted(before['id']), await payments.noted(after['id'])]).toEqual([
      { type: 'refund.created', matched: false },
      { type: 'refund.created', matched: false },
    ]);
  });
});

describe('a webhook that cannot be trusted', () => {
  const stale = (): number => clockOf(app).now() - 10 * MINUTE_MS;
  const refusedCount = async (): Promise<number> => {
    const text = await (await fetch(`${app.url}/metrics`)).text();
    const counts = [...text.matchAll(/^headroom_stripe_webhooks_refused\{status="4\d\d"\} (\d+)$/gm)];
    return counts.reduce((sum, [, count]) => sum + Number(count), 0);
  };
  type Forge = (body: string) => readonly [body: string, headers: Readonly<Record<string, string>>];
  const signature = (value: string): Readonly<Record<string, string>> => ({ 'stripe-signature': value });

  it.each<[string, Forge]>([
    ['without a signature', (body) => [body, {}]],
    ['with an empty one', (body) => [body, signature('')]],
    ['with nonsense for one', (body) => [body, signature('t=1,v1=deadbeef')]],
    ['of another secret', (body) => [body, signature(payments.signed(body, undefined, 'whsec_other'))]],
    ['of ten minutes ago', (body) => [body, signature(payments.signed(body, stale()))]],
    ['that was serialised again', (body) => [JSON.stringify(JSON.parse(body)), signature(payments.signed(body))]],
    ['with another amount', (body) => [body.replace('1000', '9000'), signature(payments.signed(body))]],
    [
      'of live mode',
      (body) => {
        const live = body.replace('"livemode": false', '"livemode": true');
        return [live, signature(payments.signed(live))];
      },
    ],
    ['that is no event', () => ['{"object":"list"}', signature(payments.signed('{"object":"list"}'))]],
    ['that is no JSON', () => ['hello', signature(payments.signed('hello'))]],
    ['that is empty', () => ['', signature(payments.signed(''))]],
    [
      'as plain text',
      (body) => [body, { ...signature(payments.signed(body)), 'content-type': 'text/plain' }],
    ],
  ])('%s is refused, and nothing is kept or told', async (_what, forge) => {
    const one = await waiting();
    const logged: unknown[] = [];
    const logger = app.application.get<Logger>(LOGGER);
    const restores = (['error', 'warn', 'info'] as const).map((level) =>
      replace(logger, level, () => ((...entry: unknown[]) => void logged.push(entry)) as never),
    );
    const event = payments.event('payment_intent.succeeded', one.intent('succeeded'));
    const [body, headers] = forge(JSON.stringify(event, null, 2));
    const [before, refused] = [await payments.notedCount(), await refusedCount()];
    const response = await payments.post(body, headers);
    const answer = await response.text();
    restores.forEach((restore) => restore());
    expect(response.status).toBe(headers['content-type'] === 'text/plain' ? 415 : 400);
    expect(await payments.notedCount()).toBe(before);
    // That it came is counted, and nothing of it is kept.
    expect(await refusedCount()).toBe(refused + 1);
    expect(await outcome(one, 0)).toBe('PROCESSING 0 0');
    const { 'stripe-signature': given = '' } = headers;
    for (const secret of [payments.secret, ...given.split('v1=').slice(1)]) {
      expect(answer + JSON.stringify(logged)).not.toContain(secret);
    }
    expect(answer).not.toMatch(/stack|node_modules|\.ts/);
  });

  it.each([
    ['with a signature of nothing', (body: string) => [false, body] as const, 'Stripe-Signature: not of this body'],
    ['about nothing', () => [true, '{"object":"event"}'] as const, 'body: not an event'],
  ])('one %s is told what is wrong with it', async (_what, forge, why) => {
    const [isSigned, body] = forge(JSON.stringify(payments.event('payment_intent.succeeded', (await waiting()).intent('succeeded'))));
    const response = await payments.post(body, signature(isSigned ? payments.signed(body) : `t=1,v1=${'0'.repeat(64)}`));
    expect(await response.json()).toMatchObject({ status: 400, detail: expect.stringContaining(why) });
  });
});

describe('a webhook that is about nothing of ours', () => {
  type Change = (one: Waiting, other: Waiting) => Record<string, unknown>;
  const succeeded = (one: Waiting, changes: Partial<Intent>, event: object = {}): Record<string, unknown> =>
    payments.event('payment_intent.succeeded', one.intent('succeeded', changes), event);
  const named = (topUpId: string, organizationId: string): Partial<Intent> => ({
    metadata: { headroom_top_up_id: topUpId, headroom_organization_id: organizationId },
  });

  it.each<[string, Change]>([
    ['a payment without our names', (one) => succeeded(one, { metadata: {} })],
    ['an unknown top-up', (one) => succeeded(one, named('00000000-0000-0000-0000-000000000000', one.organizationId))],
    ['a top-up of no form', (one) => succeeded(one, named("'; --", one.organizationId))],
    ['a name that no database can hold', (one) => succeeded(one, named('a\0b', one.organizationId))],
    ['another organization’s top-up', (one, other) => succeeded(one, named(one.topUpId, other.organizationId))],
    ['another amount', (one) => succeeded(one, { amount: 999 })],
    ['another currency', (one) => succeeded(one, { currency: 'jpy' })],
    ['a connected account', (one) => succeeded(one, {}, { account: 'acct_1' })],
    ['a customer', () => payments.event('customer.created', { object: 'customer', id: 'cus_1' })],
    ['a balance', () => payments.event('balance.available', { object: 'balance' })],
  ])('%s: is noted as unmatched and changes nothing', async (_what, change) => {
    const [one, other] = [await waiting(), await waiting()];
    const event = change(one, other);
    expect(await payments.tell(event)).toBe(200);
    expect(await payments.noted(event['id'])).toMatchObject({ matched: false });
    expect(await outcome(one, 0)).toBe('PROCESSING 0 0');
    expect(await outcome(other, 0)).toBe('PROCESSING 0 0');
  });

  it('is noted without what it says', async () => {
    const rows = await app.application.get(Database).stripeEvent.findMany();
    expect(new Set(rows.flatMap((row) => Object.keys(row)))).toEqual(
      new Set(['eventId', 'type', 'matched', 'receivedAt', 'account', 'content', 'processedAt']),
    );
    expect(rows.every(({ processedAt, content }) => processedAt === null || content === null)).toBe(true);
  });

  it('is listed for those who run the exchange, newest first, and counted', async () => {
    const database = app.application.get(Database);
    const admin = await signUpOperator(app);
    const told = payments.event('customer.created', { object: 'customer', id: 'cus_2' }, { account: 'acct_2' });
    expect(await payments.tell(told)).toBe(200);
    const rows = await database.stripeEvent.findMany({ where: { matched: false }, orderBy: [{ receivedAt: 'desc' }, { eventId: 'desc' }] });
    const seen: any[] = [];
    for (let after: string | null = null; ; ) {
      const query = 'query($after: String) { foreignStripeEvents(first: 3, after: $after) { edges { node { eventId type account receivedAt } } pageInfo { hasNextPage endCursor } } }';
      const { edges, pageInfo }: any = (await admin.ask(query, { after })).data?.['foreignStripeEvents'];
      seen.push(...edges.map(({ node }: any) => node));
      if (!pageInfo.hasNextPage) break;
      after = pageInfo.endCursor;
    }
    expect(seen.map(({ eventId }) => eventId)).toEqual(rows.map(({ eventId }) => eventId));
    expect(seen.find(({ eventId }) => eventId === told['id'])).toMatchObject({ type: 'customer.created', account: 'acct_2' });
    expect(await (await fetch(`${app.url}/metrics`)).text()).toMatch(new RegExp(`^headroom_stripe_foreign_events ${rows.length}$`, 'm'));
    expect(await (await waiting()).client.ask('{ foreignStripeEvents(first: 1) { edges { cursor } } }')).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] });
  });
});
