import type { Result } from '../../../kernel/result.js';
import type { Instant } from '../../../kernel/time.js';
import type { Window } from '../../../kernel/window.js';
import type { PayoutGateway, TransferFacts } from './payout-gateway.js';
import type { BuyerGateway } from './buyer-gateway.js';
import type { InvoiceGateway } from './invoice-gateway.js';
import type { MeterGateway } from './meter-gateway.js';
import type { CheckoutGateway } from './stripe.checkout.js';
import type { TaxGateway } from './tax-gateway.js';

/** What Stripe takes in one payment in US dollars, in cents. */
export const TOP_UP_CENTS_MIN = 50n;
export const TOP_UP_CENTS_MAX = 99_999_999n;

export interface TopUpRequest {
  readonly organizationId: string;
  readonly topUpId: string;
  /** US cents, from {@link TOP_UP_CENTS_MIN} to {@link TOP_UP_CENTS_MAX}. */
  readonly amountCents: bigint;
  readonly currency: 'usd';
  /** Stripe's id of the card or account to charge, `pm_...`. */
  readonly paymentMethod: string;
  /** Whose saved method it is; null for one that was not saved. */
  readonly customerId: string | null;
  /** Nobody is there who could authenticate. */
  readonly isOffSession: boolean;
  /** The same for every attempt at the same top-up: it keeps a retry from charging twice. */
  readonly idempotencyKey: string;
}

/** Why the issuer or Stripe refused to move the money. */
export interface Decline {
  /** Stripe's error code, such as `card_declined`. */
  readonly code: string;
  /** The issuer's reason, such as `insufficient_funds`; null when none was given. */
  readonly declineCode: string | null;
  /** Fit to be shown to the payer. */
  readonly message: string;
}

/** What Stripe says about one top-up, at the moment it was asked or the event was made. */
export type TopUpPayment = TopUpFacts & TopUpStatus;

export interface TopUpFacts {
  readonly paymentIntentId: string;
  /** From the metadata that we sent; null for a payment that we did not start. */
  readonly organizationId: string | null;
  readonly topUpId: string | null;
  readonly amountCents: bigint;
  /** ISO 4217, lower case. */
  readonly currency: string;
}

export type TopUpStatus =
  | { readonly status: 'succeeded' }
  /** The bank answers later; a webhook tells. */
  | { readonly status: 'processing' }
  /** The payer must prove who they are. */
  | { readonly status: 'requires_action' }
  | { readonly status: 'failed'; readonly failure: Decline };

/**
 * - `declined` is final for this top-up: another attempt needs another payment method and key.
 * - `retryable` leaves open whether the money moved: ask again with the same key.
 * - `invalid` is a mistake of ours or of the settings: asking again gives the same.
 */
export type PaymentFailure =
  | ({ readonly kind: 'declined'; readonly paymentIntentId: string | null } & Decline)
  | {
      readonly kind: 'retryable';
      readonly reason: 'timeout' | 'connection' | 'rate-limited' | 'server-error' | 'key-in-use' | 'unreadable';
      readonly message: string;
    }
  | {
      readonly kind: 'invalid';
      readonly code: string;
      /** The request parameter to blame; null when it is none in particular. */
      readonly parameter: string | null;
      readonly message: string;
    };

export interface RefundFacts {
  readonly stripeRefundId: string;
  /** From the metadata that we sent; null for one that was made in the dashboard. */
  readonly refundId: string | null;
  readonly paymentIntentId: string | null;
  readonly amountCents: bigint;
  readonly currency: string;
  readonly status: 'pending' | 'requires_action' | 'succeeded' | 'failed' | 'canceled';
}

/** Objects that we keep up with by looking at them when Stripe speaks of them. */
export type HintKind = 'setup-intent' | 'payment-method' | 'dispute';

type Hint<Kind> = Kind extends HintKind ? { readonly kind: Kind; readonly objectId: string } : never;

/**
 * A verified webhook. Stripe delivers at least once and in no order: the same `id` may come again,
 * and an older state of an object after a newer one.
 */
export interface StripeEvent {
  readonly id: string;
  /** Stripe's event type, such as `payment_intent.succeeded`. */
  readonly type: string;
  readonly createdAt: Instant;
  /** The connected account it is about; null for our own. */
  readonly account: string | null;
  /** What of its object is read: fit to be kept, without secrets and personal data. */
  readonly content: object;
  readonly about:
    | { readonly kind: 'top-up'; readonly payment: TopUpPayment }
    | { readonly kind: 'refund'; readonly refund: RefundFacts }
    | { readonly kind: 'account'; readonly accountId: string }
    | ({ readonly kind: 'transfer' } & Pick<TransferFacts, 'transferId' | 'payoutId' | 'organizationId'>)
    /** From the seller's account to its bank. */
    | { readonly kind: 'bank-payout'; readonly status: string; readonly failureCode: string | null }
    /** What a meter took and did not count: the event itself is asked for. */
    | { readonly kind: 'meter-errors'; readonly eventId: string }
    /** Only a hint: what it is now is asked. */
    | Hint<HintKind>
    | { readonly kind: 'other'; readonly objectType: string; readonly objectId: string | null };
}

/**
 * - `bad-signature`: signed with none of the secrets, or changed on the way.
 * - `too-old`: well signed, more than five minutes ago.
 * - `wrong-mode`: a test event on a live account, or the other way round.
 * - `malformed`: well signed, and not an event that we can read.
 */
export type WebhookRefusal = 'bad-signature' | 'too-old' | 'wrong-mode' | 'malformed';

/** The door to whoever moves real money. */
export interface PaymentGateway {
  /** The sellers' side. */
  readonly payouts: PayoutGateway;
  /** What else there is for those who pay. */
  readonly buyers: BuyerGateway;
  readonly checkout: CheckoutGateway;
  /** What customers see of our invoices at Stripe. */
  readonly invoices: InvoiceGateway;
  /** Where overage is counted at Stripe, too. */
  readonly meters: MeterGateway;
  /** What tax is due on what is sold. */
  readonly tax: TaxGateway;
  createTopUp(request: TopUpRequest): Promise<Result<TopUpPayment, PaymentFailure>>;
  /**
   * The payment that was made for a top-up, whatever became of its idempotency key; null for none.
   *
   * @param made when it can have been made
   */
  findTopUp(
    wanted: { readonly topUpId: string; readonly customerId: string | null },
    made: Window,
  ): Promise<Result<TopUpPayment | null, PaymentFailure>>;
  retrieveTopUp(paymentIntentId: string): Promise<Result<TopUpPayment, PaymentFailure>>;
  /** Takes the body as it came over the wire, byte for byte; any of the secrets may have signed. */
  verifyWebhook(
    rawBody: Buffer,
    signature: string,
    secrets: readonly string[],
  ): Result<StripeEvent, WebhookRefusal>;
  /** What an event is about, as {@link StripeEvent.content} kept it. */
  readContent(content: unknown): StripeEvent['about'];
}
