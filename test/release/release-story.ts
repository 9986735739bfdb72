import type { Pool } from 'pg';
import { ROLL_UP_AFTER } from '../../src/metering/application/usage.definition.js';
import { POOL } from '../../src/platform/platform.module.js';
import type { ApiClient, TestApp } from '../support/app.js';
import { gatewayRecord, recordAll } from '../support/gateway-records.js';
import { signUpOperator } from '../support/operators.js';
import { clockOf, HOUR, iso, poolInput, span, Trading } from '../support/trading.js';
import { until } from '../support/until.js';

// What is in the data of a release: a little of nearly everything, through the public API.

const DAYS = 60;
const MARKET = 'llama-3.3-70b@fp8';

type Input = Record<string, unknown>;
type Hours = readonly [from: number, to: number];

/** A small market that has lived for a month: two providers, three buyers and who runs the exchange. */
export class ReleaseStory {
  private constructor(
    readonly app: TestApp,
    private readonly market: Trading,
    private readonly rival: Trading,
    private readonly admin: ApiClient,
    private readonly buyers: readonly [ApiClient, ApiClient, ApiClient],
  ) {}

  static async open(app: TestApp): Promise<ReleaseStory> {
    const start = Math.ceil(clockOf(app).now() / HOUR) * HOUR + HOUR;
    const nameplate = [{ window: span(start, start + DAYS * 24 * HOUR), quantity: '10000' }];
    const curtailment = { reclaimNoticeHours: 12, outagePenalty: 2_000, reclaimPenalty: 5_000 };
    const terms = { ...poolInput(0).terms, curtailment, buyerShareMax: 9_000 };
    const market = await Trading.open(app, { nameplate, terms, endpoint: { url: 'https://one.example.com/v1' } });
    const other = { name: 'Rack hall B', platform: 'groq-lpu', region: 'eu-north-1', endpoint: { url: 'https://two.example.com/v1' } };
    const rival = await Trading.open(app, { nameplate, ...other });
    const admin = await signUpOperator(app);
    const buyers = [await market.buyer('First'), await market.buyer('Second'), await market.buyer('Third')] as const;
    return new ReleaseStory(app, market, rival, admin, buyers);
  }

  /** Offers, holds, resale, bids, an auction, quotes, teams, rules and a curtailment. */
  async trade(): Promise<void> {
    await this.sell();
    await this.order();
    await this.auction([8, 12], 5);
    await this.quote([14, 16], 'acceptQuote');
    await this.quote([14, 16], 'releaseQuote');
    await this.rule();
  }

  /** An hour that missed what was promised, one with use above the reservation, and what is said of both. */
  async serve(): Promise<void> {
    const [first] = this.buyers;
    const reservationId = await this.market.buy(first, await this.market.list(0, 4, 1_000), 0, 4, 1_000);
    await this.resell(reservationId, [1, 2], 400);
    await this.market.pass(0.5);
    await this.record(reservationId, 0.25, [...Array<number>(45).fill(100), ...Array<number>(15).fill(900)].map((ttft) => ({ ttft: ttft * 1_000 })));
    await this.judge(1.2);
    await this.record(reservationId, 1.1, [
      { counts: { input: 3_000_007n, cachedInput: 1_000_003n, output: 5_200_001n, reasoning: 700_000n } },
      { tier: 'batch', counts: { input: 400_000n, cachedInput: 0n, output: 900_000n, reasoning: 0n } },
    ]);
    await this.judge(2.2);
    await this.market.provider.mustMutate('disputeCredit', 'DisputeCreditInput', { reservationId, hour: iso(this.market.start), reason: 'Our meter says otherwise' });
    await this.entries(first, 'OverageCharged');
  }

  /** Into the next month, whose invoices of the one before are issued; some is given back. */
  async invoice(): Promise<void> {
    await this.market.pass(20 * 24);
    const [first] = this.buyers;
    const month = iso(this.market.start).slice(0, 7);
    const query = `query($month: String!) { invoice(month: $month) { number lines { kind reservationId amount } } }`;
    const { data } = await until(() => first.ask(query, { month }), (answer) => (answer.data?.['invoice']?.number ?? null) !== null);
    const { number, lines } = data?.['invoice'];
    const { reservationId } = lines.find(({ kind, amount }: any) => kind === 'DELIVERY' && BigInt(amount) > 1_000n);
    const note = { invoiceNumber: number, reservationId, amount: '1000', reason: 'An outage' };
    await until(() => this.admin.mutate('issueCreditNote', 'IssueCreditNoteInput', note), ({ __typename }) => __typename === 'IssueCreditNoteSuccess');
  }

  /** What is under way when the release ends. */
  async leaveOpen(): Promise<void> {
    const [first, second, third] = this.buyers;
    const from = 20 * 24 + 2;
    const listingId = await this.market.list(from, from + 200, 2_000, 1_100);
    const own = await this.market.buy(first, listingId, from, from + 48, 100);
    await this.market.buy(third, listingId, from + 1, from + 9, 10);
    await this.market.pass(from + 0.5);
    await this.bid(third, [from + 2, from + 4], '70', '500');
    await this.quote([from + 30, from + 40], null);
    await this.auction([from + 60, from + 64], null);
    await this.market.reserve(second, listingId, from + 10, from + 20, 60);
    await this.ask(this.market, { hours: [from + 2, from + 100], quantity: 300, unitPrice: 5_000 });
    await first.mustMutate('setIdleRule', 'SetIdleRuleInput', { reservationId: own, rule: { keepMin: '50', unitPrice: '1200' } });
  }

  private async sell(): Promise<void> {
    const [first, second, third] = this.buyers;
    const listingId = await this.market.list(24, 40, 3_000);
    const kept = await this.market.buy(first, listingId, 24, 36, 500);
    await first.mustMutate('extendReservation', 'ExtendReservationInput', { reservationId: kept, unitPriceMax: '1000', until: iso(this.market.start + 38 * HOUR) });
    const given = await this.market.buy(second, listingId, 24, 30, 300);
    await second.mustMutate('cancelReservation', 'CancelReservationInput', { reservationId: given, feeAccepted: '1800000' });
    const { reservationId } = await this.market.reserve(third, listingId, 24, 26, 10);
    await third.mustMutate('releaseHold', 'ReleaseHoldInput', { reservationId });
    await this.market.reserve(third, listingId, 24, 26, 20);
    const withdrawn = await this.market.list(30, 40, 10, 9_000);
    await this.market.provider.mustMutate('withdrawListing', 'WithdrawListingInput', { listingId: withdrawn });
  }

  private async order(): Promise<void> {
    const [, second, third] = this.buyers;
    await this.ask(this.market, { hours: [10, 14], quantity: 200, unitPrice: 900 });
    await this.ask(this.rival, { hours: [10, 14], quantity: 200, unitPrice: 800 });
    await this.bid(second, [10, 14], '300', '1000', { constraints: { platforms: ['groq-lpu', 'cerebras-wse-3'], ttftP95MaxMs: 500 } });
    await this.bid(third, [10, 14], '20', '950', { timeInForce: 'FOK' });
    await this.bid(third, [10, 14], '500', '950', { timeInForce: 'IOC' });
    const rests = await this.bid(third, [40, 48], '100', '700', { minimumFill: '10', constraints: { providerShareMax: 6_000, regions: ['us-west-2'] } });
    await third.mustMutate('amendOrder', 'AmendOrderInput', { orderId: rests, limitPrice: '720', quantity: '90' });
    const cancelled = await this.bid(third, [40, 48], '100', '600');
    await third.mustMutate('cancelOrder', 'CancelOrderInput', { orderId: cancelled });
    await this.ask(this.market, { hours: [40, 44], quantity: 50, unitPrice: 710 });
  }

  /** Held with three bids, at one price; with no hour to close at it stays open. */
  private async auction(hours: Hours, close: number | null): Promise<void> {
    const { provider, poolId, start } = this.market;
    const closesAt = iso(start + (close ?? hours[0] - 1) * HOUR);
    const input = { poolId, quantity: '100', reservePrice: '60', window: this.market.window(...hours), closesAt };
    const { listing } = await provider.mustMutate('openAuction', 'OpenAuctionInput', input, { fields: '... on OpenAuctionSuccess { listing { listingId } }' });
    for (const [index, buyer] of this.buyers.entries()) {
      const bid = { auctionId: listing.listingId, quantity: `${30 + 10 * index}`, limitPrice: `${70 + index}` };
      // The market hears of a buyer's auction a moment later.
      await until(() => buyer.mutate('placeAuctionBid', 'PlaceAuctionBidInput', bid), ({ __typename }) => __typename === 'PlaceAuctionBidSuccess');
    }
  }

  private async quote(hours: Hours, end: 'acceptQuote' | 'releaseQuote' | null): Promise<void> {
    const [first] = this.buyers;
    await this.ask(this.rival, { hours, quantity: 40, unitPrice: 850 });
    const input = { marketId: MARKET, window: this.market.window(...hours), quantity: '40' };
    const made = await first.mustMutate('requestQuote', 'RequestQuoteInput', input, { fields: '... on RequestQuoteSuccess { quote { quoteId } }' });
    const { quoteId } = made['quote'];
    if (end !== null) await first.mustMutate(end, `${end[0]?.toUpperCase()}${end.slice(1)}Input`, { quoteId });
  }

  /** A team's part, a rule for what is idle, what is ordered in place of what is lost, and a loss. */
  private async rule(): Promise<void> {
    const [first] = this.buyers;
    const reservationId = await this.market.buy(first, await this.market.list(50, 60, 400), 50, 60, 400);
    const team = await first.mustMutate('createTeam', 'CreateTeamInput', { name: 'Search' }, { fields: '... on CreateTeamSuccess { team { teamId } }' });
    const { teamId } = team['team'];
    const part = { reservationId, teamId, window: this.market.window(52, 54), quantity: '100' };
    await first.mustMutate('transferReservation', 'TransferReservationInput', part);
    const rebooking = { limitPrice: '2000', constraints: { regions: ['eu-north-1'] } };
    await first.mustMutate('setRebooking', 'SetRebookingInput', { reservationId, rebooking });
    await first.mustMutate('setIdleRule', 'SetIdleRuleInput', { reservationId, rule: { keepMin: '50', unitPrice: '1200' } });
    await this.ask(this.rival, { hours: [50, 60], quantity: 100, unitPrice: 1_500 });
    const { poolId, provider } = this.market;
    const curtailed = { poolId, window: this.market.window(54, 58), quantity: '9900', cause: 'OUTAGE' };
    await provider.mustMutate('curtailPool', 'CurtailPoolInput', curtailed);
  }

  private async resell(reservationId: string, hours: Hours, quantity: number): Promise<void> {
    const [first, second] = this.buyers;
    const offer = { reservationId, window: this.market.window(...hours), quantity: `${quantity}`, unitPrice: '1500' };
    const fields = '... on ResellReservationSuccess { listing { listingId } }';
    const { listing } = await first.mustMutate('resellReservation', 'ResellReservationInput', offer, { fields });
    await this.market.buy(second, listing.listingId, ...hours, quantity);
  }

  private ask({ poolId, provider }: Trading, { hours, quantity, unitPrice }: { readonly hours: Hours; readonly quantity: number; readonly unitPrice: number }): Promise<unknown> {
    const input = { poolId, window: this.market.window(...hours), quantity: `${quantity}`, unitPrice: `${unitPrice}` };
    return provider.mustMutate('createListing', 'CreateListingInput', input);
  }

  private async bid(...[client, hours, quantity, limitPrice, more = {}]: readonly [ApiClient, Hours, string, string, Input?]): Promise<string> {
    const input = { marketId: MARKET, window: this.market.window(...hours), quantity, limitPrice, ...more };
    const fields = '... on PlaceOrderSuccess { order { orderId } }';
    return (await client.mustMutate('placeOrder', 'PlaceOrderInput', input, { fields }))['order'].orderId as string;
  }

  private async record(reservationId: string, hour: number, changes: readonly Parameters<typeof gatewayRecord>[1][]): Promise<void> {
    const { data } = await this.buyers[0].ask('{ viewer { organization { organizationId } } }');
    const whose = { organizationId: data?.['viewer'].organization.organizationId, reservationId, servedAt: this.market.start + hour * HOUR };
    await recordAll(this.app, changes.map((change) => gatewayRecord(whose, change)));
  }

  /** Lets what came in gather and be measured, and the clock go on to some hours after the start. */
  private async judge(hours: number): Promise<void> {
    await clockOf(this.app).advance(ROLL_UP_AFTER);
    const pool = this.app.application.get<Pool>(POOL);
    await until(() => pool.query('SELECT 1 FROM usage_pending LIMIT 1'), ({ rowCount }) => rowCount === 0);
    await this.market.pass(hours);
  }

  private async entries(client: ApiClient, kind: string): Promise<void> {
    const query = '{ ledgerEntries(first: 100) { edges { node { kind } } } }';
    await until(() => client.ask(query), ({ data }) => data?.['ledgerEntries'].edges.some(({ node }: any) => node.kind === kind));
  }
}
