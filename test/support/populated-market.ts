import type { Database } from '../../src/platform/database/prisma.js';
import type { ApiClient } from './app.js';
import { HOUR, iso, poolInput, span } from './trading.js';

/** What a provider has, how fast it is, and what it asks: enough variety to look at. */
const POOLS = [
  { provider: 'Waferworks', name: 'Wafer row 7', platform: 'cerebras-wse-3', model: 'llama-3.3-70b', quantization: 'fp8', region: 'us-west-2', ttft: 180, stream: 1_800, quantity: 24_000, price: 2_150 },
  { provider: 'Waferworks', name: 'Wafer row 9', platform: 'cerebras-wse-3', model: 'qwen3-32b', quantization: 'fp8', region: 'us-west-2', ttft: 160, stream: 2_100, quantity: 16_000, price: 1_740 },
  { provider: 'Nordlicht Compute', name: 'Rack hall B', platform: 'groq-lpu', model: 'llama-3.3-70b', quantization: 'fp8', region: 'eu-north-1', ttft: 210, stream: 620, quantity: 12_000, price: 1_480 },
  { provider: 'Nordlicht Compute', name: 'H200 block 3', platform: 'nvidia-h200', model: 'llama-3.3-70b', quantization: 'fp8', region: 'eu-north-1', ttft: 420, stream: 95, quantity: 30_000, price: 690 },
  { provider: 'Pacific Inference', name: 'MI300X pod 2', platform: 'amd-mi300x', model: 'mixtral-8x7b', quantization: 'int4', region: 'ap-southeast-1', ttft: 520, stream: 110, quantity: 18_000, price: 540 },
  { provider: 'Pacific Inference', name: 'TPU slice 11', platform: 'google-tpu-v6e', model: 'qwen3-32b', quantization: 'fp8', region: 'us-east-1', ttft: 380, stream: 140, quantity: 20_000, price: 820 },
] as const;

/** Offers of one pool: from and until in hours from the start, share of the pool, price over the pool's. */
const OFFERS = [
  [0, 72, 40, 0],
  [0, 24, 15, 60],
  [24, 168, 30, -40],
  [48, 60, 10, 140],
] as const;

export interface Populated {
  readonly start: number;
  /** Of each pool, in order. */
  readonly poolIds: readonly string[];
}

interface Doors {
  readonly signUp: (name: string, kind: { isProvider?: boolean; isBuyer?: boolean }) => Promise<ApiClient>;
  readonly now: number;
}

/** Providers, pools, offers, an auction, bids and trades, all through the API. */
export async function populate({ signUp, now }: Doors): Promise<Populated> {
  const start = Math.ceil(now / HOUR) * HOUR + HOUR;
  const providers = new Map<string, ApiClient>();
  for (const name of new Set(POOLS.map(({ provider }) => provider))) {
    providers.set(name, await signUp(name, { isProvider: true, isBuyer: false }));
  }
  const poolIds = await Promise.all(POOLS.map((pool) => register(providers.get(pool.provider)!, pool, start)));
  const buyer = await signUp('Lantern Labs', {});
  await buyer.mustMutate('topUpWallet', 'TopUpWalletInput', { amount: '50000000000', paymentMethod: 'pm_card_visa' });
  await trade(buyer, start);
  const window = span(start + 24 * HOUR, start + 36 * HOUR);
  await providers.get('Nordlicht Compute')!.mustMutate('openAuction', 'OpenAuctionInput', {
    ...{ poolId: poolIds[2], quantity: '2000', reservePrice: '900', window, closesAt: iso(start + 20 * HOUR) },
  });
  return { start, poolIds };
}

async function register(provider: ApiClient, pool: (typeof POOLS)[number], start: number): Promise<string> {
  const { name, platform, model, quantization, region, ttft, stream, quantity, price } = pool;
  const input = poolInput(start, {
    ...{ name, platform, model, quantization, region },
    nameplate: [{ window: span(start, start + 30 * 24 * HOUR), quantity: String(quantity) }],
    serviceLevel: { ttftP95Ms: ttft, streamTokensPerSecondMin: stream, availability: 9_990 },
  });
  const made = await provider.mustMutate('registerPool', 'RegisterPoolInput', input, {
    fields: '... on RegisterPoolSuccess { pool { poolId } }',
  });
  const { poolId } = made['pool'];
  const listed = OFFERS.map(([from, to, share, over]) =>
    provider.mustMutate('createListing', 'CreateListingInput', {
      ...{ poolId, window: span(start + from * HOUR, start + to * HOUR), unitPrice: String(price + over) },
      quantity: String((quantity / 100) * share),
    }),
  );
  await Promise.all(listed);
  return poolId as string;
}

/** Some bids are filled, some wait. */
async function trade(buyer: ApiClient, start: number): Promise<void> {
  const bids = [
    ['llama-3.3-70b@fp8', 1_200, 700, 0, 4],
    ['llama-3.3-70b@fp8', 800, 1_500, 0, 6],
    ['llama-3.3-70b@fp8', 400, 760, 4, 8],
    ['llama-3.3-70b@fp8', 900, 640, 0, 4],
    ['llama-3.3-70b@fp8', 600, 655, 0, 4],
    ['llama-3.3-70b@fp8', 1_500, 610, 0, 4],
    ['qwen3-32b@fp8', 500, 900, 0, 12],
    ['mixtral-8x7b@int4', 700, 600, 0, 24],
  ] as const;
  for (const [marketId, quantity, limitPrice, from, to] of bids) {
    await buyer.mustMutate('placeOrder', 'PlaceOrderInput', {
      ...{ marketId, quantity: String(quantity), limitPrice: String(limitPrice) },
      window: span(start + from * HOUR, start + to * HOUR),
    });
  }
}

/** Straight into the read model: what listings show, not how they are made. */
export async function addListings(database: Database, count: number): Promise<void> {
  await database.$executeRaw`
    INSERT INTO listing SELECT copy.* FROM
      (SELECT row_number() OVER (ORDER BY listing_id) AS place, count(*) OVER () AS kinds, listing.* FROM listing
        WHERE status = 'open' AND NOT is_auction) AS own,
      generate_series(1, ${count}::int) AS number,
      jsonb_populate_record(NULL::listing, to_jsonb(own) || jsonb_build_object(
        'listing_id', 'many-' || number, 'unit_price', own.unit_price + number)) AS copy
    WHERE own.place = 1 + number % own.kinds`;
}
