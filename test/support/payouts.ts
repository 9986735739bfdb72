import { Stripe } from 'stripe';
import { onboard } from '../../src/billing/adapter/stripe/stand-in/account.life.js';
import type { StripeStandIn } from '../../src/billing/adapter/stripe/stand-in/stand-in.server.js';
import { LedgerService } from '../../src/billing/application/ledger.service.js';
import { balanceOf, type Account } from '../../src/billing/model/ledger.state.js';
import { DAY_MS, type Duration } from '../../src/kernel/time.js';
import type { OrganizationId } from '../../src/kernel/ids.js';
import type { ApiClient, TestApp } from './app.js';
import { Payments } from './payments.js';
import { clockOf, Trading, until } from './trading.js';

const ACCOUNT = '{ payoutAccount { state needs disabledReason payable due nextDueAt inFlight owed bankFailureCode rule { minimum holdBackDays } } }';
const PAYOUTS = `{ payouts(first: 50) { edges { node {
  payoutId amount reversed state transferId failureReason lines { kind reservationId amount entries { version amount } } } } } }`;

/** What tests of payouts do over and over: as a seller, as an administrator, and as Stripe. */
export class Payouts {
  readonly payments: Payments;
  readonly stripe: Stripe;
  /** Hours after the start that no test has used yet: the clock only moves forward. */
  private next = 0;

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

  /** Sells an hour for some dollars, and delivers it: the seller has 97.5 % of it. */
  async earn(usd: number): Promise<string> {
    const from = Math.max(this.next, Math.ceil((clockOf(this.app).now() - this.market.start) / 3_600_000)) + 1;
    this.next = from + 1;
    const listingId = await this.market.list(from, from + 1, 1, usd * 1_000_000);
    const buyer = await this.market.buyer('Buyer', usd + 200);
    const reservationId = await this.market.buy(buyer, listingId, from, from + 1, 1);
    await this.market.pass(from + 1);
    await until(
      async () => (await buyer.ask('{ wallet { inEscrow } }')).data?.['wallet'].inEscrow,
      (held) => held === '0',
    );
    return reservationId;
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
