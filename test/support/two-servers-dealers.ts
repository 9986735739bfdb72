import type { Answer } from './retrying-client.js';
import { iso } from './trading.js';
import { Buyer, Provider, type Choice } from './two-servers-traffic.js';
import { HOURS, type Held, type Lot } from './two-servers-trader.js';

const MINUTE = 60_000;
const HELD = 'reservations { reservationId listingId quantity amount expiresAt window { start end } }';
const TOTALS = 'totals { holders refund penalty sold { quantity window { start end } } }';

/** A provider who also holds auctions, and whose pool fails now and then or is wanted back. */
export class Operator extends Provider {
  override async step(): Promise<void> {
    await this.random.weighted<() => Promise<void>>([
      [70, () => super.step()],
      [16, () => this.auction()],
      [14, () => this.curtail()],
    ])();
  }

  private async auction(): Promise<void> {
    const { random, poolId, stage } = this;
    const [from, to] = this.hours();
    const [quantity, reserve] = [random.integer(2, 8), random.integer(60, 90)];
    const closesAt = iso(stage.now() + random.integer(1, 6) * MINUTE);
    const input = { poolId, window: this.window(from, to), quantity: `${quantity}`, reservePrice: `${reserve}000`, closesAt };
    const { listing } = await this.send('openAuction', input, 'listing { listingId }');
    if (listing !== undefined) stage.lots.push({ listingId: listing.listingId, from, to, quantity, reserve });
  }

  private async curtail(): Promise<void> {
    const { random, poolId, size } = this;
    const from = random.integer(0, HOURS - 1);
    const window = this.window(from, Math.min(HOURS, from + random.integer(1, 3)));
    const cause = random.pick(['OUTAGE', 'OUTAGE', 'OUTAGE', 'RECLAIM']);
    const quantity = `${random.integer(Math.ceil(size / 3), size)}`;
    const lost = await this.send('curtailPool', { poolId, window, quantity, cause }, `curtailmentId ${TOTALS}`);
    // What has failed is mended, so that there is something to lose again.
    if ('curtailmentId' in lost && random.chance(80)) await this.send('extendPool', { poolId, added: [{ window, quantity }] }, 'pool { poolId }');
  }
}

interface Quoted extends Omit<Held, 'listingId' | 'reservationId'> {
  readonly quoteId: string;
}

/** A buyer who also asks for firm prices, plans, bids in auctions, prolongs, and says what to buy in place of a loss. */
export class Dealer extends Buyer {
  private readonly quotes: Quoted[] = [];
  private readonly packages: (readonly Held[])[] = [];
  private readonly bids: string[] = [];

  protected override choices(): readonly Choice[] {
    return [
      ...super.choices(),
      [30, () => this.quote()],
      [10, () => this.endQuote()],
      [16, () => this.plan()],
      [12, () => this.payPackage()],
      [22, () => this.extend()],
      [26, () => this.bidSealed()],
      [4, () => this.withdrawBid()],
      [6, () => this.auctionOwn()],
    ];
  }

  protected async quote(): Promise<void> {
    const { random } = this;
    const from = random.integer(0, HOURS - 1);
    const [to, quantity] = [Math.min(HOURS, from + random.integer(1, 2)), random.integer(1, 3)];
    const limitPrice = random.chance(70) ? null : `${random.integer(85, 115)}000`;
    const input = { marketId: random.pick(this.stage.markets), window: this.window(from, to), quantity: `${quantity}`, limitPrice };
    const { quote } = await this.send('requestQuote', input, 'quote { quoteId amount expiresAt fills { reservationId amount } }');
    if (quote !== undefined) this.quotes.push({ quoteId: quote.quoteId, from, to, quantity });
    // At once, while it stands: others are answered when it is over.
    if (random.chance(80)) await this.endQuote();
  }

  private async endQuote(): Promise<void> {
    const quoted = this.quotes.at(-1);
    if (quoted === undefined) return this.bid();
    const { quoteId } = quoted;
    if (this.random.chance(20)) {
      await this.send('releaseQuote', { quoteId }, 'quoteId');
    } else {
      const { reservations = [] } = await this.send('acceptQuote', { quoteId }, `walletBalance ${HELD}`);
      for (const own of this.heldOf(reservations)) await this.bought(own);
    }
    // Others are accepted again: a second payment must not be taken.
    if (this.random.chance(80)) this.quotes.pop();
  }

  private async plan(): Promise<void> {
    const { random } = this;
    const [from, to] = this.hours();
    const demand = [{ window: this.window(from, to), quantity: `${random.integer(2, 8)}` }];
    const input = { model: 'llama-3.3-70b', demand, providersMin: random.integer(1, 3) };
    const query = `query($input: PlanInput!) { plan(input: $input) { ... on Plan {
      fills { listingId quantity window { start end } } } } }`;
    const { plan } = await this.who.look(query, { input }, random.integer(0, 1));
    if (plan?.fills === undefined) return this.reserve();
    const { reservations = [] } = await this.send('holdPlan', { holds: plan.fills }, HELD);
    if (reservations.length === 0) return;
    this.packages.push(this.heldOf(reservations));
    if (random.chance(60)) await this.payPackage();
  }

  private async payPackage(): Promise<void> {
    const all = this.random.pickAny(this.packages);
    if (all === null) return this.plan();
    const reservationIds = all.map(({ reservationId }) => reservationId);
    const fields = 'walletBalance reservationIds } ... on HoldsLapsedRejection { paidIds lapsedIds';
    const { reservationIds: paid, paidIds = paid ?? [] } = await this.send('payReservations', { reservationIds }, fields);
    this.packages.splice(this.packages.indexOf(all), 1);
    for (const own of all.filter(({ reservationId }) => paidIds.includes(reservationId))) await this.bought(own);
  }

  private async extend(): Promise<void> {
    const own = this.random.pickAny(this.owned.filter(({ to }) => to < HOURS));
    if (own === null) return this.quote();
    const { reservationId, to } = own;
    const until = this.window(to, to + 1).end;
    const { reservations = [] } = await this.send('extendReservation', { reservationId, until, unitPriceMax: '130000' }, HELD);
    this.holds.push(...this.heldOf(reservations));
  }

  private async bidSealed(): Promise<void> {
    const { random } = this;
    const lot = random.pickAny(this.stage.lots.slice(-6));
    if (lot === null) return this.bid();
    const quantity = random.integer(1, lot.quantity);
    const limitPrice = `${lot.reserve + 5 * random.integer(0, 5)}000`;
    const minimumFill = random.chance(20) ? `${quantity}` : '1';
    const input = { auctionId: lot.listingId, quantity: `${quantity}`, limitPrice, minimumFill };
    const { order } = await this.send('placeAuctionBid', input, 'order { orderId status remaining spent unspent }');
    if (order !== undefined) this.bids.push(order.orderId);
  }

  private async withdrawBid(): Promise<void> {
    const orderId = this.bids.at(-1);
    if (orderId === undefined) return this.bidSealed();
    await this.send('withdrawAuctionBid', { orderId }, 'order { orderId status unspent }');
  }

  protected override async bought(own: Held): Promise<void> {
    await super.bought(own);
    if (this.random.chance(40)) return;
    const rebooking = { limitPrice: `${this.random.integer(95, 120)}000`, timeInForce: this.random.pick(['GTC', 'IOC']) };
    await this.send('setRebooking', { reservationId: own.reservationId, rebooking }, 'reservation { reservationId }');
  }

  private async auctionOwn(): Promise<void> {
    const own = this.random.pickAny(this.owned);
    if (own === null) return this.pay();
    const { reservationId, from, to, quantity } = own;
    const closesAt = iso(this.stage.now() + this.random.integer(1, 6) * MINUTE);
    const input = { reservationId, window: this.window(from, to), quantity: `${quantity}`, reservePrice: '70000', closesAt };
    const { listing } = await this.send('openResaleAuction', input, 'listing { listingId }');
    if (listing !== undefined) this.stage.lots.push({ ...own, listingId: listing.listingId, reserve: 70 } satisfies Lot);
  }

  private heldOf(reservations: readonly Answer[]): Held[] {
    return reservations.map(({ reservationId, listingId, quantity, window: { start, end } }: Answer) => ({
      ...{ reservationId, listingId, quantity: Number(quantity), from: this.hourOf(start), to: this.hourOf(end) },
    }));
  }
}
