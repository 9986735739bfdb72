import { Books, type OrderFill } from '../../src/billing/contract.js';
import { systemContext } from '../../src/eventstore/command-context.js';
import { streamId } from '../../src/eventstore/event.js';
import { PostgresEventStore } from '../../src/eventstore/postgres-event-store.js';
import type { OrderId, OrganizationId, ReservationId } from '../../src/kernel/ids.js';
import { endOfMonth, HOUR_MS, monthOf, plus, type Instant } from '../../src/kernel/time.js';
import { startTestApp, type ApiClient, type TestApp } from '../support/app.js';
import { basisPoints, usd } from '../support/ledger.js';
import { clockOf, Trading, until } from '../support/trading.js';
import { verifyApp } from '../support/verify.js';

let app: TestApp;
let market: Trading;
let books: Books;
let providerId: OrganizationId;
/** Hours after the start that no test has used yet: the clock only moves forward. */
let next = 0;
let count = 0;

beforeAll(async () => {
  app = await startTestApp();
  market = await Trading.open(app);
  books = app.application.get(Books);
  providerId = await organizationOf(market.provider);
});
afterAll(async () => {
  const { projections } = await verifyApp(app);
  expect(projections).toBeGreaterThan(3);
  await app.close();
});

interface Order {
  readonly buyer: ApiClient;
  readonly buyerId: OrganizationId;
  readonly orderId: OrderId;
}

const idOf = (name: string): string => `llama-3.3-70b@fp8~${name}`;

/** A buyer with 10 USD, of which 9,000 micro-USD are set aside for an order. */
async function order(name: string): Promise<Order> {
  const buyer = await market.buyer(name, 10);
  const buyerId = await organizationOf(buyer);
  const made = { buyer, buyerId, orderId: idOf(`order-${(count += 1)}`) as OrderId };
  expect(await reserve(made, 9_000)).toEqual({ accepted: true });
  return made;
}

const reserve = ({ buyerId, orderId }: Order, total: number, key = `${orderId} ${total}`) =>
  books.reserveFunds(buyerId, orderId, usd(total), systemContext('reserve-funds', key));

const release = ({ buyerId, orderId }: Order, amount: number, isFinal = true, key = 'over') => {
  const rest = { orderId, amount: usd(amount), isFinal };
  return books.releaseFunds(buyerId, rest, systemContext('release-funds', `${orderId} ${key}`));
};

/** Two hours of the provider's, which begin in an hour, and are nobody's before. */
function fillOf({ orderId }: Order, amount: number): OrderFill {
  const from = next + 1;
  next += 3;
  return {
    orderId,
    reservationId: idOf(`fill-${(count += 1)}`) as ReservationId,
    ...{ sellerId: providerId, providerId, royalty: basisPoints(0) },
    window: { start: hourAfterStart(from), end: hourAfterStart(from + 2) },
    grid: HOUR_MS,
    amount: usd(amount),
  };
}

const hourAfterStart = (hours: number): Instant => (market.start + hours * HOUR_MS) as Instant;
const cancel = ({ buyerId }: Order, { reservationId }: OrderFill, fee: number): Promise<void> =>
  books.cancelEscrow(buyerId, reservationId, usd(fee), systemContext('cancel-escrow', reservationId));

async function organizationOf(client: ApiClient): Promise<OrganizationId> {
  const { data } = await client.ask('{ viewer { organization { organizationId } } }');
  return data?.['viewer'].organization.organizationId as OrganizationId;
}

async function walletOf(client: ApiClient): Promise<Record<string, string>> {
  const { data, errors } = await client.ask('{ wallet { balance reserved inEscrow owed } }');
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data?.['wallet'];
}

const wallet = (balance: number, reserved: number, inEscrow: number): Record<string, string> => ({
  ...{ balance: `${balance}`, reserved: `${reserved}`, inEscrow: `${inEscrow}`, owed: '0' },
});

/** Types of the events in a buyer's books after the top-up. */
async function bookedOf({ buyerId }: Order): Promise<readonly string[]> {
  const store = app.application.get(PostgresEventStore);
  const events = await store.readStream(streamId('ledger', buyerId), 1, 1_000);
  return events.map(({ type }) => type);
}

describe('money for an order', () => {
  it('is set aside, raised, spent and given back, each once however often it is told', async () => {
    const made = await order('Bidder');
    const fill = fillOf(made, 4_000);
    const twice = (what: () => Promise<unknown>): Promise<unknown> => Promise.all([what(), what()]);
    await twice(() => reserve(made, 9_000));
    expect(await walletOf(made.buyer)).toEqual(wallet(9_991_000, 9_000, 0));
    await twice(() => reserve(made, 10_000));
    expect(await walletOf(made.buyer)).toEqual(wallet(9_990_000, 10_000, 0));
    await twice(() => books.captureFill(made.buyerId, fill));
    expect(await walletOf(made.buyer)).toEqual(wallet(9_990_000, 6_000, 4_000));
    await twice(() => release(made, 500, false, 'better price'));
    await twice(() => release(made, 5_500));
    expect(await walletOf(made.buyer)).toEqual(wallet(9_996_000, 0, 4_000));
    expect(await bookedOf(made)).toEqual([
      ...['FundsReserved', 'FundsReserved', 'EscrowFunded', 'FundsReleased', 'FundsReleased'],
    ]);
  });

  it('is refused when the wallet does not hold it, and when the order is over', async () => {
    const made = await order('Short');
    expect(await reserve(made, 10_000_001)).toEqual({
      ...{ accepted: false, code: 'INSUFFICIENT_FUNDS', balance: 9_991_000n, due: 9_991_001n },
    });
    await release(made, 9_000);
    expect(await reserve(made, 9_001)).toEqual({ accepted: false, code: 'ORDER_CLOSED' });
    expect(await walletOf(made.buyer)).toEqual(wallet(10_000_000, 0, 0));
  });

  it('is not there for anything else', async () => {
    const made = await order('Committed');
    expect(await reserve(made, 10_000_000)).toEqual({ accepted: true });
    const [from, to] = [next + 1, next + 3];
    next += 3;
    const listingId = await market.list(from, to, 10, 100);
    const { reservationId } = await market.reserve(made.buyer, listingId, from, to, 10);
    const paid = await made.buyer.mutate('payReservation', 'PayReservationInput', { reservationId });
    expect(paid).toMatchObject({ code: 'INSUFFICIENT_FUNDS' });
  });

  it('that a fill would exceed, or that is not there to give back, stops who asks', async () => {
    const made = await order('Fault');
    await expect(books.captureFill(made.buyerId, fillOf(made, 9_001))).rejects.toThrow('would be at -1');
    await expect(release(made, 9_001)).rejects.toThrow('would be at -1');
    expect(await walletOf(made.buyer)).toEqual(wallet(9_991_000, 9_000, 0));
  });

  it('is in the ledger, line by line', async () => {
    const made = await order('Reader');
    const fill = fillOf(made, 4_000);
    await books.captureFill(made.buyerId, fill);
    const query = `{ ledgerEntries(first: 4) { edges { node {
      kind account amount balance reservationId orderId } } } }`;
    const edges = await until(
      async () => (await made.buyer.ask(query)).data?.['ledgerEntries'].edges,
      (found) => found.length === 4 && found[0].node.kind === 'EscrowFunded',
    );
    const { orderId, reservationId } = { ...fill, ...made };
    const [set, put] = [`reserved:${orderId}`, `escrow:${reservationId}`];
    expect(edges.map(({ node }: any) => node)).toEqual([
      { kind: 'EscrowFunded', account: set, amount: '-4000', balance: '5000', reservationId, orderId },
      { kind: 'EscrowFunded', account: put, amount: '4000', balance: '4000', reservationId, orderId },
      { kind: 'FundsReserved', account: 'wallet', amount: '-9000', balance: '9991000', reservationId: null, orderId },
      { kind: 'FundsReserved', account: set, amount: '9000', balance: '9000', reservationId: null, orderId },
    ]);
  });
});

describe('a reservation whose money comes after its title', () => {
  it('is not delivered before, and then for all of its time', async () => {
    const made = await order('Served');
    const fill = fillOf(made, 4_000);
    const { reservationId } = fill;
    const before = BigInt((await walletOf(market.provider))['balance'] ?? '');
    await market.pass(next);
    await release(made, 5_000);
    const start = (): Promise<void> => books.startDelivery(made.buyerId, reservationId);
    await expect(start()).rejects.toThrow('not in escrow yet');
    await books.captureFill(made.buyerId, fill);
    await start();
    // 2.5 % of it is the exchange's.
    const due = `${before + 3_900n}`;
    await until(() => walletOf(market.provider), ({ balance }) => balance === due);
    await start();
    await books.captureFill(made.buyerId, fill);
    expect(await walletOf(made.buyer)).toEqual(wallet(9_996_000, 0, 0));
    const events = ['FundsReserved', 'FundsReleased', 'EscrowFunded', 'DeliverySettled'];
    expect(await bookedOf(made)).toEqual(events);
  });

  it('is refunded once the money is there, and not refused before', async () => {
    const made = await order('Gave back');
    const fill = fillOf(made, 4_000);
    await expect(cancel(made, fill, 1_000)).rejects.toThrow('not in escrow yet');
    await books.captureFill(made.buyerId, fill);
    await cancel(made, fill, 1_000);
    await cancel(made, fill, 1_000);
    await books.captureFill(made.buyerId, fill);
    expect(await walletOf(made.buyer)).toEqual(wallet(9_994_000, 5_000, 0));
    expect(await bookedOf(made)).toEqual(['FundsReserved', 'EscrowFunded', 'EscrowCancelled']);
    await books.startDelivery(made.buyerId, fill.reservationId);
  });

  it('does not keep those that were paid from the wallet from starting again', async () => {
    const buyer = await market.buyer('Wallet', 10);
    const [from, to] = [next + 1, next + 3];
    next += 3;
    const listingId = await market.list(from, to, 10, 100);
    const id = (await market.buy(buyer, listingId, from, to, 10)) as ReservationId;
    await market.pass(next);
    await until(() => walletOf(buyer), ({ inEscrow }) => inEscrow === '0');
    await books.startDelivery(await organizationOf(buyer), id);
  });

  it('is on the invoice of its month like any other', async () => {
    const made = await order('Invoiced');
    const start = endOfMonth(clockOf(app).now());
    const window = { start, end: plus(start, 2 * HOUR_MS) };
    const fill = { ...fillOf(made, 4_000), window };
    await books.captureFill(made.buyerId, fill);
    await books.startDelivery(made.buyerId, fill.reservationId);
    await clockOf(app).advanceTo(window.end);
    await until(() => walletOf(made.buyer), ({ inEscrow }) => inEscrow === '0');
    const month = monthOf(start);
    await clockOf(app).advanceTo(endOfMonth(start));
    await made.buyer.mustMutate('issueInvoice', 'IssueInvoiceInput', { month });
    const { data } = await made.buyer.ask(
      'query($month: String!) { invoice(month: $month) { charges lines { kind reservationId amount } } }',
      { month },
    );
    const amounts = data?.['invoice'].lines.map(({ amount }: any) => BigInt(amount));
    expect(amounts.reduce((sum: bigint, amount: bigint) => sum + amount, 0n)).toBe(4_000n);
    expect(data?.['invoice'].charges).toBe('4000');
    for (const { kind, reservationId } of data?.['invoice'].lines) {
      expect([kind, reservationId]).toEqual(['DELIVERY', fill.reservationId]);
    }
  });
});
