import { CLOCK } from '../../src/platform/platform.module.js';
import type { SimulatedClock } from '../../src/platform/clock/clock.js';
import type { ApiClient, TestApp } from './app.js';

export const HOUR = 3_600_000;
export const iso = (instant: number): string => new Date(instant).toISOString();
export const span = (start: number, end: number) => ({ start: iso(start), end: iso(end) });

/** A pool as a provider would register it; `changes` replace whole fields. */
export function poolInput(start: number, changes: Record<string, unknown> = {}) {
  return {
    name: 'Wafer row 7',
    platform: 'cerebras-wse-3',
    model: 'llama-3.3-70b',
    quantization: 'fp8',
    region: 'us-west-2',
    residency: ['US'],
    grid: 'HOUR',
    nameplate: [{ window: span(start, start + 240 * HOUR), quantity: '10000' }],
    profile: {
      runtime: 'cerebras-inference 2.4',
      contextLength: 131_072,
      weights: { input: 1_000, cachedInput: 100, reasoning: 10_000 },
      tier: 'FAST',
    },
    serviceLevel: { ttftP95Ms: 400, streamTokensPerSecondMin: 900, availability: 9_990 },
    endpoint: { url: 'https://inference.example.com/v1', credential: 'upstream-secret' },
    terms: {
      resale: { isTransferable: true, hopsMax: 2, royalty: 500 },
      cancellation: [
        { noticeHours: 24, fee: 0 },
        { noticeHours: 0, fee: 5_000 },
      ],
      overagePrice: '2000000',
    },
    ...changes,
  };
}

/** A market with one pool and one listing in it, and somebody to buy. */
export class Trading {
  constructor(
    readonly app: TestApp,
    readonly provider: ApiClient,
    /** The first hour line that is at least an hour ahead. */
    readonly start: number,
    readonly poolId: string,
  ) {}

  static async open(app: TestApp, changes: Record<string, unknown> = {}): Promise<Trading> {
    const provider = await app.signUp('Provider', { isProvider: true, isBuyer: false });
    const start = Math.ceil((await now(app)) / HOUR) * HOUR + HOUR;
    const made = await provider.mustMutate('registerPool', 'RegisterPoolInput', poolInput(start, changes), {
      fields: '... on RegisterPoolSuccess { pool { poolId } }',
    });
    return new Trading(app, provider, start, made['pool'].poolId);
  }

  /** `from` and `to` are hours after the start. */
  window(from: number, to: number) {
    return span(this.start + from * HOUR, this.start + to * HOUR);
  }

  async list(from: number, to: number, quantity: number, unitPrice = 1_000): Promise<string> {
    const window = this.window(from, to);
    const input = { poolId: this.poolId, window, quantity: `${quantity}`, unitPrice: `${unitPrice}` };
    const made = await this.provider.mustMutate('createListing', 'CreateListingInput', input, {
      fields: '... on CreateListingSuccess { listing { listingId } }',
    });
    return made['listing'].listingId as string;
  }

  /** A buyer with money. */
  async buyer(name: string, usd = 1_000): Promise<ApiClient> {
    const buyer = await this.app.signUp(name);
    const input = { amount: `${usd}000000`, paymentMethod: 'pm_card_visa' };
    await buyer.mustMutate('topUpWallet', 'TopUpWalletInput', input);
    return buyer;
  }

  async reserve(
    ...[buyer, listingId, from, to, quantity]: readonly [
      buyer: ApiClient,
      listingId: string,
      from: number,
      to: number,
      quantity: number,
    ]
  ) {
    const input = { listingId, window: this.window(from, to), quantity: `${quantity}` };
    const held = await buyer.mustMutate('reserve', 'ReserveInput', input, {
      fields: '... on ReserveSuccess { reservation { reservationId amount status expiresAt } }',
    });
    return held['reservation'] as Record<string, string>;
  }

  async buy(...[buyer, ...what]: Parameters<Trading['reserve']>) {
    const { reservationId } = await this.reserve(buyer, ...what);
    await buyer.mustMutate('payReservation', 'PayReservationInput', { reservationId });
    return reservationId as string;
  }

  /** Moves the clock to some hours after the start. */
  async pass(hours: number): Promise<void> {
    await clockOf(this.app).advanceTo((this.start + hours * HOUR) as never);
  }
}

export const clockOf = (app: TestApp): SimulatedClock => app.application.get(CLOCK);

async function now(app: TestApp): Promise<number> {
  return clockOf(app).now();
}

export const walletOf = async (client: ApiClient): Promise<Record<string, string>> =>
  (await client.ask('{ wallet { balance inEscrow owed } }')).data?.['wallet'];
