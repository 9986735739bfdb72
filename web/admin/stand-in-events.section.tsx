import type { ReactNode } from 'react';
import { useAnnounce } from '../ui/announce.js';
import { DataTable, type Column } from '../ui/data-table.js';
import { SelectField, TextField } from '../ui/field.js';
import { words } from '../ui/format.js';
import { MutationButton, MutationForm } from '../ui/mutation-form.js';
import { EmptyState } from '../ui/states.js';
import { Id, Time } from '../ui/values.js';
import { HOLD_EVENTS, RELEASE_EVENTS, RESEND_EVENT, type Order, type StandIn, type StandInEvent } from './stand-in.documents.js';

const NOTHING = {};
const ORDERS = [
  { value: 'AS_MADE', text: 'The oldest first' },
  { value: 'REVERSED', text: 'The newest first' },
] as const satisfies readonly { readonly value: Order; readonly text: string }[];

/** What the stand-in tells the exchange, and when. */
export function StandInEvents({ standIn: { isHolding, eventsWaiting, events } }: { readonly standIn: StandIn }): ReactNode {
  return (
    <section className="section" aria-label="Webhooks">
      <h2>Webhooks</h2>
      <div className="card">{isHolding ? <Held waiting={eventsWaiting} /> : <Free />}</div>
      {events.length === 0 ? (
        <EmptyState title="Nothing was told yet"><p>Whatever happens at the stand-in is told by a webhook: a top-up is the shortest way to one.</p></EmptyState>
      ) : (
        <DataTable caption="The last 50 webhooks, newest first" columns={COLUMNS} rows={events} keyOf={({ eventId }) => eventId} />
      )}
    </section>
  );
}

function Free(): ReactNode {
  const announce = useAnnounce();
  return (
    <>
      <p>Each is sent as soon as it is made.</p>
      <div className="buttons">
        <MutationButton document={HOLD_EVENTS} input={NOTHING} className="quiet" onAccepted={() => announce('Webhooks are kept back from now on')}>Keep them back (TEST)</MutationButton>
      </div>
    </>
  );
}

function Held({ waiting }: { readonly waiting: number }): ReactNode {
  const announce = useAnnounce();
  return (
    <>
      <p>{`They are kept back: ${waiting} ${waiting === 1 ? 'waits' : 'wait'}. A restart of the exchange sends them.`}</p>
      <MutationForm
        document={RELEASE_EVENTS}
        read={(form) => form.result({ order: form.text('order') as Order, times: form.whole('times') })}
        onAccepted={() => announce('They are on their way')}
        submit="Send them (TEST)"
      >
        <div className="columns">
          <SelectField {...{ label: 'In which order', name: 'order', choices: ORDERS }} />
          <TextField {...{ label: 'How often each', name: 'times', inputMode: 'numeric', autoComplete: 'off' }} hint="1 to 5: all of them, then all of them again" defaultValue="1" required />
        </div>
      </MutationForm>
    </>
  );
}

function sentOf(attempts: number): string {
  if (attempts === 0) return 'not sent yet';
  if (attempts === 1) return 'sent once';
  return attempts === 2 ? 'sent twice' : `sent ${attempts} times`;
}

const COLUMNS: readonly Column<StandInEvent>[] = [
  {
    ...{ id: 'type', title: 'What', isRowHeader: true },
    cell: ({ type, subject }) => <span className="long-name">{type}{subject !== null && <span className="quiet-note"><Id id={subject} name="what it is about" /></span>}</span>,
  },
  { id: 'at', title: 'Made', cell: ({ createdAt }) => <Time at={createdAt} /> },
  { id: 'state', title: 'State', cell: ({ state, attempts }) => <>{words(state)}<span className="quiet-note">{sentOf(attempts)}</span></> },
  { id: 'again', title: 'Send again', isTitleHidden: true, cell: (event) => <Again event={event} /> },
];

function Again({ event: { eventId, type, subject } }: { readonly event: StandInEvent }): ReactNode {
  const announce = useAnnounce();
  return (
    <MutationButton document={RESEND_EVENT} input={{ eventId }} className="quiet" onAccepted={() => announce(`${type} is sent again`)}>
      Send again<span className="visually-hidden">{`: ${type} ${subject ?? ''}`}</span>
    </MutationButton>
  );
}
