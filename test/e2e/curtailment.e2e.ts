import { startTestApp, type ApiClient, type TestApp } from '../support/app.js';
import { Books } from '../../src/billing/contract.js';
import { replace } from '../support/payments.js';
import { nextHour } from '../support/pools.js';
import { poolInput, span, Trading, walletOf, HOUR } from '../support/trading.js';
import { until } from '../support/until.js';
import { verifyApp } from '../support/verify.js';

/** 1,000 tokens/s, and a fifth of the price of what an outage takes as a penalty. */
const terms = (reclaimNoticeHours: number | null) => ({
  ...poolInput(0).terms,
  curtailment: { reclaimNoticeHours, outagePenalty: 2_000, reclaimPenalty: 5_000 },
});
const TOTALS = 'totals { unoffered { quantity } offered { quantity } sold { quantity window { start end } } holders refund penalty }';
const REFUSED = `
  ... on ValidationRejection { issues { field reason } }
  ... on NotFoundRejection { field }
  ... on WindowRejection { earliestStart accepted { start end } }
  ... on CapacityRejection { available }
  ... on ReclaimRejection { earliestStart }`;
const CURTAILED = `... on CurtailPoolSuccess { curtailmentId ${TOTALS} } ${REFUSED}`;

let app: TestApp;
let market: Trading;
let [first, second, third]: ApiClient[] = [];
let rival: ApiClient;
/** By holder: the first one's resold part is the third one's. */
let ids: readonly string[] = [];

beforeAll(async () => {
  app = await startTestApp();
  const start = nextHour(app);
  const nameplate = [{ window: span(start, start + 100 * HOUR), quantity: '1000' }];
  market = await Trading.open(app, { terms: terms(12), nameplate });
  rival = await app.signUp('Rival', { isProvider: true, isBuyer: false });
  const other = poolInput(start, { name: 'Elsewhere', nameplate });
  const made = await rival.mustMutate('registerPool', 'RegisterPoolInput', other, {
    fields: '... on RegisterPoolSuccess { pool { poolId } }',
  });
  await list(rival, made['pool'].poolId, [30, 34], 1_000, 110);
  [first, second, third] = [await market.buyer('First', 1), await market.buyer('Second', 1), await market.buyer('Third', 1)];
  const whole = await market.list(30, 34, 1_000, 100);
  const one = await market.buy(first!, whole, 30, 34, 600);
  const two = await market.buy(second!, whole, 30, 34, 400);
  const offer = { reservationId: one, window: market.window(32, 34), quantity: '200', unitPrice: '150' };
  const resale = await first!.mustMutate('resellReservation', 'ResellReservationInput', offer, {
    fields: '... on ResellReservationSuccess { listing { listingId } }',
  });
  ids = [one, two, await market.buy(third!, resale['listing'].listingId, 32, 34, 200)];
});
afterAll(async () => {
  await verifyApp(app);
  await app.close();
});

async function list(
  ...[client, poolId, [from, to], quantity, unitPrice]: readonly [
    client: ApiClient,
    poolId: string,
    hours: readonly [number, number],
    quantity: number,
    unitPrice: number,
  ]
): Promise<void> {
  const input = { poolId, window: market.window(from, to), quantity: `${quantity}`, unitPrice: `${unitPrice}` };
  await client.mustMutate('createListing', 'CreateListingInput', input);
}

const asked = (from: number, to: number, quantity: number, changes: object = {}) => ({
  ...{ poolId: market.poolId, window: market.window(from, to), quantity: `${quantity}`, cause: 'OUTAGE' },
  ...changes,
});
const curtail = (client: ApiClient, input: object): Promise<Record<string, any>> =>
  client.mutate('curtailPool', 'CurtailPoolInput', input as never, { fields: CURTAILED });
async function preview(client: ApiClient, input: object): Promise<Record<string, any>> {
  const losses = 'losses { holderId lost { quantity } refund penalty }';
  const fields = `... on CurtailmentPreview { ${TOTALS} ${losses} } ${REFUSED} ... on Rejection { code }`;
  const query = `query($input: CurtailPoolInput!) { curtailmentPreview(input: $input) { ${fields} } }`;
  const { data, errors } = await client.ask(query, { input });
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data?.['curtailmentPreview'];
}
const rebook = (client: ApiClient, reservationId: string, limitPrice: number, timeInForce = 'GTC') =>
  client.mutate(
    'setRebooking',
    'SetRebookingInput',
    { reservationId, rebooking: { limitPrice: `${limitPrice}`, timeInForce } },
    { fields: '... on SetRebookingSuccess { reservation { rebooking { limitPrice timeInForce } } } ... on ValidationRejection { issues { field } }' },
  );
const money = async (client: ApiClient, expected: string): Promise<string> =>
  until(
    async () => {
      const { balance, inEscrow, owed } = await walletOf(client);
      return `${balance} ${inEscrow} ${owed}`;
    },
    (found) => found === expected,
  );
async function reservationOf(client: ApiClient, reservationId: string): Promise<any> {
  const query = `query($id: ID!) { reservation(reservationId: $id) { status amount extendsReservationId
    entitlement { quantity window { start end } } rebooking { limitPrice }
    curtailments { cause quantity refund penalty window { start end } lost { quantity } lostEntitlement { quantity } } } }`;
  return (await client.ask(query, { id: reservationId })).data?.['reservation'];
}

describe('a provider whose pool fails in part', () => {
  it('sees what that would come to, holder by holder', async () => {
    const seen = await preview(market.provider, asked(30, 34, 250));
    expect(seen['totals']).toMatchObject({ unoffered: [], offered: [], holders: 3, refund: '115000', penalty: '21000' });
    expect(seen['totals'].sold).toMatchObject([{ quantity: '250', window: market.window(30, 34) }]);
    const told = seen['losses'].map(({ lost, refund, penalty }: any) => [lost.map(({ quantity }: any) => quantity).join(), refund, penalty].join(' '));
    // Everybody a quarter. The first one resold 200 of 600 for the last two hours, and gets its price of all that it bought back.
    expect(told.sort()).toEqual(['100 40000 8000', '150,100 60000 10000', '50 15000 3000']);
    const { data } = await market.provider.ask('query($id: ID!) { titles(poolId: $id) { edges { node { holderId isProvider } } } }', { id: market.poolId });
    const holders = data?.['titles'].edges.flatMap(({ node }: any) => (node.isProvider ? [] : [node.holderId]));
    expect(seen['losses'].map(({ holderId }: any) => holderId).sort()).toEqual(holders.sort());
  });

  it('pays everybody back at their own price, and the penalty once it can', async () => {
    await rebook(first!, ids[0]!, 120);
    await rebook(second!, ids[1]!, 1_000_000);
    const input = asked(30, 34, 250);
    const options = { key: 'once', fields: CURTAILED };
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => market.provider.mutate('curtailPool', 'CurtailPoolInput', input, options)),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]?.['totals']).toMatchObject({ holders: 3, refund: '115000', penalty: '21000' });
    await money(market.provider, '0 0 21000');
    // 1,000,000 less what was paid, with what came back, less 55,000 for what is bought elsewhere.
    await money(first!, '765000 235000 0');
    await money(second!, '880000 120000 0');
    await money(third!, '955000 45000 0');
    await market.provider.mustMutate('topUpWallet', 'TopUpWalletInput', { amount: '1000000', paymentMethod: 'pm_card_visa' });
    await money(first!, '775000 235000 0');
    await money(second!, '888000 120000 0');
    await money(third!, '958000 45000 0');
    await money(market.provider, '979000 0 0');
  });

  it('leaves each holder its part, and says what was lost', async () => {
    const [one, , three] = await until(
      () => Promise.all([first!, second!, third!].map((client, index) => reservationOf(client, ids[index]!))),
      (all) => all.every(({ curtailments }: any) => curtailments.length === 1),
    );
    expect(one).toMatchObject({ status: 'SCHEDULED', rebooking: { limitPrice: '120' } });
    expect(one.entitlement.map(({ quantity }: any) => quantity)).toEqual(['450', '300']);
    expect(one.curtailments).toMatchObject([
      { cause: 'OUTAGE', refund: '60000', penalty: '10000', quantity: '150', window: market.window(30, 34) },
    ]);
    expect(one.curtailments[0].lost).toEqual([{ quantity: '150' }]);
    expect(one.curtailments[0].lostEntitlement).toEqual([{ quantity: '150' }, { quantity: '100' }]);
    expect(three.curtailments).toMatchObject([{ refund: '15000', penalty: '3000', quantity: '50' }]);
    // The reseller sees what its buyer lost, and not what its buyer wants instead.
    expect((await reservationOf(first!, ids[2]!)).rebooking).toBeNull();
    const open = await app.stranger().ask(`{ poolCurtailments(poolId: "${market.poolId}") { edges { node { cause quantity unsold { quantity } } } } }`);
    expect(open.data?.['poolCurtailments'].edges).toEqual([{ node: { cause: 'OUTAGE', quantity: '250', unsold: [] } }]);
  });

  it('has its holders’ orders placed elsewhere, or says why not', async () => {
    const query = '{ rebookings { edges { node { status refusal quantity limitPrice window { start end } } } } }';
    const rows = async (client: ApiClient) =>
      (await client.ask(query)).data?.['rebookings'].edges.map(({ node }: any) => node);
    const placed = await until(() => rows(first!), ({ length }) => length === 2);
    expect(placed.map(({ quantity, status, window }: any) => [quantity, status, window]).sort()).toEqual([
      ['100', 'PLACED', market.window(30, 34)],
      ['50', 'PLACED', market.window(30, 32)],
    ]);
    const refused = await until(() => rows(second!), ({ length }) => length > 0);
    expect(refused).toMatchObject([{ status: 'REFUSED', refusal: 'INSUFFICIENT_FUNDS', quantity: '100' }]);
    const { data } = await first!.ask('{ orders { edges { node { status spent } } } }');
    expect(data?.['orders'].edges.map(({ node }: any) => [node.status, node.spent]).sort()).toEqual([
      ['FILLED', '11000'],
      ['FILLED', '44000'],
    ]);
  });

  it('stands on invoices: what a holder got, and what a provider paid', async () => {
    const { data } = await first!.ask('{ viewer { organization { organizationId } } }');
    expect(data?.['viewer']).not.toBeNull();
    const lines = async (client: ApiClient) => {
      const clock = await client.ask('{ clock { now } }');
      const month = String(clock.data?.['clock'].now).slice(0, 7);
      const invoice = await client.ask(`{ invoice(month: "${month}") { lines { kind amount } } }`);
      return invoice.data?.['invoice'].lines.filter(({ kind }: any) => kind === 'PENALTY').map(({ amount }: any) => amount);
    };
    expect(await lines(first!)).toEqual(['-10000']);
    expect((await lines(market.provider)).sort()).toEqual(['10000', '3000', '8000']);
  });
});

describe('a curtailment is refused', () => {
  it.each<[what: string, input: () => object, expected: object]>([
    ['the wrong way round', () => asked(34, 30, 1), { code: 'VALIDATION_FAILED', issues: [{ field: 'window', reason: 'does not end after it starts' }] }],
    ['in the past', () => asked(-5, 30, 1), { code: 'WINDOW_IN_PAST' }],
    ['of more than there is', () => asked(30, 34, 751), { code: 'NAMEPLATE_EXCEEDED', available: '750' }],
    ['of another’s pool', () => asked(30, 34, 1, { poolId: 'llama-3.3-70b@fp8~none' }), { code: 'NOT_FOUND', field: 'poolId' }],
    ['of what is no pool', () => asked(30, 34, 1, { poolId: 'x' }), { code: 'NOT_FOUND', field: 'poolId' }],
  ])('%s', async (_what, input, expected) => {
    expect(await curtail(market.provider, input())).toMatchObject(expected);
    expect(await preview(market.provider, input())).toMatchObject(expected);
    expect(await curtail(rival, asked(30, 34, 1))).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('where a reclaim comes too soon, with when it is accepted', async () => {
    await market.buy(second!, await market.list(4, 20, 100, 10), 4, 20, 100);
    const answer = await curtail(market.provider, asked(4, 20, 1_000, { cause: 'RECLAIM' }));
    expect(answer).toMatchObject({ code: 'RECLAIM_TOO_SOON' });
    const hours = (Date.parse(answer['earliestStart']) - market.start) / HOUR;
    expect([11, 12]).toContain(hours);
    const rest = await curtail(market.provider, asked(hours, 20, 1_000, { cause: 'RECLAIM' }));
    expect(rest).toMatchObject({ __typename: 'CurtailPoolSuccess', totals: { holders: 1 } });
  });
});

describe('a reservation', () => {
  const FIELDS = `... on ExtendReservationSuccess { reservations { reservationId status quantity amount extendsReservationId window { start end } } }
    ... on ExtensionRejection { available until unitPrice } ... on WindowRejection { accepted { start end } }
    ... on StateRejection { state } ... on ValidationRejection { issues { field } } ... on NotFoundRejection { field }`;
  const extend = (client: ApiClient, to: number, max: number, reservationId = ids[2]!) =>
    client.mutate(
      'extendReservation',
      'ExtendReservationInput',
      { reservationId, until: market.window(0, to).end, unitPriceMax: `${max}` },
      { fields: FIELDS },
    );

  it('is extended in place, all or nothing', async () => {
    await list(market.provider, market.poolId, [34, 36], 300, 90);
    expect(await extend(third!, 35, 89)).toMatchObject({
      ...{ code: 'NOT_EXTENDABLE', available: '0', until: market.window(0, 34).end, unitPrice: '90' },
    });
    expect(await extend(third!, 37, 100)).toMatchObject({ code: 'NOT_EXTENDABLE', until: market.window(0, 36).end, unitPrice: null });
    expect(await extend(third!, 34, 100)).toMatchObject({ code: 'OFF_GRID', accepted: market.window(34, 35) });
    expect(await extend(third!, 35, -1)).toMatchObject({ issues: [{ field: 'unitPriceMax' }] });
    expect(await extend(second!, 35, 100)).toMatchObject({ code: 'NOT_FOUND', field: 'reservationId' });
    const { reservations } = await extend(third!, 35, 100);
    expect(reservations).toMatchObject([
      { status: 'HELD', quantity: '200', amount: '18000', extendsReservationId: ids[2], window: market.window(34, 35) },
    ]);
    const { reservationId } = reservations[0];
    await third!.mustMutate('payReservation', 'PayReservationInput', { reservationId });
    const chain = await until(
      async () => (await third!.ask(`{ chainOfTitle(reservationId: "${reservationId}") { hop extendsReservationId } }`)).data?.['chainOfTitle'],
      (links) => links !== null,
    );
    expect(chain).toEqual([{ hop: 0, extendsReservationId: ids[2] }]);
    expect((await reservationOf(market.provider, reservationId)).extendsReservationId).toBeNull();
  });

  it('takes no rebooking that no order could be', async () => {
    expect(await rebook(first!, ids[0]!, 0)).toMatchObject({ issues: [{ field: 'rebooking.limitPrice' }] });
    expect(await rebook(first!, ids[1]!, 5)).toMatchObject({ code: 'NOT_FOUND' });
    expect(await rebook(first!, ids[0]!, 5, 'IOC')).toMatchObject({ reservation: { rebooking: { limitPrice: '5', timeInForce: 'IOC' } } });
  });

  it('is delivered and paid for as far as it was not taken', async () => {
    await market.pass(40);
    await until(() => walletOf(first!), ({ inEscrow }) => inEscrow === '0');
    await until(() => walletOf(third!), ({ inEscrow }) => inEscrow === '0');
    const { data } = await until(
      () => first!.ask('{ reservations { edges { node { reservationId status } } } }'),
      ({ data: found }) => found?.['reservations'].edges.every(({ node }: any) => node.status === 'COMPLETED'),
    );
    expect(data?.['reservations'].edges).toHaveLength(3);
  });

  it('is not paid for where the hour is settled before the books are told of the outage', async () => {
    const buyer = await market.buyer('Unlucky', 1);
    const reservationId = await market.buy(buyer, await market.list(42, 44, 100, 10), 42, 44, 100);
    await market.pass(42.5);
    await until(() => reservationOf(buyer, reservationId), (row) => row?.status === 'ACTIVE');
    const down = async (): Promise<never> => Promise.reject(new Error('the books are not told yet'));
    const restore = replace(app.application.get(Books), 'curtailEscrow', () => down);
    expect(await curtail(market.provider, asked(42, 44, 1_000))).toMatchObject({ totals: { refund: '2000', penalty: '400' } });
    await market.pass(43);
    await money(buyer, '1000000 0 0');
    restore();
    await money(buyer, '1000400 0 0');
    expect(await reservationOf(buyer, reservationId)).toMatchObject({ status: 'CURTAILED', entitlement: [] });
  });
});
