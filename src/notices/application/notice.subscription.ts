import type { PoolClient } from 'pg';
import { marketCodec } from '../../allocation/contract.js';
import { invoiceCodec, ledgerCodec } from '../../billing/contract.js';
import { decodeShared } from '../../eventstore/event-codec.js';
import { categoryOf, type RecordedEvent } from '../../eventstore/event.js';
import type { Subscription } from '../../eventstore/subscription.js';
import type { OrganizationId } from '../../kernel/ids.js';
import { DAY_MS, formatInstant, type Instant } from '../../kernel/time.js';
import { serviceCodec } from '../../metering/contract.js';
import { nameUuid } from '../../platform/ids/name-uuid.js';
import type { JobMessage } from '../../platform/queue/job.js';
import { isMailKind } from '../model/mail.rules.js';
import {
  TOLD_EVENTS,
  toldOfBooks,
  toldOfInvoices,
  toldOfMarket,
  toldOfService,
} from '../model/notice.reactions.js';
import { bodyOf, type DatedNotice, type Notice } from '../model/notice.js';
import { addressMailAt, deliverAt } from './notice.jobs.js';
import { planDeliveries, type Listener, type PlannedDelivery } from './notice.plan.js';

/** What is read for the first time when it is older than this is not written about any more. */
const MAIL_AGE_MAX = 3 * DAY_MS;

const LISTENERS = `SELECT endpoint_id AS "endpointId", organization_id AS "organizationId", kinds,
    (extract(epoch FROM created_at) * 1000)::float8 AS "createdAt"
  FROM webhook_endpoint WHERE organization_id = ANY($1) AND disabled_at IS NULL`;
const PUT_NOTICES = `INSERT INTO notice (notice_id, organization_id, kind, body, occurred_at)
  SELECT notice_id, organization_id, kind, body, occurred_at
  FROM jsonb_populate_recordset(NULL::notice, $1::jsonb) ON CONFLICT DO NOTHING`;
const PUT_DELIVERIES = `INSERT INTO webhook_delivery
    (delivery_id, endpoint_id, notice_id, organization_id, status, next_attempt_at, created_at)
  SELECT given.delivery_id, given.endpoint_id, given.notice_id, given.organization_id, 'pending', given.created_at, given.created_at
  FROM jsonb_populate_recordset(NULL::webhook_delivery, $1::jsonb) AS given
  JOIN webhook_endpoint endpoint ON endpoint.endpoint_id = given.endpoint_id
  ON CONFLICT DO NOTHING`;
const PUT_JOBS = `INSERT INTO eventstore.outbox (queue, job, dedupe_key, payload, run_at)
  SELECT queue, job, dedupe_key, payload, run_at
  FROM jsonb_to_recordset($1::jsonb) AS given(queue text, job text, dedupe_key text, payload text, run_at timestamptz)
  ON CONFLICT (queue, dedupe_key) DO NOTHING`;

/**
 * Turns what happened into notices, deliveries and jobs, in one commit with the place in the log: each
 * event is told of once, whatever stops in between.
 */
export function noticeSubscription(clock: { now(): Instant }): Subscription {
  return {
    name: 'notices',
    kind: 'rows',
    concerns: (events) => events.some(({ type }) => TOLD_EVENTS.has(type)),
    handle: async (events, client) => {
      const notices = events.flatMap(noticesOf);
      if (notices.length > 0) await plan(client, notices, clock.now());
    },
  };
}

async function plan(client: PoolClient, notices: readonly DatedNotice[], now: Instant): Promise<void> {
  const owners = [...new Set(notices.map(({ organizationId }) => organizationId))];
  const { rows } = await client.query<Listener>(LISTENERS, [owners]);
  const deliveries = planDeliveries(notices, rows);
  const mails = notices.filter(({ kind, occurredAt }) => isMailKind(kind) && now - occurredAt < MAIL_AGE_MAX);
  const told = new Set([...mails, ...deliveries.map(({ notice }) => notice)]);
  if (told.size === 0) return;
  await client.query(PUT_NOTICES, [JSON.stringify([...told].map(noticeRow))]);
  await client.query(PUT_DELIVERIES, [JSON.stringify(deliveries.map((one) => deliveryRow(one, now)))]);
  const jobs = [
    ...deliveries.map(({ deliveryId }) => deliverAt(deliveryId, 1, now)),
    ...mails.map(({ noticeId }) => addressMailAt(noticeId, now)),
  ];
  await client.query(PUT_JOBS, [JSON.stringify(jobs.map(jobRow))]);
}

function noticesOf(recorded: RecordedEvent): readonly DatedNotice[] {
  if (!TOLD_EVENTS.has(recorded.type)) return [];
  const { stream, version, occurredAt } = recorded;
  return toldOf(recorded).map((notice) => ({
    ...notice,
    noticeId: nameUuid('notice', stream, `${version}`, notice.kind),
    occurredAt,
  }));
}

function toldOf(recorded: RecordedEvent): readonly Notice[] {
  switch (categoryOf(recorded.stream)) {
    case 'ledger':
      return toldOfBooks(decodeShared(ledgerCodec, recorded), recorded.stream.slice('ledger-'.length) as OrganizationId);
    case 'invoice':
      return toldOfInvoices(decodeShared(invoiceCodec, recorded));
    case 'market':
      return toldOfMarket(decodeShared(marketCodec, recorded));
    case 'slo':
      return toldOfService(decodeShared(serviceCodec, recorded));
    default:
      return [];
  }
}

function noticeRow(notice: DatedNotice): object {
  const { noticeId: notice_id, organizationId: organization_id, kind, occurredAt } = notice;
  return { notice_id, organization_id, kind, body: bodyOf(notice), occurred_at: formatInstant(occurredAt as Instant) };
}

function deliveryRow({ deliveryId, endpointId, notice }: PlannedDelivery, now: Instant): object {
  return {
    ...{ delivery_id: deliveryId, endpoint_id: endpointId, notice_id: notice.noticeId },
    ...{ organization_id: notice.organizationId, created_at: formatInstant(now) },
  };
}

function jobRow({ queue, job, dedupeKey: dedupe_key, payload, runAt }: JobMessage): object {
  return { queue, job, dedupe_key, payload, run_at: formatInstant(runAt) };
}
