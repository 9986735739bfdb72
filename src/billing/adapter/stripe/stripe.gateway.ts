import { Stripe } from 'stripe';
import { err, type Result } from '../../../kernel/result.js';
import type { Instant } from '../../../kernel/time.js';
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
import { toPaymentFailure } from './stripe.failure.js';
import {
  ORGANIZATION_KEY,
  TOP_UP_KEY,
  paymentIntentSchema,
  toTopUpPayment,
} from './stripe.payment.js';
import { verifyWebhook } from './stripe.webhook.js';

/** Where the SDK connects: Stripe itself unless a host is named. */
export interface StripeConnection {
  readonly secretKey: string;
  readonly host?: string;
  readonly port?: number;
  readonly protocol?: 'http' | 'https';
}

export interface StripeGatewaySettings extends StripeConnection {
  /** Wall-clock time, against which a webhook's signature must be recent. */
  readonly clock: () => Instant;
  /** For one attempt, in milliseconds. */
  readonly timeoutMs?: number;
  /** Further attempts that the SDK makes by itself, with the same idempotency key. */
  readonly maxNetworkRetries?: number;
}

const DEFAULT_TIMEOUT_MS = 15_000;
const DEFAULT_NETWORK_RETRIES = 1;
const LIVE_KEY = /^[sr]k_live_/;
const PAYMENT_INTENT_ID = /^pi_\w{1,250}$/;

/** The payment gateway over the `stripe` SDK. The secret key stays inside. */
export class StripeGateway implements PaymentGateway {
  readonly isLive: boolean;
  readonly #stripe: Stripe;
  readonly #secretKey: string;
  readonly #clock: () => Instant;

  constructor(settings: StripeGatewaySettings) {
    const { secretKey, host, port, protocol } = settings;
    this.#secretKey = secretKey;
    this.#clock = settings.clock;
    this.isLive = LIVE_KEY.test(secretKey);
    this.#stripe = new Stripe(secretKey, {
      telemetry: false,
      timeout: settings.timeoutMs ?? DEFAULT_TIMEOUT_MS,
      maxNetworkRetries: settings.maxNetworkRetries ?? DEFAULT_NETWORK_RETRIES,
      ...(host === undefined ? {} : { host }),
      ...(port === undefined ? {} : { port }),
      ...(protocol === undefined ? {} : { protocol }),
    });
  }

  async createTopUp(request: TopUpRequest): Promise<Result<TopUpPayment, PaymentFailure>> {
    const { amountCents } = request;
    if (amountCents < TOP_UP_CENTS_MIN || amountCents > TOP_UP_CENTS_MAX) {
      const range = `from ${TOP_UP_CENTS_MIN} to ${TOP_UP_CENTS_MAX} cents`;
      return refuse('amount_out_of_range', 'amount', `a top-up must be ${range}`);
    }
    return this.#ask(() =>
      this.#stripe.paymentIntents.create(
        {
          amount: Number(amountCents),
          currency: request.currency,
          payment_method: request.paymentMethod,
          confirm: true,
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

  async retrieveTopUp(paymentIntentId: string): Promise<Result<TopUpPayment, PaymentFailure>> {
    if (!PAYMENT_INTENT_ID.test(paymentIntentId)) {
      return refuse('malformed_id', 'id', 'expected the id of a PaymentIntent, pi_...');
    }
    return this.#ask(() => this.#stripe.paymentIntents.retrieve(paymentIntentId));
  }

  verifyWebhook(
    rawBody: Buffer,
    signature: string,
    secrets: readonly string[],
  ): Result<StripeEvent, WebhookRefusal> {
    const { isLive } = this;
    return verifyWebhook({ rawBody, signature, secrets, receivedAt: this.#clock(), isLive });
  }

  async #ask(
    call: () => Promise<Stripe.PaymentIntent>,
  ): Promise<Result<TopUpPayment, PaymentFailure>> {
    try {
      const payment = toTopUpPayment(paymentIntentSchema.parse(await call()));
      return payment.ok ? payment : refuse('unexpected_status', null, payment.error);
    } catch (error) {
      return err(toPaymentFailure(error, this.#secretKey));
    }
  }
}

function refuse(
  code: string,
  parameter: string | null,
  message: string,
): Result<never, PaymentFailure> {
  return err({ kind: 'invalid', code, parameter, message });
}
