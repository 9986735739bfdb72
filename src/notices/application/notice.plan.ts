import type { DatedNotice } from '../model/notice.js';
import { nameUuid } from '../../platform/ids/name-uuid.js';

/** What of an endpoint decides whether it is told. */
export interface Listener {
  readonly endpointId: string;
  readonly organizationId: string;
  readonly kinds: readonly string[];
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

export interface PlannedDelivery {
  readonly deliveryId: string;
  readonly endpointId: string;
  readonly notice: DatedNotice;
}

/** Which endpoints hear of what: those that asked for its kind, of what happened since they exist. */
export function planDeliveries(
  notices: readonly DatedNotice[],
  listeners: readonly Listener[],
): readonly PlannedDelivery[] {
  return notices.flatMap((notice) =>
    listeners
      .filter((listener) => hears(listener, notice))
      .map(({ endpointId }) => ({ deliveryId: deliveryIdOf(endpointId, notice.noticeId), endpointId, notice })),
  );
}

function hears({ organizationId, kinds, createdAt }: Listener, notice: DatedNotice): boolean {
  return organizationId === notice.organizationId && kinds.includes(notice.kind) && createdAt <= notice.occurredAt;
}

export function deliveryIdOf(endpointId: string, noticeId: string): string {
  return nameUuid('webhook-delivery', endpointId, noticeId);
}
