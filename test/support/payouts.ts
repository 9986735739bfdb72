import { Stripe } from 'stripe';
import { onboard } from '../../src/billing/adapter/stripe/stand-in/account.life.js';
import type { StripeStandIn } from '../../src/billing/adapter/stripe/stand-in/stand-in.server.js';
import { LedgerService } from '../../src/billing/application/ledger.service.js';
import { balanceOf, type Account } from '../../src/billing/model/ledger.state.js';
import { DAY_MS, floorToGrid, MINUTE_MS, type Duration, type Instant } from '../../src/kernel/time.js';
import type { OrganizationId } from '../../src/kernel/ids.js';
import type { ApiClient, TestApp } from './app.js';
import { Payments } from './payments.js';
import { clockOf, HOUR, Trading, until } from './trading.js';

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

  /** As the seller on Stripe's page. */
  async onboarded(client: ApiClient): Promise<void> {
    const { url } = await this.start(client);
    await this.simulator.happen((context) => onboard(String(url).split('/').at(-1) ?? '', context));
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
}
