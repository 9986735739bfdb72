import { Stripe } from 'stripe';
import { z } from 'zod';
import { present } from '../../../kernel/assert.js';
import { err, ok, type Result } from '../../../kernel/result.js';
import type { Instant } from '../../../kernel/time.js';
import type { HintKind, StripeEvent, WebhookRefusal } from './payment-gateway.js';
import {
  ORGANIZATION_KEY,
  paymentIntentSchema,
  refundSchema,
  storedIntent,
  storedRefund,
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

/** Says only what has happened; the rest is asked for: https://docs.stripe.com/event-destinations#thin-events */
const thinEventSchema = z.object({
  object: z.literal('v2.core.event'),
  id: z.string().regex(/^\w{1,255}$/),
  type: z.string().regex(/^[\w.]{1,255}$/),
  created: z.iso.datetime({ offset: true }),
  livemode: z.boolean(),
  context: z.string().nullish(),
});
const METER_REPORTS: ReadonlySet<string> = new Set(['v1.billing.meter.error_report_triggered', 'v1.billing.meter.no_meter_found']);

const tagsSchema = z.record(z.string(), z.string());
type Tags = z.output<typeof tagsSchema>;

/** Of metadata, what we sent: nothing else of it is kept. */
function ourTags(tags: Tags | null | undefined): Tags {
  const { [PAYOUT_KEY]: payout, [ORGANIZATION_KEY]: organization } = tags ?? {};
  return {
    ...(payout === undefined ? {} : { [PAYOUT_KEY]: payout }),
    ...(organization === undefined ? {} : { [ORGANIZATION_KEY]: organization }),
  };
}

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
  const json = parseJson(rawBody);
  const thin = thinEventSchema.safeParse(json);
  if (thin.success) return readThin(thin.data, isLive);
  const parsed = eventSchema.safeParse(json);
  if (!parsed.success) return err('malformed');
  const event = parsed.data;
  if (event.livemode !== isLive) return err('wrong-mode');
  const content = contentOf(event.data.object);
  if (!content.ok) return content;
  return ok({
    id: event.id,
    type: event.type,
    createdAt: (event.created * 1_000) as Instant,
    account: event.account ?? null,
    content: content.value,
    about: readContent(content.value),
  });
}

function readThin({ object, id, type, created, livemode, context }: z.output<typeof thinEventSchema>, isLive: boolean): Result<StripeEvent, WebhookRefusal> {
  if (livemode !== isLive) return err('wrong-mode');
  const content = { object, id, type };
  return ok({ id, type, createdAt: Date.parse(created) as Instant, account: context ?? null, content, about: readContent(content) });
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
type About = StripeEvent['about'];

/** What is read of each kind of object; of any other only its name. */
const CONTENTS: Readonly<Record<string, z.ZodType>> = {
  payment_intent: storedIntent,
  refund: storedRefund,
  transfer: z.object({ object: z.string(), id: z.string(), metadata: tagsSchema.nullish().transform(ourTags) }),
  payout: z.object({ object: z.string(), id: z.string(), status: z.string(), failure_code: z.string().nullish() }),
};
const otherContent = z.object({ object: z.string(), id: z.string().nullish() });

/** Objects of which only the name is kept: they are looked at when the event is processed. */
const HINTS: Readonly<Record<string, HintKind>> = {
  setup_intent: 'setup-intent',
  payment_method: 'payment-method',
  dispute: 'dispute',
};

function contentOf(object: Subject): Result<object, WebhookRefusal> {
  const content = (CONTENTS[object.object] ?? otherContent).safeParse(object);
  return content.success ? ok(content.data as object) : err('malformed');
}

/** @throws ZodError for what is no content of an event */
export function readContent(content: unknown): About {
  const object = otherContent.loose().parse(content);
  const { object: objectType, id = null } = object;
  const other = { kind: 'other', objectType, objectId: id } as const;
  if (objectType === 'payment_intent') {
    const payment = toTopUpPayment(paymentIntentSchema.parse(object));
    return payment.ok ? { kind: 'top-up', payment: payment.value } : other;
  }
  if (objectType === 'refund') {
    return { kind: 'refund', refund: toRefundFacts(refundSchema.parse(object)) };
  }
  return sellersSubject(objectType, object) ?? hintOf(objectType, id) ?? reportOf(object) ?? other;
}

/** Of what is told by notifications, only what meters did not count concerns us. */
function reportOf({ object, id, type }: z.output<typeof otherContent> & { readonly type?: unknown }): About | null {
  const isReport = object === 'v2.core.event' && typeof type === 'string' && METER_REPORTS.has(type);
  return isReport && typeof id === 'string' ? { kind: 'meter-errors', eventId: id } : null;
}

function hintOf(objectType: string, objectId: string | null): About | null {
  const kind = Object.hasOwn(HINTS, objectType) ? HINTS[objectType] : undefined;
  return kind === undefined || objectId === null ? null : { kind, objectId };
}

/** Of the sellers' side: what it says now is asked for, so that the order of webhooks does not matter. */
function sellersSubject(type: string, { id, ...content }: z.output<typeof otherContent>): About | null {
  if (typeof id !== 'string') return null;
  const { metadata, status, failure_code: failure } = sellersContent.parse(content);
  if (type === 'account') return { kind: 'account', accountId: id };
  if (type === 'transfer') return { kind: 'transfer', transferId: id, ...ownersOf(metadata) };
  if (type !== 'payout' || status === undefined) return null;
  return { kind: 'bank-payout', status, failureCode: failure ?? null };
}

const sellersContent = z.object({
  metadata: tagsSchema.nullish(),
  status: z.string().optional(),
  failure_code: z.string().nullish(),
});

/** From the metadata that we sent. */
function ownersOf(tags: Tags | null | undefined): Record<'payoutId' | 'organizationId', string | null> {
  return { payoutId: tags?.[PAYOUT_KEY] ?? null, organizationId: tags?.[ORGANIZATION_KEY] ?? null };
}
