import { Market } from '../../src/allocation/contract.js';
import { LedgerService } from '../../src/billing/application/ledger.service.js';
import { PaymentService } from '../../src/billing/application/payment.service.js';
import { systemContext } from '../../src/eventstore/command-context.js';
import { present } from '../../src/kernel/assert.js';
import type { ReservationId } from '../../src/kernel/ids.js';
import { MINUTE_MS, type Duration } from '../../src/kernel/time.js';
import { BY_HAND } from '../support/ledger.js';
import { startTestApp, type ApiClient, type TestApp } from '../support/app.js';
import { replace } from '../support/payments.js';
import { verifySettled } from '../support/pools.js';
import { clockOf, Trading, walletOf } from '../support/trading.js';
import { until } from '../support/until.js';

let app: TestApp;
let wafer: Trading;
/** Another quantization: another market. */
let rack: Trading;
let listings: readonly string[];
let restore: () => void = () => undefined;

beforeAll(async () => {
  app = await startTestApp();
  wafer = await Trading.open(app);
  rack = await Trading.open(app, { quantization: 'fp16' });
  listings = [await wafer.list(100, 124, 1_000, 900), await rack.list(100, 124, 1_000, 600)];
});
afterEach(() => restore());
afterAll(async () => {
  await verifySettled(app);
  await app.close();
});

const PAID = `... on PayReservationsSuccess { reservationIds walletBalance }
  ... on PaymentRefusedRejection { index reservationId state }
  ... on HoldsLapsedRejection { index reservationId lapsedIds paidIds }
  ... on InsufficientFundsRejection { balance due }
  ... on ValidationRejection { issues { field accepted } }`;

/** Four hours of 10 tokens/s in each market, by one package: 36,000 and 24,000 micro-USD. */
async function held(buyer: ApiClient): Promise<[string, string]> {
  const holds = listings.map((listingId) => ({ listingId, window: wafer.window(100, 104), quantity: '10' }));
  const { reservations } = await buyer.mustMutate('holdPlan', 'HoldPlanInput', { holds }, {
    fields: '... on HoldPlanSuccess { reservations { reservationId } }',
  });
  return reservations.map(({ reservationId }: any) => reservationId) as [string, string];
}

const pay = (buyer: ApiClient, reservationIds: readonly string[], key = buyer.nextKey()) =>
  buyer.mutate('payReservations', 'PayReservationsInput', { reservationIds }, { fields: PAID, key });

const statesOf = async (buyer: ApiClient): Promise<readonly string[]> => {
  const query = '{ reservations { edges { node { status } } } }';
  return (await buyer.ask(query)).data?.['reservations'].edges.map(({ node }: any) => node.status);
};

describe('several holds', () => {
  it('of two markets are paid at once, once', async () => {
    const buyer = await wafer.buyer('Planner', 1);
    const ids = await held(buyer);
    const keys = ['one', 'one', 'one', 'two'];
    const answers = await Promise.all(keys.map((key) => pay(buyer, ids, key)));
    expect(answers.slice(0, 3)).toEqual([answers[0], answers[0], answers[0]]);
    const success = { __typename: 'PayReservationsSuccess', reservationIds: ids, walletBalance: '940000' };
    const paid = answers.filter(({ __typename }) => __typename === 'PayReservationsSuccess');
    expect(paid.length).toBeGreaterThan(0);
    for (const answer of answers) {
      const { index } = answer;
      // Two markets are told of their titles in any order: whoever looks between sees one of them paid.
      const refused = { code: 'WRONG_STATE', reservationId: ids[index], state: expect.any(String) };
      expect(answer).toEqual(paid.includes(answer) ? success : expect.objectContaining(refused));
    }
    expect(await walletOf(buyer)).toEqual({ balance: '940000', inEscrow: '60000', owed: '0' });
    await until(() => statesOf(buyer), (states) => states.join() === 'SCHEDULED,SCHEDULED');
    await expect(pay(buyer, [ids[0]], 'one')).rejects.toThrow('IDEMPOTENCY_MISMATCH');
  });

  it('are all paid or none: what is missing is told', async () => {
    const buyer = await wafer.buyer('Poor', 1);
    const dear = await wafer.reserve(buyer, listings[0] as string, 104, 124, 53);
    const [first, second] = await held(buyer);
    const ids = [first, dear['reservationId'] as string, second];
    expect(await pay(buyer, ids)).toMatchObject({ code: 'INSUFFICIENT_FUNDS', balance: '1000000', due: '1014000' });
    expect(await walletOf(buyer)).toEqual({ balance: '1000000', inEscrow: '0', owed: '0' });
    expect(await pay(buyer, [first, second])).toMatchObject({ walletBalance: '940000' });
  });

  it('are refused by the first that cannot be paid, by its place and id', async () => {
    const [buyer, other] = [await wafer.buyer('Careless', 1), await wafer.buyer('Neighbour', 1)];
    const [first, second] = await held(buyer);
    const [theirs] = await held(other);
    expect(await pay(buyer, [first, theirs, 'nothing'])).toMatchObject({
      ...{ __typename: 'PaymentRefusedRejection', code: 'NOT_FOUND', index: 1, reservationId: theirs },
    });
    await pay(buyer, [second]);
    expect(await pay(buyer, [first, second])).toMatchObject({ code: 'WRONG_STATE', index: 1, reservationId: second, state: 'scheduled' });
    await clockOf(app).advance((15 * MINUTE_MS) as Duration);
    const late = await pay(buyer, [first]);
    expect(late).toMatchObject({ index: 0, reservationId: first });
    expect(['HOLD_EXPIRED', 'NOT_FOUND']).toContain(late['code']);
    expect(await walletOf(buyer)).toMatchObject({ balance: '976000' });
  });

  it.each<[what: string, ids: readonly string[], field: string]>([
    ['none', [], 'reservationIds'],
    ['more than twenty', Array.from({ length: 21 }, (_, index) => `R${index}`), 'reservationIds'],
    ['one twice', ['A', 'B', 'A'], 'reservationIds[2]'],
  ])('are refused when there is %s', async (_what, ids, field) => {
    const { code, issues } = await pay(wafer.provider, ids);
    expect([code, issues.map((issue: any) => issue.field)]).toEqual(['VALIDATION_FAILED', [field]]);
  });

  it('that ended while they were paid give their price back; the others are theirs', async () => {
    const buyer = await wafer.buyer('Slow', 1);
    const [first] = await held(buyer);
    const market = app.application.get(Market);
    const ended = present(await market.reservation(first as ReservationId), 'the hold');
    await clockOf(app).advance((16 * MINUTE_MS) as Duration);
    const [, fresh] = await held(buyer);
    // What was read before the hold ended.
    const later = (ended.expiresAt ?? 0) + 60 * MINUTE_MS;
    restore = replace(market, 'reservation', (ask) => async (id) =>
      id === first ? { ...ended, expiresAt: later as never } : ask(id),
    );
    const lapsed = { code: 'HOLDS_LAPSED', index: 1, reservationId: first, lapsedIds: [first], paidIds: [fresh] };
    expect(await pay(buyer, [fresh, first], 'slow')).toMatchObject(lapsed);
    restore();
    expect(await pay(buyer, [fresh, first], 'slow')).toMatchObject(lapsed);
    expect(await walletOf(buyer)).toEqual({ balance: '976000', inEscrow: '24000', owed: '0' });
  });

  it('are theirs, all of them, when the payer was killed before title moved', async () => {
    const buyer = await wafer.buyer('Killed', 1);
    const ids = await held(buyer);
    const market = app.application.get(Market);
    const payments = app.application.get(PaymentService);
    const facts = await Promise.all(ids.map((id) => market.reservation(id as ReservationId)));
    const holds = facts.map((one) => present(one, 'a hold'));
    const sales = await Promise.all(holds.map((hold) => payments.saleOf(hold)));
    const { holderId } = present(holds[0], 'a hold');
    const command = { type: 'FundEscrows', quoteId: null, sales, spending: BY_HAND } as const;
    await app.application.get(LedgerService).execute(holderId, command, systemContext('test', ids.join()));
    await until(() => statesOf(buyer), (states) => states.join() === 'SCHEDULED,SCHEDULED');
    expect(await walletOf(buyer)).toEqual({ balance: '940000', inEscrow: '60000', owed: '0' });
  });
});
