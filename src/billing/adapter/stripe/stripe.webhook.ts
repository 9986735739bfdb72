import { Stripe } from 'stripe';
import { z } from 'zod';
import { present } from '../../../kernel/assert.js';
import { err, ok, type Result } from '../../../kernel/result.js';
import type { Instant } from '../../../kernel/time.js';
import type { StripeEvent, WebhookRefusal } from './payment-gateway.js';
import {
  ORGANIZATION_KEY,
  paymentIntentSchema,
  refundSchema,
  toRefundFacts,
  toTopUpPayment,
} from './stripe.payment.js';
import { PAYOUT_KEY } from './stripe.payouts.js';

/** Stripe's own default: https://docs.stripe.com/webhooks#replay-attacks */
const TOLERANCE_SECONDS = 300;
/** To the SDK, a tolerance of zero means that the age is not looked at. */
const ANY_AGE = 0;

const eventSchema = z.object({
  object: z.literal('event'),
  id: z.string().regex(/^\w{1,255}$/),
  type: z.string().regex(/^[\w.]{1,255}$/),
  created: z.int().nonnegative(),
  livemode: z.boolean(),
  account: z.string().nullish(),
  data: z.object({ object: z.looseObject({ object: z.string(), id: z.string().nullish() }) }),
});

const tagsSchema = z.record(z.string(), z.string());

export interface WebhookDelivery {
  readonly rawBody: Buffer;
  /** The `Stripe-Signature` header. */
  readonly signature: string;
  readonly secrets: readonly string[];
  readonly receivedAt: Instant;
  readonly isLive: boolean;
}

export function verifyWebhook(delivery: WebhookDelivery): Result<StripeEvent, WebhookRefusal> {
  const secret = delivery.secrets.find((candidate) => isSigned(delivery, candidate, ANY_AGE));
  if (secret === undefined) return err('bad-signature');
  if (!isSigned(delivery, secret, TOLERANCE_SECONDS)) return err('too-old');
  return read(delivery);
}

function isSigned(
  { rawBody, signature, receivedAt }: WebhookDelivery,
  secret: string,
  tolerance: number,
): boolean {
  const sdk = present(Stripe.webhooks.signature, 'the signature check of the SDK');
  try {
    return sdk.verifyHeader(rawBody, signature, secret, tolerance, undefined, receivedAt);
  } catch {
    // Its own error class for a wrong signature, others for a header that makes no sense.
    return false;
  }
}

function read({ rawBody, isLive }: WebhookDelivery): Result<StripeEvent, WebhookRefusal> {
  const parsed = eventSchema.safeParse(parseJson(rawBody));
  if (!parsed.success) return err('malformed');
  const event = parsed.data;
  if (event.livemode !== isLive) return err('wrong-mode');
  const about = subjectOf(event.data.object);
  if (!about.ok) return about;
  return ok({
    id: event.id,
    type: event.type,
    createdAt: (event.created * 1_000) as Instant,
    account: event.account ?? null,
    about: about.value,
  });
}

/** Undefined when it is none: no JSON text says that. */
function parseJson(rawBody: Buffer): unknown {
  try {
    return JSON.parse(rawBody.toString('utf8'));
  } catch {
    return undefined;
  }
}

type Subject = z.output<typeof eventSchema>['data']['object'];

function subjectOf(object: Subject): Result<StripeEvent['about'], WebhookRefusal> {
  const other = {
    kind: 'other',
    objectType: object.object,
    objectId: object.id ?? null,
  } as const;
  if (object.object === 'payment_intent') {
    const intent = paymentIntentSchema.safeParse(object);
    if (!intent.success) return err('malformed');
    const payment = toTopUpPayment(intent.data);
    return ok(payment.ok ? { kind: 'top-up', payment: payment.value } : other);
  }
  if (object.object === 'refund') {
    const refund = refundSchema.safeParse(object);
    if (!refund.success) return err('malformed');
    return ok({ kind: 'refund', refund: toRefundFacts(refund.data) });
  }
  return ok(sellersSubject(object) ?? other);
}

/** From the metadata that we sent. */
function ownersOf({ metadata }: Subject): Record<'payoutId' | 'organizationId', string | null> {
  const tags = tagsSchema.safeParse(metadata).data ?? {};
  return { payoutId: tags[PAYOUT_KEY] ?? null, organizationId: tags[ORGANIZATION_KEY] ?? null };
}

/** Of the sellers' side: what it says now is asked for, so that the order of webhooks does not matter. */
function sellersSubject(object: Subject): StripeEvent['about'] | null {
  const { object: type, id, status, failure_code: failure } = object;
  if (typeof id !== 'string') return null;
  if (type === 'account') return { kind: 'account', accountId: id };
  if (type === 'transfer') return { kind: 'transfer', transferId: id, ...ownersOf(object) };
  if (type !== 'payout' || typeof status !== 'string') return null;
  return { kind: 'bank-payout', status, failureCode: typeof failure === 'string' ? failure : null };
}
