import type { Pool } from 'pg';
import type { Fault } from '../../src/billing/adapter/stripe/stand-in/fault-queue.js';
import { failBankPayout, restrict, satisfy } from '../../src/billing/adapter/stripe/stand-in/account.life.js';
import { reverse } from '../../src/billing/adapter/stripe/stand-in/transfer-reversal.operations.js';
import { LedgerService } from '../../src/billing/application/ledger.service.js';
import { ReconciliationService } from '../../src/billing/application/reconciliation/reconciliation.service.js';
import { Books } from '../../src/billing/contract.js';
import { present } from '../../src/kernel/assert.js';
import type { ReservationId } from '../../src/kernel/ids.js';
import type { MicroUsd } from '../../src/kernel/money.js';
import { DAY_MS, floorToGrid, SECOND_MS, type Duration, type Instant } from '../../src/kernel/time.js';
import { POOL } from '../../src/platform/platform.module.js';
import { startTestApp, type ApiClient, type TestApp } from '../support/app.js';
import { replace } from '../support/payments.js';
import { Payouts } from '../support/payouts.js';
import { clockOf, HOUR, span, Trading, until } from '../support/trading.js';
import { verifyApp } from '../support/verify.js';

let app: TestApp;
let payouts: Payouts;
let seller: ApiClient;
let admin: ApiClient;

const USD = 1_000_000n;

beforeAll(async () => {
  app = await startTestApp();
  const start = Math.ceil(clockOf(app).now() / HOUR) * HOUR + HOUR;
  const nameplate = [{ window: span(start, start + 90 * 24 * HOUR), quantity: '10000' }];
  const market = await Trading.open(app, { nameplate });
  payouts = new Payouts(app, market);
  payouts.payments.impatient();
  seller = market.provider;
  admin = await app.signUp('Operators');
  const { data } = await admin.ask('{ viewer { organization { organizationId } } }');
  await app.application.get<Pool>(POOL).query('UPDATE member SET is_platform_admin = true WHERE organization_id = $1', [
    data?.['viewer'].organization.organizationId,
  ]);
});
afterAll(async () => {
  const { projections } = await verifyApp(app);
  expect(projections).toBeGreaterThan(3);
  await app.close();
});

const advance = (ms: number): Promise<unknown> => clockOf(app).advance(ms as Duration);

async function setRule(minimum: bigint, holdBackDays: number): Promise<void> {
  const organizationId = await payouts.ownerOf(seller);
  const input = { organizationId, minimum: minimum.toString(), holdBackDays };
  await admin.mustMutate('setPayoutRule', 'SetPayoutRuleInput', input);
}

/** A day passes: what the one before brought is being paid out. */
async function payday(): Promise<Record<string, any>> {
  await until(() => payouts.books(seller, 'payable'), (payable) => payable >= USD);
  const before = (await payouts.payouts(seller)).length;
  await payouts.nextDay();
  const [newest] = await until(() => payouts.payouts(seller), ({ length }) => length === before + 1);
  return present(newest, 'payout');
}

const payoutOf = async (payoutId: string): Promise<Record<string, any>> =>
  present((await payouts.payouts(seller)).find((one) => one['payoutId'] === payoutId), payoutId);
const becomes = (payoutId: string, wanted: string): Promise<Record<string, any>> =>
  until(() => payoutOf(payoutId), ({ state }) => state === wanted);

/** One transfer at Stripe, and the books say the same of it. */
async function paidOnce(payoutId: string): Promise<string> {
  const { transferId, amount } = await becomes(payoutId, 'PAID');
  const made = await payouts.transfers(payoutId);
  expect(made.map(({ id, amount: cents }) => [id, BigInt(cents) * 10_000n])).toEqual([[transferId, BigInt(amount)]]);
  return transferId as string;
}

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
    const again = await payouts.start(seller);
    expect(again['url']).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/stripe-stand-in\/onboarding\/link_\w+$/);
    expect(again['account'].needs).toContain('external_account');
    const owner = await payouts.ownerOf(seller);
    const pool = app.application.get<Pool>(POOL);
    const { rows } = await pool.query('SELECT account_id, attempts FROM payout_account WHERE organization_id = $1', [owner]);
    expect(rows).toEqual([{ account_id: expect.stringMatching(/^acct_/), attempts: 1 }]);
  });

  it('is walked on the labelled page of the stand-in, by the seller alone', async () => {
    const { url } = await payouts.start(seller);
    const ask = (headers: Record<string, string>, method = 'GET', at = String(url)): Promise<Response> =>
      fetch(at, { method, headers, redirect: 'manual' });
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
    expect([done.status, done.headers.get('location')]).toEqual([303, `${origin}/app/payouts`]);
    await until(() => payouts.account(seller), ({ state }) => state === 'PAYABLE');
    expect((await ask({ ...cookie, origin }, 'POST')).status).toBe(410);
  });

  it('brings along what was earned before it', async () => {
    const { buyer, resaleId } = await resale();
    expect(await payouts.account(buyer)).toMatchObject({ state: 'NOT_STARTED', payable: '0' });
    await payouts.onboarded(buyer);
    await until(() => payouts.books(buyer, 'payable'), (payable) => payable > 0n);
    expect(resaleId).toMatch(/./);
    const { payable, due } = await payouts.account(buyer);
    expect([BigInt(payable) > 0n, due]).toEqual([true, '0']);
    const spent = await buyer.mutate('spendEarnings', 'SpendEarningsInput', { amount: payable }, { fields: '... on SpendEarningsSuccess { walletBalance }' });
    expect(spent).toMatchObject({ __typename: 'SpendEarningsSuccess' });
    const more = await buyer.mutate('spendEarnings', 'SpendEarningsInput', { amount: '1' }, { fields: '... on NotEarnedRejection { payable }' });
    expect(more).toMatchObject({ code: 'NOT_EARNED', payable: '0' });
  });

  it('may be taken back by Stripe, and the order of its webhooks does not matter', async () => {
    const owner = await payouts.ownerOf(seller);
    const { rows } = await app.application
      .get<Pool>(POOL)
      .query('SELECT account_id FROM payout_account WHERE organization_id = $1', [owner]);
    const accountId = String(rows[0]?.account_id);
    await payouts.simulator.happen((context) => restrict(accountId, ['company.tax_id'], context));
    await until(() => payouts.account(seller), ({ state }) => state === 'RESTRICTED');
    expect(await payouts.account(seller)).toMatchObject({ needs: ['company.tax_id'], disabledReason: 'requirements.past_due' });
    expect(await request()).toMatchObject({ code: 'NOT_PAYABLE', state: 'RESTRICTED' });
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

/** A buyer that resold what it bought, and was paid for it. */
async function resale(): Promise<{ readonly buyer: ApiClient; readonly resaleId: string }> {
  const { market } = payouts;
  const from = Math.ceil((clockOf(app).now() - market.start) / HOUR) + 2;
  const listingId = await market.list(from, from + 1, 1, 10_000_000);
  const [buyer, second] = [await market.buyer('Reseller', 50), await market.buyer('Second', 50)];
  const reservationId = await market.buy(buyer, listingId, from, from + 1, 1);
  const offer = { reservationId, window: market.window(from, from + 1), quantity: '1', unitPrice: '20000000' };
  const { listing } = await buyer.mustMutate('resellReservation', 'ResellReservationInput', offer, {
    fields: '... on ResellReservationSuccess { listing { listingId } }',
  });
  const resaleId = await market.buy(second, listing.listingId, from, from + 1, 1);
  await market.pass(from + 1);
  await until(() => payouts.books(buyer, 'wallet'), (wallet) => wallet > 50n * USD);
  return { buyer, resaleId };
}

function request(key = seller.nextKey()): Promise<Record<string, any>> {
  const query = `mutation($key: IdempotencyKey!) { answer: requestPayout(idempotencyKey: $key) {
    __typename ... on RequestPayoutSuccess { payoutId }
    ... on NothingDueRejection { code due minimum } ... on NotPayableRejection { code state } } }`;
  return seller.ask(query, { key }).then(({ data, errors }) => {
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    return data?.['answer'];
  });
}

describe('what is due', () => {
  it('is paid out by the published rule, and each line leads to the books and back', async () => {
    const { data } = await app.stranger().ask('{ payoutRule { minimum holdBackDays } }');
    expect(data?.['payoutRule']).toEqual({ minimum: '10000000', holdBackDays: 7 });
    const reservationId = await payouts.sell(40);
    await payouts.nextDay();
    await until(() => payouts.books(seller, 'payable'), (payable) => payable >= USD);
    expect(await payouts.account(seller)).toMatchObject({ due: '0', inFlight: '0', owed: '0' });
    expect((await payouts.account(seller))['nextDueAt']).not.toBeNull();
    expect(await request()).toMatchObject({ code: 'NOTHING_DUE', due: '0', minimum: '10000000' });
    await payouts.days(8);
    const [payout] = await until(() => payouts.payouts(seller), ({ length }) => length > 0);
    const { payoutId, lines, amount } = present(payout, 'payout');
    await paidOnce(payoutId);
    const sum = lines.reduce((total: bigint, line: any) => total + BigInt(line.amount), 0n);
    expect(sum).toBe(BigInt(amount));
    const [line] = lines;
    expect(line).toMatchObject({ kind: 'PROCEEDS' });
    const booked = line.entries.reduce((total: bigint, entry: any) => total + BigInt(entry.amount), 0n);
    expect(booked).toBeGreaterThanOrEqual(BigInt(line.amount));
    expect(line.entries.length).toBeGreaterThan(0);
    const query = 'query($id: ID!) { payoutLines(reservationId: $id, first: 5) { edges { node { payoutId amount } } } }';
    const id = lines.find((one: any) => one.reservationId === reservationId)?.reservationId;
    const back = (await seller.ask(query, { id })).data?.['payoutLines'].edges;
    expect(back).toContainEqual({ node: { payoutId, amount: expect.any(String) } });
    const { data: single } = await seller.ask(`{ payout(payoutId: "${payoutId}") { state } }`);
    expect(single?.['payout']).toEqual({ state: 'PAID' });
  });

  it('is paid out at once when the seller asks, once for each key', async () => {
    await setRule(1_000_000n * USD, 0);
    await until(() => payouts.account(seller), ({ due }) => BigInt(due) > USD);
    expect(await request()).toMatchObject({ code: 'NOTHING_DUE', minimum: '1000000000000' });
    await setRule(USD, 0);
    const asked = await Promise.all(Array.from({ length: 5 }, () => request('now')));
    const { payoutId } = present(asked[0], 'answer');
    expect(new Set(asked.map((one) => one['payoutId']))).toEqual(new Set([payoutId]));
    await until(() => payouts.payouts(seller), (all) => all.some((one) => one['payoutId'] === payoutId));
    await paidOnce(payoutId);
  });
});

describe('a transfer', () => {
  const operation = 'transfers.create';
  const attempts = async (payoutId: string): Promise<number> => {
    const text = `SELECT count(*)::int AS n FROM eventstore.outbox WHERE job = 'send-payout' AND dedupe_key LIKE $1`;
    const { rows } = await app.application.get<Pool>(POOL).query(text, [`send-payout ${payoutId} %`]);
    return Number(rows[0]?.n);
  };

  it.each<[string, Fault]>([
    ['500', { status: 500 }],
    ['a cut connection', { reset: true }],
    ['silence', { timeout: true }],
    ['a refused key of ours', { status: 401 }],
  ])('that was not made because of %s is made by the next attempt', async (_what, fault) => {
    payouts.simulator.failNext({ ...fault, operation });
    const { payoutId } = await payday();
    await until(() => attempts(payoutId), (planned) => planned === 2);
    await advance(31 * SECOND_MS);
    await paidOnce(payoutId);
  });

  it.each<[string, Fault]>([
    ['500', { status: 500 }],
    ['silence', { timeout: true }],
  ])('of which the answer was lost by %s is not made again', async (_what, fault) => {
    payouts.simulator.connectWebhook('http://127.0.0.1:9/');
    payouts.simulator.failNext({ ...fault, operation, when: 'after' });
    const { payoutId } = await payday();
    await until(() => attempts(payoutId), (planned) => planned === 2);
    expect(await payouts.books(seller, `payout:${payoutId}`)).toBeGreaterThan(0n);
    await advance(31 * SECOND_MS);
    await paidOnce(payoutId);
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
    const { payoutId } = await payday();
    await until(async () => kills, (count) => count > 0);
    expect(await payouts.books(seller, `payout:${payoutId}`)).toBeGreaterThan(0n);
    restore();
    await paidOnce(payoutId);
    payouts.payments.provider.listening(app.url);
  });

  it('that Stripe refuses for good is payable again, and paid the next day', async () => {
    const owner = await payouts.ownerOf(seller);
    const { rows } = await app.application.get<Pool>(POOL).query('SELECT account_id FROM payout_account WHERE organization_id = $1', [owner]);
    const accountId = String(rows[0]?.account_id);
    // Stripe stops before we hear of it.
    payouts.simulator.connectWebhook('http://127.0.0.1:9/');
    await payouts.simulator.happen((context) => restrict(accountId, ['company.tax_id'], context));
    const { payoutId } = await payday();
    const failed = await becomes(payoutId, 'FAILED');
    expect(failed).toMatchObject({ failureReason: 'insufficient_capabilities_for_transfer', transferId: null });
    expect(await payouts.books(seller, 'payable')).toBeGreaterThanOrEqual(BigInt(failed['amount']));
    await payouts.simulator.happen((context) => satisfy(accountId, context));
    payouts.payments.provider.listening(app.url);
    await payouts.nextDay();
    const [next] = await until(() => payouts.payouts(seller), ([newest]) => newest?.['payoutId'] !== payoutId);
    expect(present(next, 'payout')['lines'][0]).toMatchObject({ kind: 'RETURNED' });
    await paidOnce(present(next, 'payout')['payoutId']);
  });

  it('that Stripe does not answer for too long is for people to look at, and is found by its name', async () => {
    payouts.simulator.connectWebhook('http://127.0.0.1:9/');
    payouts.simulator.failNext({ timeout: true, when: 'after', operation });
    payouts.simulator.failNext({ status: 500, operation, times: 7 });
    const { payoutId } = await payday();
    for (let attempt = 2; attempt <= 8; attempt += 1) {
      await until(() => attempts(payoutId), (planned) => planned === attempt);
      await advance(30 * 2 ** (attempt - 2) * SECOND_MS);
    }
    await becomes(payoutId, 'NEEDS_REVIEW');
    const reviews = (await admin.ask('{ payoutReviews { about subject lastError } }')).data?.['payoutReviews'];
    expect(reviews).toContainEqual({ about: 'transfer', subject: payoutId, lastError: 'server-error' });
    await payouts.days(1);
    const fields = '... on ResolvePayoutSuccess { isKnown lastError }';
    const resolved = await admin.mutate('resolvePayout', 'ResolvePayoutInput', { payoutId }, { fields });
    expect(resolved).toMatchObject({ isKnown: true });
    await paidOnce(payoutId);
    payouts.payments.provider.listening(app.url);
  });
});

describe('a reversal', () => {
  const FIELDS = `... on ReverseTransferSuccess { reversal { reversalId status lastError amount } }
    ... on ValidationRejection { issues { field } } ... on ReversalTooLargeRejection { left } ... on StateRejection { state }`;
  const take = (payoutId: string, amount: bigint, key = admin.nextKey()): Promise<Record<string, any>> => {
    const input = { payoutId, amount: amount.toString(), note: 'a credit after the payout' };
    return admin.mutate('reverseTransfer', 'ReverseTransferInput', input, { fields: FIELDS, key });
  };

  it('first pays what the seller came to owe; what is owed comes out of what is earned next', async () => {
    const { payoutId, lines } = await payday();
    await paidOnce(payoutId);
    const owner = await payouts.ownerOf(seller);
    await until(() => payouts.books(seller, 'payable'), (left) => left >= USD);
    const [payable, wallet] = [await payouts.books(seller, 'payable'), await payouts.books(seller, 'wallet')];
    const [line] = lines.filter((one: any) => one.reservationId !== null);
    const buyerId = await payouts.ownerOf(await app.signUp('Credited'));
    await app.application.get(Books).claimCredit(owner, {
      ...{ creditId: `late/${payoutId}`, reservationId: line.reservationId as ReservationId, toId: buyerId },
      ...{ hour: floorToGrid(clockOf(app).now(), DAY_MS), evidence: 'late/1' },
      amount: (payable + wallet + 50n * USD) as MicroUsd,
    });
    expect(await payouts.account(seller)).toMatchObject({ owed: `${50n * USD}`, payable: '0', due: '0' });
    const answers = [await take(payoutId, 30n * USD, 'back'), await take(payoutId, 30n * USD, 'back')];
    for (const answer of answers) expect(answer['reversal']).toMatchObject({ status: 'DONE', amount: `${30n * USD}` });
    expect(await payouts.account(seller)).toMatchObject({ owed: `${20n * USD}`, payable: '0' });
    await becomes(payoutId, 'PARTLY_REVERSED');
    await payouts.nextDay();
    await until(() => payouts.account(seller), ({ owed, payable: left }) => owed === '0' && BigInt(left) > 0n);
    expect(await payouts.books(seller, 'payable')).toBeLessThan(80n * USD);
  });

  it('is refused for what is not there', async () => {
    const { payoutId, amount } = await payday();
    await paidOnce(payoutId);
    expect(await take('no-such-payout', USD)).toMatchObject({ code: 'NOT_FOUND' });
    expect(await take(payoutId, 1n)).toMatchObject({ issues: [{ field: 'amount' }] });
    expect(await take(payoutId, BigInt(amount) + 10_000n)).toMatchObject({ code: 'REVERSAL_TOO_LARGE', left: amount });
    await expect(seller.mutate('reverseTransfer', 'ReverseTransferInput', { payoutId, amount: '10000', note: 'x' })).rejects.toThrow('FORBIDDEN');
  });

  it('that Stripe gave no answer to is done once', async () => {
    const { payoutId } = await payday();
    const transferId = await paidOnce(payoutId);
    payouts.simulator.failNext({ timeout: true, when: 'after', operation: 'transfers.createReversal' });
    const { reversal } = await take(payoutId, 10n * USD);
    expect(['PENDING', 'DONE']).toContain(reversal.status);
    await advance(31 * SECOND_MS);
    await until(() => payoutOf(payoutId), ({ reversed }) => reversed === `${10n * USD}`);
    const made = await payouts.stripe.transfers.listReversals(transferId);
    expect(made.data.map(({ amount }) => amount)).toEqual([1_000]);
  });

  it('in Stripe’s own dashboard is booked by its webhooks, in any order and number', async () => {
    const { payoutId, amount } = await payday();
    const transferId = await paidOnce(payoutId);
    const at = async (): Promise<object> => structuredClone(await payouts.stripe.transfers.retrieve(transferId));
    const states = [await at()];
    payouts.simulator.connectWebhook('http://127.0.0.1:9/');
    for (const cents of [1_000, 500]) {
      await payouts.simulator.happen((context) =>
        reverse(present(context.work.get('transfers', transferId), transferId), { amount: cents }, context),
      );
      states.push(await at());
    }
    const events = states.map((state) => payouts.payments.event('transfer.reversed', state));
    const told = [...events.toReversed(), ...events];
    const statuses = await Promise.all(told.map((event) => payouts.payments.tell(event)));
    expect(new Set(statuses)).toEqual(new Set([200]));
    payouts.payments.provider.listening(app.url);
    await until(() => payoutOf(payoutId), ({ reversed }) => reversed === `${15n * USD}`);
    expect(await payoutOf(payoutId)).toMatchObject({ amount, state: 'PARTLY_REVERSED' });
    const foreign = payouts.payments.event('transfer.created', { ...states[0], metadata: {} });
    expect(await payouts.payments.tell(foreign)).toBe(200);
    expect(await payouts.payments.noted(foreign['id'])).toMatchObject({ matched: false });
  });
});

describe('the daily reconciliation', () => {
  const DIFFERENCES = '{ reconciliationDifferences(first: 50) { edges { node { differenceId reference kind ours theirs ageDays note } } } }';
  const listed = async (): Promise<readonly Record<string, any>[]> =>
    (await admin.ask(DIFFERENCES)).data?.['reconciliationDifferences'].edges.map(({ node }: any) => node);

  it('lists exactly what differs, until both sides say the same', async () => {
    const service = app.application.get(ReconciliationService);
    const pool = app.application.get<Pool>(POOL);
    await payouts.simulator.deliveriesSettled();
    await payouts.days(1);
    const today = floorToGrid(clockOf(app).now(), DAY_MS);
    const buyer = await payouts.market.buyer('Reconciled', 30);
    await payouts.simulator.deliveriesSettled();
    const [intent] = (await payouts.stripe.paymentIntents.list({ limit: 1 })).data;
    await until(
      async () => (await pool.query('SELECT 1 FROM stripe_movement WHERE reference = $1', [intent?.id])).rowCount,
      (count) => count === 1,
    );
    // A payment that the books never heard of.
    const alien = await payouts.stripe.paymentIntents.create({ amount: 700, currency: 'usd', payment_method: 'pm_card_visa', confirm: true });
    await payouts.days(2);
    await service.reconcile(today as Instant);
    const found = await until(listed, ({ length }) => length > 0);
    expect(found).toMatchObject([{ reference: alien.id, kind: 'MISSING_HERE', ours: null, theirs: '7000000', note: null }]);
    await service.reconcile(today as Instant);
    expect(await listed()).toHaveLength(1);
    const input = { differenceId: found[0]?.['differenceId'], note: 'a test by hand' };
    await admin.mustMutate('acknowledgeDifference', 'AcknowledgeDifferenceInput', input);
    expect((await listed())[0]).toMatchObject({ note: 'a test by hand' });
    const runs = (await admin.ask('{ reconciliations(first: 50) { edges { node { day status matched fees } } } }')).data?.['reconciliations'];
    const done = runs.edges.map(({ node }: any) => node).filter(({ status }: any) => status === 'done');
    expect(done.some(({ matched, fees }: any) => matched > 0 && BigInt(fees) > 0n)).toBe(true);
    await expect(buyer.ask(DIFFERENCES)).resolves.toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] });
  });
});
