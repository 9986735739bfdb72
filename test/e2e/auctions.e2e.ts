import { MarketFeed } from '../../src/allocation/application/market-feed.js';
import { Market } from '../../src/allocation/contract.js';
import { ISSUES, startTestApp, type ApiClient, type TestApp } from '../support/app.js';
import { Auctions, LISTING, MARKET, money, moneyOf, ORDER } from '../support/auction-rounds.js';
import { replace } from '../support/payments.js';
import { type Trading, walletOf } from '../support/trading.js';
import { until } from '../support/until.js';
import { verifyApp } from '../support/verify.js';

let app: TestApp;
let auctions: Auctions;
let market: Trading;
beforeAll(async () => {
  app = await startTestApp();
  auctions = await Auctions.open(app);
  market = auctions.market;
});
afterAll(async () => {
  await verifyApp(app);
  await app.close();
});

const boughtBy = async (client: ApiClient): Promise<any[]> =>
  (await client.ask('{ reservations(first: 9) { edges { node { reservationId listingId quantity unitPrice amount } } } }'))
    .data?.['reservations'].edges.map(({ node }: any) => node);

describe('an auction', () => {
  it('sells at one price to the highest limits, moves the money once, and tells no names', async () => {
    const round = await auctions.hold();
    const [one, two, three] = await Promise.all(['One', 'Two', 'Three'].map((name) => market.buyer(name, 1)));
    const first = await auctions.bid(one!, round, { quantity: 40, limit: 100 });
    expect(first['order']).toMatchObject({ status: 'SEALED', remaining: '40', spent: '0', unspent: '16000' });
    await auctions.bid(two!, round, { quantity: 50, limit: 90 });
    await auctions.bid(three!, round, { quantity: 30, limit: 85 });
    await money(one!, `${1_000_000 - 16_000} 16000 0`);
    const listing = await auctions.cleared(round);
    const result = { state: 'CLEARED', clearingPrice: '85', quantitySold: '100', bids: 3 };
    expect(listing).toMatchObject({ status: 'SOLD', remaining: [], auction: result });
    await money(one!, `${1_000_000 - 13_600} 0 13600`);
    await money(two!, `${1_000_000 - 17_000} 0 17000`);
    await money(three!, `${1_000_000 - 3_400} 0 3400`);
    const bought = await until(() => boughtBy(three!), ({ length }) => length > 0);
    expect(bought).toMatchObject([{ listingId: round.listingId, quantity: '10', unitPrice: '85', amount: '3400' }]);
    const rows = await until(() => auctions.bidsOf(three!, round), ([row]) => row?.status === 'UNFILLED');
    expect(rows).toMatchObject([{ remaining: '20', spent: '3400', reserved: '3400' }]);
    const trades = await app.stranger().ask(`{ trades(marketId: "${MARKET}", first: 9) { edges { node { unitPrice quantity } } } }`);
    expect(trades.data?.['trades'].edges.map(({ node }: any) => `${node.quantity} at ${node.unitPrice}`)).toEqual(['10 at 85', '50 at 85', '40 at 85']);
  });

  it('whose reserve nobody reaches sells nothing, and all that was set aside comes back', async () => {
    const round = await auctions.hold();
    const buyer = await market.buyer('Withdraws', 1);
    const { order } = await auctions.bid(buyer, round, { quantity: 100, limit: 70 });
    const low = await auctions.bid(buyer, round, { quantity: 100, limit: 59 });
    expect(low['issues']).toEqual([{ field: 'limitPrice', reason: 'is below the reserve price', accepted: '60 or more micro-USD per token/s and hour' }]);
    const { orderId } = order;
    const fields = `... on WithdrawAuctionBidSuccess { ${ORDER} } ... on NotFoundRejection { field }`;
    const withdraw = (client: ApiClient, key = 'back'): Promise<Record<string, any>> =>
      client.mutate('withdrawAuctionBid', 'WithdrawAuctionBidInput', { orderId }, { fields, key });
    expect(await withdraw(market.provider)).toMatchObject({ code: 'NOT_FOUND', field: 'orderId' });
    const withdrawn = await withdraw(buyer);
    expect(withdrawn['order']).toMatchObject({ status: 'CANCELLED', unspent: '28000' });
    expect(await withdraw(buyer)).toEqual(withdrawn);
    await money(buyer, '1000000 0 0');
    const listing = await auctions.cleared(round);
    const result = { clearingPrice: null, quantitySold: '0', bids: 0 };
    expect(listing).toMatchObject({ status: 'UNSOLD', remaining: [], auction: result });
    expect(await withdraw(buyer, 'late')).toMatchObject({ code: 'NOT_FOUND', field: 'orderId' });
  });

  it('sells what somebody holds, with the royalty, and at no more than the terms allow', async () => {
    const source = await market.list(auctions.next + 6, auctions.next + 10, 100, 50);
    const [seller, buyer, other] = await Promise.all(['Resells', 'Buys', 'Loses'].map((name) => market.buyer(name, 1)));
    const reservationId = await market.buy(seller!, source, auctions.next + 6, auctions.next + 10, 80);
    const round = auctions.slot();
    const closesAt = auctions.at(round.close);
    const input = { reservationId, window: market.window(...round.window), quantity: '80', reservePrice: '60', closesAt };
    const { listing } = await seller!.mustMutate('openResaleAuction', 'OpenResaleAuctionInput', input, {
      fields: `... on OpenResaleAuctionSuccess { listing { ${LISTING} } }`,
    });
    expect(listing).toMatchObject({ isResale: true, auction: { state: 'OPEN' } });
    expect(await auctions.bid(seller!, listing, { quantity: 1, limit: 60 })).toMatchObject({ code: 'SELF_TRADE' });
    await auctions.bid(buyer!, listing, { quantity: 80, limit: 100 });
    await auctions.bid(other!, listing, { quantity: 80, limit: 70, more: { minimumFill: '80' } });
    expect(await auctions.cleared({ ...round, listingId: listing.listingId })).toMatchObject({ status: 'SOLD', auction: { clearingPrice: '70', bids: 2 } });
    await money(buyer!, `${1_000_000 - 22_400} 0 22400`);
    await money(other!, '1000000 0 0');
    const before = await walletOf(seller!);
    await market.pass(round.window[1]);
    // What was sold for 22,400, less the royalty of 5 % and the exchange's fee of 1 %.
    const paid = await until(() => walletOf(seller!), ({ balance }) => BigInt(balance!) > BigInt(before['balance']!) + 20_000n);
    expect(BigInt(paid['balance']!) - BigInt(before['balance']!)).toBeLessThanOrEqual(22_400n - 1_120n);
    const [bought] = await boughtBy(buyer!);
    const { data } = await buyer!.ask('query($id: ID!) { chainOfTitle(reservationId: $id) { hop quantity } }', { id: bought.reservationId });
    expect(data?.['chainOfTitle']).toEqual([{ hop: 0, quantity: '80' }, { hop: 1, quantity: '80' }]);
    auctions.next += 6;
  });

  it('is not bought from as it is, nor taken back once it has opened', async () => {
    const { listingId, window } = await auctions.hold();
    const buyer = await market.buyer('Hasty', 1);
    const reserve = await buyer.mutate('reserve', 'ReserveInput', { listingId, window: market.window(...window), quantity: '1' }, { fields: ISSUES });
    expect(reserve['issues']).toMatchObject([{ field: 'listingId', reason: 'is auctioned' }]);
    const fields = '... on AuctionStateRejection { state }';
    const withdraw = (id: string): Promise<Record<string, any>> =>
      market.provider.mutate('withdrawListing', 'WithdrawListingInput', { listingId: id }, { fields });
    expect(await withdraw(listingId)).toMatchObject({ code: 'WRONG_AUCTION_STATE', state: 'OPEN' });
    const opensAt = auctions.at(auctions.next - 2);
    const input = { poolId: market.poolId, window: market.window(...window), quantity: '1', reservePrice: '0', opensAt, closesAt: auctions.at(auctions.next - 1) };
    const later = await market.provider.mustMutate('openAuction', 'OpenAuctionInput', input, {
      fields: `... on OpenAuctionSuccess { listing { ${LISTING} } }`,
    });
    expect(later['listing'].auction.state).toBe('UPCOMING');
    expect(await auctions.bid(buyer, later['listing'], { quantity: 1, limit: 1 })).toMatchObject({ code: 'WRONG_AUCTION_STATE', state: 'UPCOMING', opensAt });
    expect(await withdraw(later['listing'].listingId)).toMatchObject({ __typename: 'WithdrawListingSuccess' });
    await until(() => auctions.listing(later['listing']), (listing) => listing?.auction.state === 'WITHDRAWN');
  });
});

describe('what is sealed', () => {
  const BOOK = `query($id: ID!, $window: WindowInput!, $pool: ID!) {
    listing(listingId: $id) { ${LISTING} }
    listings(kind: AUCTION, status: null, poolId: $pool, first: 50) { edges { cursor node { ${LISTING} } } }
    fixed: listings(poolId: $pool) { edges { node { ${LISTING} } } }
    depth(marketId: "${MARKET}", window: $window) { asks { quantity } bids { quantity } }
    topOfBook(marketId: "${MARKET}", window: $window) { bestBid { quantity } bestAsk { quantity } }
    trades(marketId: "${MARKET}", first: 50) { edges { node { sequence } } } }`;

  async function standing(): Promise<number> {
    const changes = await app.application.get(MarketFeed).follow(MARKET);
    const first = await changes.next();
    await changes.return?.();
    return first.value.sequence;
  }

  it('is seen by its bidder and nobody else, whoever asks, until it is cleared', async () => {
    const round = await auctions.hold();
    const [bidder, rival] = [await market.buyer('Bidder', 1), await market.buyer('Rival', 1)];
    const lookers = { seller: market.provider, rival, outsider: app.stranger() };
    const variables = { id: round.listingId, window: market.window(...round.window), pool: market.poolId };
    await until(() => auctions.listing(round), (listing) => listing !== null);
    const looks = async (): Promise<Record<string, string>> => {
      const seen: Record<string, string> = { change: `${await standing()}` };
      for (const [name, client] of Object.entries(lookers)) seen[name] = JSON.stringify(await client.ask(BOOK, variables));
      seen['rival’s bids'] = JSON.stringify(await auctions.bidsOf(rival, round));
      seen['seller’s orders'] = JSON.stringify(await auctions.bidsOf(market.provider, round));
      return seen;
    };
    const before = await looks();
    expect(before['outsider']).not.toContain('errors');
    const { order } = await auctions.bid(bidder, round, { quantity: 33, limit: 99 });
    await auctions.bid(bidder, round, { quantity: 10, limit: 98 });
    const own = await until(() => auctions.bidsOf(bidder, round), ({ length }) => length === 2);
    expect(own).toContainEqual(expect.objectContaining({ orderId: order.orderId, auctionId: round.listingId, status: 'SEALED', limitPrice: '99' }));
    expect(await looks()).toEqual(before);
    const asked = 'query($id: ID!) { waitlistPosition(orderId: $id) { position } }';
    expect((await bidder.ask(asked, { id: order.orderId })).data?.['waitlistPosition']).toBeNull();
    const { listing: shown } = JSON.parse(before['seller']!).data;
    expect(shown.auction).toMatchObject({ clearingPrice: null, quantitySold: null, bids: null });
    expect(await auctions.cleared(round)).toMatchObject({ auction: { clearingPrice: '60', quantitySold: '43', bids: 2 } });
    const { data } = await app.stranger().ask(BOOK, variables);
    expect(JSON.stringify(data)).not.toContain(order.orderId);
    expect(await standing()).toBeGreaterThan(Number(before['change']));
  });
});

describe('who waits in the book', () => {
  it('is not told that what was auctioned had come to them', async () => {
    const buyer = await market.buyer('Waits', 1);
    const input = { marketId: MARKET, window: market.window(220, 221), quantity: '1', limitPrice: '1' };
    const { order } = await buyer.mustMutate('placeOrder', 'PlaceOrderInput', input, { fields: `... on PlaceOrderSuccess { ${ORDER} }` });
    const round = await auctions.hold();
    await auctions.bid(buyer, round, { quantity: 50, limit: 60 });
    await auctions.cleared(round);
    const bought = await until(() => boughtBy(buyer), ({ length }) => length > 0);
    expect(bought).toMatchObject([{ quantity: '50' }]);
    const { data } = await buyer.ask(`{ waitlistPosition(orderId: "${order.orderId}") { position estimate { fillsAt } } }`);
    expect(data?.['waitlistPosition']).toEqual({ position: 1, estimate: null });
  });
});

describe('a sealed bid', () => {
  it('sent twenty times with one key is one bid, also when its auction is over', async () => {
    const round = await auctions.hold();
    const buyer = await market.buyer('Repeats', 1);
    const send = (quantity = 10): Promise<Record<string, any>> => auctions.bid(buyer, round, { quantity, limit: 100 }, 'once');
    const answers = await Promise.all(Array.from({ length: 20 }, () => send()));
    expect(new Set(answers.map(({ order }) => JSON.stringify(order))).size).toBe(1);
    expect(await moneyOf(buyer)).toBe(`${1_000_000 - 4_000} 4000 0`);
    await expect(send(11)).rejects.toThrow('IDEMPOTENCY_MISMATCH');
    await auctions.cleared(round);
    expect(await send()).toEqual(answers[0]);
    await money(buyer, `${1_000_000 - 2_400} 0 2400`);
  });

  it('is placed all the same, once, when the process dies after the money was set aside', async () => {
    const round = await auctions.hold();
    const buyer = await market.buyer('Killed', 1);
    // Neither by who asks nor by the process that asks after them, which may come first.
    const restore = replace(app.application.get(Market), 'sendOrder', () => async () => {
      throw new Error('killed');
    });
    await expect(auctions.bid(buyer, round, { quantity: 10, limit: 100 }, 'killed')).rejects.toThrow();
    restore();
    const rows = await until(() => auctions.bidsOf(buyer, round), ({ length }) => length > 0);
    const again = await auctions.bid(buyer, round, { quantity: 10, limit: 100 }, 'killed');
    expect(again['order']).toMatchObject({ orderId: rows[0].orderId, status: 'SEALED' });
    expect(await moneyOf(buyer)).toBe(`${1_000_000 - 4_000} 4000 0`);
  });

  it('that the market refuses after its money was set aside gives it back', async () => {
    const round = await auctions.hold();
    const buyer = await market.buyer('Too late', 1);
    const restore = replace(app.application.get(Market), 'wouldRefuse', () => async () => {
      await market.pass(round.close);
      return null;
    });
    const late = await auctions.bid(buyer, round, { quantity: 10, limit: 100 });
    restore();
    expect(['WRONG_AUCTION_STATE', 'NOT_FOUND']).toContain(late['code']);
    await money(buyer, '1000000 0 0');
  });
});
