import type { ReactNode } from 'react';
import type { Query } from '../api/query.js';
import type { Whole } from '../api/use-all-pages.js';
import { useAnnounce } from '../ui/announce.js';
import { DataTable, type Column } from '../ui/data-table.js';
import { Loaded } from '../ui/loaded.js';
import { MutationButton } from '../ui/mutation-form.js';
import { EmptyState } from '../ui/states.js';
import { Id, Time } from '../ui/values.js';
import { RETRY_MAIL, type MailReview } from './admin.documents.js';

/** Messages that the mail server refused as often as it is asked: a person looks at it, and asks again. */
export function MailReviews({ query }: { readonly query: Query<Whole<MailReview>> }): ReactNode {
  return (
    <section className="section" aria-label="E-mail that was not taken">
      <h2>E-mail that was not taken</h2>
      <Loaded query={query} rows={4}>
        {({ nodes }) =>
          nodes.length === 0 ? (
            <EmptyState title="Every message was taken, or is still tried"><p>One that the mail server refuses for good, or for too long, waits here. What it says is on the pages of whom it is for.</p></EmptyState>
          ) : (
            <DataTable caption="Messages that need a person, newest first" columns={COLUMNS} rows={nodes} keyOf={({ messageId }) => messageId} />
          )
        }
      </Loaded>
    </section>
  );
}

const COLUMNS: readonly Column<MailReview>[] = [
  { ...{ id: 'kind', title: 'About', isRowHeader: true }, sortBy: ({ kind }) => kind, cell: ({ kind, messageId }) => <>{kind}<span className="quiet-note"><Id id={messageId} name="message" /></span></> },
  { id: 'for', title: 'For a member of', cell: ({ organizationId }) => <Id id={organizationId} name="organization" /> },
  { id: 'why', title: 'The server said last', cell: ({ failure, attempts }) => <span className="long-name">{failure ?? 'nothing'}<span className="quiet-note">{attempts === 1 ? 'asked once' : `asked ${attempts} times`}</span></span> },
  { id: 'since', title: 'Since', sortBy: ({ createdAt }) => createdAt, cell: ({ createdAt }) => <Time at={createdAt} /> },
  { id: 'retry', title: 'Send again', isTitleHidden: true, cell: (message) => <SendAgain message={message} /> },
];

function SendAgain({ message: { messageId, kind } }: { readonly message: MailReview }): ReactNode {
  const announce = useAnnounce();
  return (
    <MutationButton document={RETRY_MAIL} input={{ messageId }} className="quiet" onAccepted={() => announce('The mail server is asked again')}>
      Send again<span className="visually-hidden">{`: ${kind} ${messageId}`}</span>
    </MutationButton>
  );
}
