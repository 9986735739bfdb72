import type { PoolClient } from 'pg';
import { DAY_MS, formatInstant, type Instant } from '../../kernel/time.js';
import type { JobMessage } from '../../platform/queue/job.js';
import { isMailKind } from '../model/mail.rules.js';
import { bodyOf, type DatedNotice } from '../model/notice.js';
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

/** Writes notices down with their deliveries and jobs, in the caller's transaction. Those that are known already are not written again. */
export async function writeNotices(
  client: PoolClient,
  notices: readonly DatedNotice[],
  now: Instant,
): Promise<void> {
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
