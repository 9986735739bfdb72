import { marketCodec } from '../../allocation/contract.js';
import { invoiceCodec, ledgerCodec } from '../../billing/contract.js';
import { decodeShared } from '../../eventstore/event-codec.js';
import { categoryOf, type RecordedEvent } from '../../eventstore/event.js';
import type { Subscription } from '../../eventstore/subscription.js';
import type { OrganizationId } from '../../kernel/ids.js';
import type { Instant } from '../../kernel/time.js';
import { evidenceCodec, serviceCodec } from '../../metering/contract.js';
import { nameUuid } from '../../platform/ids/name-uuid.js';
import {
  TOLD_EVENTS,
  toldOfBooks,
  toldOfEvidence,
  toldOfInvoices,
  toldOfMarket,
  toldOfService,
} from '../model/notice.reactions.js';
import type { DatedNotice, Notice } from '../model/notice.js';
import { writeNotices } from './notice.writer.js';

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
      if (notices.length > 0) await writeNotices(client, notices, clock.now());
    },
  };
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
    case 'evidence':
      return toldOfEvidence(decodeShared(evidenceCodec, recorded));
    default:
      return [];
  }
}
