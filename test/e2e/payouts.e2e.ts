import type { Pool } from 'pg';
import type { Fault } from '../../src/billing/adapter/stripe/stand-in/fault-queue.js';
import { failBankPayout, restrict, satisfy } from '../../src/billing/adapter/stripe/stand-in/account.life.js';
import { LedgerService } from '../../src/billing/application/ledger.service.js';
import { present } from '../../src/kernel/assert.js';
import { SECOND_MS, type Duration } from '../../src/kernel/time.js';
import { POOL } from '../../src/platform/platform.module.js';
import type { ApiClient, TestApp } from '../support/app.js';
import { replace } from '../support/payments.js';
import { Payouts } from '../support/payouts.js';
import { clockOf } from '../support/trading.js';
import { until } from '../support/until.js';
import { verifyApp } from '../support/verify.js';

let app: TestApp;
let payouts: Payouts;
let seller: ApiClient;
let admin: ApiClient;

const USD = 1_000_000n;

beforeAll(async () => {
  ({ app, payouts, seller, admin } = await Payouts.open());
});
afterAll(async () => {
  const { projections } = await verifyApp(app);
  expect(projections).toBeGreaterThan(3);
  await app.close();
});

const SLOW_MS = 180_000;
const advance = (ms: number): Promise<unknown> => clockOf(app).advance(ms as Duration);

describe('onboarding', () => {
  it('is for those who sell', async () => {
    const buyer = await app.signUp('Buyer only');
    expect(await payouts.start(buyer)).toMatchObject({ code: 'NOT_A_SELLER' });
    expect(await payouts.account(buyer)).toMatchObject({ state: 'NOT_STARTED', payable: '0' });
    const away = { returnPath: '//elsewhere.example' };
    const fields = '... on ValidationRejection { issues { field } }';
    expect(
      await seller.mutate('startPayoutOnboarding', 'StartPayoutOnboardingInput', away, { fields }),
    ).toMatchObject({ issues: [{ field: 'returnPath' }] });
  });

  it('waits for Stripe under one key, and makes one account', async () => {
    payouts.simulator.failNext({ timeout: true, when: 'after', operation: 'accounts.create' });
    const first = await payouts.start(seller);
    expect(first).toMatchObject({ url: null, account: { state: 'CREATING' } });
    await advance(31 * SECOND_MS);
    await until(() => payouts.account(seller), ({ state }) => state === 'ONBOARDING');
    const again = await until(() => payouts.start(seller), (answer) => answer['url'] !== null);
    expect(again['url']).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/stripe-stand-in\/onboarding\/link_\w+$/);
    expect(again['account'].needs).toContain('external_account');
    const owner = await payouts.ownerOf(seller);
    const pool = app.application.get<Pool>(POOL);
    const { rows } = await pool.query(
      `SELECT account_id = stripe_id AS "isSame", status, attempts FROM payout_account JOIN stripe_call ON call_id = request_id
       WHERE payout_account.organization_id = $1`,
      [owner],
    );
    expect(rows).toEqual([{ isSame: true, status: 'succeeded', attempts: 2 }]);
  });

  it('is walked on the labelled page of the stand-in, by the seller alone', async () => {
    const url = await payouts.link(seller);
    const ask = (headers: Record<string, string>, method = 'GET', at = url): Promise<Response> => fetch(at, { method, headers, redirect: 'manual' });
    const own = seller.headers();
    const origin = new URL(url).origin;
    expect((await ask({})).status).toBe(401);
    const other = (await app.signUp('Other')).headers();
    expect((await ask(other)).status).toBe(404);
    expect((await ask(own, 'GET', `${url}x`)).status).toBe(404);
    const shown = await ask(own);
    expect([shown.status, await shown.text()]).toEqual([200, expect.stringContaining('TEST: the stand-in for Stripe')]);
    const { 'content-type': _type, ...cookie } = own;
    expect((await ask({ ...cookie, origin: 'http://elsewhere.example' }, 'POST')).status).toBe(403);
    expect((await payouts.account(seller))['state']).toBe('ONBOARDING');
    const done = await ask({ ...cookie, origin }, 'POST');
    expect([done.status, done.headers.get('location')]).toEqual([303, `${origin}/app/finance/payouts`]);
    await until(() => payouts.account(seller), ({ state }) => state === 'PAYABLE');
    expect((await ask({ ...cookie, origin }, 'POST')).status).toBe(410);
  });

  it('brings along what was earned before it', async () => {
    const buyer = await payouts.resale();
    expect(await payouts.account(buyer)).toMatchObject({ state: 'NOT_STARTED', payable: '0' });
    await payouts.onboarded(buyer);
    await until(() => payouts.books(buyer, 'payable'), (payable) => payable > 0n);
    const { payable, due } = await payouts.account(buyer);
    expect([BigInt(payable) > 0n, due]).toEqual([true, '0']);
    const spent = await buyer.mutate('spendEarnings', 'SpendEarningsInput', { amount: payable }, { fields: '... on SpendEarningsSuccess { walletBalance }' });
    expect(spent).toMatchObject({ __typename: 'SpendEarningsSuccess' });
    const more = await buyer.mutate('spendEarnings', 'SpendEarningsInput', { amount: '1' }, { fields: '... on NotEarnedRejection { payable }' });
    expect(more).toMatchObject({ code: 'NOT_EARNED', payable: '0' });
  });

  it('may be taken back by Stripe, and the order of its webhooks does not matter', async () => {
    const accountId = await payouts.accountId(seller);
    await payouts.simulator.happen((context) => restrict(accountId, ['company.tax_id'], context));
    await until(() => payouts.account(seller), ({ state }) => state === 'RESTRICTED');
    expect(await payouts.account(seller)).toMatchObject({ needs: ['company.tax_id'], disabledReason: 'requirements.past_due' });
    expect(await payouts.request()).toMatchObject({ code: 'NOT_PAYABLE', state: 'RESTRICTED' });
    await payouts.simulator.happen((context) => satisfy(accountId, context));
    await until(() => payouts.account(seller), ({ state }) => state === 'PAYABLE');
    const stale = await payouts.stripe.accounts.retrieve(accountId);
    const event = payouts.payments.event('account.updated', { ...stale, payouts_enabled: false }, { account: accountId });
    const statuses = await Promise.all(Array.from({ length: 5 }, () => payouts.payments.tell(event)));
    expect(statuses).toEqual([200, 200, 200, 200, 200]);
    expect(await payouts.payments.noted(event['id'])).toEqual({ type: 'account.updated', matched: true });
    expect((await payouts.account(seller))['state']).toBe('PAYABLE');
    const foreign = payouts.payments.event('account.updated', { ...stale, id: 'acct_no' }, { account: 'acct_no' });
    expect(await payouts.payments.tell(foreign)).toBe(200);
    expect(await payouts.payments.noted(foreign['id'])).toMatchObject({ matched: false });
    await payouts.simulator.happen((context) => failBankPayout(accountId, context));
    await until(() => payouts.account(seller), ({ bankFailureCode }) => bankFailureCode === 'account_closed');
  });
});

describe('what is due', () => {
  it('is paid out by the published rule, and each line leads to the books and back', async () => {
    const { data } = await app.stranger().ask('{ payoutRule { minimum holdBackDays } }');
    expect(data?.['payoutRule']).toEqual({ minimum: '10000000', holdBackDays: 7 });
    const before = await payouts.books(seller, 'payable');
    const reservationId = await payouts.sell(40);
    await payouts.nextDay();
    await until(() => payouts.books(seller, 'payable'), (payable) => payable > before);
    expect(await payouts.account(seller)).toMatchObject({ due: '0', inFlight: '0', owed: '0' });
    expect((await payouts.account(seller))['nextDueAt']).not.toBeNull();
    expect(await payouts.request()).toMatchObject({ code: 'NOTHING_DUE', due: '0', minimum: '10000000' });
    await payouts.days(8);
    const [payout] = await until(() => payouts.payouts(seller), ({ length }) => length > 0);
    const { payoutId, lines, amount } = present(payout, 'payout');
    await payouts.paidOnce(payoutId);
    const sum = lines.reduce((total: bigint, line: any) => total + BigInt(line.amount), 0n);
    expect(sum).toBe(BigInt(amount));
    const [line] = lines;
    const booked = line.entries.reduce((total: bigint, entry: any) => total + BigInt(entry.amount), 0n);
    expect(booked).toBeGreaterThanOrEqual(BigInt(line.amount));
    expect(line.entries.length).toBeGreaterThan(0);
    const query = 'query($id: ID!) { payoutLines(reservationId: $id, first: 5) { edges { node { payoutId amount } } } }';
    const id = lines.find((one: any) => one.reservationId === reservationId)?.reservationId;
    const back = (await seller.ask(query, { id })).data?.['payoutLines'].edges;
    expect(back).toContainEqual({ node: { payoutId, amount: expect.any(String) } });
    const { data: single } = await seller.ask(`{ payout(payoutId: "${payoutId}") { state lineCount lines(after: 0) { line } } }`);
    expect(single?.['payout']).toEqual({ state: 'PAID', lineCount: lines.length, lines: lines.slice(1).map((_line: unknown, at: number) => ({ line: at + 1 })) });
  });

  it('is paid out at once when the seller asks, once for each key', async () => {
    await payouts.setRule(admin, 1_000_000n * USD, 0);
    await payouts.nextDay();
    await until(() => payouts.account(seller), ({ due }) => BigInt(due) > USD);
    expect(await payouts.request()).toMatchObject({ code: 'NOTHING_DUE', minimum: '1000000000000' });
    await payouts.setRule(admin, USD, 0);
    const asked = await Promise.all(Array.from({ length: 5 }, () => payouts.request('now')));
    const { payoutId } = present(asked[0], 'answer');
    expect(new Set(asked.map((one) => one['payoutId']))).toEqual(new Set([payoutId]));
    await until(() => payouts.payouts(seller), (all) => all.some((one) => one['payoutId'] === payoutId));
    await payouts.paidOnce(payoutId);
  });
});

describe('a transfer', () => {
  const operation = 'transfers.create';
  it.each<[string, Fault]>([
    // The SDK asks once more by itself when its connection was cut.
    ['a cut connection', { reset: true, times: 2 }],
    ['a refused key of ours', { status: 401 }],
  ])('that was not made because of %s is made by the next attempt', async (_what, fault) => {
    payouts.simulator.failNext({ ...fault, operation });
    const { payoutId } = await payouts.payday();
    await until(() => payouts.attempts(payoutId), (planned) => planned === 2);
    await advance(31 * SECOND_MS);
    await payouts.paidOnce(payoutId);
  });

  it('of which the answer was lost is not made again', async () => {
    payouts.simulator.connectWebhook('http://127.0.0.1:9/');
    payouts.simulator.failNext({ timeout: true, operation, when: 'after' });
    const { payoutId } = await payouts.payday();
    await until(() => payouts.attempts(payoutId), (planned) => planned === 2);
    expect(await payouts.books(seller, `payout:${payoutId}`)).toBeGreaterThan(0n);
    await advance(31 * SECOND_MS);
    await payouts.paidOnce(payoutId);
    expect(await payouts.books(seller, `payout:${payoutId}`)).toBe(0n);
    payouts.payments.provider.listening(app.url);
  });

  it('is made once when the process is killed between Stripe’s answer and the books', async () => {
    payouts.simulator.connectWebhook('http://127.0.0.1:9/');
    let kills = 0;
    const restore = replace(app.application.get(LedgerService), 'execute', (execute) => (...args) => {
      if (args[1].type !== 'SettlePayout') return execute(...args);
      kills += 1;
      throw new Error('killed');
    });
    const { payoutId } = await payouts.payday();
    await until(async () => kills, (count) => count > 0);
    expect(await payouts.books(seller, `payout:${payoutId}`)).toBeGreaterThan(0n);
    restore();
    await payouts.paidOnce(payoutId);
    payouts.payments.provider.listening(app.url);
  });

  it('that Stripe refuses for good is payable again, and paid the next day', async () => {
    const accountId = await payouts.accountId(seller);
    // Stripe stops before we hear of it.
    payouts.simulator.connectWebhook('http://127.0.0.1:9/');
    await payouts.simulator.happen((context) => restrict(accountId, ['company.tax_id'], context));
    const { payoutId } = await payouts.payday();
    const failed = await payouts.becomes(payoutId, 'FAILED');
    expect(failed).toMatchObject({ failureReason: 'insufficient_capabilities_for_transfer', transferId: null });
    expect(await payouts.books(seller, 'payable')).toBeGreaterThanOrEqual(BigInt(failed['amount']));
    await payouts.simulator.happen((context) => satisfy(accountId, context));
    payouts.payments.provider.listening(app.url);
    await payouts.nextDay();
    const [next] = await until(() => payouts.payouts(seller), ([newest]) => newest?.['payoutId'] !== payoutId);
    expect(present(next, 'payout')['lines'][0]).toMatchObject({ kind: 'RETURNED' });
    await payouts.paidOnce(present(next, 'payout')['payoutId']);
  });

  const silent = (faults: readonly Fault[]): Promise<string> => payouts.silent(faults.map((fault) => ({ ...fault, operation })));
  const LOST: readonly Fault[] = [{ timeout: true, when: 'after' }, { status: 500, times: 8 }];
  /** The same, told at once; the SDK asks once more by itself when it is cut off. */
  const CUT: readonly Fault[] = [{ reset: true, when: 'after' }, { status: 500, times: 9 }];

  describe('of which somebody says what became of it', () => {
    const FIELDS = `... on JudgeStripeCallSuccess { call { status stripeId failureCode } } ... on ValidationRejection { issues { field } }
      ... on StateRejection { state } ... on StripeSaysOtherwiseRejection { failureCode }`;
    const judge = (input: Record<string, unknown>, key = admin.nextKey()): Promise<Record<string, any>> =>
      admin.mutate('judgeStripeCall', 'JudgeStripeCallInput', { note: 'Seen in the dashboard', ...input }, { fields: FIELDS, key });
    const judgements = async (callId: string): Promise<readonly Record<string, any>[]> =>
      (await app.application.get<Pool>(POOL).query<Record<string, any>>(`SELECT details FROM audit_entry WHERE action = 'stripe-call.judged' AND subject = $1`, [callId])).rows;
    const transferOf = async (payoutId: string): Promise<string> => present((await payouts.transfers(payoutId))[0], 'transfer').id;
    const later = (): Promise<unknown> => advance(120 * SECOND_MS);

    it('made: it is looked at, must be of that payout, and is booked', async () => {
      const other = present((await payouts.payouts(seller))[0], 'payout before')['transferId'];
      const callId = await silent(CUT);
      expect(await judge({ callId, verdict: 'MADE' })).toMatchObject({ issues: [{ field: 'stripeId' }] });
      const stripeId = await transferOf(callId);
      expect(await judge({ callId, verdict: 'MADE', stripeId })).toMatchObject({ code: 'WRONG_STATE', state: 'asking' });
      await later();
      expect(await judge({ callId, verdict: 'MADE', stripeId: other })).toMatchObject({ code: 'STRIPE_SAYS_OTHERWISE', failureCode: 'not_this_call' });
      expect(await judge({ callId, verdict: 'MADE', stripeId: 'tr_never' })).toMatchObject({ code: 'STRIPE_SAYS_OTHERWISE', failureCode: 'resource_missing' });
      expect(await judge({ callId, verdict: 'MADE', stripeId })).toMatchObject({ call: { status: 'SUCCEEDED', stripeId } });
      await payouts.paidOnce(callId);
      expect(await judge({ callId, verdict: 'GIVEN_UP' })).toMatchObject({ code: 'WRONG_STATE', state: 'succeeded' });
      expect(await judgements(callId)).toHaveLength(1);
    }, SLOW_MS);

    it('not made, though it was: Stripe knows better, and nothing is made twice or given back', async () => {
      const callId = await silent(CUT);
      await later();
      const stripeId = await transferOf(callId);
      expect(await judge({ callId, verdict: 'GIVEN_UP' })).toMatchObject({ call: { status: 'SUCCEEDED', stripeId } });
      await payouts.paidOnce(callId);
      expect(await judgements(callId)).toMatchObject([{ details: { verdict: 'given_up', stripeId } }]);
    }, SLOW_MS);

    it('not made: asked for again under another key it is paid once, and given up it is payable again', async () => {
      const again = await silent([{ status: 500, times: 9 }]);
      await later();
      payouts.simulator.failNext({ status: 500, operation: 'transfers.list' });
      expect(await judge({ callId: again, verdict: 'AGAIN' })).toMatchObject({ code: 'STRIPE_SAYS_OTHERWISE', failureCode: 'server-error' });
      const key = admin.nextKey();
      const answer = await judge({ callId: again, verdict: 'AGAIN' }, key);
      expect(answer).toMatchObject({ call: { status: 'SUCCEEDED' } });
      expect(await judge({ callId: again, verdict: 'AGAIN' }, key)).toEqual(answer);
      await payouts.paidOnce(again);
      const callId = await silent([{ status: 500, times: 9 }]);
      await later();
      expect(await judge({ callId, verdict: 'GIVEN_UP' })).toMatchObject({ call: { status: 'FAILED', failureCode: 'never_made' } });
      const failed = await payouts.becomes(callId, 'FAILED');
      expect(await payouts.books(seller, 'payable')).toBeGreaterThanOrEqual(BigInt(failed['amount']));
      expect(await judgements(callId)).toMatchObject([{ details: { verdict: 'given_up', note: 'Seen in the dashboard' } }]);
      await expect(seller.mutate('judgeStripeCall', 'JudgeStripeCallInput', { callId, verdict: 'AGAIN', note: 'x' })).rejects.toThrow('FORBIDDEN');
      payouts.payments.provider.listening(app.url);
      await payouts.nextDay();
      const [next] = await until(() => payouts.payouts(seller), ([newest]) => newest?.['payoutId'] !== callId);
      await payouts.paidOnce(present(next, 'payout')['payoutId']);
    }, SLOW_MS);
  });

  it('that Stripe does not answer for too long is for people to look at, and is found by its name', async () => {
    const payoutId = await silent(LOST);
    const CALL = 'callId kind subject status failureCode';
    const listed = (await admin.ask(`{ stripeCallReviews(first: 50) { edges { node { ${CALL} } } } }`)).data?.['stripeCallReviews'].edges;
    const call = { callId: payoutId, kind: 'CREATE_TRANSFER', subject: payoutId };
    expect(listed).toContainEqual({ node: { ...call, status: 'NEEDS_REVIEW', failureCode: 'server-error' } });
    await expect(seller.ask('{ stripeCallReviews(first: 1) { edges { cursor } } }')).resolves.toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] });
    await payouts.days(1);
    const retry = (callId: string): Promise<Record<string, any>> =>
      admin.mutate('retryStripeCall', 'RetryStripeCallInput', { callId }, { fields: `... on RetryStripeCallSuccess { call { ${CALL} } }` });
    expect(await retry('no-such-call')).toMatchObject({ code: 'NOT_FOUND' });
    expect(await retry(payoutId)).toMatchObject({ call: { ...call, status: 'SUCCEEDED', failureCode: null } });
    await payouts.paidOnce(payoutId);
    payouts.payments.provider.listening(app.url);
  });
});
