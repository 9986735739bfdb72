import type { OrganizationId } from '../../kernel/ids.js';

/** What a webhook endpoint can ask to be told of. */
export const WEBHOOK_KINDS = [
  'approval.decided',
  'approval.requested',
  'budget.alert',
  'credit.posted',
  'export.failed',
  'export.ready',
  'invoice.credited',
  'invoice.finalized',
  'invoice.overdue',
  'invoice.paid',
  'invoice.voided',
  'order.filled',
  'payout.failed',
  'payout.paid',
  'pool.recovered',
  'pool.regressed',
  'reservation.curtailed',
  'slo.missed',
] as const;
export type WebhookKind = (typeof WEBHOOK_KINDS)[number];

/** Sent to one endpoint because somebody asked for it. */
export const TEST_KIND = 'webhook.test';
/** Told by e-mail only: the endpoint it is about takes nothing. */
export const DISABLED_KIND = 'webhook.disabled';

export type NoticeKind = WebhookKind | typeof TEST_KIND | typeof DISABLED_KIND;

/** Plain values: amounts in micro-USD as decimal text, instants as RFC 3339. */
export type NoticeData = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

/** What one organization is told of an event; holds nothing of another organization but its id. */
export interface Notice {
  readonly organizationId: OrganizationId;
  readonly kind: NoticeKind;
  readonly data: NoticeData;
}

export interface DatedNotice extends Notice {
  readonly noticeId: string;
  /** Milliseconds since the epoch. */
  readonly occurredAt: number;
}

/** The body of a webhook: what is signed, the same at every attempt. `created` is in Unix seconds. */
export function bodyOf({ noticeId, organizationId, kind, data, occurredAt }: DatedNotice): string {
  const created = Math.floor(occurredAt / 1_000);
  return JSON.stringify({ id: noticeId, object: 'event', type: kind, created, organizationId, data });
}
