import type { ReactNode } from 'react';
import type { Query } from '../api/query.js';
import { useAllPages, type Connection, type Whole } from '../api/use-all-pages.js';
import { useQuery } from '../api/use-query.js';
import type { MemberPageProps } from '../routes.js';
import { useAnnounce } from '../ui/announce.js';
import { DataTable, type Column } from '../ui/data-table.js';
import { words } from '../ui/format.js';
import { Loaded, Together } from '../ui/loaded.js';
import { MutationButton } from '../ui/mutation-form.js';
import { EmptyState } from '../ui/states.js';
import { Time } from '../ui/values.js';
import { FAILED_JOBS, JOB_QUEUES, MAIL_REVIEWS, RETRY_JOB, type FailedJob, type JobQueue, type MailReview } from './admin.documents.js';
import { AdminShell } from './admin.shell.js';
import { MailReviews } from './mail-reviews.section.js';

const ALL = {};
const NOTHING = {};
const jobsOf = ({ failedJobs }: { readonly failedJobs: Connection<FailedJob> }): Connection<FailedJob> => failedJobs;
const mailsOf = ({ mailMessages }: { readonly mailMessages: Connection<MailReview> }): Connection<MailReview> => mailMessages;

/** What works behind the pages, and what of it did not. */
export function JobsPage({ viewer }: MemberPageProps): ReactNode {
  const queues = useQuery(JOB_QUEUES, NOTHING);
  const failed = useAllPages(FAILED_JOBS, ALL, jobsOf);
  const mails = useAllPages(MAIL_REVIEWS, ALL, mailsOf);
  return (
    <AdminShell
      viewer={viewer}
      title="Jobs"
      lead="What falls due by itself. A job that failed as often as it is tried waits here for a person."
      actions={<a className="button quiet" href="/admin/jobs" target="_blank" rel="noreferrer">Board of all jobs</a>}
    >
      <Together queries={[queues, failed, mails]} rows={8}>
        <Queues query={queues} />
        <section className="section" aria-label="Failed jobs">
          <h2>Failed in the last seven days</h2>
          <Failed query={failed} />
        </section>
        <MailReviews query={mails} />
      </Together>
    </AdminShell>
  );
}

function Queues({ query }: { readonly query: Query<{ readonly jobQueues: readonly JobQueue[] }> }): ReactNode {
  return (
    <Loaded query={query} rows={4}>
      {({ jobQueues }) => <DataTable caption="Queues" columns={QUEUE_COLUMNS} rows={jobQueues} keyOf={({ queue }) => queue} />}
    </Loaded>
  );
}

const QUEUE_COLUMNS: readonly Column<JobQueue>[] = [
  { ...{ id: 'queue', title: 'Queue', isRowHeader: true }, cell: ({ queue }) => words(queue) },
  { id: 'waiting', title: 'Waiting', isNumber: true, cell: ({ waiting }) => waiting },
  { id: 'running', title: 'Running', isNumber: true, cell: ({ running }) => running },
  { id: 'delayed', title: 'To be tried again', isNumber: true, cell: ({ delayed }) => delayed },
  { id: 'failed', title: 'Failed', isNumber: true, cell: ({ failed }) => <span data-bad={failed > 0}>{failed}</span> },
];

function Failed({ query }: { readonly query: Query<Whole<FailedJob>> }): ReactNode {
  return (
    <Loaded query={query} rows={4}>
      {({ nodes }) =>
        nodes.length === 0 ? (
          <EmptyState title="Nothing failed"><p>Whatever fails is tried five times before it is shown here.</p></EmptyState>
        ) : (
          <DataTable caption="Failed jobs" columns={COLUMNS} rows={nodes} keyOf={({ queue, jobId }) => `${queue} ${jobId}`} />
        )
      }
    </Loaded>
  );
}

const COLUMNS: readonly Column<FailedJob>[] = [
  {
    ...{ id: 'job', title: 'Job', isRowHeader: true },
    sortBy: ({ queue, name }) => `${queue} ${name}`,
    cell: ({ queue, name, payload }) => <>{name}<span className="quiet-note">{words(queue)}</span><code className="payload">{payload}</code></>,
  },
  { id: 'why', title: 'Why', cell: ({ reason }) => <span className="long-name">{reason}</span> },
  { id: 'tried', title: 'Tried', isNumber: true, sortBy: ({ attempts }) => attempts, cell: ({ attempts, stalls }) => <>{attempts}{stalls > 0 && <span className="quiet-note">{`${stalls} went silent`}</span>}</> },
  { id: 'at', title: 'Failed', sortBy: ({ failedAt }) => failedAt, cell: ({ failedAt }) => <Time at={failedAt} /> },
  { id: 'retry', title: 'Retry', isTitleHidden: true, cell: (job) => <Retry job={job} /> },
];

function Retry({ job: { queue, jobId, name } }: { readonly job: FailedJob }): ReactNode {
  const announce = useAnnounce();
  return (
    <MutationButton document={RETRY_JOB} input={{ queue, jobId }} className="quiet" onAccepted={() => announce(`${name} is run again`)}>
      Retry<span className="visually-hidden">{` ${name}`}</span>
    </MutationButton>
  );
}
