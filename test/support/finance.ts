import type { OrganizationId } from '../../src/kernel/ids.js';
import { Database } from '../../src/platform/database/prisma.js';
import type { ApiClient, TestApp } from './app.js';
import { Membership } from './membership.js';
import { Trading } from './trading.js';
import { until } from './until.js';

const MARKET = 'llama-3.3-70b@fp8';
/** For `fields` of a purchase. */
export const REFUSED = `
  ... on OverSpendLimitRejection { subject period limit spent asked }
  ... on NeedsApprovalRejection { approvalId expiresAt }
  ... on ApprovalEndedRejection { end }
  ... on InsufficientFundsRejection { balance due owed creditUnused creditFrozenBy }`;

type Answer = Promise<Record<string, any>>;
type Hours = readonly [from: number, to: number];

export interface Company {
  readonly owner: ApiClient;
  readonly trader: ApiClient;
  readonly traderId: string;
  readonly finance: ApiClient;
}

export interface Held {
  readonly reservationId: string;
  readonly listingId: string;
  readonly hours: Hours;
}

/** What tests of finance controls do over and over, through the public API. */
export class Finance {
  /** Hours that no test has used yet. */
  next = 0;

  private constructor(
    readonly market: Trading,
    private readonly people: Membership,
  ) {}

  static async open(app: TestApp): Promise<Finance> {
    const market = await Trading.open(app);
    const { poolId } = market;
    // The market hears of its first pool a moment later; nobody can bid before.
    const { marketPool } = app.application.get(Database);
    await until(() => marketPool.findUnique({ where: { poolId } }), (known) => known !== null);
    return new Finance(market, new Membership(app));
  }

  /** A customer with an owner, a trader and somebody in finance, and money. */
  async company(name: string, usd = 10): Promise<Company> {
    const owner = await this.market.buyer(name, usd);
    const { client: trader, memberId: traderId } = await this.people.join(owner, 'TRADER');
    const { client: finance } = await this.people.join(owner, 'FINANCE');
    return { owner, trader, traderId, finance };
  }

  hours(): Hours {
    this.next += 2;
    return [this.next - 2, this.next];
  }

  /** A bid of 1 token/s for one hour that may cost so many micro-USD; it rests, as nobody sells. */
  bid(client: ApiClient, amount: number, { key = client.nextKey(), from = 200 } = {}): Answer {
    const input = { ...this.order(`${amount}`, from) };
    const fields = `... on PlaceOrderSuccess { order { orderId status } } ${REFUSED}`;
    return client.mutate('placeOrder', 'PlaceOrderInput', input, { key, fields });
  }

  order(limitPrice: string, from = 200): Record<string, unknown> {
    return { marketId: MARKET, window: this.market.window(from, from + 1), quantity: '1', limitPrice };
  }

  /** Two hours of 10 tokens/s that are offered at a price, held. */
  async hold(buyer: ApiClient, price = 100): Promise<Held> {
    const hours = this.hours();
    const listingId = await this.market.list(...hours, 10, price);
    const { reservationId = '' } = await this.market.reserve(buyer, listingId, ...hours, 10);
    return { reservationId, listingId, hours };
  }

  /** All of what is held, bought and handed to a team; how long it takes until it is delivered. */
  async buyForTeam(buyer: ApiClient, teamId: string): Promise<number> {
    const { reservationId, hours } = await this.hold(buyer);
    await this.pay(buyer, reservationId);
    const input = { reservationId, teamId, window: this.market.window(...hours), quantity: '10' };
    await buyer.mustMutate('transferReservation', 'TransferReservationInput', input);
    return hours[1];
  }

  pay(buyer: ApiClient, reservationId: string, key = buyer.nextKey()): Answer {
    const fields = `... on PayReservationSuccess { reservationId walletBalance } ${REFUSED}`;
    return buyer.mutate('payReservation', 'PayReservationInput', { reservationId }, { key, fields });
  }

  /** Accepts a quote of 2,000 micro-USD. */
  async quoted(buyer: ApiClient): Answer {
    const hours = this.hours();
    await this.market.list(...hours, 10, 100);
    const quote = await this.quote(buyer, hours);
    return this.accept(buyer, quote.quoteId);
  }

  async quote(buyer: ApiClient, hours: Hours): Promise<any> {
    const input = { marketId: MARKET, window: this.market.window(...hours), quantity: '10' };
    const fields = '... on RequestQuoteSuccess { quote { quoteId amount } }';
    return (await buyer.mustMutate('requestQuote', 'RequestQuoteInput', input, { fields }))['quote'];
  }

  accept(buyer: ApiClient, quoteId: string, key = buyer.nextKey()): Answer {
    const fields = `... on AcceptQuoteSuccess { reservations { status amount } } ${REFUSED}`;
    return buyer.mutate('acceptQuote', 'AcceptQuoteInput', { quoteId }, { key, fields });
  }

  /** Bids 2,000 micro-USD in an auction. */
  async auctioned(buyer: ApiClient): Answer {
    const window = this.market.window(...this.hours());
    const auction = { poolId: this.market.poolId, window, quantity: '10', reservePrice: '100', closesAt: window.start };
    const opened = await this.market.provider.mustMutate('openAuction', 'OpenAuctionInput', auction, {
      fields: '... on OpenAuctionSuccess { listing { listingId } }',
    });
    const input = { auctionId: opened['listing'].listingId, quantity: '10', limitPrice: '100' };
    const fields = `... on PlaceAuctionBidSuccess { order { orderId } } ${REFUSED}`;
    return buyer.mutate('placeAuctionBid', 'PlaceAuctionBidInput', input, { fields });
  }
}

export async function setLimits(
  client: ApiClient,
  subject: string,
  limits: Record<string, string> | null,
): Promise<void> {
  await client.mustMutate('setSpendLimits', 'SetSpendLimitsInput', { subject, limits });
}

const APPROVED = `... on ApprovePurchaseSuccess { reservationIds orderId lapsed walletBalance }
  ... on PriceWorseRejection { approved cost } ... on NoLongerOfferedRejection { reason }
  ... on OverSpendLimitRejection { period limit spent asked }`;

export function decide(
  client: ApiClient,
  how: 'approve' | 'refuse',
  approvalId: string,
  key = client.nextKey(),
): Answer {
  const fields = `${how === 'refuse' ? '' : APPROVED} ... on ApprovalEndedRejection { end }`;
  return client.mutate(`${how}Purchase`, 'DecidePurchaseInput', { approvalId }, { key, fields });
}

export const approvalsOf = async (client: ApiClient): Promise<any[]> =>
  (await client.ask(`{ approvals(first: 50) { edges { node {
    approvalId status requestedBy amount orderId bid { kind marketId window { start end } quantity limitPrice } quoteId decidedBy note reservationIds } } } }`))
    .data?.['approvals'].edges.map(({ node }: any) => node);

export const organizationOf = async (client: ApiClient): Promise<OrganizationId> =>
  (await client.ask('{ viewer { organization { organizationId } } }')).data?.['viewer'].organization.organizationId;
