import { ISSUES, startTestApp, type TestApp } from '../support/app.js';
import { Auctions, MARKET, moneyOf, type Round } from '../support/auction-rounds.js';
import { type Trading } from '../support/trading.js';

let app: TestApp;
let auctions: Auctions;
let market: Trading;
beforeAll(async () => {
  app = await startTestApp();
  auctions = await Auctions.open(app);
  market = auctions.market;
});
afterAll(() => app.close());

describe('a sealed bid is refused, and nothing is set aside', () => {
  let round: Round;
  beforeAll(async () => {
    round = await auctions.hold();
  });
  const issue = (field: string, reason: string): object => ({ code: 'VALIDATION_FAILED', issues: [{ field, reason }] });
  it.each<[what: string, asked: { quantity: number; limit: number; more?: object }, expected: object]>([
    ['at no price', { quantity: 1, limit: 0 }, issue('limitPrice', 'is below 1')],
    ['at a minimum above its quantity', { quantity: 5, limit: 60, more: { minimumFill: '6' } }, issue('minimumFill', 'is more than the quantity')],
    ['for no auction', { quantity: 1, limit: 60, more: { auctionId: `${MARKET}~none` } }, { code: 'NOT_FOUND', field: 'auctionId' }],
    ['for what is no id', { quantity: 1, limit: 60, more: { auctionId: 'x' } }, { code: 'NOT_FOUND', field: 'auctionId' }],
    ['above the lot', { quantity: 101, limit: 60 }, { code: 'CAPACITY_EXHAUSTED', available: '100' }],
    ['above the wallet', { quantity: 100, limit: 10_000 }, { code: 'INSUFFICIENT_FUNDS', balance: '1000000', due: '4000000' }],
    ['above any amount', { quantity: 100, limit: 10 ** 14 }, { code: 'AMOUNT_TOO_LARGE' }],
  ])('%s', async (_what, asked, expected) => {
    const buyer = await market.buyer('Refused', 1);
    expect(await auctions.bid(buyer, round, asked)).toMatchObject(expected);
    expect(await moneyOf(buyer)).toBe('1000000 0 0');
  });

  it('for what has a fixed price', async () => {
    const listingId = await market.list(auctions.next + 6, auctions.next + 7, 1, 1);
    const buyer = await market.buyer('Mistaken', 1);
    expect(await auctions.bid(buyer, { listingId }, { quantity: 1, limit: 60 })).toMatchObject(issue('auctionId', 'is not auctioned'));
  });
});

describe('an auction is refused', () => {
  const at = (hours: number): string => auctions.at(hours);
  const ask = (changes: Record<string, unknown>): Promise<Record<string, any>> => {
    const window = market.window(210, 212);
    const terms = { poolId: market.poolId, window, quantity: '1', reservePrice: '1', closesAt: at(210) };
    const fields = `${ISSUES} ... on WindowRejection { earliestStart accepted { start } } ... on CapacityRejection { available }`;
    return market.provider.mutate('openAuction', 'OpenAuctionInput', { ...terms, ...changes }, { fields });
  };
  it.each<[what: string, changes: () => Record<string, unknown>, expected: () => object]>([
    ['below zero', () => ({ reservePrice: '-1' }), () => ({ issues: [{ field: 'reservePrice', reason: 'is below zero' }] })],
    ['of a turned window', () => ({ window: market.window(212, 210) }), () => ({ issues: [{ field: 'window' }] })],
    ['off the grid', () => ({ window: market.window(210.5, 212) }), () => ({ code: 'OFF_GRID', accepted: { start: at(210) } })],
    ['of a running hour', () => ({ window: market.window(-2, 212) }), () => ({ code: 'WINDOW_IN_PAST' })],
    ['that opened already', () => ({ opensAt: '2020-01-01T00:00:00Z' }), () => ({ issues: [{ field: 'opensAt' }] })],
    ['that closes before it opens', () => ({ opensAt: at(209), closesAt: at(208) }), () => ({ issues: [{ field: 'closesAt', accepted: `${auctions.at(209 + 1 / 3_600_000)} to ${at(210)}` }] })],
    ['that closes after its window starts', () => ({ closesAt: at(211) }), () => ({ issues: [{ field: 'closesAt' }] })],
    ['of more than there is', () => ({ quantity: '10001' }), () => ({ code: 'INSUFFICIENT_TITLE', available: '10000' })],
    ['of no pool', () => ({ poolId: `${MARKET}~none` }), () => ({ code: 'NOT_FOUND' })],
  ])('%s', async (_what, changes, expected) => {
    expect(await ask(changes())).toMatchObject(expected());
  });
});

