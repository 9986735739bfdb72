import type { Stripe } from 'stripe';
import { ok, type Result } from '../../../kernel/result.js';
import type { Instant } from '../../../kernel/time.js';
import type { Window } from '../../../kernel/window.js';
import type { BuyerGateway } from './buyer-gateway.js';
import {
  TOP_UP_CENTS_MAX,
  TOP_UP_CENTS_MIN,
  type PaymentFailure,
  type PaymentGateway,
  type StripeEvent,
  type TopUpPayment,
  type TopUpRequest,
  type WebhookRefusal,
} from './payment-gateway.js';
import { refuse, StripeClient, type StripeClientSettings } from './stripe.client.js';
import {
  ORGANIZATION_KEY,
  TOP_UP_KEY,
  paymentIntentSchema,
  toTopUpPayment,
} from './stripe.payment.js';
import { StripeCheckout } from './stripe.checkout.js';
import { StripeInvoices } from './stripe.invoices.js';
import { StripeMeters } from './stripe.meters.js';
import { StripeTax } from './stripe.tax.js';
import { StripePayouts } from './stripe.payouts.js';
import { StripeBuyerGateway } from './stripe.buyers.js';
import { readContent, verifyWebhook } from './stripe.webhook.js';

export interface StripeGatewaySettings extends StripeClientSettings {
  /** Wall-clock time, against which a webhook's signature must be recent. */
  readonly clock: () => Instant;
}

/** As many as Stripe gives at a time. */
const PAGE = 100;
const PAYMENT_INTENT_ID = /^pi_\w{1,250}$/;

/** The payment gateway over the `stripe` SDK. The secret key stays inside. */
export class StripeGateway implements PaymentGateway {
  readonly isLive: boolean;
  readonly payouts: StripePayouts;
  readonly buyers: BuyerGateway;
  readonly checkout: StripeCheckout;
  readonly invoices: StripeInvoices;
  readonly meters: StripeMeters;
  readonly tax: StripeTax;
  readonly #client: StripeClient;
  readonly #clock: () => Instant;

  constructor(settings: StripeGatewaySettings) {
    this.#client = new StripeClient(settings);
    this.buyers = new StripeBuyerGateway(this.#client);
    this.checkout = new StripeCheckout(this.#client);
    this.invoices = new StripeInvoices(this.#client);
    this.meters = new StripeMeters(this.#client);
    this.tax = new StripeTax(this.#client);
    this.#clock = settings.clock;
    this.isLive = this.#client.isLive;
    this.payouts = new StripePayouts(this.#client);
  }

  async createTopUp(request: TopUpRequest): Promise<Result<TopUpPayment, PaymentFailure>> {
    const { amountCents } = request;
    if (amountCents < TOP_UP_CENTS_MIN || amountCents > TOP_UP_CENTS_MAX) {
      const range = `from ${TOP_UP_CENTS_MIN} to ${TOP_UP_CENTS_MAX} cents`;
      return refuse('amount_out_of_range', 'amount', `a top-up must be ${range}`);
    }
    return this.#ask((stripe) =>
      stripe.paymentIntents.create(
        {
          amount: Number(amountCents),
          currency: request.currency,
          payment_method: request.paymentMethod,
          ...(request.customerId === null ? {} : { customer: request.customerId }),
          confirm: true,
          ...(request.isOffSession ? { off_session: true } : {}),
          // No redirect: there is no page of ours for the payer to come back to.
          automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
          metadata: {
            [ORGANIZATION_KEY]: request.organizationId,
            [TOP_UP_KEY]: request.topUpId,
          },
        },
        { idempotencyKey: request.idempotencyKey },
      ),
    );
  }

  async findTopUp(
    { topUpId, customerId }: Parameters<PaymentGateway['findTopUp']>[0],
    { start, end }: Window,
  ): Promise<Result<TopUpPayment | null, PaymentFailure>> {
    const params = {
      created: { gte: Math.floor(start / 1_000), lt: Math.ceil(end / 1_000) },
      ...(customerId === null ? {} : { customer: customerId }),
      limit: PAGE,
    };
    return this.#client.ask(async (stripe) => {
      for await (const intent of stripe.paymentIntents.list(params)) {
        if (intent.metadata[TOP_UP_KEY] === topUpId) return intent;
      }
      return null;
    }, (intent) => (intent === null ? ok(null) : read(intent)));
  }

  async retrieveTopUp(paymentIntentId: string): Promise<Result<TopUpPayment, PaymentFailure>> {
    if (!PAYMENT_INTENT_ID.test(paymentIntentId)) {
      return refuse('malformed_id', 'id', 'expected the id of a PaymentIntent, pi_...');
    }
    return this.#ask((stripe) => stripe.paymentIntents.retrieve(paymentIntentId));
  }

  verifyWebhook(
    rawBody: Buffer,
    signature: string,
    secrets: readonly string[],
  ): Result<StripeEvent, WebhookRefusal> {
    const { isLive } = this;
    return verifyWebhook({ rawBody, signature, secrets, receivedAt: this.#clock(), isLive });
  }

  readContent(content: unknown): StripeEvent['about'] {
    return readContent(content);
  }

  #ask(
    call: (stripe: Stripe) => Promise<Stripe.PaymentIntent>,
  ): Promise<Result<TopUpPayment, PaymentFailure>> {
    return this.#client.ask(call, read);
  }
}

function read(intent: Stripe.PaymentIntent): Result<TopUpPayment, PaymentFailure> {
  const payment = toTopUpPayment(paymentIntentSchema.parse(intent));
  return payment.ok ? payment : refuse('unexpected_status', null, payment.error);
}
