import type { SeededRandom } from '../simulation/random.js';
import type { Answer, Request, RetryingClient } from './retrying-client.js';
import { HOUR, span } from './trading.js';

/** An answer that was given, to be given again. */
export interface Told {
  readonly who: RetryingClient;
  readonly request: Request;
  readonly answer: Answer;
}

export interface Place {
  readonly marketId: string;
  readonly poolId: string;
  /** Epoch ms of the first hour that is traded. */
  readonly start: number;
}

interface Offered {
  readonly listingId: string;
  readonly from: number;
  readonly to: number;
}
interface Held extends Offered {
  readonly reservationId: string;
  readonly quantity: number;
}

const HOURS = 8;
/** So many per cent of requests are sent to both servers at once. */
const TWINS = 15;
const ORDER = 'order { orderId status remaining spent unspent fills { reservationId quantity unitPrice amount } }';

/**
 * Somebody who trades: what they ask is drawn from their seed and from what they were told before,
 * one request after another.
 */
abstract class Trader {
  readonly told: Told[] = [];
  private asked = 0;

  constructor(
    protected readonly who: RetryingClient,
    protected readonly place: Place,
    protected readonly board: Offered[],
    private readonly name: string,
    protected readonly random: SeededRandom,
  ) {}

  /** Asks one thing and waits for its answer. */
  abstract step(): Promise<void>;

  protected window(from: number, to: number): ReturnType<typeof span> {
    const { start } = this.place;
    return span(start + from * HOUR, start + to * HOUR);
  }

  protected hours(): readonly [from: number, to: number] {
    const from = this.random.integer(0, HOURS - 1);
    return [from, this.random.integer(from + 1, HOURS)];
  }

  protected async send(mutation: string, input: Request['input'], success: string): Promise<Answer> {
    this.asked += 1;
    const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}`;
    const fields = `... on ${type}Success { ${success} }`;
    const request = { mutation, inputType: `${type}Input`, input, fields, key: `${this.name}-${this.asked}` };
    const isTwin = this.random.chance(TWINS);
    const first = this.random.integer(0, 1);
    const answer = await (isTwin ? this.who.askAll(request) : this.who.ask(request, first));
    this.told.push({ who: this.who, request, answer });
    return answer;
  }
}

export class Provider extends Trader {
  async step(): Promise<void> {
    const { random, board, place } = this;
    if (board.length > 4 && random.chance(25)) {
      const listingId = random.pick(board).listingId;
      await this.send('withdrawListing', { listingId }, 'listingId');
      return;
    }
    const [from, to] = this.hours();
    const [quantity, unitPrice] = [`${random.integer(1, 8)}`, `${random.integer(80, 110)}000`];
    const input = { poolId: place.poolId, window: this.window(from, to), quantity, unitPrice };
    const answer = await this.send('createListing', input, 'listing { listingId }');
    if ('listing' in answer) board.push({ listingId: answer['listing'].listingId, from, to });
  }
}

export class Buyer extends Trader {
  private readonly holds: Held[] = [];
  private readonly owned: Held[] = [];
  private readonly orders: string[] = [];

  async step(): Promise<void> {
    const choices = [
      [30, () => this.bid()],
      [25, () => this.reserve()],
      [30, () => this.pay()],
      [10, () => this.resell()],
      [8, () => this.amend()],
      [6, () => this.cancelOrder()],
      [4, () => this.release()],
      [3, () => this.giveBack()],
    ] as const;
    await this.random.weighted<() => Promise<void>>(choices)();
  }

  private async bid(): Promise<void> {
    const { random, place } = this;
    const [from, to] = this.hours();
    const timeInForce = random.pick(['GTC', 'GTC', 'IOC', 'FOK']);
    const terms = { quantity: `${random.integer(1, 6)}`, limitPrice: `${random.integer(75, 115)}000` };
    const input = { marketId: place.marketId, window: this.window(from, to), timeInForce, ...terms };
    const answer = await this.send('placeOrder', input, ORDER);
    if (answer['order']?.status === 'RESTING') this.orders.push(answer['order'].orderId);
  }

  private async reserve(): Promise<void> {
    const offer = this.random.pickAny(this.board);
    if (offer === null) return this.bid();
    const { listingId, from, to } = offer;
    const quantity = this.random.integer(1, 3);
    const input = { listingId, window: this.window(from, to), quantity: `${quantity}` };
    const answer = await this.send('reserve', input, 'reservation { reservationId amount expiresAt }');
    if ('reservation' in answer) this.holds.push({ ...offer, quantity, ...answer['reservation'] });
  }

  private async pay(): Promise<void> {
    const hold = this.random.pickAny(this.holds);
    if (hold === null) return this.reserve();
    const { reservationId } = hold;
    const answer = await this.send('payReservation', { reservationId }, 'walletBalance');
    // Others are paid again: a second payment must not be taken.
    if ('walletBalance' in answer && this.random.chance(80)) this.holds.splice(this.holds.indexOf(hold), 1);
    if ('walletBalance' in answer && !this.owned.includes(hold)) this.owned.push(hold);
  }

  private async resell(): Promise<void> {
    const own = this.random.pickAny(this.owned);
    if (own === null) return this.pay();
    const { reservationId, from, to, quantity } = own;
    const unitPrice = `${this.random.integer(80, 120)}000`;
    const input = { reservationId, window: this.window(from, to), quantity: `${quantity}`, unitPrice };
    const answer = await this.send('resellReservation', input, 'listing { listingId }');
    if ('listing' in answer) this.board.push({ listingId: answer['listing'].listingId, from, to });
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
