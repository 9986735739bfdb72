import { ReconciliationService } from '../../src/billing/application/reconciliation/reconciliation.service.js';
import { DAY_MS, floorToGrid, type Instant } from '../../src/kernel/time.js';
import { startTestApp, type ApiClient, type TestApp } from '../support/app.js';
import { becomes, usd, wallet } from '../support/card-money.js';
import { signUpOperator } from '../support/operators.js';
import { Payments } from '../support/payments.js';
import { clockOf } from '../support/trading.js';
import { until } from '../support/until.js';
import { verifyApp } from '../support/verify.js';

let app: TestApp;
let payments: Payments;
let admin: ApiClient;

beforeAll(async () => {
  app = await startTestApp();
  payments = new Payments(app);
  admin = await signUpOperator(app);
});
afterAll(async () => {
  await verifyApp(app);
  await app.close();
});

interface Paid {
  readonly client: ApiClient;
  readonly topUpId: string;
  readonly paymentId: string;
}

/** Somebody with 10 USD from a card. */
async function paid(name: string): Promise<Paid> {
  const client = await app.signUp(name);
  const { topUpId } = (await payments.topUp(client, 10))['topUp'];
  const [payment] = await payments.intentsOf(topUpId);
  return { client, topUpId, paymentId: payment?.id ?? '' };
}

const happen = (happening: string, subject: string, amount?: string): Promise<Record<string, any>> =>
  admin.mutate('happenAtStandIn', 'HappenAtStandInInput', { happening, subject, ...(amount === undefined ? {} : { amount }) }, {
    fields: '... on HappenAtStandInSuccess { standIn { disputes { disputeId paymentId amount isOpen } } } ... on ValidationRejection { issues { field accepted } }',
  });

async function disputed({ paymentId }: Paid, amount: string): Promise<string> {
  const { standIn } = await happen('DISPUTE_OPENED', paymentId, amount);
  const dispute = standIn.disputes.find((one: any) => one.paymentId === paymentId);
  expect(dispute).toMatchObject({ amount, isOpen: true });
  return dispute.disputeId;
}

const refund = ({ client, topUpId }: Paid, dollars: number): Promise<Record<string, any>> =>
  client.mutate('refundTopUp', 'RefundTopUpInput', { topUpId, amount: usd(dollars) }, {
    fields: '... on RefundTopUpSuccess { refundId } ... on RefundTooHighRejection { available }',
  });

async function disputeOf(client: ApiClient): Promise<Record<string, any>> {
  const { data } = await client.ask('{ paymentDisputes(first: 10) { edges { node { status amount } } } }');
  return data?.['paymentDisputes'].edges[0]?.node;
}

describe('a dispute over a part of a payment', () => {
  it('takes that part, and gives it back when it is won', async () => {
    const payer = await paid('Part won');
    const disputeId = await disputed(payer, usd(4));
    await becomes(payer.client, { balance: usd(6), owed: '0' });
    expect(await disputeOf(payer.client)).toEqual({ status: 'needs_response', amount: usd(4) });
    await happen('DISPUTE_WON', disputeId);
    await becomes(payer.client, { balance: usd(10), owed: '0' });
    expect(await refund(payer, 10)).toMatchObject({ refundId: expect.any(String) });
    await becomes(payer.client, { balance: '0', refunding: '0' });
  });

  it('that is lost leaves the rest, of which nothing is refunded: Stripe would not do it either', async () => {
    const payer = await paid('Part lost');
    const disputeId = await disputed(payer, usd(4));
    await becomes(payer.client, { balance: usd(6) });
    const stripes = payments.stripe.refunds.create({ payment_intent: payer.paymentId, amount: 100 });
    await expect(stripes).rejects.toMatchObject({ code: 'charge_disputed' });
    expect(await refund(payer, 1)).toMatchObject({ code: 'TOP_UP_DISPUTED' });
    await happen('DISPUTE_LOST', disputeId);
    await until(() => disputeOf(payer.client), ({ status }) => status === 'lost');
    expect(await wallet(payer.client)).toEqual({ balance: usd(6), owed: '0', refunding: '0' });
    expect(await refund(payer, 1)).toMatchObject({ code: 'TOP_UP_DISPUTED' });
  });

  it('that is spent is owed, and no more than that', async () => {
    const payer = await paid('Part owed');
    await refund(payer, 8);
    await becomes(payer.client, { balance: usd(2), refunding: '0' });
    await disputed(payer, usd(5));
    await becomes(payer.client, { balance: '0', owed: usd(3) });
    await payments.topUp(payer.client, 5);
    await becomes(payer.client, { balance: usd(2), owed: '0' });
  });

  it('whose refund was set aside before we heard of it is refused by Stripe, and back in the wallet', async () => {
    const payer = await paid('Crossed');
    const standIn = (name: string): Promise<unknown> => admin.ask(`mutation($key: IdempotencyKey!) { ${name} { __typename } }`, { key: admin.nextKey() });
    await standIn('holdStandInEvents(idempotencyKey: $key)');
    await disputed(payer, usd(4));
    const refused = 'Stripe refused the refund: charge_disputed; the money is in the wallet again';
    expect(await refund(payer, 5)).toMatchObject({ code: 'REFUND_FAILED', message: refused });
    await becomes(payer.client, { balance: usd(10), refunding: '0' });
    await standIn('releaseStandInEvents(idempotencyKey: $key, input: {})');
    await becomes(payer.client, { balance: usd(6), refunding: '0' });
  });

  it('may be lost in part: what comes back all the same forgives what is owed first', async () => {
    const payer = await paid('Partly won');
    await refund(payer, 8);
    await becomes(payer.client, { balance: usd(2), refunding: '0' });
    const disputeId = await disputed(payer, usd(10));
    await becomes(payer.client, { balance: '0', owed: usd(8) });
    // The bank sees that 8 were refunded before.
    expect(await happen('DISPUTE_LOST', disputeId, usd(8))).toMatchObject({ __typename: 'HappenAtStandInSuccess' });
    await becomes(payer.client, { balance: '0', owed: '0' });
    expect(await disputeOf(payer.client)).toEqual({ status: 'lost', amount: usd(10) });
    await payments.topUp(payer.client, 5);
    await becomes(payer.client, { balance: usd(5), owed: '0' });
  });

  it('is in the books as it is in Stripe’s balance, and its fee the exchange’s', async () => {
    await payments.settled();
    const day = floorToGrid(clockOf(app).now(), DAY_MS);
    await clockOf(app).advanceTo((day + DAY_MS + DAY_MS / 2) as Instant);
    await app.application.get(ReconciliationService).reconcile(day as Instant);
    const { data } = await admin.ask('{ reconciliationDifferences(first: 50) { edges { node { reference kind ours theirs } } } reconciliations(first: 1) { edges { node { status fees } } } }');
    expect(data?.['reconciliationDifferences'].edges).toEqual([]);
  });

  it('is refused of no whole cents, of more than the payment, and of what has no amount', async () => {
    const { paymentId } = await paid('Refused');
    const accepted = 'whole cents from 0.01 USD, in micro-USD, with DISPUTE_OPENED and DISPUTE_LOST alone';
    for (const [happening, amount] of [['DISPUTE_OPENED', '5000'], ['DISPUTE_OPENED', '0'], ['DISPUTE_WON', usd(1)]] as const) {
      expect(await happen(happening, paymentId, amount)).toMatchObject({ issues: [{ field: 'amount', accepted }] });
    }
    expect(await happen('DISPUTE_OPENED', paymentId, usd(10.01))).toMatchObject({ code: 'STAND_IN_REFUSED' });
    const { standIn } = await happen('DISPUTE_OPENED', paymentId, usd(10));
    const [{ disputeId }] = standIn.disputes;
    expect(await happen('DISPUTE_LOST', disputeId, usd(10.01))).toMatchObject({ code: 'STAND_IN_REFUSED' });
  });
});
