import type { ReactNode } from 'react';
import { DataTable, type Column } from '../ui/data-table.js';
import { EmptyState } from '../ui/states.js';
import { Id, Time } from '../ui/values.js';
import type { ForeignEvent } from './payments.documents.js';

/** Webhooks that were about nothing of ours; the newest. */
export function ForeignEvents({ events, hasMore }: { readonly events: readonly ForeignEvent[]; readonly hasMore: boolean }): ReactNode {
  return (
    <section className="section" aria-label="Webhooks about nothing of ours">
      <h2>Webhooks about nothing of ours</h2>
      {events.length === 0 ? (
        <EmptyState title="Every webhook was about something of ours"><p>One that is not changes nothing, and is listed here.</p></EmptyState>
      ) : (
        <>
          <p>They changed nothing. Many mean somebody else’s use of the account at Stripe, or an endpoint there that is told of kinds which nobody here follows.{hasMore && ` The newest ${events.length}.`}</p>
          <DataTable caption="Webhooks about nothing of ours, newest first" columns={COLUMNS} rows={events} keyOf={({ eventId }) => eventId} />
        </>
      )}
    </section>
  );
}

const COLUMNS: readonly Column<ForeignEvent>[] = [
  { ...{ id: 'type', title: 'What happened', isRowHeader: true }, sortBy: ({ type }) => type, cell: ({ type, eventId }) => <>{type}<span className="quiet-note"><Id id={eventId} name="event" /></span></> },
  { id: 'account', title: 'On', cell: ({ account }) => (account === null ? 'our account' : <Id id={account} name="connected account" />) },
  { id: 'at', title: 'Came', sortBy: ({ receivedAt }) => receivedAt, cell: ({ receivedAt }) => <Time at={receivedAt} /> },
];
