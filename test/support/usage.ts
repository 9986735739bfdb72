import { CloudEvent, HTTP, type Message } from 'cloudevents';
import type { Pool } from 'pg';
import type { MarketCommand } from '../../src/allocation/model/market.commands.js';
import { MarketService, type MarketOutcome } from '../../src/allocation/application/market.service.js';
import { systemContext } from '../../src/eventstore/command-context.js';
import { readCheckpoint } from '../../src/eventstore/checkpoint.js';
import {
  idInMarket,
  type ListingId,
  type OrganizationId,
  type PoolId,
  type ReservationId,
} from '../../src/kernel/ids.js';
import { microUsd } from '../../src/kernel/money.js';
import { rectangle } from '../../src/kernel/step-function.js';
import {
  ceilToGrid,
  floorToGrid,
  formatInstant,
  HOUR_MS,
  MINUTE_MS,
  plus,
  type Duration,
  type Instant,
} from '../../src/kernel/time.js';
import type { Window } from '../../src/kernel/window.js';
import { ROLL_UP_AFTER } from '../../src/metering/application/usage.definition.js';
import type { SimulatedClock } from '../../src/platform/clock/clock.js';
import { CLOCK, POOL } from '../../src/platform/platform.module.js';
import { startTestApp, type ApiClient, type TestApp } from './app.js';
import { MARKET, poolFacts, price, tokens } from './market.js';
import { giveWay, untilHolds } from './until.js';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: any;
}

export interface Party {
  readonly id: OrganizationId;
  readonly client: ApiClient;
  /** An API key with scope usage:write. */
  readonly key: string;
}

type Untimed<Command> = Command extends unknown ? Omit<Command, 'now' | 'seed'> : never;

/** A market with a provider and a holder, in the middle of the third hour of its capacity. */
export class UsageWorld {
  private events = 0;
  private things = 0;

  private constructor(
    readonly app: TestApp,
    readonly start: Instant,
    readonly holder: Party,
    readonly provider: Party,
    readonly other: Party,
  ) {}

  static async start(settings: Readonly<Record<string, string>> = {}): Promise<UsageWorld> {
    const app = await startTestApp({ settings });
    const clock = app.application.get<SimulatedClock>(CLOCK);
    const start = ceilToGrid(clock.now(), HOUR_MS);
    await clock.advance((start - clock.now() + 2.5 * HOUR_MS) as Duration);
    const [holder, provider, other] = [
      await join(app, 'Holder'),
      await join(app, 'Provider'),
      await join(app, 'Other'),
    ];
    return new UsageWorld(app, start, holder, provider, other);
  }

  get pool(): Pool {
    return this.app.application.get<Pool>(POOL);
  }

  get clock(): SimulatedClock {
    return this.app.application.get<SimulatedClock>(CLOCK);
  }

  /** An instant of the reservations' windows, which begin at 0 and end at 8. */
  at(hours: number): Instant {
    return plus(this.start, hours * HOUR_MS);
  }

  async send(command: Untimed<MarketCommand>): Promise<MarketOutcome> {
    const market = this.app.application.get(MarketService);
    this.things += 1;
    const outcome = await market.execute(MARKET, command, systemContext('test', `${this.things}`));
    expect(outcome).toMatchObject({ accepted: true });
    return outcome;
  }

  /** A pool of the provider's, and the holder's hold on all that is left of it. */
  async hold(quantity = 1, hours = 8): Promise<ReservationId> {
    this.things += 1;
    const [poolId, listingId, reservationId] = [
      idInMarket<PoolId>(MARKET, `pool-${this.things}`),
      idInMarket<ListingId>(MARKET, `listing-${this.things}`),
      idInMarket<ReservationId>(MARKET, `reservation-${this.things}`),
    ];
    const window = { start: this.start, end: this.at(hours) };
    const nameplate = rectangle(window, BigInt(quantity));
    const facts = poolFacts({ poolId, providerId: this.provider.id, nameplate });
    await this.send({ type: 'OpenPool', facts });
    const offer = { window: { ...this.sold, end: window.end }, quantity: tokens(quantity) };
    const sale = { listingId, poolId, sellerId: this.provider.id, ...offer, unitPrice: price(7) };
    await this.send({ type: 'CreateListing', ...sale, source: { kind: 'pool' }, isPostOnly: false });
    const asked = { listingId, buyerId: this.holder.id, ...offer, holdFor: HOUR_MS };
    await this.send({ type: 'HoldReservation', reservationId, ...asked });
    await this.project('projection:market');
    return reservationId;
  }

  /** From the running hour on, which may still be sold whole. */
  get sold(): Window {
    return { start: floorToGrid(this.clock.now(), HOUR_MS), end: this.at(8) };
  }

  async pay(reservationId: ReservationId): Promise<void> {
    const { rows } = await this.pool.query<{ amount: string }>(
      'SELECT amount FROM reservation WHERE reservation_id = $1',
      [reservationId],
    );
    const amount = microUsd(BigInt(rows[0]?.amount ?? 0));
    await this.send({ type: 'ConfirmPayment', reservationId, amount });
    // What is entitled to use is read from the read model, too.
    await this.project('projection:market');
  }

  async reservation(quantity = 1, hours = 8): Promise<ReservationId> {
    const reservationId = await this.hold(quantity, hours);
    await this.pay(reservationId);
    return reservationId;
  }

  /** Attributes of a usage event, a new one each time, served ten minutes into the running hour. */
  event(
    reservationId: string,
    data: Record<string, unknown> = {},
    attributes: Record<string, unknown> = {},
  ): Record<string, unknown> {
    this.events += 1;
    return {
      ...{ specversion: '1.0', type: 'ai.headroom.usage.v1', source: '/gateway/eu-1' },
      ...{ id: `request-${this.events}`, time: formatInstant(plus(this.sold.start, 10 * MINUTE_MS)) },
      ...attributes,
      data: { reservationId, inputTokens: 10, outputTokens: 20, ...data },
    };
  }

  /** Sends a request as the SDK of CloudEvents makes it. */
  sendMessage({ headers, body }: Message, key = this.holder.key): Promise<Answer> {
    return this.request(String(body), headers as Record<string, string>, key);
  }

  structured(event: Record<string, unknown>, key?: string): Promise<Answer> {
    return this.sendMessage(HTTP.structured(new CloudEvent(event as any)) as Message, key);
  }

  binary(event: Record<string, unknown>, key?: string): Promise<Answer> {
    return this.sendMessage(HTTP.binary(new CloudEvent(event as any)) as Message, key);
  }

  batch(events: readonly unknown[], key?: string): Promise<Answer> {
    const headers = { 'content-type': 'application/cloudevents-batch+json' };
    return this.request(JSON.stringify(events), headers, key);
  }

  async request(
    body: string | Uint8Array<ArrayBuffer>,
    headers: Record<string, string>,
    key: string | null = this.holder.key,
  ): Promise<Answer> {
    const credential = key === null ? {} : { authorization: `Bearer ${key}` };
    const init = { method: 'POST', headers: { ...headers, ...credential }, body };
    const response = await fetch(`${this.app.url}/v1/usage`, init);
    return { status: response.status, headers: response.headers, body: await response.json() };
  }

  /** Events that are stored for a reservation. */
  async stored(reservationId: string): Promise<number> {
    const { rows } = await this.pool.query<{ stored: number }>(
      'SELECT count(*)::int AS stored FROM usage_report WHERE reservation_id = $1',
      [reservationId],
    );
    return rows[0]?.stored ?? 0;
  }

  /** Roll-up jobs that were ever put for a reservation. */
  async jobs(reservationId: string): Promise<number> {
    const { rows } = await this.pool.query<{ jobs: number }>(
      `SELECT count(*)::int AS jobs FROM eventstore.outbox
       WHERE queue = 'metering' AND dedupe_key LIKE $1`,
      [`roll-up ${reservationId} %`],
    );
    return rows[0]?.jobs ?? 0;
  }

  /** Lets the time pass that use gathers for, until all of it is rated and can be read. */
  async settle(): Promise<void> {
    await this.clock.advance(ROLL_UP_AFTER);
    await this.until('SELECT count(*) = 0 AS holds FROM usage_pending');
    await this.project('projection:usage');
  }

  async project(subscription: string): Promise<void> {
    const { rows } = await this.pool.query<{ position: string }>(
      'SELECT coalesce(max(position), 0) AS position FROM eventstore.events',
    );
    const newest = BigInt(rows[0]?.position ?? 0);
    while ((await readCheckpoint(this.pool, subscription)).position < newest) {
      await giveWay();
    }
  }

  /** Until a statement that answers with `holds` says true. */
  async until(statement: string, values: readonly unknown[] = []): Promise<void> {
    await untilHolds(this.pool, statement, values);
  }

  async totals(reservationId: string, { client }: Party = this.holder): Promise<any> {
    const query = `query($id: ID!) { usageTotals(reservationId: $id) {
      hours events inputTokens cachedInputTokens outputTokens reasoningTokens
      weightedTokens overageTokens overageAmount } }`;
    const { data, errors } = await client.ask(query, { id: reservationId });
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    return data?.['usageTotals'];
  }

  close(): Promise<void> {
    return this.app.close();
  }
}

async function join(app: TestApp, name: string): Promise<Party> {
  const client = await app.signUp(name);
  const { data } = await client.ask('{ viewer { organization { organizationId } } }');
  const key = await makeKey(client, ['USAGE_WRITE']);
  return { client, key, id: data?.['viewer'].organization.organizationId };
}

export async function makeKey(client: ApiClient, scopes: readonly string[]): Promise<string> {
  const input = { name: 'reporter', scopes, expiresInDays: 365 };
  const options = { fields: '... on CreateApiKeySuccess { token }' };
  return (await client.mustMutate('createApiKey', 'CreateApiKeyInput', input, options))['token'];
}
