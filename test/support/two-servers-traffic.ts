import type { SeededRandom } from '../simulation/random.js';
import type { RetryingClient } from './retrying-client.js';
import { HOURS, Trader, type Held, type Stage } from './two-servers-trader.js';

const ORDER = 'order { orderId status remaining spent unspent fills { reservationId quantity unitPrice amount } }';

/** Of what is older most is sold. */
const NEWEST = 12;
const CALM_OFFERS = 4;

export type Choice = readonly [weight: number, ask: () => Promise<void>];

export class Provider extends Trader {
  readonly poolId: string;
  /** Tokens/s of the pool. */
  readonly size: number;

  constructor(
    who: RetryingClient,
    stage: Stage,
    { poolId, size }: Pick<Provider, 'poolId' | 'size'>,
    ...[name, random]: readonly [name: string, random: SeededRandom]
  ) {
    super(who, stage, name, random);
    this.poolId = poolId;
    this.size = size;
  }

  async step(): Promise<void> {
    const { random, poolId } = this;
    const { board } = this.stage;
    if (board.length > 4 && random.chance(25)) {
      const listingId = random.pick(board).listingId;
      await this.send('withdrawListing', { listingId }, 'listingId');
      return;
    }
    const [from, to] = random.chance(40) ? [0, HOURS] : this.hours();
    const [quantity, unitPrice] = [`${random.integer(3, 12)}`, `${random.integer(80, 110)}000`];
    const input = { poolId, window: this.window(from, to), quantity, unitPrice };
    const answer = await this.send('createListing', input, 'listing { listingId }');
    if ('listing' in answer) board.push({ listingId: answer['listing'].listingId, from, to });
  }
}

/** A provider whose pool does not fail: first it offers large parts of it for all hours, dearer than bids reach, and they stay offered. */
export class CalmProvider extends Provider {
  override async step(): Promise<void> {
    const { calm } = this.stage;
    if (calm.length >= CALM_OFFERS) return super.step();
    const { poolId, size } = this;
    const quantity = `${Math.floor(size / CALM_OFFERS)}`;
    const input = { poolId, window: this.window(0, HOURS), quantity, unitPrice: `${this.random.integer(121, 130)}000` };
    const { listing } = await this.send('createListing', input, 'listing { listingId }');
    if (listing !== undefined) calm.push({ listingId: listing.listingId, from: 0, to: HOURS });
  }
}

export class Buyer extends Trader {
  protected readonly holds: Held[] = [];
  protected readonly owned: Held[] = [];
  private readonly orders: string[] = [];

  async step(): Promise<void> {
    await this.random.weighted(this.choices())();
  }

  protected choices(): readonly Choice[] {
    return [
      [20, () => this.bid()],
      [18, () => this.reserve()],
      [30, () => this.pay()],
      [12, () => this.resell()],
      [8, () => this.amend()],
      [6, () => this.cancelOrder()],
      [4, () => this.release()],
      [3, () => this.giveBack()],
    ];
  }

  protected async bid(): Promise<void> {
    const { random } = this;
    const [from, to] = this.hours();
    const marketId = random.pick(this.stage.markets);
    const timeInForce = random.pick(['GTC', 'GTC', 'IOC', 'FOK']);
    const terms = { quantity: `${random.integer(1, 6)}`, limitPrice: `${random.integer(75, 115)}000` };
    const input = { marketId, window: this.window(from, to), timeInForce, ...terms };
    const answer = await this.send('placeOrder', input, ORDER);
    if (answer['order']?.status === 'RESTING') this.orders.push(answer['order'].orderId);
  }

  protected async reserve(): Promise<void> {
    const offer = this.random.pickAny(this.stage.board.slice(-NEWEST));
    if (offer === null) return this.bid();
    const { listingId, from, to } = offer;
    const quantity = this.random.integer(1, 3);
    const input = { listingId, window: this.window(from, to), quantity: `${quantity}` };
    const answer = await this.send('reserve', input, 'reservation { reservationId amount expiresAt }');
    if ('reservation' in answer) this.holds.push({ ...offer, quantity, ...answer['reservation'] });
  }

  protected async pay(): Promise<void> {
    const hold = this.random.pickAny(this.holds);
    if (hold === null) return this.reserve();
    const { reservationId } = hold;
    const answer = await this.send('payReservation', { reservationId }, 'walletBalance');
    // Others are paid again: a second payment must not be taken.
    if ('walletBalance' in answer && this.random.chance(80)) this.holds.splice(this.holds.indexOf(hold), 1);
    if ('walletBalance' in answer && !this.owned.includes(hold)) await this.bought(hold);
  }

  protected async bought(own: Held): Promise<void> {
    this.owned.push(own);
  }

  private async resell(): Promise<void> {
    const own = this.random.pickAny(this.owned);
    if (own === null) return this.pay();
    const { reservationId, from, to, quantity } = own;
    const unitPrice = `${this.random.integer(80, 120)}000`;
    const input = { reservationId, window: this.window(from, to), quantity: `${quantity}`, unitPrice };
    const answer = await this.send('resellReservation', input, 'listing { listingId }');
    if ('listing' in answer) this.stage.board.push({ listingId: answer['listing'].listingId, from, to });
  }

  private async amend(): Promise<void> {
    const orderId = this.random.pickAny(this.orders);
    if (orderId === null) return this.bid();
    const quantity = `${this.random.integer(1, 8)}`;
    const input = { orderId, quantity, limitPrice: `${this.random.integer(75, 115)}000` };
    await this.send('amendOrder', input, ORDER);
  }

  private async cancelOrder(): Promise<void> {
    const orderId = this.random.pickAny(this.orders);
    if (orderId === null) return this.bid();
    this.orders.splice(this.orders.indexOf(orderId), 1);
    await this.send('cancelOrder', { orderId }, ORDER);
  }

  private async release(): Promise<void> {
    const hold = this.random.pickAny(this.holds);
    if (hold === null) return this.reserve();
    this.holds.splice(this.holds.indexOf(hold), 1);
    await this.send('releaseHold', { reservationId: hold.reservationId }, 'reservationId');
  }

  private async giveBack(): Promise<void> {
    const own = this.random.pickAny(this.owned);
    if (own === null) return this.pay();
    this.owned.splice(this.owned.indexOf(own), 1);
    const { reservationId } = own;
    await this.send('cancelReservation', { reservationId, feeAccepted: '1000000000' }, 'fee refund');
  }
}
