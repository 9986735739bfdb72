import { startTestApp, type ApiClient, type TestApp } from '../support/app.js';
import { Trading, walletOf } from '../support/trading.js';
import { until } from '../support/until.js';
import { verifyApp } from '../support/verify.js';

let app: TestApp;
let market: Trading;

beforeAll(async () => {
  app = await startTestApp();
  market = await Trading.open(app);
});
afterAll(() => app.close());

const reservationOf = async (client: ApiClient, id: string) =>
  (
    await client.ask(
      `query($id: ID!) { reservation(reservationId: $id) {
        status amount refund cancellationFee entitlement { quantity window { start end } } } }`,
      { id },
    )
  ).data?.['reservation'];

describe('a slice of a wafer', () => {
  it('is listed, reserved, paid, resold, delivered, and its money reaches everybody', async () => {
    const listingId = await market.list(0, 48, 5_000);
    const [first, second] = [await market.buyer('First', 100), await market.buyer('Second', 100)];
    const held = await market.reserve(first, listingId, 0, 4, 1_500);
    // 1,500 tokens/s x 4 h x 1,000 micro-USD.
    expect(held).toMatchObject({ amount: '6000000', status: 'HELD' });
    const { reservationId } = held as { reservationId: string };
    const options = { fields: '... on PayReservationSuccess { walletBalance }', key: 'pay' };
    const paid = await first.mustMutate('payReservation', 'PayReservationInput', { reservationId }, options);
    expect(paid['walletBalance']).toBe('94000000');
    expect(await first.mutate('payReservation', 'PayReservationInput', { reservationId }, options)).toEqual(paid);

    const resale = await first.mustMutate(
      'resellReservation',
      'ResellReservationInput',
      { reservationId, window: market.window(2, 4), quantity: '1500', unitPrice: '2000' },
      { fields: '... on ResellReservationSuccess { listing { listingId isResale hops } }' },
    );
    expect(resale['listing']).toMatchObject({ isResale: true, hops: 1 });
    const resold = await market.buy(second, resale['listing'].listingId, 2, 4, 1_500);
    expect(await walletOf(second)).toMatchObject({ balance: '94000000', inEscrow: '6000000' });

    const chain = await until(
      async () =>
        (
          await second.ask(
            `query($id: ID!) { chainOfTitle(reservationId: $id) { hop reservationId quantity } }`,
            { id: resold },
          )
        ).data?.['chainOfTitle'],
      (links) => links !== null,
    );
    expect(chain).toEqual([
      { hop: 0, reservationId, quantity: '1500' },
      { hop: 1, reservationId: resold, quantity: '1500' },
    ]);
    const left = await until(() => reservationOf(first, reservationId), (one) => one?.entitlement[0]?.window.end === market.window(0, 2).end);
    expect(left.entitlement).toEqual([{ quantity: '1500', window: market.window(0, 2) }]);

    await market.pass(4);
    const [provider, buyer, reseller] = [market.provider, second, first];
    // Provider: 6.00 less 2.5 % fee, and a 5 % royalty on 6.00. Reseller: 6.00 less 7.5 %.
    await until(() => walletOf(provider), ({ balance }) => balance === '6150000');
    await until(() => walletOf(reseller), ({ balance }) => balance === '99550000');
    expect(await walletOf(buyer)).toEqual({ balance: '94000000', inEscrow: '0', owed: '0' });
    await until(() => reservationOf(first, reservationId), (row) => row?.status === 'COMPLETED');

    const trail = await until(
      async () =>
        (await first.ask('{ auditEntries { edges { node { action } } } }')).data?.['auditEntries'].edges.map(
          ({ node }: { node: { action: string } }) => node.action,
        ) as string[],
      (actions) => actions.includes('ledger.EscrowFunded'),
    );
    expect(trail.filter((action) => /^(market|ledger)/.test(action))).toEqual([
      ...['market.ListingCreated', 'ledger.EscrowFunded', 'market.ReservationHeld'],
    ]);

    // A key is answered the same after everything it was about is over.
    expect(await first.mutate('payReservation', 'PayReservationInput', { reservationId }, options)).toEqual(paid);
    const found = await verifyApp(app);
    expect(found.projections).toBeGreaterThan(3);
  });

  it('is invoiced by month, and exported', async () => {
    const buyer = await market.buyer('Controller');
    const listingId = await market.list(100, 110, 100, 3_333);
    const reservationId = await market.buy(buyer, listingId, 100, 103, 7);
    await market.pass(103);
    await until(() => walletOf(buyer), ({ inEscrow }) => inEscrow === '0');
    const month = market.window(100, 103).start.slice(0, 7);
    const { data } = await buyer.ask(
      `query($month: String!) { invoice(month: $month) {
        number charges credits lines { kind reservationId amount } } }`,
      { month },
    );
    expect(data?.['invoice']).toMatchObject({ number: null, charges: '69993', credits: '0' });
    // Three hours that passed at once are settled at once.
    const line = { kind: 'DELIVERY', reservationId, amount: '69993' };
    expect(data?.['invoice'].lines).toEqual([line]);
    const early = await buyer.mutate('issueInvoice', 'IssueInvoiceInput', { month });
    expect(early['code']).toBe('MONTH_NOT_OVER');

    const csv = await fetch(`${app.url}/exports/invoice.csv?month=${month}`, { headers: buyer.headers() });
    expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    const rows = (await csv.text()).trim().split('\r\n');
    expect(rows).toHaveLength(2);
    expect(rows[1]).toMatch(/^DRAFT,\d{4}-\d\d,1,delivery,llama-3.3-70b@fp8,.*,USD,0.069993,69993,,,$/);
    const refused = await Promise.all([
      fetch(`${app.url}/exports/invoice.csv?month=${month}`),
      fetch(`${app.url}/exports/invoice.csv?month=13`, { headers: buyer.headers() }),
    ]);
    expect(refused.map(({ status }) => status)).toEqual([401, 400]);
  });
});

describe('two hundred buyers at once', () => {
  it('get exactly what there is', async () => {
    const listingId = await market.list(150, 160, 100);
    const buyer = await app.signUp('Crowd');
    const input = { listingId, window: market.window(150, 151), quantity: '1' };
    const answers = await Promise.all(
      Array.from({ length: 200 }, () => buyer.mutate('reserve', 'ReserveInput', input)),
    );
    const codes = answers.map(({ code, __typename }) => code ?? __typename);
    expect(codes.filter((code) => code === 'ReserveSuccess')).toHaveLength(100);
    expect(codes.filter((code) => code === 'CAPACITY_EXHAUSTED')).toHaveLength(100);
  });

  it('who send one request twenty times make one hold', async () => {
    const listingId = await market.list(150, 160, 10);
    const buyer = await app.signUp('Impatient');
    const input = { listingId, window: market.window(150, 151), quantity: '1' };
    const options = { key: 'once', fields: '... on ReserveSuccess { reservation { reservationId } }' };
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => buyer.mutate('reserve', 'ReserveInput', input, options)),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    const other = { ...input, quantity: '2' };
    await expect(buyer.mutate('reserve', 'ReserveInput', other, options)).rejects.toThrow('IDEMPOTENCY_MISMATCH');
    const stranger = await app.signUp('Same key');
    const theirs = await stranger.mutate('reserve', 'ReserveInput', other, options);
    expect(theirs['reservation'].reservationId).not.toBe(answers[0]?.['reservation'].reservationId);
  });
});

describe('a hold', () => {
  it('expires, and what it held is offered again', async () => {
    const listingId = await market.list(170, 172, 10);
    const buyer = await market.buyer('Slow');
    const { reservationId } = await market.reserve(buyer, listingId, 170, 172, 10);
    await until(() => reservationOf(buyer, reservationId as string), (row) => row !== null);
    await market.pass(104);
    await until(() => reservationOf(buyer, reservationId as string), (row) => row?.status === 'EXPIRED');
    const late = await buyer.mutate('payReservation', 'PayReservationInput', { reservationId });
    expect(late['code']).toBe('NOT_FOUND');
    expect(await walletOf(buyer)).toMatchObject({ balance: '1000000000', inEscrow: '0' });
    await market.reserve(buyer, listingId, 170, 172, 10);
  });

  it('is not paid from an empty wallet, and is given back by its buyer only', async () => {
    const listingId = await market.list(170, 172, 10);
    const [poor, other] = [await app.signUp('Poor'), await app.signUp('Other')];
    const { reservationId } = await market.reserve(poor, listingId, 170, 171, 10);
    const broke = await poor.mutate('payReservation', 'PayReservationInput', { reservationId }, {
      fields: '... on InsufficientFundsRejection { balance due }',
    });
    expect(broke).toMatchObject({ code: 'INSUFFICIENT_FUNDS', balance: '0', due: '10000' });
    for (const mutation of ['payReservation', 'releaseHold']) {
      const type = `${mutation[0]!.toUpperCase()}${mutation.slice(1)}Input`;
      expect((await other.mutate(mutation, type, { reservationId }))['code']).toBe('NOT_FOUND');
    }
    await poor.mustMutate('releaseHold', 'ReleaseHoldInput', { reservationId });
    const again = await poor.mutate('releaseHold', 'ReleaseHoldInput', { reservationId });
    expect(again['code']).toBe('NOT_FOUND');
  });
});

describe('cancelling', () => {
  it('costs what the schedule says, and brings the rest back', async () => {
    const listingId = await market.list(180, 190, 100);
    const buyer = await market.buyer('Changes mind', 10);
    const reservationId = await market.buy(buyer, listingId, 180, 182, 100);
    await market.pass(170);
    const quote = (
      await buyer.ask(
        `query($id: ID!) { cancellationQuote(reservationId: $id) { feeShare fee refund } }`,
        { id: reservationId },
      )
    ).data?.['cancellationQuote'];
    expect(quote).toEqual({ feeShare: 5_000, fee: '100000', refund: '100000' });
    const cheap = await buyer.mutate('cancelReservation', 'CancelReservationInput', {
      reservationId,
      feeAccepted: '99999',
    });
    expect(cheap['code']).toBe('FEE_CHANGED');
    await buyer.mustMutate('cancelReservation', 'CancelReservationInput', {
      reservationId,
      feeAccepted: '100000',
    });
    await until(() => walletOf(buyer), ({ balance }) => balance === '9900000');
    expect(await walletOf(buyer)).toMatchObject({ inEscrow: '0' });
  });
});
