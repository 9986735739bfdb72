import { Quotes } from '../../src/allocation/contract.js';
import { LedgerService } from '../../src/billing/application/ledger.service.js';
import { PaymentService } from '../../src/billing/application/payment.service.js';
import { Books } from '../../src/billing/contract.js';
import { systemContext } from '../../src/eventstore/command-context.js';
import type { OrganizationId, QuoteId, ReservationId } from '../../src/kernel/ids.js';
import { MINUTE_MS, type Duration } from '../../src/kernel/time.js';
import { BY_HAND } from '../support/ledger.js';
import { startTestApp, type ApiClient, type TestApp } from '../support/app.js';
import { verifySettled } from '../support/pools.js';
import { clockOf, HOUR, Trading, walletOf } from '../support/trading.js';
import { until } from '../support/until.js';

let app: TestApp;
let wafer: Trading;
let rack: Trading;
/** Hours that no test has used yet. */
let next = 0;

beforeAll(async () => {
  app = await startTestApp();
  wafer = await Trading.open(app);
  const placed = { platform: 'nvidia-h100', region: 'eu-central-1', residency: ['DE'] };
  rack = await Trading.open(app, placed);
});
afterAll(async () => {
  await verifySettled(app);
  await app.close();
});

const MARKET = 'llama-3.3-70b@fp8';
const QUOTE = `quote {
  quoteId status amount unitPrice limitPrice quantity quotedAt expiresAt endedAt window { start end }
  fills { reservationId listingId providerId platform region quantity unitPrice amount }
}`;
const GIVEN = `... on RequestQuoteSuccess { ${QUOTE} }
  ... on NotFillableRejection { available amount }
  ... on TooManyQuotesRejection { quotesMax endsAt }
  ... on ValidationRejection { issues { field } }`;
const ENDED = '... on QuoteEndedRejection { status endedAt }';
const ACCEPTED = `... on AcceptQuoteSuccess {
    walletBalance reservations { reservationId status amount quantity quoteId }
  }
  ... on InsufficientFundsRejection { balance due } ${ENDED}`;

type Hours = readonly [from: number, to: number];

/** Four hours with 60 tokens/s at 80 in the west and 100 at 90 in the east. */
async function supply(): Promise<Hours> {
  const hours: Hours = [next, next + 4];
  next += 4;
  await wafer.list(...hours, 60, 80);
  await rack.list(...hours, 100, 90);
  return hours;
}

const request = (buyer: ApiClient, hours: Hours, changes: Record<string, unknown> = {}, key = buyer.nextKey()) => {
  const asked = { marketId: MARKET, window: wafer.window(...hours), quantity: '100', ...changes };
  return buyer.mutate('requestQuote', 'RequestQuoteInput', asked, { fields: GIVEN, key });
};
const given = async (...asked: Parameters<typeof request>): Promise<any> => {
  const answer = await request(...asked);
  if (answer['quote'] === undefined) throw new Error(JSON.stringify(answer));
  return answer['quote'];
};
const accept = (buyer: ApiClient, quoteId: string, key = buyer.nextKey()) =>
  buyer.mutate('acceptQuote', 'AcceptQuoteInput', { quoteId }, { fields: ACCEPTED, key });
const release = (buyer: ApiClient, quoteId: string) =>
  buyer.mutate('releaseQuote', 'ReleaseQuoteInput', { quoteId }, { fields: ENDED });
const shown = async (buyer: ApiClient, quoteId: string): Promise<any> => {
  const query = `query($id: ID!) { quote(quoteId: $id) { status amount endedAt expiresAt } }`;
  return (await buyer.ask(query, { id: quoteId })).data?.['quote'];
};
const order = (buyer: ApiClient, hours: Hours, quantity: number, timeInForce = 'FOK') => {
  const bid = { marketId: MARKET, window: wafer.window(...hours), quantity: `${quantity}`, limitPrice: '90', timeInForce };
  const fields = '... on PlaceOrderSuccess { order { status spent } } ... on CapacityRejection { available }';
  return buyer.mutate('placeOrder', 'PlaceOrderInput', bid, { fields });
};
const whoIs = async (client: ApiClient): Promise<OrganizationId> =>
  (await client.ask('{ viewer { organization { organizationId } } }')).data?.['viewer'].organization.organizationId;
const pass = (by: number): Promise<unknown> => clockOf(app).advance(by as Duration);

describe('a firm quote', () => {
  it('says what it is made of and costs, is nobody else’s, and is accepted at exactly its price', async () => {
    const hours = await supply();
    const [buyer, other] = [await wafer.buyer('Quoted', 10), await wafer.buyer('Other', 10)];
    const quote = await given(buyer, hours, {}, 'first');
    expect(await given(buyer, hours, {}, 'first')).toEqual(quote);
    const [west, east] = [await whoIs(wafer.provider), await whoIs(rack.provider)];
    expect(quote).toMatchObject({
      ...{ status: 'OPEN', amount: '33600', unitPrice: '84', limitPrice: null, quantity: '100', endedAt: null },
      fills: [
        { providerId: west, platform: 'cerebras-wse-3', region: 'us-west-2', quantity: '60', unitPrice: '80', amount: '19200' },
        { providerId: east, platform: 'nvidia-h100', region: 'eu-central-1', quantity: '40', unitPrice: '90', amount: '14400' },
      ],
    });
    expect(Date.parse(quote.expiresAt) - Date.parse(quote.quotedAt)).toBe(MINUTE_MS);

    expect(await order(other, hours, 61)).toMatchObject({ code: 'NOT_FILLABLE', available: '60' });
    // What came since is cheaper, and changes nothing.
    await wafer.list(...hours, 10, 1);

    const accepted = await accept(buyer, quote.quoteId, 'accept');
    expect(accepted).toMatchObject({
      ...{ __typename: 'AcceptQuoteSuccess', walletBalance: '9966400' },
      reservations: quote.fills.map(({ reservationId, amount, quantity }: any) => ({
        ...{ reservationId, amount, quantity, status: 'SCHEDULED', quoteId: quote.quoteId },
      })),
    });
    expect(await accept(buyer, quote.quoteId, 'accept')).toEqual(accepted);
    expect(await accept(buyer, quote.quoteId)).toMatchObject({ code: 'QUOTE_CLOSED', status: 'ACCEPTED' });
    expect(await release(buyer, quote.quoteId)).toMatchObject({ code: 'QUOTE_CLOSED', status: 'ACCEPTED' });
    expect(await walletOf(buyer)).toEqual({ balance: '9966400', inEscrow: '33600', owed: '0' });
    await until(() => shown(buyer, quote.quoteId), (row) => row?.status === 'ACCEPTED');
  });

  it('is its owner’s only', async () => {
    const hours = await supply();
    const [buyer, stranger] = [await wafer.buyer('Private', 10), await wafer.buyer('Stranger', 10)];
    const { quoteId } = await given(buyer, hours);
    await until(() => shown(buyer, quoteId), (row) => row?.status === 'OPEN');
    expect(await shown(stranger, quoteId)).toBeNull();
    for (const id of [quoteId, 'nothing', `${MARKET}~nothing`]) {
      expect(await accept(stranger, id)).toMatchObject({ __typename: 'NotFoundRejection', code: 'NOT_FOUND' });
      expect(await release(stranger, id)).toMatchObject({ __typename: 'NotFoundRejection', code: 'NOT_FOUND' });
    }
    const list = '{ quotes { edges { node { quoteId } } } }';
    const ids = async (client: ApiClient) =>
      (await client.ask(list)).data?.['quotes'].edges.map(({ node }: any) => node.quoteId);
    expect([await ids(buyer), await ids(stranger)]).toEqual([[quoteId], []]);
    expect(await release(buyer, quoteId)).toEqual({ __typename: 'ReleaseQuoteSuccess' });
    expect(await order(stranger, hours, 160)).toMatchObject({ order: { status: 'FILLED' } });
  });

  it('expires: what it was for goes to who waits, and nothing is charged', async () => {
    const hours = await supply();
    const [buyer, waiting] = [await wafer.buyer('Late', 10), await wafer.buyer('Waiting', 10)];
    const { quoteId, expiresAt } = await given(buyer, hours, { quantity: '160' });
    expect(await order(waiting, hours, 30, 'GTC')).toMatchObject({ order: { status: 'RESTING' } });
    await pass(MINUTE_MS);
    expect(await accept(buyer, quoteId)).toMatchObject({ code: 'QUOTE_EXPIRED', status: 'EXPIRED', endedAt: expiresAt });
    const row = await until(() => shown(buyer, quoteId), (found) => found !== null);
    expect(row).toMatchObject({ status: 'EXPIRED', endedAt: expiresAt });
    const orders = async () => (await waiting.ask('{ orders { edges { node { status spent } } } }')).data?.['orders'].edges;
    await pass(5_000);
    await until(orders, ([first]) => first?.node.status === 'FILLED');
    expect((await orders())[0].node.spent).toBe('9600');
    expect(await accept(buyer, quoteId)).toMatchObject({ code: 'QUOTE_EXPIRED', endedAt: expiresAt });
    // When another ends an hour later the market forgets it; its row does not.
    await pass(61 * MINUTE_MS);
    const newer = await given(buyer, await supply());
    await release(buyer, newer.quoteId);
    expect(await accept(buyer, quoteId)).toMatchObject({ code: 'QUOTE_EXPIRED', endedAt: expiresAt });
    expect(await release(buyer, quoteId)).toMatchObject({ code: 'QUOTE_EXPIRED', endedAt: expiresAt });
    expect(await walletOf(buyer)).toEqual({ balance: '10000000', inEscrow: '0', owed: '0' });
  });

  it('is not taken from who was quoted, however many try at once', async () => {
    const hours = await supply();
    const buyer = await wafer.buyer('Firm', 10);
    const others = await Promise.all([1, 2, 3, 4].map((index) => wafer.buyer(`Rival ${index}`, 10)));
    const rivals = others.flatMap((other) => [order(other, hours, 160), order(other, hours, 160, 'IOC')]);
    const asked = request(buyer, hours, { quantity: '160' });
    const [quote, ...placed] = await Promise.all([asked, ...rivals]);
    const bought = placed.reduce((sum, answer) => sum + BigInt(answer['order']?.spent ?? 0), 0n);
    // All of it was somebody's: those who came first, or nobody but who was quoted.
    if (quote['quote'] === undefined) {
      expect(quote).toMatchObject({ code: 'NOT_FILLABLE', available: '0', amount: '0' });
      expect(bought).toBe(55_200n);
      return;
    }
    expect([quote['quote'].amount, bought]).toEqual(['55200', 0n]);
    const late = await Promise.all(others.map((other) => order(other, hours, 1)));
    expect(late.map(({ code }) => code)).toEqual(others.map(() => 'NOT_FILLABLE'));
    expect(await accept(buyer, quote['quote'].quoteId)).toMatchObject({ walletBalance: '9944800' });
  });

  it('is paid once, however often and under whatever key it is accepted', async () => {
    const hours = await supply();
    const buyer = await wafer.buyer('Eager', 10);
    const { quoteId } = await given(buyer, hours);
    const keys = ['one', 'one', 'one', 'two', 'three'];
    const answers = await Promise.all(keys.map((key) => accept(buyer, quoteId, key)));
    expect(answers.slice(0, 3)).toEqual([answers[0], answers[0], answers[0]]);
    const paid = answers.filter(({ __typename }) => __typename === 'AcceptQuoteSuccess');
    expect(paid.length).toBeGreaterThan(0);
    for (const answer of paid) expect(answer['walletBalance']).toBe('9966400');
    const others = answers.filter(({ __typename }) => __typename !== 'AcceptQuoteSuccess');
    for (const answer of others) expect(answer).toMatchObject({ code: 'QUOTE_CLOSED', status: 'ACCEPTED' });
    expect(await walletOf(buyer)).toEqual({ balance: '9966400', inEscrow: '33600', owed: '0' });
  });

  it('that the wallet does not cover stands, and can be paid after a top-up', async () => {
    const hours = await supply();
    const buyer = await wafer.buyer('Short', 1);
    const spare = await given(buyer, hours, { quantity: '1' });
    await accept(buyer, spare.quoteId);
    const listing = await wafer.list(...hours, 100, 5_000);
    const { reservationId } = await wafer.reserve(buyer, listing, ...hours, 48);
    await buyer.mustMutate('payReservation', 'PayReservationInput', { reservationId });
    // 1,000,000 less 320 and 960,000.
    const { quoteId } = await given(buyer, hours, { quantity: '130' });
    expect(await accept(buyer, quoteId, 'poor')).toMatchObject({ code: 'INSUFFICIENT_FUNDS', balance: '39680', due: '44440' });
    expect(await accept(buyer, quoteId, 'poor')).toMatchObject({ code: 'INSUFFICIENT_FUNDS' });
    await buyer.mustMutate('topUpWallet', 'TopUpWalletInput', { amount: '1000000', paymentMethod: 'pm_card_visa' });
    expect(await accept(buyer, quoteId)).toMatchObject({ walletBalance: '995240' });
  });
});

describe('a quote is refused', () => {
  it('with how much could be had at what price, and beyond so many', async () => {
    const hours = await supply();
    const buyer = await wafer.buyer('Collector', 10);
    expect(await request(buyer, hours, { quantity: '161' })).toMatchObject({ code: 'NOT_FILLABLE', available: '160', amount: '55200' });
    const cheap = { limitPrice: '80', constraints: { regions: ['us-west-2'] } };
    expect(await request(buyer, hours, cheap)).toMatchObject({ code: 'NOT_FILLABLE', available: '60', amount: '19200' });
    const first = await given(buyer, hours, { quantity: '1' });
    for (let count = 1; count < 5; count += 1) await given(buyer, hours, { quantity: '1' });
    const refused = await request(buyer, hours, { quantity: '1' });
    expect(refused).toMatchObject({ code: 'TOO_MANY_QUOTES', quotesMax: 5, endsAt: first.expiresAt });
    await release(buyer, first.quoteId);
    expect(await request(buyer, hours, { quantity: '1' })).toMatchObject({ __typename: 'RequestQuoteSuccess' });
  });

  it('where it makes no sense', async () => {
    const buyer = await wafer.buyer('Confused', 10);
    const backwards = { ...wafer.window(4, 2) };
    const wrong = { window: backwards, limitPrice: '0', constraints: { residency: ['usa'] } };
    const { issues } = await request(buyer, [0, 4], wrong);
    expect(issues.map(({ field }: any) => field)).toEqual(['window', 'limitPrice', 'constraints.residency']);
    expect(await request(buyer, [0, 4], { marketId: 'nothing@fp8' })).toMatchObject({ code: 'NOT_FOUND' });
    expect(await request(buyer, [-3, 4])).toMatchObject({ code: 'WINDOW_IN_PAST' });
  });

  it('part by part: all of it is paid or given back, or nothing', async () => {
    const hours = await supply();
    const buyer = await wafer.buyer('Picker', 10);
    const { quoteId, fills } = await given(buyer, hours);
    const [{ reservationId }] = fills;
    const fields = '... on PartOfQuoteRejection { quoteId }';
    for (const [name, type] of [['payReservation', 'PayReservationInput'], ['releaseHold', 'ReleaseHoldInput']] as const) {
      expect(await buyer.mutate(name, type, { reservationId }, { fields })).toMatchObject({ code: 'PART_OF_QUOTE', quoteId });
    }
    const all = await buyer.mutate(
      ...(['payReservations', 'PayReservationsInput', { reservationIds: [reservationId] }] as const),
      { fields: '... on PaymentRefusedRejection { index reservationId quoteId }' },
    );
    expect(all).toMatchObject({ code: 'PART_OF_QUOTE', index: 0, reservationId, quoteId });
  });
});

describe('money for a quote', () => {
  /** As an acceptance would, up to the point where the process is killed. */
  async function fundOnly(quoteId: string, buyerId: OrganizationId, wait = 0): Promise<void> {
    const found = await app.application.get(Quotes).open(quoteId as QuoteId, buyerId);
    if (!found.isOpen) throw new Error(found.rejection.code);
    const payments = app.application.get(PaymentService);
    const sales = await Promise.all(found.quote.holds.map((hold) => payments.saleOf(hold)));
    if (wait > 0) await pass(wait);
    const command = { type: 'FundEscrows', quoteId: quoteId as QuoteId, sales, spending: BY_HAND } as const;
    await app.application.get(LedgerService).execute(buyerId, command, systemContext('test', quoteId));
  }

  it('moves title to all of it when the payer was killed before it could', async () => {
    const hours = await supply();
    const buyer = await wafer.buyer('Killed', 10);
    const { quoteId } = await given(buyer, hours);
    await fundOnly(quoteId, await whoIs(buyer));
    await until(() => shown(buyer, quoteId), (row) => row?.status === 'ACCEPTED');
    expect(await walletOf(buyer)).toEqual({ balance: '9966400', inEscrow: '33600', owed: '0' });
    expect(await accept(buyer, quoteId)).toMatchObject({ code: 'QUOTE_CLOSED', status: 'ACCEPTED' });
  });

  it('comes back, all of it, when the quote expired before title moved', async () => {
    const hours = await supply();
    const buyer = await wafer.buyer('Too late', 10);
    const { quoteId } = await given(buyer, hours);
    await fundOnly(quoteId, await whoIs(buyer), MINUTE_MS);
    await until(() => walletOf(buyer), ({ balance }) => balance === '10000000');
    expect(await walletOf(buyer)).toEqual({ balance: '10000000', inEscrow: '0', owed: '0' });
    expect(await accept(buyer, quoteId)).toMatchObject({ code: 'QUOTE_EXPIRED' });
  });

  it('is paid out as hours pass, or refunded, and what is over stays over', async () => {
    const hours = await supply();
    const buyer = await wafer.buyer('Served', 10);
    const { quoteId, fills } = await given(buyer, hours);
    await accept(buyer, quoteId);
    const [kept, cancelled] = fills.map(({ reservationId }: any) => reservationId as ReservationId);
    const input = { reservationId: cancelled, feeAccepted: '14400' };
    await buyer.mustMutate('cancelReservation', 'CancelReservationInput', input);
    await until(() => walletOf(buyer), ({ inEscrow }) => inEscrow === '19200');
    await clockOf(app).advanceTo((wafer.start + (hours[1] + 1) * HOUR) as never);
    await until(() => walletOf(buyer), ({ inEscrow }) => inEscrow === '0');
    // A process that comes again finds that the money was there.
    const books = app.application.get(Books);
    const buyerId = await whoIs(buyer);
    for (const id of [kept, cancelled]) await expect(books.startDelivery(buyerId, id)).resolves.toBeUndefined();
  });
});
