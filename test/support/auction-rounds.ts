import type { MarketId } from '../../src/kernel/ids.js';
import { ISSUES, type ApiClient, type TestApp } from './app.js';
import { HOUR, iso, Trading } from './trading.js';
import { until } from './until.js';

export const MARKET = 'llama-3.3-70b@fp8' as MarketId;
const AUCTION = 'auction { opensAt closesAt reservePrice state clearingPrice quantitySold bids }';
/** All that there is to see of a listing. */
export const LISTING = `listingId status unitPrice quantity isResale remaining { quantity } ${AUCTION}`;
export const ORDER = 'order { orderId status remaining spent unspent }';
const BID_FIELDS = `
  ... on PlaceAuctionBidSuccess { ${ORDER} }
  ... on AuctionStateRejection { state opensAt closesAt }
  ... on NotFoundRejection { field }
  ... on CapacityRejection { available }
  ... on InsufficientFundsRejection { balance due }
  ${ISSUES}`;
const BIDS = `query($id: ID) { orders(first: 9, auctionId: $id) { edges { node {
  orderId auctionId status quantity remaining limitPrice reserved spent } } } }`;

type Named = Pick<Round, 'listingId'>;

export interface Round {
  readonly listingId: string;
  /** Hours after the start. */
  readonly close: number;
  readonly window: readonly [from: number, to: number];
}

export interface SealedBid {
  readonly quantity: number;
  readonly limit: number;
  readonly more?: object;
}

/** A market in which one auction after another is held. */
export class Auctions {
  /** Hours after the start that no auction has used yet. */
  next = 0;

  private constructor(
    readonly app: TestApp,
    readonly market: Trading,
  ) {}

  static async open(app: TestApp, pool: Record<string, unknown> = {}): Promise<Auctions> {
    return new Auctions(app, await Trading.open(app, pool));
  }

  at(hours: number): string {
    return iso(this.market.start + hours * HOUR);
  }

  /** When the next auction is for, and closes: after those before it. */
  slot(): Omit<Round, 'listingId'> {
    this.next += 6;
    return { window: [this.next, this.next + 4], close: this.next - 1 };
  }

  /** 100 tokens/s for 4 h, nothing below 60, unless the test says otherwise. */
  async hold(changes: Record<string, unknown> = {}): Promise<Round> {
    const { window, close } = this.slot();
    const { poolId, provider } = this.market;
    const lot = { poolId, window: this.market.window(...window), quantity: '100' };
    const input = { ...lot, reservePrice: '60', closesAt: this.at(close), ...changes };
    const fields = `... on OpenAuctionSuccess { listing { ${LISTING} } }`;
    const { listing } = await provider.mustMutate('openAuction', 'OpenAuctionInput', input, { fields });
    return { ...listing, close, window };
  }

  bid(
    buyer: ApiClient,
    { listingId: auctionId }: Named,
    { quantity, limit, more = {} }: SealedBid,
    key = buyer.nextKey(),
  ): Promise<Record<string, any>> {
    const input = { auctionId, quantity: `${quantity}`, limitPrice: `${limit}`, ...more };
    const options = { key, fields: BID_FIELDS };
    return buyer.mutate('placeAuctionBid', 'PlaceAuctionBidInput', input, options);
  }

  async listing({ listingId: id }: Named): Promise<any> {
    const query = `query($id: ID!) { listing(listingId: $id) { ${LISTING} } }`;
    return (await this.app.stranger().ask(query, { id })).data?.['listing'];
  }

  /** Lets it close; answers with what everybody sees then. */
  async cleared(round: Round): Promise<any> {
    await this.market.pass(round.close);
    return until(() => this.listing(round), (listing) => listing?.auction.state === 'CLEARED');
  }

  async bidsOf(client: ApiClient, { listingId: id }: Named): Promise<any[]> {
    const { data } = await client.ask(BIDS, { id });
    return data?.['orders'].edges.map(({ node }: any) => node);
  }
}

/** Balance, set aside for orders, in escrow. */
export async function moneyOf(client: ApiClient): Promise<string> {
  const { data } = await client.ask('{ wallet { balance reserved inEscrow } }');
  const { balance, reserved, inEscrow } = data?.['wallet'];
  return `${balance} ${reserved} ${inEscrow}`;
}

export const money = (client: ApiClient, expected: string): Promise<string> =>
  until(() => moneyOf(client), (found) => found === expected);
