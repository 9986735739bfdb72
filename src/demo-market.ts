import { createHmac, randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { present } from './kernel/assert.js';
import { ceilToGrid, formatInstant, HOUR_MS, plus, type Instant } from './kernel/time.js';

/** What providers have: enough variety to compare. `npm run demo` trades another model and is not disturbed. */
const POOLS = [
  { provider: 'Waferworks', name: 'Wafer row 9', platform: 'cerebras-wse-3', model: 'gpt-oss-120b', quantization: 'fp4', region: 'us-west-2', ttft: 160, stream: 2_100, quantity: 24_000, price: 2_150 },
  { provider: 'Waferworks', name: 'Wafer row 11', platform: 'cerebras-wse-3', model: 'qwen3-32b', quantization: 'fp8', region: 'us-west-2', ttft: 180, stream: 1_800, quantity: 16_000, price: 1_740 },
  { provider: 'Nordlicht Compute', name: 'Rack hall B', platform: 'groq-lpu', model: 'gpt-oss-120b', quantization: 'fp4', region: 'eu-north-1', ttft: 210, stream: 620, quantity: 12_000, price: 1_480 },
  { provider: 'Nordlicht Compute', name: 'H200 block 3', platform: 'nvidia-h200', model: 'qwen3-32b', quantization: 'fp8', region: 'eu-north-1', ttft: 420, stream: 95, quantity: 30_000, price: 690 },
  { provider: 'Pacific Inference', name: 'MI300X pod 2', platform: 'amd-mi300x', model: 'mixtral-8x7b', quantization: 'int4', region: 'ap-southeast-1', ttft: 520, stream: 110, quantity: 18_000, price: 540 },
  { provider: 'Pacific Inference', name: 'TPU slice 11', platform: 'google-tpu-v6e', model: 'qwen3-32b', quantization: 'fp8', region: 'us-east-1', ttft: 380, stream: 140, quantity: 20_000, price: 820 },
] as const;
type Draft = (typeof POOLS)[number];

/** Offers of one pool: from and until in hours from the start, share of the pool, price over the pool's. */
const OFFERS = [[0, 72, 40, 0], [0, 24, 15, 60], [24, 168, 30, -40]] as const;

/** Bids in hours from the start: some are filled, some wait. */
const BIDS = [
  ['gpt-oss-120b@fp4', 1_200, 1_500, 0, 6],
  ['gpt-oss-120b@fp4', 800, 1_420, 0, 4],
  ['qwen3-32b@fp8', 2_500, 700, 0, 12],
  ['qwen3-32b@fp8', 900, 640, 0, 4],
  ['qwen3-32b@fp8', 600, 620, 4, 8],
  ['mixtral-8x7b@int4', 700, 600, 0, 24],
] as const;

const DAYS = 30;
const BUYER_USD = '25000000000';

/** What was begun is finished by the next start: the same requests, under the same keys. */
interface Stocking {
  readonly start: Instant;
  /** Passwords and keys of idempotency come from it. */
  readonly secret: string;
  readonly isDone: boolean;
}

/** Where the product is, and where it keeps what it has to remember. */
export interface Stock {
  readonly url: string;
  readonly dataDir: string;
  readonly now: Instant;
  /** Ends the work between two requests. */
  readonly signal?: AbortSignal;
}

/**
 * Providers, offers, bids and an auction for whoever just started the product, made by its public API as
 * anybody would make them. A market in which there is a pool already is left alone.
 *
 * @returns how many offers there are now that were not there before
 * @throws Error when the product refuses something, or `signal` says so
 */
export async function stockDemoMarket({ url, dataDir, now, signal }: Stock): Promise<number> {
  const path = join(dataDir, 'first-market.json');
  const begun = await readFile(path, 'utf8').catch(() => null);
  const stocking = begun === null ? await begin(url, now) : (JSON.parse(begun) as Stocking);
  if (stocking === null || stocking.isDone || stocking.start <= now) return 0;
  const keep = (what: Stocking): Promise<void> => writeFile(path, `${JSON.stringify(what)}\n`, { mode: 0o600 });
  await keep(stocking);
  const visitor = (name: string): Visitor => new Visitor({ url, name, secret: stocking.secret, signal });
  const providers = new Map<string, Visitor>();
  for (const name of new Set(POOLS.map(({ provider }) => provider))) {
    providers.set(name, await enter(visitor(name), true));
  }
  for (const draft of POOLS) await open(present(providers.get(draft.provider), draft.provider), draft, stocking.start);
  await bid(await enter(visitor('Lantern Labs'), false), stocking.start);
  await keep({ ...stocking, isDone: true });
  return POOLS.length * OFFERS.length;
}

async function begin(url: string, now: Instant): Promise<Stocking | null> {
  const secret = randomBytes(18).toString('base64url');
  const { pools } = await new Visitor({ url, name: 'Stranger', secret }).ask('{ pools(first: 1) { edges { cursor } } }');
  if ((pools as { readonly edges: readonly unknown[] }).edges.length > 0) return null;
  return { start: plus(ceilToGrid(now, HOUR_MS), HOUR_MS), secret, isDone: false };
}

async function enter(visitor: Visitor, isProvider: boolean): Promise<Visitor> {
  const { email, name } = visitor;
  const password = visitor.derive('password');
  const person = { organizationName: name, name: 'Demo', email, password };
  await visitor.change('signUp', { ...person, isProvider, isBuyer: !isProvider });
  await visitor.change('signIn', { email, password });
  return visitor;
}

async function open(provider: Visitor, draft: Draft, start: Instant): Promise<void> {
  const { ttft, stream, quantity, price, provider: house, ...facts } = draft;
  const { name, platform, model, quantization, region } = facts;
  const answer = await provider.change('registerPool', {
    ...{ name, platform, model, quantization, region, residency: [], grid: 'HOUR' },
    nameplate: [{ window: window(start, 0, DAYS * 24), quantity: String(quantity) }],
    profile: {
      ...{ runtime: 'simulated', contextLength: 131_072, tier: 'FAST' },
      weights: { input: 1_000, cachedInput: 100, reasoning: 10_000 },
    },
    serviceLevel: { ttftP95Ms: ttft, streamTokensPerSecondMin: stream, availability: 9_990 },
    endpoint: { url: `https://${house.toLowerCase().replace(/\W+/g, '-')}.example.com/v1` },
    terms: {
      resale: { isTransferable: true, hopsMax: 2, royalty: 500 },
      cancellation: [{ noticeHours: 24, fee: 0 }, { noticeHours: 0, fee: 5_000 }],
      overagePrice: '2000000',
    },
  }, '... on RegisterPoolSuccess { pool { poolId } }');
  const { poolId } = answer['pool'] as { readonly poolId: string };
  for (const [from, to, share, over] of OFFERS) {
    const part = { quantity: String((quantity / 100) * share), unitPrice: String(price + over) };
    await provider.change('createListing', { poolId, window: window(start, from, to), ...part });
  }
  if (name === 'Rack hall B') {
    const lot = { poolId, quantity: '1800', reservePrice: '900', window: window(start, 24, 36) };
    await provider.change('openAuction', { ...lot, closesAt: formatInstant(plus(start, 20 * HOUR_MS)) });
  }
}

async function bid(buyer: Visitor, start: Instant): Promise<void> {
  await buyer.change('topUpWallet', { amount: BUYER_USD, paymentMethod: 'pm_card_visa' });
  for (const [marketId, quantity, limitPrice, from, to] of BIDS) {
    const amounts = { quantity: String(quantity), limitPrice: String(limitPrice) };
    await buyer.change('placeOrder', { marketId, ...amounts, window: window(start, from, to) });
  }
}

function window(start: Instant, from: number, to: number): { readonly start: string; readonly end: string } {
  const at = (hours: number): string => formatInstant(plus(start, hours * HOUR_MS));
  return { start: at(from), end: at(to) };
}

type Answer = Readonly<Record<string, unknown>>;

interface Access {
  readonly url: string;
  readonly name: string;
  readonly secret: string;
  readonly signal?: AbortSignal | undefined;
}

/** One person with a cookie, who asks for the same things under the same keys, whenever they begin again. */
class Visitor {
  readonly name: string;
  readonly email: string;
  private cookie = '';
  private changes = 0;

  constructor(private readonly access: Access) {
    this.name = access.name;
    this.email = `${access.name.toLowerCase().replace(/\W+/g, '-')}@headroom.example`;
  }

  derive(purpose: string): string {
    const { secret, name } = this.access;
    return createHmac('sha256', secret).update(`${name} ${purpose}`).digest('base64url');
  }

  async change(mutation: string, input: object, fields = ''): Promise<Answer> {
    const type = `${mutation.slice(0, 1).toUpperCase()}${mutation.slice(1)}Input`;
    const query = `mutation($key: IdempotencyKey!, $input: ${type}!) {
      answer: ${mutation}(idempotencyKey: $key, input: $input) { __typename ${fields} ... on Rejection { code message } } }`;
    this.changes += 1;
    const { answer } = await this.ask(query, { key: this.derive(`${this.changes}`), input });
    const told = answer as Answer;
    // Who has been here before is known here.
    if ('code' in told && told['code'] !== 'EMAIL_TAKEN') throw new Error(`${mutation}: ${String(told['message'])}`);
    return told;
  }

  async ask(query: string, variables: object = {}): Promise<Answer> {
    const { url, signal } = this.access;
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie: this.cookie },
      body: JSON.stringify({ query, variables }),
      signal: signal ?? null,
    });
    this.cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? this.cookie;
    const { data, errors } = (await response.json()) as { readonly data: Answer; readonly errors?: readonly { readonly message: string }[] };
    if (errors !== undefined) throw new Error(errors.map(({ message }) => message).join('; '));
    return data;
  }
}
