import { ApiClient } from './app.js';
import { HOUR, iso, poolInput, span } from './trading.js';
import { makeKey } from './usage.js';

const PASSWORD = 'correct horse battery';
export const BUYER_LOGIN = { email: 'buyer@example.com', password: PASSWORD };

export interface UsageAnswer {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly body: any;
}

/** A provider with a pool and a buyer with money, on a product that runs in a process of its own. */
export class ServedMarket {
  private events = 0;

  private constructor(
    readonly provider: ApiClient,
    readonly buyer: ApiClient,
    /** An API key of the buyer's with scope usage:write. */
    readonly usageKey: string,
    readonly poolId: string,
    /** Epoch ms of the first hour that can be bought. */
    readonly start: number,
  ) {}

  /** @param now what the product's clock says */
  static async open(url: string, now: number): Promise<ServedMarket> {
    const start = Math.ceil(now / HOUR) * HOUR + HOUR;
    const provider = await signUp(url, 'provider', true);
    const made = await provider.mustMutate('registerPool', 'RegisterPoolInput', poolInput(start), {
      fields: '... on RegisterPoolSuccess { pool { poolId } }',
    });
    const buyer = await signUp(url, 'buyer', false);
    const money = { amount: '1000000000', paymentMethod: 'pm_card_visa' };
    await buyer.mustMutate('topUpWallet', 'TopUpWalletInput', money);
    const usageKey = await makeKey(buyer, ['USAGE_WRITE']);
    return new ServedMarket(provider, buyer, usageKey, made['pool'].poolId, start);
  }

  /** `from` and `to` are hours after the start. */
  async list(from: number, to: number, quantity: number): Promise<string> {
    const window = this.window(from, to);
    const input = { poolId: this.poolId, window, quantity: `${quantity}`, unitPrice: '1000' };
    const made = await this.provider.mustMutate('createListing', 'CreateListingInput', input, {
      fields: '... on CreateListingSuccess { listing { listingId } }',
    });
    return made['listing'].listingId as string;
  }

  async reserve(listingId: string, from: number, to: number, quantity: number): Promise<string> {
    const input = { listingId, window: this.window(from, to), quantity: `${quantity}` };
    const held = await this.buyer.mustMutate('reserve', 'ReserveInput', input, {
      fields: '... on ReserveSuccess { reservation { reservationId } }',
    });
    return held['reservation'].reservationId as string;
  }

  async pay(reservationId: string): Promise<void> {
    await this.buyer.mustMutate('payReservation', 'PayReservationInput', { reservationId });
  }

  async buy(from: number, to: number, quantity: number): Promise<string> {
    const listingId = await this.list(from, to, quantity);
    const reservationId = await this.reserve(listingId, from, to, quantity);
    await this.pay(reservationId);
    return reservationId;
  }

  /** One request, served at an instant. */
  event(
    reservationId: string,
    time: number,
    { id = `request-${(this.events += 1)}`, outputTokens = 20 }: { id?: string; outputTokens?: number } = {},
  ): object {
    const envelope = { specversion: '1.0', type: 'ai.headroom.usage.v1', source: '/gateway/eu-1' };
    return { ...envelope, id, time: iso(time), data: { reservationId, inputTokens: 10, outputTokens } };
  }

  async report(url: string, events: readonly object[]): Promise<UsageAnswer> {
    const headers = {
      'content-type': 'application/cloudevents-batch+json',
      authorization: `Bearer ${this.usageKey}`,
    };
    const init = { method: 'POST', headers, body: JSON.stringify(events) };
    const response = await fetch(`${url}/v1/usage`, init);
    const { status } = response;
    return { status, retryAfter: response.headers.get('retry-after'), body: await response.json() };
  }

  window(from: number, to: number): ReturnType<typeof span> {
    return span(this.start + from * HOUR, this.start + to * HOUR);
  }
}

async function signUp(url: string, name: string, isProvider: boolean): Promise<ApiClient> {
  const client = new ApiClient(url);
  const email = `${name}@example.com`;
  const owner = { organizationName: name, name, email, password: PASSWORD };
  await client.mustMutate('signUp', 'SignUpInput', { ...owner, isProvider, isBuyer: !isProvider });
  await client.mustMutate('signIn', 'SignInInput', { email, password: PASSWORD });
  return client;
}

/** The same member at another process. */
export function at(url: string, { cookie }: ApiClient): ApiClient {
  const client = new ApiClient(url);
  client.cookie = cookie;
  return client;
}
