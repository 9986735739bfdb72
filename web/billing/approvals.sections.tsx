import { useState, type ReactNode } from 'react';
import type { Viewer } from '../identity/identity.documents.js';
import { DataTable, type Column } from '../ui/data-table.js';
import { words } from '../ui/format.js';
import { EmptyState } from '../ui/states.js';
import { Money, Time } from '../ui/values.js';
import { ApprovalDialog } from './approval.dialog.js';
import type { Approval } from './approval.documents.js';
import { subjectName, type Names } from './controls.shown.js';

interface Asked {
  readonly approvals: readonly Approval[];
  readonly names: Names;
  readonly viewer: Viewer;
}

const idOf = ({ approvalId }: Approval): string => approvalId;

/** What somebody must say yes or no to. */
export function WaitingApprovals({ approvals, names, viewer }: Asked): ReactNode {
  const [opened, setOpened] = useState<string | null>(null);
  const shown = approvals.find(({ approvalId }) => approvalId === opened);
  return (
    <section aria-labelledby="to-decide">
      <header className="card-head"><h2 id="to-decide">To decide</h2></header>
      {approvals.length === 0 ? (
        <EmptyState title="Nothing waits for an approval"><p>A purchase above what its buyer may spend without one waits here for three days. Whoever asked cannot decide.</p></EmptyState>
      ) : (
        <DataTable caption="Purchases that wait for an approval, newest first" columns={waitingColumns(names, setOpened)} rows={approvals} keyOf={idOf} />
      )}
      {shown !== undefined && <ApprovalDialog {...{ approval: shown, names, isOwn: shown.requestedBy === viewer.actor }} onClose={() => setOpened(null)} />}
    </section>
  );
}

function waitingColumns(names: Names, open: (approvalId: string) => void): readonly Column<Approval>[] {
  return [
    WHAT,
    { id: 'who', title: 'Asked by', cell: ({ requestedBy }) => <span className="long-name">{subjectName(requestedBy, names)}</span> },
    AT_MOST,
    { id: 'at', title: 'Asked', sortBy: ({ requestedAt }) => requestedAt, cell: ({ requestedAt }) => <Time at={requestedAt} /> },
    { id: 'until', title: 'Decide before', sortBy: ({ expiresAt }) => expiresAt, cell: ({ expiresAt }) => <Time at={expiresAt} /> },
    {
      ...{ id: 'decide', title: 'Decide', isTitleHidden: true },
      cell: (approval) => <button type="button" className="quiet" onClick={() => open(approval.approvalId)}>Look and decide<span className="visually-hidden">{`: ${whatOf(approval)}`}</span></button>,
    },
  ];
}

/** What it is, in a few words. */
function whatOf({ orderId, quoteId, askedReservationIds: { length } }: Approval): string {
  if (orderId !== null) return 'A bid';
  if (quoteId !== null) return 'A firm price';
  return length === 1 ? 'A hold' : `${length} holds`;
}

const WHAT: Column<Approval> = { ...{ id: 'what', title: 'What', isRowHeader: true }, sortBy: whatOf, cell: whatOf };
const AT_MOST: Column<Approval> = { ...{ id: 'amount', title: 'At most', isNumber: true }, sortBy: ({ amount }) => BigInt(amount), cell: ({ amount }) => <Money amount={amount} /> };

/** What one asked for oneself. */
export function OwnRequests({ approvals, names, viewer }: Asked): ReactNode {
  const own = approvals.filter(({ requestedBy }) => requestedBy === viewer.actor);
  return (
    <section className="section" aria-labelledby="own-requests">
      <header className="card-head"><h2 id="own-requests">My requests</h2></header>
      {own.length === 0 ? (
        <p className="quiet-note">None of the last 100 requests of your organization is yours. A purchase above a limit for approvals becomes one by itself.</p>
      ) : (
        <DataTable caption="Of the last 100 requests, yours" columns={decidedColumns(names)} rows={own} keyOf={idOf} />
      )}
    </section>
  );
}

/** What was said to whom. */
export function DecidedApprovals({ approvals, names }: Asked): ReactNode {
  const decided = approvals.filter(({ status }) => status !== 'PENDING');
  return (
    <section className="section" aria-labelledby="decided">
      <header className="card-head"><h2 id="decided">Decided</h2></header>
      {decided.length === 0 ? <p className="quiet-note">Nothing yet.</p> : <DataTable caption="Of the last 100 requests, those that are decided" columns={[...decidedColumns(names), ASKED_BY(names)]} rows={decided} keyOf={idOf} />}
    </section>
  );
}

const ASKED_BY = (names: Names): Column<Approval> => ({ id: 'who', title: 'Asked by', cell: ({ requestedBy }) => <span className="long-name">{subjectName(requestedBy, names)}</span> });

function decidedColumns(names: Names): readonly Column<Approval>[] {
  return [
    WHAT,
    AT_MOST,
    { id: 'state', title: 'State', sortBy: ({ status }) => status, cell: ({ status, expiresAt }) => <><span className="state" data-state={status}>{words(status)}</span>{status === 'PENDING' && <span className="quiet-note">until <Time at={expiresAt} /></span>}</> },
    { id: 'at', title: 'Asked', sortBy: ({ requestedAt }) => requestedAt, cell: ({ requestedAt }) => <Time at={requestedAt} /> },
    {
      ...{ id: 'by', title: 'Decided by' },
      cell: ({ decidedBy, note, decidedAt }) => (decidedBy === null ? '—' : <span className="long-name">{subjectName(decidedBy, names)}{decidedAt !== null && <span className="quiet-note"><Time at={decidedAt} /></span>}{note !== null && note !== '' && <span className="quiet-note">{`“${note}”`}</span>}</span>),
    },
  ];
}
