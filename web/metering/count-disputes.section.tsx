import { useState, type ReactNode } from 'react';
import { useQuery } from '../api/use-query.js';
import type { Viewer } from '../identity/identity.documents.js';
import { mayKeepBooks } from '../identity/permissions.js';
import { useAnnounce } from '../ui/announce.js';
import { DataTable, type Column } from '../ui/data-table.js';
import { Dialog } from '../ui/dialog.js';
import { TextField } from '../ui/field.js';
import { groupDigits, percent, usd, utc, words } from '../ui/format.js';
import { Loaded } from '../ui/loaded.js';
import { MutationForm } from '../ui/mutation-form.js';
import { Pager, usePaging } from '../ui/pager.js';
import { Link } from '../ui/router.js';
import { EmptyState } from '../ui/states.js';
import { Time } from '../ui/values.js';
import { CONCEDE_COUNTS, COUNT_DISPUTES, SETTLING_NOTES, type CountDispute } from './dispute.documents.js';
import { marketOfReservation } from './market-of.js';

/** Hours for which our count and the upstream's claim differ by more than the tolerance. */
export function CountDisputesSection({ viewer, children }: { readonly viewer: Viewer; readonly children?: ReactNode }): ReactNode {
  const paging = usePaging('count disputes');
  const query = useQuery(COUNT_DISPUTES, { after: paging.after });
  const [open, setOpen] = useState<string | null>(null);
  return (
    <section className="section" aria-labelledby="count-disputes">
      <h2 id="count-disputes">Token counts that differ</h2>
      <p className="quiet-note">Opened by itself when our count of an hour and the upstream’s claim differ too much. Who loses by the other count can concede it; else the hour stays as it was billed.</p>
      <Loaded query={query} rows={4}>
        {({ countDisputes: { edges, pageInfo } }) => {
          const disputes = edges.map(({ node }) => node);
          const chosen = disputes.find((one) => keyOf(one) === open);
          return (
            <>
              {disputes.length === 0 ? (
                <EmptyState title="Nothing is disputed"><p>All counts of your hours agree within the tolerance.</p></EmptyState>
              ) : (
                <DataTable caption="Hours whose counts differ" columns={columnsOf(setOpen)} rows={disputes} keyOf={keyOf} />
              )}
              <Pager paging={paging} page={pageInfo} of="disputes" />
              {chosen !== undefined && <CountDialog dispute={chosen} viewer={viewer} onClose={() => setOpen(null)} />}
              {children}
            </>
          );
        }}
      </Loaded>
    </section>
  );
}

const keyOf = ({ reservationId, hour }: CountDispute): string => `${reservationId} ${hour}`;
const NAMES = { COUNTED: 'Our count', CLAIMED: 'Upstream’s claim' } as const;
const whole = (count: string): string => groupDigits(count.split('.')[0] ?? '0');

function columnsOf(open: (key: string) => void): readonly Column<CountDispute>[] {
  return [
    { ...{ id: 'market', title: 'Market', isRowHeader: true }, cell: ({ reservationId }) => <span className="market-name">{marketOfReservation(reservationId)}</span> },
    { ...{ id: 'hour', title: 'Hour' }, sortBy: ({ hour }) => hour, cell: ({ hour }) => <Time at={hour} /> },
    { ...{ id: 'state', title: 'State' }, sortBy: ({ state }) => state, cell: ({ state }) => <span className="state" data-state={state}>{words(state)}</span> },
    {
      ...{ id: 'differ', title: 'Requests that differ', isNumber: true },
      sortBy: ({ differing }) => differing,
      cell: ({ differing, requests }) => `${groupDigits(String(differing))} of ${groupDigits(String(requests))}`,
    },
    { ...{ id: 'billed', title: 'Billed, weighted tokens', isNumber: true }, cell: ({ billed }) => whole(billed.weighted) },
    {
      ...{ id: 'action', title: 'Action', isTitleHidden: true },
      cell: (dispute) => (
        <button type="button" className="quiet" onClick={() => open(keyOf(dispute))}>
          Evidence<span className="visually-hidden">{` of ${keyOf(dispute)}`}</span>
        </button>
      ),
    },
  ];
}

function CountDialog({ dispute, viewer, onClose }: { readonly dispute: CountDispute; readonly viewer: Viewer; readonly onClose: () => void }): ReactNode {
  const { reservationId, hour, positions, billed, rule, until, samples, state, position, endedAt } = dispute;
  return (
    <Dialog title={`${marketOfReservation(reservationId)}, ${utc(hour)} UTC`} onClose={onClose}>
      <table className="schedule">
        <thead>
          <tr><th scope="col">The hour by</th><th scope="col" className="number">Input</th><th scope="col" className="number">Output</th><th scope="col" className="number">Weighted</th><th scope="col" className="number">Changes overage by</th></tr>
        </thead>
        <tbody>
          <tr><th scope="row">What was billed</th><td className="number">{whole(billed.input)}</td><td className="number">{whole(billed.output)}</td><td className="number">{whole(billed.weighted)}</td><td className="number">—</td></tr>
          {positions.map(({ position: by, tokens, overageChange }) => (
            <tr key={by}>
              <th scope="row">{NAMES[by]}</th>
              <td className="number">{whole(tokens.input)}</td><td className="number">{whole(tokens.output)}</td><td className="number">{whole(tokens.weighted)}</td>
              <td className="number">{overageChange === null ? '—' : usd(overageChange)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="quiet-note">{`Opened because they differ by more than ${percent(rule.tolerance)} and ${whole(rule.least)} weighted tokens. Can be conceded until ${utc(until)} UTC.`}</p>
      <h3>Requests that differ most</h3>
      <div className="scroll" tabIndex={0} role="region" aria-label="Requests that differ most">
        <table className="schedule">
          <thead><tr><th scope="col">Request</th><th scope="col" className="number">Counted</th><th scope="col" className="number">Claimed</th><th scope="col" className="number">Billed</th><th scope="col">Why</th></tr></thead>
          <tbody>
            {samples.map(({ requestId, counted, claimed, billed: paid, reason }) => (
              <tr key={requestId}><th scope="row"><code>{requestId}</code></th><td className="number">{whole(counted)}</td><td className="number">{claimed === null ? '—' : whole(claimed)}</td><td className="number">{whole(paid)}</td><td>{reason ?? '—'}</td></tr>
            ))}
          </tbody>
        </table>
      </div>
      {state === 'OPEN' && <Concede {...{ dispute, viewer }} />}
      {position !== null && endedAt !== null && <p>{NAMES[position]} was conceded at {utc(endedAt)} UTC, for good.</p>}
      {position !== null && mayKeepBooks(viewer) && <Settlement {...{ dispute }} />}
    </Dialog>
  );
}

/** What an issued invoice charged too much; whoever does not hold the reservation has no note. */
function Settlement({ dispute: { reservationId, hour } }: { readonly dispute: CountDispute }): ReactNode {
  const query = useQuery(SETTLING_NOTES, { reservationId });
  return (
    <Loaded query={query} rows={1}>
      {({ creditNotes: { edges } }) => {
        const note = edges.map(({ node }) => node).find(({ settles }) => settles?.startsWith(`${reservationId}/usage/${hour}/`) === true);
        if (note === undefined) return null;
        return <p>Settled by credit note <Link to={`/app/finance/invoices/${note.month}`}>{note.number}</Link>, {usd(note.amount)}.</p>;
      }}
    </Loaded>
  );
}

function Concede({ dispute: { reservationId, hour, positions, evidenceRevision }, viewer }: { readonly dispute: CountDispute; readonly viewer: Viewer }): ReactNode {
  const announce = useAnnounce();
  const mine = positions.filter(({ conceder }) => conceder === viewer.organization.organizationId);
  if (mine.length === 0) return <p className="quiet-note">By neither count do you lose anything, so there is nothing for you to concede.</p>;
  if (!mayKeepBooks(viewer)) return <p className="quiet-note">Owners and whoever keeps the books concede counts.</p>;
  return mine.map(({ position, overageChange }) => (
    <MutationForm
      key={position}
      document={CONCEDE_COUNTS}
      read={(form) => form.result({ reservationId, hour, position, evidenceRevision, note: form.text('note') })}
      onAccepted={() => announce('Conceded: the hour is billed by the other count, for good')}
      submit={`Concede: bill by ${NAMES[position].toLowerCase()}${overageChange === null ? '' : ` (${usd(overageChange)})`}`}
    >
      <TextField {...{ label: 'Note (optional)', name: 'note', maxLength: 1_000, autoComplete: 'off' }} />
      <p className="quiet-note">If you do not agree, do nothing: it stays as it was billed.</p>
    </MutationForm>
  ));
}
