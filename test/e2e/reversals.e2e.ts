import type { Pool } from 'pg';
import { reverse } from '../../src/billing/adapter/stripe/stand-in/transfer-reversal.operations.js';
import { ReconciliationService } from '../../src/billing/application/reconciliation/reconciliation.service.js';
import { Books } from '../../src/billing/contract.js';
import { present } from '../../src/kernel/assert.js';
import type { ReservationId } from '../../src/kernel/ids.js';
import type { MicroUsd } from '../../src/kernel/money.js';
import { DAY_MS, floorToGrid, SECOND_MS, type Duration, type Instant } from '../../src/kernel/time.js';
import { Database } from '../../src/platform/database/prisma.js';
import { POOL } from '../../src/platform/platform.module.js';
import type { ApiClient, TestApp } from '../support/app.js';
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
  await payouts.setRule(admin, USD, 0);
  await payouts.onboarded(seller);
  await payouts.sell(30);
  await payouts.nextDay();
});
afterAll(async () => {
  const { projections } = await verifyApp(app);
  expect(projections).toBeGreaterThan(3);
  await app.close();
});

const advance = (ms: number): Promise<unknown> => clockOf(app).advance(ms as Duration);

describe('a reversal', () => {
  const FIELDS = `... on ReverseTransferSuccess { reversal { reversalId status lastError amount } }
    ... on ValidationRejection { issues { field } } ... on ReversalTooLargeRejection { left } ... on StateRejection { state }`;
  const take = (payoutId: string, amount: bigint, key = admin.nextKey()): Promise<Record<string, any>> => {
    const input = { payoutId, amount: amount.toString(), note: 'a credit after the payout' };
    return admin.mutate('reverseTransfer', 'ReverseTransferInput', input, { fields: FIELDS, key });
  };

  it('first pays what the seller came to owe; what is owed comes out of what is earned next', async () => {
    const { payoutId, lines } = await payouts.payday();
    await payouts.paidOnce(payoutId);
    const owner = await payouts.ownerOf(seller);
    await until(() => payouts.books(seller, 'payable'), (left) => left >= USD);
    const [payable, wallet] = [await payouts.books(seller, 'payable'), await payouts.books(seller, 'wallet')];
    const [line] = lines.filter((one: any) => one.reservationId !== null);
    const buyerId = await payouts.ownerOf(await app.signUp('Credited'));
    await app.application.get(Books).claimCredit(owner, {
      ...{ creditId: `late/${payoutId}`, reservationId: line.reservationId as ReservationId, toId: buyerId },
      ...{ hour: floorToGrid(clockOf(app).now(), DAY_MS), evidence: 'late/1', parts: [] },
      amount: (payable + wallet + 50n * USD) as MicroUsd,
    });
    expect(await payouts.account(seller)).toMatchObject({ owed: `${50n * USD}`, payable: '0', due: '0' });
    const answers = [await take(payoutId, 30n * USD, 'back'), await take(payoutId, 30n * USD, 'back')];
    for (const answer of answers) expect(answer['reversal']).toMatchObject({ status: 'DONE', amount: `${30n * USD}` });
    expect(await payouts.account(seller)).toMatchObject({ owed: `${20n * USD}`, payable: '0' });
    await payouts.becomes(payoutId, 'PARTLY_REVERSED');
    await payouts.nextDay();
    await until(() => payouts.account(seller), ({ owed, payable: left }) => owed === '0' && BigInt(left) > 0n);
    expect(await payouts.books(seller, 'payable')).toBeLessThan(80n * USD);
  });

  it('is refused for what is not there', async () => {
    const { payoutId, amount } = await payouts.payday();
    await payouts.paidOnce(payoutId);
    expect(await take('no-such-payout', USD)).toMatchObject({ code: 'NOT_FOUND' });
    expect(await take(payoutId, 1n)).toMatchObject({ issues: [{ field: 'amount' }] });
    expect(await take(payoutId, BigInt(amount) + 10_000n)).toMatchObject({ code: 'REVERSAL_TOO_LARGE', left: amount });
    await expect(seller.mutate('reverseTransfer', 'ReverseTransferInput', { payoutId, amount: '10000', note: 'x' })).rejects.toThrow('FORBIDDEN');
  });

  it('that Stripe gave no answer to is done once', async () => {
    const { payoutId } = await payouts.payday();
    const transferId = await payouts.paidOnce(payoutId);
    payouts.simulator.failNext({ timeout: true, when: 'after', operation: 'transfers.createReversal' });
    const { reversal } = await take(payoutId, 10n * USD);
    expect(['PENDING', 'DONE']).toContain(reversal.status);
    await advance(31 * SECOND_MS);
    await until(() => payouts.payoutOf(payoutId), ({ reversed }) => reversed === `${10n * USD}`);
    const made = await payouts.stripe.transfers.listReversals(transferId);
    expect(made.data.map(({ amount }) => amount)).toEqual([1_000]);
  });

  it('in Stripe’s own dashboard is booked by its webhooks, in any order and number', async () => {
    const { payoutId, amount } = await payouts.payday();
    const transferId = await payouts.paidOnce(payoutId);
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
    await until(() => payouts.payoutOf(payoutId), ({ reversed }) => reversed === `${15n * USD}`);
    expect(await payouts.payoutOf(payoutId)).toMatchObject({ amount, state: 'PARTLY_REVERSED' });
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
    const runs = (await admin.ask('{ reconciliations(first: 50) { edges { node { day until status matched fees } } } }')).data?.['reconciliations'];
    const done = runs.edges.map(({ node }: any) => node).filter(({ status }: any) => status === 'done');
    expect(done.some(({ matched, fees }: any) => matched > 0 && BigInt(fees) > 0n)).toBe(true);
    await expect(buyer.ask(DIFFERENCES)).resolves.toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] });
  });

  it('counts what moved in its day, not what was read around it', async () => {
    const [day, next] = ['2020-01-02', '2020-01-03'];
    const database = app.application.get(Database);
    const at = ['2020-01-01T23:30:00Z', '2020-01-02T00:00:00Z', '2020-01-02T23:59:59.999Z', '2020-01-03T00:00:00Z'];
    const line = { type: 'payout', amount: -5n, fee: 1n, currency: 'usd', isBooked: false };
    await database.stripeBalanceLine.createMany({
      data: at.map((createdAt) => ({ ...line, lineId: createdAt, reference: createdAt, createdAt: new Date(createdAt) })),
    });
    await database.reconciliation.create({
      data: { day, until: new Date(next), status: 'comparing', lines: at.length, startedAt: new Date(next) },
    });
    await app.application.get(ReconciliationService).reconcile(Date.parse(day) as Instant);
    expect(await database.reconciliation.findUnique({ where: { day } })).toMatchObject({ status: 'done', lines: 2, fees: 2n, unbooked: -10n });
  });
});

describe('what goes wrong at the stand-in', () => {
  const act = (name: string, input?: object, who = admin, key = who.nextKey()): Promise<Record<string, any>> => {
    const [type, given] = input === undefined ? ['', ''] : [`, $input: ${name[0]?.toUpperCase()}${name.slice(1)}Input!`, ', input: $input'];
    const more = /^(fail|release)/.test(name) ? '... on ValidationRejection { issues { field accepted } }' : /^(clear|hold)/.test(name) ? '' : '... on NotFoundRejection { field }';
    const fields = `__typename ... on Rejection { code message } ${more}`;
    const text = `mutation($key: IdempotencyKey!${type}) { answer: ${name}(idempotencyKey: $key${given}) { ${fields} } }`;
    return who.ask(text, { key, ...(input === undefined ? {} : { input }) }).then(({ data, errors }) => data?.['answer'] ?? { code: errors?.[0]?.extensions?.code });
  };
  const look = async (): Promise<Record<string, any>> =>
    (await admin.ask(`{ stripeStandIn { isAnswering isHolding eventsWaiting faults { operation effect left } events { eventId type state attempts }
      paidPayments { paymentId topUpId amount } disputes { disputeId isOpen } } }`)).data?.['stripeStandIn'];
  const walletOf = async (client: ApiClient): Promise<object> => (await client.ask('{ wallet { balance owed } }')).data?.['wallet'];
  const paymentOf = async (topUpId: string): Promise<string> =>
    (await look())['paidPayments'].find((one: any) => one.topUpId === topUpId)?.paymentId;

  it('is for those who run the exchange, and refused by its own rules', async () => {
    const fault = { effect: 'STATUS', status: 200, operation: 'transfers.creat', times: 0 };
    expect(await act('failStandIn', fault, seller)).toEqual({ code: 'FORBIDDEN' });
    const { issues } = await act('failStandIn', fault);
    expect(issues.map(({ field }: any) => field)).toEqual(['operation', 'status', 'times']);
    expect(issues[0].accepted).toContain('transfers.create,');
    expect(await act('happenAtStandIn', { happening: 'REFUND_FAILED', subject: 're_none' })).toMatchObject({ code: 'NOT_FOUND', field: 'subject' });
    expect(await act('finishStandInPayment', { paymentId: 'pi_none', outcome: 'FAILED' })).toMatchObject({ code: 'NOT_FOUND', field: 'paymentId' });
    expect(await act('resendStandInEvent', { eventId: 'evt_none' })).toMatchObject({ code: 'NOT_FOUND', field: 'eventId' });
    expect(await act('releaseStandInEvents', { times: 6 })).toMatchObject({ issues: [{ field: 'times', accepted: '1 to 5' }] });
    for (let count = 0; count < 20; count += 1) await act('failStandIn', { effect: 'CUT', operation: 'refunds.list' });
    expect(await act('failStandIn', { effect: 'CUT' })).toMatchObject({ code: 'STAND_IN_REFUSED', message: '20 failures are set already: clear them first' });
    await act('clearStandInFaults');
    expect(await look()).toMatchObject({ isAnswering: true, faults: [] });
  });

  it('leaves a top-up charged once whose answer was lost, told late, twice and backwards, and a dispute that ends but once', async () => {
    const client = await app.signUp('Unlucky');
    await act('holdStandInEvents');
    await act('failStandIn', { effect: 'CUT', operation: 'payment_intents.create', when: 'AFTER', times: 2 }, admin, 'one-fault');
    // The SDK asks once more by itself where a connection is cut. Under its key it is the same fault.
    await act('failStandIn', { effect: 'CUT', operation: 'payment_intents.create', when: 'AFTER', times: 2 }, admin, 'one-fault');
    expect((await look())['faults']).toEqual([{ operation: 'payment_intents.create', effect: 'CUT', left: 2 }]);
    const { topUp } = await payouts.payments.topUp(client, 10, { key: 'lost' });
    expect(topUp.status).toBe('PENDING');
    expect((await payouts.payments.topUp(client, 10, { key: 'lost' }))['topUp']).toMatchObject({ topUpId: topUp.topUpId, status: 'SUCCEEDED' });
    const paymentId = await paymentOf(topUp.topUpId);
    expect(await act('happenAtStandIn', { happening: 'DISPUTE_OPENED', subject: paymentId })).toMatchObject({ __typename: 'HappenAtStandInSuccess' });
    expect(await act('happenAtStandIn', { happening: 'DISPUTE_OPENED', subject: paymentId })).toMatchObject({ code: 'STAND_IN_REFUSED' });
    const [{ disputeId }] = (await look())['disputes'];
    await act('happenAtStandIn', { happening: 'DISPUTE_WON', subject: disputeId });
    expect(await look()).toMatchObject({ isHolding: true, faults: [] });
    await act('releaseStandInEvents', { order: 'REVERSED', times: 2 });
    await payouts.payments.settled();
    expect(await look()).toMatchObject({ isHolding: false, eventsWaiting: 0, disputes: [{ isOpen: false }] });
    await until(() => walletOf(client), (held: any) => held.balance === '10000000');
    expect(await walletOf(client)).toEqual({ balance: '10000000', owed: '0' });
    expect(await payouts.payments.intentsOf(topUp.topUpId)).toHaveLength(1);
    const { data } = await admin.ask('{ auditEntries(first: 50) { edges { node { action subject } } } }');
    const told = data?.['auditEntries'].edges.map(({ node }: any) => node).filter(({ action }: any) => action.startsWith('stand-in.'));
    expect(told.slice(0, 4)).toEqual([
      { action: 'stand-in.events-released', subject: 'stripe-stand-in' },
      { action: 'stand-in.happened', subject: disputeId },
      { action: 'stand-in.happened', subject: paymentId },
      { action: 'stand-in.fault-set', subject: 'payment_intents.create' },
    ]);
  });
});
