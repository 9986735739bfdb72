import type { Pool } from 'pg';
import { Stripe } from 'stripe';
import { onboard } from '../../src/billing/adapter/stripe/stand-in/account.life.js';
import type { Fault } from '../../src/billing/adapter/stripe/stand-in/fault-queue.js';
import type { StripeStandIn } from '../../src/billing/adapter/stripe/stand-in/stand-in.server.js';
import { LedgerService } from '../../src/billing/application/ledger.service.js';
import { balanceOf, type Account } from '../../src/billing/model/ledger.state.js';
import { DAY_MS, floorToGrid, MINUTE_MS, SECOND_MS, type Duration, type Instant } from '../../src/kernel/time.js';
import { present } from '../../src/kernel/assert.js';
import { POOL } from '../../src/platform/platform.module.js';
import type { OrganizationId } from '../../src/kernel/ids.js';
import { startTestApp, type ApiClient, type TestApp } from './app.js';
import { signUpOperator } from './operators.js';
import { Payments } from './payments.js';
import { clockOf, HOUR, span, Trading } from './trading.js';
import { until } from './until.js';

const ACCOUNT = '{ payoutAccount { state needs disabledReason payable due nextDueAt inFlight owed bankFailureCode rule { minimum holdBackDays } } }';
const PAYOUTS = `{ payouts(first: 50) { edges { node {
  payoutId amount reversed state transferId failureReason lines { kind reservationId amount entries { version amount } } } } } }`;

/** What tests of payouts do over and over: as a seller, as an administrator, and as Stripe. */
export class Payouts {
  readonly payments: Payments;
  readonly stripe: Stripe;

  constructor(
    readonly app: TestApp,
    readonly market: Trading,
  ) {
    this.payments = new Payments(app);
    const { secretKey, host, port, protocol } = this.simulator.connection;
    this.stripe = new Stripe(secretKey, { host, port, protocol, telemetry: false });
  }

  get simulator(): StripeStandIn {
    return this.payments.simulator;
  }

  /** Sells one token/s for so many days at about 100 USD a day: each day that passes brings its part. */
  async sell(days: number): Promise<string> {
    const from = Math.ceil((clockOf(this.app).now() - this.market.start) / HOUR) + 1;
    const to = from + days * 24;
    const listingId = await this.market.list(from, to, 1, 4_166_667);
    const buyer = await this.market.buyer('Buyer', days * 101);
    return this.market.buy(buyer, listingId, from, to, 1);
  }

  /** To a minute after the next midnight: what a day brought is booked, and what is due is paid out. */
  async nextDay(): Promise<void> {
    const next = floorToGrid(clockOf(this.app).now(), DAY_MS) + DAY_MS + MINUTE_MS;
    await clockOf(this.app).advanceTo(next as Instant);
  }

  /** A product with a seller and an administrator. */
  static async open(): Promise<{ app: TestApp; payouts: Payouts; seller: ApiClient; admin: ApiClient }> {
    const opened = await Payouts.in(await startTestApp());
    opened.payouts.payments.impatient();
    return opened;
  }

  static async in(app: TestApp): ReturnType<typeof Payouts.open> {
    // From midnight on, so that a first day brings the same whenever this runs.
    await clockOf(app).advanceTo((floorToGrid(clockOf(app).now(), DAY_MS) + DAY_MS) as Instant);
    const start = Math.ceil(clockOf(app).now() / HOUR) * HOUR + HOUR;
    const nameplate = [{ window: span(start, start + 90 * 24 * HOUR), quantity: '10000' }];
    const market = await Trading.open(app, { nameplate });
    const payouts = new Payouts(app, market);
    const admin = await signUpOperator(app);
    return { app, payouts, seller: market.provider, admin };
  }

  async accountId(client: ApiClient): Promise<string> {
    const text = 'SELECT account_id FROM payout_account WHERE organization_id = $1';
    const { rows } = await this.app.application.get<Pool>(POOL).query(text, [await this.ownerOf(client)]);
    return String(rows[0]?.account_id);
  }

  async days(count: number): Promise<void> {
    await clockOf(this.app).advance((count * DAY_MS) as Duration);
  }

  async account(client: ApiClient): Promise<Record<string, any>> {
    const { data, errors } = await client.ask(ACCOUNT);
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    return data?.['payoutAccount'];
  }

  async payouts(client: ApiClient): Promise<readonly Record<string, any>[]> {
    const { data, errors } = await client.ask(PAYOUTS);
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    return data?.['payouts'].edges.map(({ node }: any) => node);
  }

  start(client: ApiClient, key = client.nextKey()): Promise<Record<string, any>> {
    const fields = `... on StartPayoutOnboardingSuccess { url expiresAt account { state needs } }
      ... on ValidationRejection { issues { field } }`;
    return client.mutate('startPayoutOnboarding', 'StartPayoutOnboardingInput', {}, { fields, key });
  }

  /** A link to Stripe's page; asks again where Stripe was too slow for the impatient. */
  async link(client: ApiClient): Promise<string> {
    const { url } = await until(() => this.start(client), (answer) => answer['url'] !== null);
    return String(url);
  }

  /** As the seller on Stripe's page. */
  async onboarded(client: ApiClient): Promise<void> {
    const url = await this.link(client);
    await this.simulator.happen((context) => onboard(url.split('/').at(-1) ?? '', context));
    await until(() => this.account(client), ({ state }) => state === 'PAYABLE');
  }

  async transfers(payoutId: string): Promise<readonly Stripe.Transfer[]> {
    return this.stripe.transfers.list({ transfer_group: payoutId, limit: 100 }).autoPagingToArray({ limit: 100 });
  }

  async ownerOf(client: ApiClient): Promise<OrganizationId> {
    return (await client.ask('{ viewer { organization { organizationId } } }')).data?.['viewer'].organization.organizationId;
  }

  async books(client: ApiClient, account: Account): Promise<bigint> {
    const owner = await this.ownerOf(client);
    return this.app.application.get(LedgerService).read(owner, (ledger) => balanceOf(ledger, account));
  }

  async setRule(admin: ApiClient, minimum: bigint, holdBackDays: number): Promise<void> {
    const organizationId = await this.ownerOf(this.market.provider);
    const input = { organizationId, minimum: minimum.toString(), holdBackDays };
    await admin.mustMutate('setPayoutRule', 'SetPayoutRuleInput', input);
  }

  /** A day passes: what the one before brought is being paid out. */
  async payday(): Promise<Record<string, any>> {
    const { provider } = this.market;
    await until(() => this.books(provider, 'payable'), (payable) => payable >= 1_000_000n);
    const before = (await this.payouts(provider)).length;
    await this.nextDay();
    const [newest] = await until(() => this.payouts(provider), ({ length }) => length === before + 1);
    return present(newest, 'payout');
  }

  async payoutOf(payoutId: string): Promise<Record<string, any>> {
    const all = await this.payouts(this.market.provider);
    return present(all.find((one) => one['payoutId'] === payoutId), payoutId);
  }

  becomes(payoutId: string, wanted: string): Promise<Record<string, any>> {
    return until(() => this.payoutOf(payoutId), ({ state }) => state === wanted);
  }

  /** One transfer at Stripe, and the books say the same of it. */
  async paidOnce(payoutId: string): Promise<string> {
    const look = async (): Promise<Record<string, any>> => {
      const found = await this.payoutOf(payoutId);
      if (found['state'] !== 'PAID') await this.comeToNextAttempt(payoutId);
      return found;
    };
    const { transferId, amount } = await until(look, ({ state }) => state === 'PAID');
    const made = await this.transfers(payoutId);
    expect(made.map(({ id, amount: cents }) => [id, BigInt(cents) * 10_000n])).toEqual([[transferId, BigInt(amount)]]);
    return transferId as string;
  }

  /** Where a busy machine missed a deadline it is tried again half a minute later, and the product's clock stands still. */
  private async comeToNextAttempt(payoutId: string): Promise<void> {
    const text = `SELECT (extract(epoch FROM min(run_at)) * 1000)::int8 AS at FROM eventstore.outbox
      WHERE job IN ('send-payout', 'make-stripe-call') AND dedupe_key LIKE $1 AND completed_at IS NULL`;
    const { rows } = await this.app.application.get<Pool>(POOL).query(text, [`% ${payoutId} %`]);
    const at = Number(rows[0]?.at ?? 0);
    const clock = clockOf(this.app);
    if (at > clock.now()) await clock.advanceTo(at as Instant);
  }

  /** A payout of which nothing is known for so long that people must look. */
  async silent(faults: readonly Fault[]): Promise<string> {
    this.simulator.connectWebhook('http://127.0.0.1:9/');
    for (const fault of faults) this.simulator.failNext(fault);
    const { payoutId } = await this.payday();
    for (let attempt = 2; attempt <= 9; attempt += 1) {
      await until(() => this.attempts(payoutId), (planned) => planned === attempt);
      await clockOf(this.app).advance((30 * 2 ** (attempt - 2) * SECOND_MS) as Duration);
    }
    await this.becomes(payoutId, 'NEEDS_REVIEW');
    return payoutId;
  }

  /** How often the product has planned to ask for a transfer. */
  async attempts(payoutId: string): Promise<number> {
    const text = `SELECT count(*)::int AS n FROM eventstore.outbox WHERE job IN ('send-payout', 'make-stripe-call') AND dedupe_key LIKE $1`;
    const { rows } = await this.app.application.get<Pool>(POOL).query(text, [`% ${payoutId} %`]);
    return Number(rows[0]?.n);
  }

  async request(key = this.market.provider.nextKey()): Promise<Record<string, any>> {
    const query = `mutation($key: IdempotencyKey!) { answer: requestPayout(idempotencyKey: $key) {
      __typename ... on RequestPayoutSuccess { payoutId }
      ... on NothingDueRejection { code due minimum } ... on NotPayableRejection { code state } } }`;
    const { data, errors } = await this.market.provider.ask(query, { key });
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    return data?.['answer'];
  }

  /** A buyer that resold what it bought, and was paid for it. */
  async resale(): Promise<ApiClient> {
    const { market } = this;
    const from = Math.ceil((clockOf(this.app).now() - market.start) / HOUR) + 2;
    const listingId = await market.list(from, from + 1, 1, 10_000_000);
    const [buyer, second] = [await market.buyer('Reseller', 50), await market.buyer('Second', 50)];
    const reservationId = await market.buy(buyer, listingId, from, from + 1, 1);
    const offer = { reservationId, window: market.window(from, from + 1), quantity: '1', unitPrice: '20000000' };
    const { listing } = await buyer.mustMutate('resellReservation', 'ResellReservationInput', offer, {
      fields: '... on ResellReservationSuccess { listing { listingId } }',
    });
    await market.buy(second, listing.listingId, from, from + 1, 1);
    await market.pass(from + 1);
    await until(() => this.books(buyer, 'wallet'), (wallet) => wallet > 50_000_000n);
    return buyer;
  }
}
