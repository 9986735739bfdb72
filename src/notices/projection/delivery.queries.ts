import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/prisma.js';
import type { Notice, WebhookAttempt, WebhookDelivery } from '../../platform/prisma/generated/client.js';

/** Of one delivery. */
const ATTEMPTS_SHOWN = 20;

export interface DeliveryView extends Pick<WebhookDelivery, 'deliveryId' | 'endpointId' | 'status' | 'createdAt' | 'nextAttemptAt'> {
  readonly eventId: string;
  readonly kind: string;
  readonly body: string;
  readonly attempts: WebhookAttempt[];
}

type Row = WebhookDelivery & { readonly notice: Notice; readonly history: WebhookAttempt[] };

const WITH_ALL = {
  notice: true,
  history: { orderBy: { number: 'desc' }, take: ATTEMPTS_SHOWN },
} as const;

/** What is on its way to endpoints, for its organization. */
@Injectable()
export class DeliveryQueries {
  constructor(private readonly database: Database) {}

  async find(organizationId: string, deliveryId: string): Promise<DeliveryView | null> {
    const where = { organizationId, deliveryId };
    const row = await this.database.webhookDelivery.findFirst({ where, include: WITH_ALL });
    return row === null ? null : viewOf(row);
  }

  /** Newest first. */
  async list(
    { organizationId, endpointId, status }: {
      readonly organizationId: string;
      readonly endpointId: string | null;
      readonly status: string | null;
    },
    after: { readonly createdAt: Date; readonly deliveryId: string } | null,
    limit: number,
  ): Promise<readonly DeliveryView[]> {
    const older = after === null ? {} : {
      OR: [
        { createdAt: { lt: after.createdAt } },
        { createdAt: after.createdAt, deliveryId: { lt: after.deliveryId } },
      ],
    };
    const rows = await this.database.webhookDelivery.findMany({
      where: { organizationId, ...(endpointId !== null && { endpointId }), ...(status !== null && { status }), ...older },
      orderBy: [{ createdAt: 'desc' }, { deliveryId: 'desc' }],
      take: limit,
      include: WITH_ALL,
    });
    return rows.map(viewOf);
  }
}

function viewOf({ notice, history, ...row }: Row): DeliveryView {
  const { noticeId: eventId, kind, body } = notice;
  return { ...row, eventId, kind, body, attempts: history };
}
