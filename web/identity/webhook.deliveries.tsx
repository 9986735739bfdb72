import { useMemo, type ReactNode } from 'react';
import { refreshAll } from '../api/refresh.js';
import { useQuery } from '../api/use-query.js';
import { useAnnounce } from '../ui/announce.js';
import { DataTable, type Column } from '../ui/data-table.js';
import { words } from '../ui/format.js';
import { Loaded } from '../ui/loaded.js';
import { MutationButton } from '../ui/mutation-form.js';
import { Pager, usePaging } from '../ui/pager.js';
import { EmptyState } from '../ui/states.js';
import { Id, Time } from '../ui/values.js';
import { RESEND_DELIVERY, WEBHOOK_DELIVERIES, type WebhookDelivery } from './webhook.documents.js';

/** What was sent, and what came of it. */
export function WebhookDeliveries({ isManaging }: { readonly isManaging: boolean }): ReactNode {
  const paging = usePaging('deliveries');
  const { after } = paging;
  const variables = useMemo(() => ({ after }), [after]);
  const query = useQuery(WEBHOOK_DELIVERIES, variables);
  const columns = useMemo(() => columnsOf(isManaging), [isManaging]);
  return (
    <section className="section" aria-label="Deliveries">
      <h2>Deliveries</h2>
      <Loaded query={query} rows={6}>
        {({ webhookDeliveries: { edges, pageInfo } }) =>
          edges.length === 0 ? (
            <EmptyState title="Nothing was sent yet"><p>Send a test to an endpoint to see how it answers.</p></EmptyState>
          ) : (
            <>
              <DataTable caption="Deliveries" columns={columns} rows={edges.map(({ node }) => node)} keyOf={({ deliveryId }) => deliveryId} />
              <Pager paging={paging} page={pageInfo} of="deliveries" />
            </>
          )
        }
      </Loaded>
      <button type="button" className="quiet" onClick={() => refreshAll()}>Look again</button>
    </section>
  );
}

function columnsOf(isManaging: boolean): readonly Column<WebhookDelivery>[] {
  const columns: Column<WebhookDelivery>[] = [
    {
      ...{ id: 'kind', title: 'Event', isRowHeader: true },
      cell: ({ kind, eventId }) => <><code>{kind}</code><span className="quiet-note"><Id id={eventId} name="of the event" /></span></>,
    },
    { id: 'at', title: 'When', cell: ({ createdAt }) => <Time at={createdAt} /> },
    { id: 'status', title: 'State', cell: ({ status }) => <span className="state" data-state={status}>{words(status)}</span> },
    { id: 'answer', title: 'Last answer', cell: (delivery) => <LastAnswer delivery={delivery} /> },
    { id: 'next', title: 'Next', cell: ({ nextAttemptAt }) => (nextAttemptAt === null ? '–' : <Time at={nextAttemptAt} />) },
  ];
  if (!isManaging) return columns;
  return [...columns, { ...{ id: 'resend', title: 'Send again', isTitleHidden: true }, cell: (delivery) => <Resend delivery={delivery} /> }];
}

function LastAnswer({ delivery: { attempts } }: { readonly delivery: WebhookDelivery }): ReactNode {
  const [last] = attempts;
  if (last === undefined) return 'Not yet';
  const { number, durationMs, responseStatus, failure } = last;
  const answer = responseStatus === null ? words(failure ?? 'UNREACHABLE') : `HTTP ${responseStatus}`;
  return <>{answer}<span className="quiet-note">{`Attempt ${number}, ${durationMs} ms`}</span></>;
}

function Resend({ delivery: { deliveryId, kind, status } }: { readonly delivery: WebhookDelivery }): ReactNode {
  const announce = useAnnounce();
  if (status === 'PENDING') return null;
  return (
    <MutationButton document={RESEND_DELIVERY} input={{ deliveryId }} className="quiet" onAccepted={() => announce(`${kind} is on its way again`)}>
      Send again<span className="visually-hidden">{` ${kind} ${deliveryId}`}</span>
    </MutationButton>
  );
}
