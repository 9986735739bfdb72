import { z } from 'zod';
import { ok, type Result } from '../../../kernel/result.js';
import type { PaymentFailure } from './payment-gateway.js';
import type { StripeClient } from './stripe.client.js';
import { ORGANIZATION_KEY, SETUP_KEY } from './stripe.payment.js';

export interface CheckoutRequest {
  readonly organizationId: string;
  readonly idempotencyKey: string;
  readonly setupId: string;
  readonly customerId: string;
  /** Where the payer comes back to: after a card was given, and after they thought better of it. */
  readonly back: { readonly done: string; readonly canceled: string };
}

/** Pages of Stripe's on which a payer gives a card, so that no digit of it comes here. */
export interface CheckoutGateway {
  /** The page's address. */
  startCardSetup(request: CheckoutRequest): Promise<Result<string, PaymentFailure>>;
}

/** https://docs.stripe.com/api/checkout/sessions/object */
const sessionSchema = z.object({ url: z.url() });

export class StripeCheckout implements CheckoutGateway {
  constructor(private readonly client: StripeClient) {}

  startCardSetup(request: CheckoutRequest): Promise<Result<string, PaymentFailure>> {
    const { organizationId, setupId, customerId: customer, back, idempotencyKey } = request;
    const params = {
      ...{ mode: 'setup' as const, customer, success_url: back.done, cancel_url: back.canceled },
      allowed_payment_method_types: ['card' as const],
      // The intent that the page makes is told of by webhook, and is known by this.
      setup_intent_data: { metadata: { [ORGANIZATION_KEY]: organizationId, [SETUP_KEY]: setupId } },
    };
    return this.client.ask(
      (stripe) => stripe.checkout.sessions.create(params, { idempotencyKey }),
      (session) => ok(sessionSchema.parse(session).url),
    );
  }
}
