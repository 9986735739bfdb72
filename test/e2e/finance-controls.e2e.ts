import { LedgerService } from '../../src/billing/application/ledger.service.js';
import { systemContext } from '../../src/eventstore/command-context.js';
import { present } from '../../src/kernel/assert.js';
import { DAY_MS, endOfMonth, MINUTE_MS, monthOf, plus, type Duration, type Instant } from '../../src/kernel/time.js';
import { startTestApp, type ApiClient, type TestApp } from '../support/app.js';
import { approvalsOf, decide, Finance, organizationOf, REFUSED, setLimits } from '../support/finance.js';
import { signUpOperator } from '../support/operators.js';
import { Payments } from '../support/payments.js';
import { clockOf, HOUR, type Trading, walletOf } from '../support/trading.js';
import { until } from '../support/until.js';
import { verifyApp } from '../support/verify.js';

let app: TestApp;
let desk: Finance;
let market: Trading;
let admin: ApiClient;

beforeAll(async () => {
  app = await startTestApp();
  desk = await Finance.open(app);
  market = desk.market;
  admin = await signUpOperator(app);
});
afterAll(async () => {
  await verifyApp(app);
  await app.close();
});

describe('a limit of spending', () => {
  it('holds against 32 orders at once', async () => {
    const { finance, trader } = await desk.company('At once');
    await setLimits(finance, 'organization', { perDay: '100000' });
    const answers = await Promise.all(Array.from({ length: 32 }, () => desk.bid(trader, 9_000)));
    expect(answers.filter(({ __typename }) => __typename === 'PlaceOrderSuccess')).toHaveLength(11);
    const refused = answers.filter(({ code }) => code === 'OVER_SPEND_LIMIT');
    expect(refused).toHaveLength(21);
    expect(refused[0]).toMatchObject({ subject: 'organization', period: 'DAY', limit: '100000', spent: '99000', asked: '9000' });
    const { data } = await finance.ask('{ spendLimits { edges { node { subject perDay perOrder spentToday spentThisMonth } } } }');
    const told = { subject: 'organization', perDay: '100000', perOrder: null, spentToday: '99000', spentThisMonth: '99000' };
    expect(data?.['spendLimits'].edges).toMatchObject([{ node: told }]);
  });

  it('holds for every way to buy', async () => {
    const { finance, trader, traderId } = await desk.company('Every way');
    await setLimits(finance, `member:${traderId}`, { perOrder: '999' });
    const over = { code: 'OVER_SPEND_LIMIT', subject: `member:${traderId}`, period: 'ORDER', limit: '999' };
    expect(await desk.bid(trader, 1_000)).toMatchObject(over);
    const { reservationId } = await desk.hold(trader);
    expect(await desk.pay(trader, reservationId)).toMatchObject({ ...over, asked: '2000' });
    const fields = `... on PayReservationsSuccess { walletBalance } ${REFUSED}`;
    const input = { reservationIds: [reservationId, (await desk.hold(trader)).reservationId] };
    expect(await trader.mutate('payReservations', 'PayReservationsInput', input, { fields })).toMatchObject({ ...over, asked: '4000' });
    const orders = [0, 1].map(() => (desk.order('1000')));
    const list = await trader.mutate('placeOrders', 'PlaceOrdersInput', { orders }, { fields: '... on PlaceOrdersSuccess { results { ... on Rejection { code } } }' });
    expect(list['results']).toEqual([{ code: 'OVER_SPEND_LIMIT' }, { code: 'OVER_SPEND_LIMIT' }]);
    const { order } = await desk.bid(trader, 900);
    const raised = { orderId: order.orderId, quantity: '1', limitPrice: '1000' };
    expect(await trader.mutate('amendOrder', 'AmendOrderInput', raised, { fields: REFUSED })).toMatchObject({ ...over, spent: '900', asked: '100' });
    expect(await desk.quoted(trader)).toMatchObject({ ...over, asked: '2000' });
    expect(await desk.auctioned(trader)).toMatchObject({ ...over, asked: '2000' });
    expect(await walletOf(trader)).toMatchObject({ inEscrow: '0' });
  });

  it('is set by owners and finance, and every change is told: who, what, from what to what', async () => {
    const { owner, finance, trader } = await desk.company('Audited');
    const change = { subject: 'role:trader', limits: { perDay: '5' } };
    await expect(trader.mutate('setSpendLimits', 'SetSpendLimitsInput', change)).rejects.toThrow('FORBIDDEN');
    await setLimits(finance, 'role:trader', { perDay: '5' });
    await setLimits(owner, 'role:trader', { perDay: '7', approvalAbove: '3' });
    const input = { budget: { amount: '100', spentAlerts: [80], committedAlerts: [50, 100] } };
    await owner.mustMutate('setBudget', 'SetBudgetInput', input);
    const query = '{ controlChanges { edges { node { actor control subject values { name before after } } } } }';
    const rows = await until(
      async () => (await finance.ask(query)).data?.['controlChanges'].edges.map(({ node }: any) => node) as any[],
      ({ length }) => length === 3,
    );
    const actors = await Promise.all([owner, finance].map(async (one) => (await one.ask('{ viewer { actor } }')).data?.['viewer'].actor));
    expect(rows).toMatchObject([
      { actor: actors[0], control: 'budget' },
      { actor: actors[0], control: 'spend-limits', subject: 'role:trader', values: [{ name: 'approvalAbove', before: null, after: '3' }, { name: 'perDay', before: '5', after: '7' }] },
      { actor: actors[1], control: 'spend-limits', values: [{ name: 'perDay', before: null, after: '5' }] },
    ]);
    await expect(trader.ask(query)).resolves.toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] });
  });

  it.each([
    [{ subject: 'everybody', limits: {} }, 'subject'],
    [{ subject: 'role:king', limits: {} }, 'subject'],
    [{ subject: 'organization', limits: { perDay: '-1' } }, 'limits.perDay'],
  ])('is not %j', async (input, field) => {
    const owner = await app.signUp('Wrong');
    const answer = await owner.mutate('setSpendLimits', 'SetSpendLimitsInput', input, { fields: '... on ValidationRejection { issues { field } }' });
    expect(answer['issues']).toEqual([{ field }]);
  });

  it('is for one’s own people only', async () => {
    const { traderId } = await desk.company('Theirs');
    const owner = await app.signUp('Other');
    const input = { subject: `member:${traderId}`, limits: { perDay: '1' } };
    expect(await owner.mutate('setSpendLimits', 'SetSpendLimitsInput', input)).toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('a dispute over money that is spent', () => {
  it('stops every way to buy until what is owed is paid, and is there to see', async () => {
    const { owner, trader } = await desk.company('Disputed');
    await desk.pay(trader, (await desk.hold(trader)).reservationId);
    const payments = new Payments(app);
    await payments.dispute(owner);
    await until(() => walletOf(owner), ({ balance, owed }) => balance === '0' && owed === '2000');
    expect((await owner.ask('{ creditLine { unused frozenBy takenBack } }')).data?.['creditLine']).toEqual({ unused: '0', frozenBy: null, takenBack: '2000' });
    const { reservationId } = await desk.hold(trader);
    const answers = [await desk.bid(trader, 2_000), await desk.pay(trader, reservationId), await desk.quoted(trader), await desk.auctioned(trader)];
    const message = expect.stringContaining('0.002 USD are owed and paid first');
    expect(answers).toMatchObject(answers.map(() => ({ code: 'INSUFFICIENT_FUNDS', message, balance: '0', due: '2000', owed: '2000', creditUnused: '0' })));
    await payments.topUp(owner, 1);
    expect(await walletOf(owner)).toMatchObject({ balance: '998000', owed: '0' });
    expect((await desk.pay(trader, reservationId))['__typename']).toBe('PayReservationSuccess');
  });
});

describe('an approval', () => {
  it('executes an order under its own key, once, whoever asks again', async () => {
    const { owner, finance, trader, traderId } = await desk.company('Approves');
    await setLimits(owner, 'organization', { approvalAbove: '1000' });
    const asked = await desk.bid(trader, 5_000, { key: 'mine' });
    expect(asked).toMatchObject({ code: 'NEEDS_APPROVAL' });
    const { approvalId } = asked;
    expect(await desk.bid(trader, 5_000, { key: 'mine' })).toMatchObject({ code: 'NEEDS_APPROVAL', approvalId });
    const [row] = await until(() => approvalsOf(finance), ({ length }) => length === 1);
    expect(row).toMatchObject({ approvalId, status: 'PENDING', requestedBy: `member:${traderId}`, amount: '5000' });
    expect(row.bid).toEqual({ kind: 'ORDER', ...desk.order('5000') });
    await expect(decide(trader, 'approve', approvalId)).rejects.toThrow('FORBIDDEN');
    const answers = await Promise.all([decide(finance, 'approve', approvalId, 'yes'), decide(owner, 'approve', approvalId)]);
    const done = answers.filter(({ __typename }) => __typename === 'ApprovePurchaseSuccess');
    expect(done).toHaveLength(1);
    expect(answers).toContainEqual(expect.objectContaining({ code: 'APPROVAL_DECIDED', end: 'approved' }));
    const placed = await desk.bid(trader, 5_000, { key: 'mine' });
    expect(placed).toMatchObject({ order: { orderId: done[0]?.['orderId'], status: 'RESTING' } });
    expect(await walletOf(owner)).toMatchObject({ balance: '9995000' });
    const [over] = await until(() => approvalsOf(trader), ([one]) => one?.status === 'APPROVED');
    expect(over.bid).toBeNull();
    const raised = { orderId: done[0]?.['orderId'], quantity: '1', limitPrice: '7000' };
    expect(await trader.mutate('amendOrder', 'AmendOrderInput', raised)).toMatchObject({ code: 'NEEDS_APPROVAL' });
    const [waits] = await until(() => approvalsOf(trader), ([one]) => one?.status === 'PENDING');
    expect(waits.bid).toEqual({ kind: 'AMENDMENT', ...desk.order('7000') });
  });

  it('is nobody’s own, and a refusal is final', async () => {
    const { owner, finance, trader } = await desk.company('Refuses');
    await setLimits(finance, 'organization', { approvalAbove: '1000' });
    const own = await desk.bid(owner, 5_000);
    expect(await decide(owner, 'approve', own['approvalId'])).toMatchObject({ code: 'OWN_REQUEST' });
    const { approvalId } = await desk.bid(trader, 5_000, { key: 'no' });
    await decide(owner, 'refuse', approvalId);
    expect(await desk.bid(trader, 5_000, { key: 'no' })).toMatchObject({ code: 'APPROVAL_DECIDED', end: 'refused' });
    expect(await decide(owner, 'approve', approvalId)).toMatchObject({ code: 'APPROVAL_DECIDED', end: 'refused' });
    expect(await walletOf(owner)).toMatchObject({ balance: '10000000' });
    expect(await decide(owner, 'approve', '00000000-0000-0000-0000-000000000000')).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('counts a limit that was lowered meanwhile', async () => {
    const { owner, trader } = await desk.company('Lowered');
    await setLimits(owner, 'organization', { approvalAbove: '1000' });
    const { approvalId } = await desk.bid(trader, 5_000);
    await setLimits(owner, 'organization', { approvalAbove: '1000', perDay: '4999' });
    expect(await decide(owner, 'approve', approvalId)).toMatchObject({ code: 'OVER_SPEND_LIMIT', period: 'DAY', limit: '4999' });
  });

  it('is executed by the process when whoever approved was killed before it could', async () => {
    const { owner, trader } = await desk.company('Killed');
    await setLimits(owner, 'organization', { approvalAbove: '1000' });
    const { approvalId } = await desk.bid(trader, 5_000, { key: 'lost' });
    const { reservationId } = await desk.hold(trader);
    const { approvalId: ofHold } = await desk.pay(trader, reservationId, 'held');
    const books = app.application.get(LedgerService);
    const organizationId = await organizationOf(owner);
    // As an approval would, up to the commit: what follows is left to whoever comes next.
    for (const id of [approvalId, ofHold]) {
      const request = await books.read(organizationId, ({ controls }) => present(controls.requests.get(id), 'a request'));
      const approver = { actor: 'member:boss', memberId: 'boss' };
      const command = { type: 'ApprovePurchase', approvalId: id, approver, note: '', purchase: request.purchase } as const;
      expect(await books.execute(organizationId, command, systemContext('test', id))).toMatchObject({ accepted: true });
    }
    const orders = await until(
      async () => (await trader.ask('{ orders(first: 5) { edges { node { status } } } }')).data?.['orders'].edges as any[],
      ({ length }) => length === 1,
    );
    expect(orders).toMatchObject([{ node: { status: 'RESTING' } }]);
    expect(await desk.bid(trader, 5_000, { key: 'lost' })).toMatchObject({ order: { status: 'RESTING' } });
    expect(await desk.pay(trader, reservationId, 'held')).toMatchObject({ reservationId });
    expect(await walletOf(owner)).toMatchObject({ balance: '9993000', inEscrow: '2000' });
  });

  it('holds again what is over, at no worse a price', async () => {
    const { owner, trader } = await desk.company('Late');
    await setLimits(owner, 'organization', { approvalAbove: '1000' });
    const held = await desk.hold(trader);
    const { approvalId } = await desk.pay(trader, held.reservationId, 'again');
    await clockOf(app).advance((16 * MINUTE_MS) as Duration);
    const query = 'query($id: ID!) { reservation(reservationId: $id) { status } }';
    const isOver = async (): Promise<any> => (await trader.ask(query, { id: held.reservationId })).data?.['reservation'];
    await until(isOver, (row) => row?.status === 'EXPIRED');
    const done = await decide(owner, 'approve', approvalId);
    expect(done).toEqual(expect.objectContaining({ __typename: 'ApprovePurchaseSuccess', lapsed: null }));
    const [paid] = done['reservationIds'];
    expect(paid).not.toBe(held.reservationId);
    expect(await desk.pay(trader, held.reservationId, 'again')).toMatchObject({ reservationId: paid });
    expect(await walletOf(owner)).toMatchObject({ balance: '9998000', inEscrow: '2000' });
  });

  it('refuses a quote that became dearer with what it would cost now', async () => {
    const { owner, trader } = await desk.company('Dearer');
    await setLimits(owner, 'organization', { approvalAbove: '1000' });
    const hours = desk.hours();
    const cheap = await market.list(...hours, 10, 100);
    await market.list(...hours, 10, 130);
    const quote = await desk.quote(trader, hours);
    expect(quote.amount).toBe('2000');
    const { approvalId } = await desk.accept(trader, quote.quoteId, 'quote');
    await clockOf(app).advance(MINUTE_MS);
    const query = 'query($id: ID!) { quote(quoteId: $id) { status } }';
    await until(async () => (await trader.ask(query, { id: quote.quoteId })).data?.['quote'], (row) => row !== null);
    const rival = await market.buyer('Rival', 1);
    const taken = await until(
      () => rival.mutate('reserve', 'ReserveInput', { listingId: cheap, window: market.window(...hours), quantity: '10' }, { fields: '... on ReserveSuccess { reservation { reservationId } }' }),
      ({ reservation }) => reservation !== undefined,
    );
    expect(await decide(owner, 'approve', approvalId)).toMatchObject({ code: 'PRICE_WORSE', approved: '2000', cost: '2600' });
    expect(await walletOf(owner)).toMatchObject({ balance: '10000000' });
    await rival.mustMutate('releaseHold', 'ReleaseHoldInput', { reservationId: taken['reservation'].reservationId });
    const done = await decide(owner, 'approve', approvalId);
    expect(done['reservationIds']).toHaveLength(1);
    expect(await desk.accept(trader, quote.quoteId, 'quote')).toMatchObject({ reservations: [{ amount: '2000' }] });
    expect(await walletOf(owner)).toMatchObject({ balance: '9998000' });
  });

  it('expires', async () => {
    const { owner, trader } = await desk.company('Forgotten');
    await setLimits(owner, 'organization', { approvalAbove: '1000' });
    const { approvalId } = await desk.bid(trader, 5_000, { key: 'forgotten', from: 239 });
    await clockOf(app).advance((3 * DAY_MS) as Duration);
    expect(await decide(owner, 'approve', approvalId)).toMatchObject({ code: 'APPROVAL_DECIDED', end: 'expired' });
    await until(() => approvalsOf(owner), ([one]) => one?.status === 'EXPIRED');
    expect(await desk.bid(trader, 5_000, { key: 'forgotten', from: 239 })).toMatchObject({ code: 'APPROVAL_DECIDED', end: 'expired' });
  });
});

describe('a credit line', () => {
  const lineOf = async (client: ApiClient): Promise<any> =>
    (await client.ask('{ creditLine { limit termDays drawn unused frozenBy ages { age amount } bills { invoiceNumber amount repaid dueAt } } }')).data?.['creditLine'];
  const invoicesOf = async (client: ApiClient): Promise<any[]> =>
    (await client.ask('{ invoices(first: 5) { edges { node { number status charges onCreditLine dueAt overdueAt } } } }')).data?.['invoices'].edges.map(({ node }: any) => node);

  it('pays for what the wallet does not hold, is due with the invoice, freezes, and is free again', async () => {
    const buyer = await app.signUp('On terms');
    const organizationId = await organizationOf(buyer);
    const input = { organizationId, limit: '5000', termDays: 30 };
    await expect(buyer.mutate('setCreditLine', 'SetCreditLineInput', input)).rejects.toThrow('FORBIDDEN');
    await admin.mustMutate('setCreditLine', 'SetCreditLineInput', input);
    desk.next = Math.ceil((clockOf(app).now() - market.start) / HOUR) + 1;
    const held = await desk.hold(buyer);
    expect(await desk.pay(buyer, held.reservationId)).toMatchObject({ reservationId: held.reservationId, walletBalance: '0' });
    expect(await lineOf(buyer)).toMatchObject({ limit: '5000', drawn: '2000', unused: '3000', frozenBy: null, bills: [] });
    const dear = await desk.hold(buyer, 151);
    expect(await desk.pay(buyer, dear.reservationId)).toMatchObject({ code: 'INSUFFICIENT_FUNDS', balance: '0', due: '3020', creditUnused: '3000' });

    const over = endOfMonth((market.start + held.hours[1] * HOUR) as Instant);
    await clockOf(app).advanceTo(plus(over, 3 * DAY_MS));
    const [invoice] = await until(() => invoicesOf(buyer), ({ length }) => length === 1);
    expect(invoice).toMatchObject({ status: 'ISSUED', charges: '2000', onCreditLine: '2000' });
    const line = await until(() => lineOf(buyer), ({ bills }) => bills.length === 1);
    expect(line).toMatchObject({ bills: [{ invoiceNumber: invoice.number, amount: '2000', repaid: '0', dueAt: invoice.dueAt }] });
    const pdf = await fetch(`${app.url}/exports/invoice.pdf?month=${monthOf((over - 1) as Instant)}`, { headers: buyer.headers() });
    expect(Buffer.from(await pdf.arrayBuffer()).subarray(0, 5).toString()).toBe('%PDF-');

    await clockOf(app).advanceTo(Date.parse(invoice.dueAt) as Instant);
    expect(await lineOf(buyer)).toMatchObject({ unused: '0', frozenBy: invoice.number });
    expect((await lineOf(buyer)).ages).toContainEqual({ age: '1-30', amount: '2000' });
    await until(() => invoicesOf(buyer), ([one]) => one?.overdueAt !== null);
    expect(await desk.bid(buyer, 1, { from: 239 })).toMatchObject({ __typename: expect.not.stringContaining('Success') });

    await buyer.mustMutate('topUpWallet', 'TopUpWalletInput', { amount: '500000', paymentMethod: 'pm_card_visa' });
    expect(await lineOf(buyer)).toMatchObject({ drawn: '0', unused: '5000', frozenBy: null, bills: [] });
    expect(await walletOf(buyer)).toMatchObject({ balance: '498000' });
    await until(() => invoicesOf(buyer), ([one]) => one?.status === 'PAID');
    await admin.mustMutate('withdrawCreditLine', 'WithdrawCreditLineInput', { organizationId });
    const { data } = await admin.ask('query($id: ID!) { controlChangesOf(organizationId: $id) { edges { node { control values { name after } } } } }', { id: organizationId });
    expect(data?.['controlChangesOf'].edges.length).toBeGreaterThan(0);
  });
});
