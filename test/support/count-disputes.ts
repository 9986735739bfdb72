import type { Pool } from 'pg';
import { ROLL_UP_AFTER } from '../../src/metering/application/usage.definition.js';
import { POOL } from '../../src/platform/platform.module.js';
import type { ApiClient, TestApp } from './app.js';
import { organizationOf } from './finance.js';
import { gatewayRecord, recordAll } from './gateway-records.js';
import { clockOf, HOUR, iso, Trading } from './trading.js';
import { until } from './until.js';
import { makeKey } from './usage.js';

const DISPUTES = `query($id: ID, $first: Int!, $after: String, $state: CountDisputeState) {
  countDisputes(reservationId: $id, first: $first, after: $after, state: $state) {
    edges { cursor node { reservationId hour evidenceRevision state requests differing position concededBy note until endedAt
      billed { output weighted } samples { requestId billed counted claimed reason } rule { tolerance least }
      positions { position conceder overageChange tokens { output } } } }
    pageInfo { hasNextPage endCursor } } }`;
const FIELDS = `... on ConcedeCountsSuccess { reservationId revision }
  ... on ConcessionRejection { until position allowed evidenceRevision }`;

/**
 * A holder of 1 token/s for four hours: 3,600 tokens an hour, 2 micro-USD for each above, of which the exchange has 2.5 %. No more
 * than these go through our gateway in an hour; what makes an hour cost more is reported by others.
 */
export class CountWorld {
  private constructor(
    private readonly app: TestApp,
    readonly market: Trading,
    readonly holder: ApiClient,
    readonly reservationId: string,
    readonly holderId: string,
    readonly providerId: string,
  ) {}

  static async open(app: TestApp): Promise<CountWorld> {
    const market = await Trading.open(app);
    const holder = await market.buyer('Holder');
    const reservationId = await market.buy(holder, await market.list(0, 4, 1), 0, 4, 1);
    return new CountWorld(app, market, holder, reservationId, await organizationOf(holder), await organizationOf(market.provider));
  }

  /** First instant of an hour, or within one. */
  at(hour: number): number {
    return this.market.start + hour * HOUR;
  }

  evidence(hour: number, revision: number): string {
    return `${this.reservationId}/usage/${iso(this.at(hour))}/${revision}`;
  }

  /** What the provider served beside our gateway, and reports. */
  async report(hour: number, outputTokens: number): Promise<void> {
    const event = {
      ...{ specversion: '1.0', type: 'ai.headroom.usage.v1', source: '/provider', id: `direct-${hour}` },
      ...{ time: iso(this.at(hour)), data: { reservationId: this.reservationId, inputTokens: 0, outputTokens } },
    };
    const headers = {
      'content-type': 'application/cloudevents+json',
      authorization: `Bearer ${await makeKey(this.market.provider, ['USAGE_WRITE'])}`,
    };
    const response = await fetch(`${this.app.url}/v1/usage`, { method: 'POST', headers, body: JSON.stringify(event) });
    expect([response.status, await response.json()]).toEqual([202, { accepted: 1, duplicates: 0 }]);
  }

  /** So many requests, each billed, counted and claimed so. */
  async serve(hour: number, requests: number, ...counts: readonly [number, number, number]): Promise<void> {
    const [billed, ownOutput, claimedOutput] = counts;
    const whose = { organizationId: this.holderId, reservationId: this.reservationId, servedAt: this.at(hour) };
    const billing = { counts: { input: 0n, cachedInput: 0n, output: BigInt(billed), reasoning: 0n } };
    const said = { ...billing, ownOutput, claimedOutput, claimedInput: 0 };
    const dispute = claimedOutput > billed ? 'output-higher' : null;
    await recordAll(this.app, Array.from({ length: requests }, () => gatewayRecord(whose, { ...said, dispute })));
    await clockOf(this.app).advance(ROLL_UP_AFTER);
    const left = async (): Promise<number> =>
      (await this.app.application.get<Pool>(POOL).query('SELECT 1 FROM usage_pending')).rows.length;
    await until(left, (rows) => rows === 0);
  }

  async page(client: ApiClient, asked: Record<string, unknown>): Promise<any> {
    const { data, errors } = await client.ask(DISPUTES, asked);
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    return data?.['countDisputes'];
  }

  async disputes(client: ApiClient, asked: Record<string, unknown> = {}): Promise<any[]> {
    const { edges } = await this.page(client, { id: this.reservationId, first: 10, ...asked });
    return edges.map(({ node }: any) => node);
  }

  disputed(hour: number): Promise<any> {
    const find = async (): Promise<any> => (await this.disputes(this.holder)).find((one) => one.hour === iso(this.at(hour)));
    return until(find, (found) => found !== undefined);
  }

  concede(client: ApiClient, changes: Record<string, unknown> = {}, key?: string): Promise<any> {
    const input = { reservationId: this.reservationId, hour: iso(this.at(0)), position: 'COUNTED', evidenceRevision: 1, note: 'Fair', ...changes };
    return client.mutate('concedeCounts', 'ConcedeCountsInput', input, { fields: FIELDS, ...(key !== undefined && { key }) });
  }

  /** Lines of overage and credits of a month, as `kind amount evidence`. */
  async lines(client: ApiClient, expected: readonly string[], month = iso(this.at(0)).slice(0, 7)): Promise<void> {
    const query = 'query($month: String!) { invoice(month: $month) { lines { kind reservationId amount evidence } } }';
    const wanted = [...expected].sort().join('\n');
    await until(
      async () => {
        const { data } = await client.ask(query, { month });
        const all: any[] = data?.['invoice']?.lines ?? [];
        const kept = all.filter(({ kind, amount }) => kind === 'CREDIT' || (kind === 'OVERAGE' && Number(amount) > 0));
        return kept.map(({ kind, amount, evidence }) => `${kind} ${amount} ${evidence}`).sort().join('\n');
      },
      (found) => found === wanted,
    );
  }
}
