// A client of the product for setting a bench up: signs up, tops up, registers a pool, lists.
import { randomBytes } from 'node:crypto';

const HOUR_MS = 3_600_000;
const iso = (instant) => new Date(instant).toISOString();

export class Trader {
  #cookie = '';
  #keys = 0;

  constructor(port) {
    this.url = `http://127.0.0.1:${port}/graphql`;
  }

  static async signUp(port, name, isProvider) {
    const trader = new Trader(port);
    const email = `${name.replace(' ', '-')}-${randomBytes(4).toString('hex')}@example.com`;
    const password = randomBytes(12).toString('base64url');
    const kind = { isProvider, isBuyer: !isProvider };
    const owner = { organizationName: name, name: 'Owner', email, password, ...kind };
    trader.organizationId = (await trader.mutate('signUp', owner, 'organizationId')).organizationId;
    await trader.mutate('signIn', { email, password });
    return trader;
  }

  async mutate(name, input, fields = '') {
    this.#keys += 1;
    const type = `${name[0].toUpperCase()}${name.slice(1)}`;
    const query = `mutation($key: IdempotencyKey!, $input: ${type}Input!) {
      answer: ${name}(idempotencyKey: $key, input: $input) {
        __typename ... on ${type}Success { ${fields || '__typename'} } ... on Rejection { code message }
      }
    }`;
    const variables = { key: `setup-${this.#keys}-${randomBytes(6).toString('hex')}`, input };
    const headers = { 'content-type': 'application/json', cookie: this.#cookie };
    const response = await fetch(this.url, { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
    const cookie = response.headers.getSetCookie()[0];
    if (cookie !== undefined) this.#cookie = cookie.split(';')[0];
    const { data, errors } = await response.json();
    if (errors !== undefined || data.answer.code !== undefined) throw new Error(`${name}: ${JSON.stringify(errors ?? data)}`);
    return data.answer;
  }

  /** The same organization at a server that was started since. */
  moveTo(port) {
    this.url = `http://127.0.0.1:${port}/graphql`;
  }

  async registerPool(start, changes = {}) {
    const { pool } = await this.mutate(
      'registerPool',
      {
        ...{ name: 'Bench', platform: 'cerebras-wse-3', model: 'llama-3.3-70b', quantization: 'fp8', region: 'us-west-2' },
        ...{ residency: ['US'], grid: 'HOUR' },
        nameplate: [{ window: { start: iso(start), end: iso(start + 240 * HOUR_MS) }, quantity: '1000000000' }],
        profile: {
          ...{ runtime: 'bench', contextLength: 131_072, tier: 'FAST' },
          weights: { input: 1_000, cachedInput: 100, reasoning: 10_000 },
        },
        serviceLevel: { ttftP95Ms: 400, streamTokensPerSecondMin: 900, availability: 9_990 },
        endpoint: { url: 'https://inference.example.com/v1', credential: 'none' },
        terms: {
          resale: { isTransferable: true, hopsMax: 2, royalty: 500 },
          ...{ cancellation: [{ noticeHours: 0, fee: 0 }], overagePrice: '2000000' },
        },
        ...changes,
      },
      'pool { poolId marketId }',
    );
    return pool;
  }

  async list({ poolId, window: [start, end], quantity, unitPrice }) {
    const window = { start: iso(start), end: iso(end) };
    const input = { poolId, window, quantity: String(quantity), unitPrice: String(unitPrice) };
    const { listing } = await this.mutate('createListing', input, 'listing { listingId }');
    return listing.listingId;
  }

  topUp() {
    return this.mutate('topUpWallet', { amount: '999999000000', paymentMethod: 'pm_card_visa' });
  }

  async token(scope = 'MARKET_TRADE') {
    const input = { name: 'bench', scopes: [scope] };
    return (await this.mutate('createApiKey', input, 'token')).token;
  }
}
