import { useMemo, type ReactNode } from 'react';
import { useQuery } from '../api/use-query.js';
import { Dialog } from '../ui/dialog.js';
import { groupDigits, percent, words } from '../ui/format.js';
import { Loaded } from '../ui/loaded.js';
import { Link } from '../ui/router.js';
import { CopyButton, Money, Span, Time } from '../ui/values.js';
import { servedWindow } from './amounts.js';
import {
  LEDGER_TRANSACTION,
  SERVICE_BEHIND,
  USAGE_BEHIND,
  type InvoiceLine,
  type JudgedHour,
  type UsedHour,
} from './finance.documents.js';
import { OverageParts } from './overage.sections.js';
import { TransactionFacts } from './transaction.facts.js';

/** From a line of an invoice to the event, the books, and what was used. */
export function EvidenceDialog({ line, onClose }: { readonly line: InvoiceLine; readonly onClose: () => void }): ReactNode {
  const { kind, amount, reservationId, version, served } = line;
  const window = useMemo(() => servedWindow(served), [served]);
  return (
    <Dialog title={`What “${words(kind)}” rests on`} onClose={onClose}>
      <p>
        <Money amount={amount} />
        {window !== null && <>, served <Span window={window} /></>}
        {' · '}
        <Link to={`/app/capacity/${encodeURIComponent(reservationId)}`}>The reservation</Link>
      </p>
      <OverageParts parts={line.parts} />
      <h3>In the books</h3>
      <Booked version={version} />
      {window !== null && (
        <>
          <h3>What was used</h3>
          <Used reservationId={reservationId} window={window} />
          {kind === 'CREDIT' && <Judged reservationId={reservationId} window={window} />}
        </>
      )}
    </Dialog>
  );
}

function Booked({ version }: { readonly version: number | null }): ReactNode {
  const query = useQuery(LEDGER_TRANSACTION, version === null ? null : { version });
  if (version === null) return <p>This line is from before invoices said where it is booked.</p>;
  return (
    <Loaded query={query} rows={6}>
      {({ ledgerTransaction }) => (ledgerTransaction === null ? <p>The log has no such event: have it verified.</p> : <TransactionFacts transaction={ledgerTransaction} />)}
    </Loaded>
  );
}

interface Behind {
  readonly reservationId: string;
  readonly window: { readonly start: string; readonly end: string };
}

function Used({ reservationId, window }: Behind): ReactNode {
  const query = useQuery(USAGE_BEHIND, { reservationId, window });
  return (
    <Loaded query={query} rows={3}>
      {({ usageRollups: { edges, pageInfo } }) =>
        edges.length === 0 ? (
          <p>Nothing: capacity is charged for whether it is used or not.</p>
        ) : (
          <>
            <UsedHours hours={edges.map(({ node }) => node)} />
            {pageInfo.hasNextPage && <p className="hint">These are the first 100; an export has all of them.</p>}
          </>
        )
      }
    </Loaded>
  );
}

function UsedHours({ hours }: { readonly hours: readonly UsedHour[] }): ReactNode {
  return (
    <table className="schedule">
      <thead>
        <tr>
          <th scope="col">Hour (UTC)</th>
          <th scope="col" className="number">Requests</th>
          <th scope="col" className="number">Input</th>
          <th scope="col" className="number">Cached</th>
          <th scope="col" className="number">Output</th>
        </tr>
      </thead>
      <tbody>
        {hours.map(({ start, model, events, inputTokens, cachedInputTokens, outputTokens }) => (
          <tr key={`${start} ${model}`}>
            <td><Time at={start} /><span className="quiet-note">{model}</span></td>
            {[events, inputTokens, cachedInputTokens, outputTokens].map((count, index) => (
              <td key={index} className="number">{groupDigits(count)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Judged({ reservationId, window }: Behind): ReactNode {
  const query = useQuery(SERVICE_BEHIND, { reservationId, window });
  return (
    <>
      <h3>How it was judged</h3>
      <Loaded query={query} rows={3}>
        {({ serviceHours: { edges } }) =>
          edges.length === 0 ? <p>No hour was judged in this time.</p> : edges.map(({ node }) => <JudgedFacts key={node.hour} hour={node} />)
        }
      </Loaded>
    </>
  );
}

function JudgedFacts({ hour: { hour, verdict, creditShare, credit, evidenceId, sketchDigest, misses } }: { readonly hour: JudgedHour }): ReactNode {
  return (
    <dl className="lines">
      <div><dt>Hour of <Time at={hour} /></dt><dd>{words(verdict)}</dd></div>
      {misses.map(({ objective, missedBy }) => (
        <div key={objective}><dt>{words(objective)}</dt><dd>{`missed by more than ${percent(missedBy)}`}</dd></div>
      ))}
      <div><dt>Given back</dt><dd><Money amount={credit} />{`, ${percent(creditShare)} of the hour’s price`}</dd></div>
      <div><dt>Evidence</dt><dd><code>{evidenceId}</code><CopyButton text={evidenceId} label="Copy the id of the evidence" /></dd></div>
      <div><dt>SHA-256 of the figures</dt><dd><code title={sketchDigest}>{`${sketchDigest.slice(0, 16)}…`}</code><CopyButton text={sketchDigest} label="Copy the digest" /></dd></div>
    </dl>
  );
}
