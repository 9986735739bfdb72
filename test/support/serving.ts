import type { Pool } from 'pg';
import { INSTANT, type Scenario } from '../../src/gateway/adapter/simulator/scenario.js';
import {
  simulateUpstream,
  type SimulatedUpstream,
} from '../../src/gateway/adapter/simulator/simulated-upstream.js';
import { POOL } from '../../src/platform/platform.module.js';
import type { Duration } from '../../src/kernel/time.js';
import { ROLL_UP_AFTER } from '../../src/metering/application/usage.definition.js';
import { startTestApp, type ApiClient, type TestApp, type TestAppOptions } from './app.js';
import { clockOf, Trading } from './trading.js';
import { until } from './until.js';
import { makeKey } from './usage.js';

export const MODEL = 'llama-3.3-70b';
export const HELLO = [{ role: 'user' as const, content: 'Say something.' }];

/** What the gateway wrote down of one request, as the table has it. */
export interface StoredRecord {
  readonly id: string;
  readonly reservation_id: string | null;
  readonly input_tokens: string;
  readonly output_tokens: string;
  readonly own_output_tokens: string;
  readonly claimed_output_tokens: string | null;
  readonly dispute: string | null;
  readonly reason: string;
  readonly tier: string;
  readonly evidence: string;
  readonly ttft_us: string | null;
}

/** Somebody who holds capacity of a pool whose endpoint is a simulator. */
export class ServingWorld {
  private constructor(
    readonly app: TestApp,
    readonly upstream: SimulatedUpstream,
    readonly trading: Trading,
    readonly buyer: ApiClient,
    readonly key: string,
  ) {}

  static async start(
    { settings = {} }: TestAppOptions = {},
    scenario: Partial<Scenario> = {},
  ): Promise<ServingWorld> {
    const upstream = await simulateUpstream({ seed: 1, scenario: { ...INSTANT, ...scenario } });
    const app = await startTestApp({ settings });
    const endpoint = { url: upstream.url, credential: 'upstream-secret' };
    const trading = await Trading.open(app, { endpoint });
    const buyer = await trading.buyer('Buyer', 100_000);
    const key = await makeKey(buyer, ['INFERENCE_USE']);
    return new ServingWorld(app, upstream, trading, buyer, key);
  }

  get pool(): Pool {
    return this.app.application.get<Pool>(POOL);
  }

  /** Buys from the world's pool, from the start on, and lets the clock come to it. */
  async hold(quantity: number, hours = 10): Promise<string> {
    const listingId = await this.trading.list(0, hours, quantity);
    const reservationId = await this.trading.buy(this.buyer, listingId, 0, hours, quantity);
    await this.begin(reservationId);
    return reservationId;
  }

  /** Another pool of the same model, with an endpoint of its own, and a reservation of it. */
  async holdElsewhere(
    url: string,
    quantity: number,
    unitPrice = 1_000,
    changes: Record<string, unknown> = {},
  ): Promise<string> {
    const other = await Trading.open(this.app, { endpoint: { url }, ...changes });
    const hours = Math.round((other.start - this.trading.start) / 3_600_000);
    const listingId = await other.list(0, 10 - hours, quantity, unitPrice);
    const reservationId = await other.buy(this.buyer, listingId, 0, 10 - hours, quantity);
    await other.pass(0.25);
    await this.known(reservationId);
    return reservationId;
  }

  private async begin(reservationId: string): Promise<void> {
    await this.trading.pass(0.25);
    await this.known(reservationId);
  }

  /** Until the gateway routes to it. */
  private async known(reservationId: string): Promise<void> {
    await until(
      () => this.get('/v1/models'),
      ({ body }) => body.data.some(({ lanes }: { lanes: string[] }) => lanes.includes(reservationId)),
    );
  }

  async get(path: string, key = this.key): Promise<{ readonly status: number; readonly body: any }> {
    const headers = { authorization: `Bearer ${key}` };
    const response = await fetch(`${this.app.url}${path}`, { headers });
    return { status: response.status, body: await response.json() };
  }

  post(
    body: unknown,
    {
      headers = {},
      path = '/v1/chat/completions',
      signal,
    }: { headers?: Record<string, string>; path?: string; signal?: AbortSignal } = {},
  ): Promise<Response> {
    return fetch(`${this.app.url}${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${this.key}`,
        ...headers,
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
      ...(signal === undefined ? {} : { signal }),
    });
  }

  /** Points the world's pool at another scenario of the simulator. */
  async misbehave(scenario: string): Promise<void> {
    const endpoint = { url: this.upstream.with(scenario), credential: 'upstream-secret' };
    const input = { poolId: this.trading.poolId, endpoint };
    await this.trading.provider.mustMutate('changePoolEndpoint', 'ChangePoolEndpointInput', input);
    await this.used(endpoint.url);
  }

  /** Until the gateway would send requests there. */
  private async used(url: string): Promise<void> {
    const { LaneDirectory } = await import('../../src/gateway/application/lane-directory.js');
    const directory = this.app.application.get(LaneDirectory, { strict: false });
    const { data } = await this.buyer.ask('{ viewer { organization { organizationId } } }');
    const id = data?.['viewer'].organization.organizationId;
    await until(
      () => directory.lanesOf(id),
      (lanes) => lanes.some((lane) => lane.endpoint.url === url),
    );
  }

  async records(): Promise<readonly StoredRecord[]> {
    const { rows } = await this.pool.query<StoredRecord>(
      `SELECT * FROM usage_report WHERE evidence = 'gateway' ORDER BY id`,
    );
    return rows;
  }

  /** Until so many requests are written down. */
  untilRecorded(count: number): Promise<readonly StoredRecord[]> {
    return until(
      () => this.records(),
      (records) => records.length >= count,
    );
  }

  /** Hours of a reservation's use, once all of it is rated. */
  async usage(reservationId: string): Promise<any> {
    await clockOf(this.app).advance(ROLL_UP_AFTER as Duration);
    await until(
      async () => (await this.pool.query('SELECT 1 FROM usage_pending')).rowCount,
      (waiting) => waiting === 0,
    );
    const query = `query($id: ID!) { usageTotals(reservationId: $id) {
      events inputTokens outputTokens weightedTokens overageTokens } }`;
    const stored = (await this.records()).filter((one) => one.reservation_id === reservationId);
    const answer = await until(
      () => this.buyer.ask(query, { id: reservationId }),
      ({ data }) => Number(data?.['usageTotals']?.events ?? 0) >= stored.length,
    );
    return answer.data?.['usageTotals'];
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.upstream.close();
  }
}
