import { Stripe } from 'stripe';
import { err, type Result } from '../../../kernel/result.js';
import type { PaymentFailure } from './payment-gateway.js';
import { toPaymentFailure } from './stripe.failure.js';

/** Where the SDK connects: Stripe itself unless a host is named. */
export interface StripeConnection {
  readonly secretKey: string;
  readonly host?: string;
  readonly port?: number;
  readonly protocol?: 'http' | 'https';
}

export interface StripeClientSettings extends StripeConnection {
  /** For one attempt, in milliseconds. */
  readonly timeoutMs?: number;
  /** Further attempts that the SDK makes by itself, with the same idempotency key. */
  readonly maxNetworkRetries?: number;
}

const DEFAULT_TIMEOUT_MS = 15_000;
const DEFAULT_NETWORK_RETRIES = 1;
const LIVE_KEY = /^[sr]k_live_/;

/** The `stripe` SDK, with what it throws as data. The secret key stays inside. */
export class StripeClient {
  readonly isLive: boolean;
  readonly #stripe: Stripe;
  readonly #secretKey: string;

  constructor(settings: StripeClientSettings) {
    const { secretKey, host, port, protocol } = settings;
    this.#secretKey = secretKey;
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

  /** One call, and how its answer is read. */
  async ask<Answer, Value>(
    call: (stripe: Stripe) => Promise<Answer>,
    read: (answer: Answer) => Result<Value, PaymentFailure>,
  ): Promise<Result<Value, PaymentFailure>> {
    try {
      return read(await call(this.#stripe));
    } catch (error) {
      return err(toPaymentFailure(error, this.#secretKey));
    }
  }
}

/** A request that we do not make, or an answer that we do not understand. */
export function refuse(
  code: string,
  parameter: string | null,
  message: string,
): Result<never, PaymentFailure> {
  return err({ kind: 'invalid', code, parameter, message });
}
