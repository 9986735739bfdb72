import { Market, type ReservationFacts } from '../../src/allocation/contract.js';
import { LedgerService } from '../../src/billing/application/ledger.service.js';
import { Books } from '../../src/billing/contract.js';
import { systemContext } from '../../src/eventstore/command-context.js';
import { streamId } from '../../src/eventstore/event.js';
import { PostgresEventStore } from '../../src/eventstore/postgres-event-store.js';
import { present } from '../../src/kernel/assert.js';
import { marketOf, type ReservationId } from '../../src/kernel/ids.js';
import { MINUTE_MS, type Duration } from '../../src/kernel/time.js';
import { startTestApp, type ApiClient, type TestApp } from '../support/app.js';
import { basisPoints, BY_HAND, EXCHANGE } from '../support/ledger.js';
import { replace } from '../support/payments.js';
import { clockOf, Trading, walletOf } from '../support/trading.js';
import { until } from '../support/until.js';
import { verifyApp } from '../support/verify.js';

let app: TestApp;
let market: Trading;
/** Hours after the start that no test has used yet: the clock only moves forward. */
let next = 0;
/** What puts back what a test took away. */
const repairs: (() => void)[] = [];

beforeAll(async () => {
  app = await startTestApp();
  market = await Trading.open(app);
});
afterEach(() => repair());
afterAll(async () => {
  const { projections } = await verifyApp(app);
  expect(projections).toBeGreaterThan(3);
  await app.close();
});

interface Held {
  readonly buyer: ApiClient;
  readonly id: ReservationId;
  readonly facts: ReservationFacts;
  /** When its four hours begin and end, in hours after the start. */
  readonly from: number;
  readonly to: number;
}

/** A hold on four hours for 4,000 micro-USD, by a buyer with 10 USD. */
async function hold(name: string): Promise<Held> {
  const [from, to] = [next + 1, next + 5];
  const listingId = await market.list(from, to, 10, 100);
  const buyer = await market.buyer(name, 10);
  const { reservationId } = await market.reserve(buyer, listingId, from, to, 10);
  const id = reservationId as ReservationId;
  const facts = present(await app.application.get(Market).reservation(id), 'the hold');
  return { buyer, id, facts, from, to };
}

/** As the payment would, up to the point where the process is killed. */
function fundOnly({ id, facts }: Held): Promise<unknown> {
  const { holderId, sellerId, providerId, royalty, window, grid, amount } = facts;
  const split = { sellerId, providerId, exchangeId: EXCHANGE, royalty, fee: basisPoints(250) };
  const command = { type: 'FundEscrow', reservationId: id, split, window, grid, amount, spending: BY_HAND } as const;
  return app.application.get(LedgerService).execute(holderId, command, systemContext('test', id));
}

const pay = ({ buyer, id }: Held, key = buyer.nextKey()): Promise<Record<string, any>> => {
  const fields = '... on PayReservationSuccess { walletBalance } ... on StateRejection { state }';
  return buyer.mutate('payReservation', 'PayReservationInput', { reservationId: id }, { key, fields });
};

/** Types of the events about a reservation in its buyer's books. */
async function bookedOf({ id, facts }: Held): Promise<readonly string[]> {
  return typesIn(streamId('ledger', facts.holderId), id);
}

async function tradedOf({ id }: Held): Promise<readonly string[]> {
  return typesIn(streamId('market', marketOf(id) ?? ''), id);
}

async function typesIn(stream: ReturnType<typeof streamId>, id: string): Promise<readonly string[]> {
  const events = await app.application.get(PostgresEventStore).readStream(stream, 0, 10_000);
  return events
    .filter(({ data }) => (JSON.parse(data) as { reservationId?: string }).reservationId === id)
    .map(({ type }) => type);
}

const statusOf = async ({ buyer, id }: Held): Promise<string | undefined> => {
  const query = 'query($id: ID!) { reservation(reservationId: $id) { status } }';
  return (await buyer.ask(query, { id })).data?.['reservation']?.status;
};

/** Moves past a hold's window, until everything that is due by then has been settled. */
async function passWindow({ to }: Held, ...bystanders: readonly Held[]): Promise<void> {
  await market.pass(to);
  next = to;
  for (const { buyer } of bystanders) await until(() => walletOf(buyer), ({ inEscrow }) => inEscrow === '0');
}

/** Makes something fail until it is repaired. */
function breakDown(name: 'cancelEscrow' | 'confirmOrRelease'): void {
  const down = (): Promise<never> => Promise.reject(new Error('down'));
  repairs.push(replace(app.application.get(Books), name, () => down));
}

/** Whoever asks the market for a hold is told this. */
function tell(facts: ReservationFacts): void {
  repairs.push(replace(app.application.get(Market), 'reservation', () => async () => facts));
}
const repair = (): void => repairs.splice(0).forEach((one) => one());

const WHOLE = { balance: '10000000', inEscrow: '0', owed: '0' };

describe('money for a hold', () => {
  it('comes back, once, when the hold ended before title moved', async () => {
    const held = await hold('Too late');
    await clockOf(app).advance((16 * MINUTE_MS) as Duration);
    await fundOnly(held);
    await until(() => bookedOf(held), (events) => events.includes('EscrowReleased'));
    expect(await walletOf(held.buyer)).toEqual(WHOLE);
    expect(['NOT_FOUND', 'HOLD_EXPIRED']).toContain((await pay(held))['code']);
    await passWindow(held);
    expect(await bookedOf(held)).toEqual(['EscrowFunded', 'EscrowReleased']);
    expect(await tradedOf(held)).not.toContain('ReservationPaid');
  });

  it('moves title, once, when the payer was killed before it could', async () => {
    const held = await hold('Killed');
    await fundOnly(held);
    await until(() => statusOf(held), (status) => status === 'SCHEDULED');
    expect(await pay(held)).toMatchObject({ code: 'WRONG_STATE', state: 'scheduled' });
    expect(await walletOf(held.buyer)).toMatchObject({ balance: '9996000', inEscrow: '4000' });
    await passWindow(held, held);
    expect((await tradedOf(held)).filter((type) => type === 'ReservationPaid')).toHaveLength(1);
    expect(await bookedOf(held)).toEqual(['EscrowFunded', 'DeliverySettled']);
  });

  it('is taken once, however often and under whatever key it is sent', async () => {
    const held = await hold('Eager');
    const keys = ['one', 'one', 'one', 'two', 'three'];
    const answers = await Promise.all(keys.map((key) => pay(held, key)));
    const paid = answers.filter(({ __typename }) => __typename === 'PayReservationSuccess');
    const others = answers.filter(({ __typename }) => __typename !== 'PayReservationSuccess');
    expect(paid.length).toBeGreaterThan(0);
    for (const answer of paid) expect(answer['walletBalance']).toBe('9996000');
    for (const answer of others) expect(answer['code']).toBe('WRONG_STATE');
    expect(await walletOf(held.buyer)).toMatchObject({ balance: '9996000', inEscrow: '4000' });
    expect((await bookedOf(held)).filter((type) => type === 'EscrowFunded')).toHaveLength(1);
    const again = await pay(held, 'one');
    expect(again).toEqual(answers[0]);
  });

  it('is not taken again by a payer who slept through the end of the hold', async () => {
    const held = await hold('Asleep');
    await clockOf(app).advance((16 * MINUTE_MS) as Duration);
    await until(() => statusOf(held), (status) => status === 'EXPIRED');
    // What it read before it slept: the hold, unexpired.
    const later = (held.facts.expiresAt ?? 0) + 60 * MINUTE_MS;
    tell({ ...held.facts, expiresAt: later as never });
    expect(await pay(held, 'first')).toMatchObject({ code: 'HOLD_EXPIRED' });
    expect(await pay(held, 'first')).toMatchObject({ code: 'HOLD_EXPIRED' });
    expect(await pay(held, 'second')).toMatchObject({ code: 'WRONG_STATE' });
    repair();
    expect(await walletOf(held.buyer)).toEqual(WHOLE);
    await passWindow(held);
    expect(await bookedOf(held)).toEqual(['EscrowFunded', 'EscrowReleased']);
  });

  it('is not taken at all when the hold has ended', async () => {
    const held = await hold('Slow');
    tell({ ...held.facts, expiresAt: clockOf(app).now() });
    expect(await pay(held)).toMatchObject({ code: 'HOLD_EXPIRED' });
    repair();
    expect(await bookedOf(held)).toEqual([]);
    expect(await walletOf(held.buyer)).toEqual(WHOLE);
  });

  it('is not taken again for a reservation that was given back meanwhile', async () => {
    const held = await hold('Twice');
    expect((await pay(held))['walletBalance']).toBe('9996000');
    await held.buyer.mustMutate('cancelReservation', 'CancelReservationInput', {
      reservationId: held.id,
      feeAccepted: '2000',
    });
    await until(() => bookedOf(held), (events) => events.includes('EscrowCancelled'));
    const after = await walletOf(held.buyer);
    tell(held.facts);
    expect(await pay(held)).toMatchObject({ code: 'WRONG_STATE' });
    repair();
    expect(await walletOf(held.buyer)).toEqual(after);
    await passWindow(held);
    expect(await bookedOf(held)).toEqual(['EscrowFunded', 'EscrowCancelled']);
  });
});

describe('the ledger', () => {
  const lines = async (client: ApiClient, filter: string): Promise<readonly any[]> =>
    ((await client.ask(`{ ledgerEntries(first: 100${filter}) { edges { node { version line account reservationId } } } }`))
      .data?.['ledgerEntries'].edges ?? []).map(({ node }: any) => node);

  it('is told by account, by month and by reservation, and each line with what is behind it', async () => {
    const held = await hold('Looked up');
    const { buyer, id } = held;
    await pay(held);
    const all = await until(() => lines(buyer, ''), (found) => found.some(({ reservationId }) => reservationId === id));
    const escrow = await lines(buyer, ', account: "escrow"');
    expect(escrow).toEqual(all.filter(({ account }) => account.startsWith('escrow:')));
    expect(escrow.length).toBeGreaterThan(0);
    expect(await lines(buyer, `, account: "escrow:${id}"`)).toEqual(escrow);
    expect(await lines(buyer, `, reservationId: "${id}"`)).toEqual(all.filter(({ reservationId }) => reservationId === id));
    const month = new Date(clockOf(app).now()).toISOString().slice(0, 7);
    expect(await lines(buyer, `, month: "${month}"`)).toEqual(all);
    expect(await lines(buyer, ', month: "1999-12"')).toEqual([]);
    const refused = await buyer.ask('{ ledgerEntries(month: "2026-13") { edges { cursor } } }');
    expect(refused.errors?.[0]).toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } });
    const { version } = escrow[0];
    const query = `{ ledgerTransaction(version: ${version}) { stream version eventType eventHash actor cause entries { line } } }`;
    const { ledgerTransaction: found } = (await buyer.ask(query)).data as any;
    expect(found).toMatchObject({ version, eventType: 'EscrowFunded', eventHash: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(found.stream).toMatch(/^ledger-/);
    expect(`${found.actor} ${found.cause}`).toMatch(/^member:\S+ \S+/);
    expect(found.entries).toHaveLength(all.filter((line) => line.version === version).length);
    const none = await buyer.ask('{ ledgerTransaction(version: 999999) { version } }');
    expect(none.data).toEqual({ ledgerTransaction: null });
  });
});

describe('nobody is paid for what was not delivered', () => {
  it('when a refund is late', async () => {
    const [held, other] = [await hold('Gave back'), await hold('Bystander')];
    await pay(held);
    await pay(other);
    breakDown('cancelEscrow');
    const cancelled = await held.buyer.mustMutate(
      'cancelReservation',
      'CancelReservationInput',
      { reservationId: held.id, feeAccepted: '4000' },
      { fields: '... on CancelReservationSuccess { fee }' },
    );
    await passWindow(held, other);
    expect(await bookedOf(held)).toEqual(['EscrowFunded']);
    repair();
    await until(() => bookedOf(held), (events) => events.includes('EscrowCancelled'));
    const balance = (10_000_000n - BigInt(cancelled['fee'])).toString();
    expect(await walletOf(held.buyer)).toEqual({ ...WHOLE, balance });
    expect(await bookedOf(held)).toEqual(['EscrowFunded', 'EscrowCancelled']);
  });

  it('when title never moved', async () => {
    const [held, other] = [await hold('Never theirs'), await hold('Bystander')];
    await pay(other);
    breakDown('confirmOrRelease');
    await fundOnly(held);
    await passWindow(held, other);
    expect(await bookedOf(held)).toEqual(['EscrowFunded']);
    repair();
    await until(() => bookedOf(held), (events) => events.includes('EscrowReleased'));
    expect(await walletOf(held.buyer)).toEqual(WHOLE);
  });

  it('and everybody is for what was, also when it is over before anybody looked', async () => {
    const held = await hold('Served');
    await pay(held);
    const before = BigInt((await walletOf(market.provider))['balance'] ?? '');
    await passWindow(held, held);
    const due = (before + 3_900n).toString();
    await until(() => walletOf(market.provider), ({ balance }) => balance === due);
    expect(await bookedOf(held)).toEqual(['EscrowFunded', 'DeliverySettled']);
  });
});
