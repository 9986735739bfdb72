import { streamId, type RecordedEvent } from '../../eventstore/event.js';
import type { PostgresEventStore } from '../../eventstore/postgres-event-store.js';
import type { OrganizationId } from '../../kernel/ids.js';
import type { Instant } from '../../kernel/time.js';
import { chargeOf } from '../model/charge.js';
import { readAfter, type BookedCharge, type Closing } from '../model/closing.js';
import type { Ledger } from '../model/ledger.state.js';
import { ledgerCodec } from './ledger.codec.js';

/** What was charged until the end of a month, and the versions of the books it was read between. */
export interface MonthBooks {
  readonly charges: readonly BookedCharge[];
  readonly after: number;
  readonly through: number;
}

const PAGE = 2_000;

/**
 * From the log itself: a read model may be a moment behind, an invoice may not. What earlier invoices were
 * read from is not read again.
 */
export async function booksOf(
  store: PostgresEventStore,
  organizationId: OrganizationId,
  [month, closings]: readonly [string, readonly Closing[]],
): Promise<MonthBooks> {
  const charges: BookedCharge[] = [];
  const after = readAfter(month, closings);
  let through = after;
  for await (const events of bookPages(store, organizationId, after)) {
    charges.push(...chargesIn(events, month));
    through = events.at(-1)?.version ?? through;
  }
  return { charges, after, through };
}

export async function* bookPages(store: PostgresEventStore, organizationId: OrganizationId, after: number): AsyncGenerator<readonly RecordedEvent[]> {
  for (let through = after; ; ) {
    const events = await store.readStream(streamId('ledger', organizationId), through, PAGE);
    yield events;
    through = events.at(-1)?.version ?? through;
    if (events.length < PAGE) return;
  }
}

/** What some events of the books charged until the end of a month. */
export function chargesIn(events: readonly RecordedEvent[], until: string): readonly BookedCharge[] {
  return events.flatMap((recorded) => {
    const { version, occurredAt: postedAt } = recorded;
    const charge = chargeOf(ledgerCodec.decode(recorded), postedAt);
    return charge === null || charge.month > until ? [] : [{ ...charge, version, postedAt }];
  });
}

/** Delivery before an instant that is due and not booked. */
export const isUnsettled = ({ escrows }: Pick<Ledger, 'escrows'>, before: Instant): boolean =>
  [...escrows.values()].some(({ window, settledThrough }) => settledThrough < Math.min(window.end, before));
