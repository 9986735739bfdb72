import type { ReactNode } from 'react';
import { DataTable, type Column } from '../ui/data-table.js';
import { groupDigits, percent, words } from '../ui/format.js';
import { Amount, CopyButton, Time } from '../ui/values.js';
import type { ServiceHour } from './metering.documents.js';

const rounded = (value: number | null): string => (value === null ? '—' : groupDigits(Math.round(value).toString()));

const COLUMNS: readonly Column<ServiceHour>[] = [
  {
    ...{ id: 'hour', title: 'Hour', isRowHeader: true },
    sortBy: ({ hour }) => hour,
    cell: ({ hour, revision }) => <><Time at={hour} />{revision > 1 && <span className="badge">{`revision ${revision}`}</span>}</>,
  },
  {
    ...{ id: 'verdict', title: 'Verdict' },
    sortBy: ({ verdict }) => verdict,
    cell: ({ verdict }) => <Verdict verdict={verdict} />,
  },
  {
    ...{ id: 'samples', title: 'Requests', isNumber: true },
    sortBy: ({ samples }) => samples.requests,
    cell: ({ samples }) => groupDigits(String(samples.requests)),
  },
  {
    ...{ id: 'inTime', title: 'First tokens in time', isNumber: true },
    sortBy: ({ samples }) => samples.ttftInTime - samples.ttft,
    cell: ({ samples: { ttft, ttftInTime } }) => `${groupDigits(String(ttftInTime))} of ${groupDigits(String(ttft))}`,
  },
  {
    ...{ id: 'ttft', title: 'TTFT p50 / p95 / p99, ms', isNumber: true },
    sortBy: ({ figures }) => figures.ttftMs.p95 ?? 0,
    cell: ({ figures: { ttftMs: { p50, p95, p99 } } }) => `${rounded(p50)} / ${rounded(p95)} / ${rounded(p99)}`,
  },
  {
    ...{ id: 'credit', title: 'Credit, USD', isNumber: true },
    sortBy: ({ credit }) => BigInt(credit),
    cell: ({ credit, creditShare }) => (creditShare === 0 ? '—' : <><Amount amount={credit} places={6} /><span className="quiet-note">{`${percent(creditShare)} of the hour`}</span></>),
  },
  {
    ...{ id: 'evidence', title: 'Evidence' },
    cell: (hour) => <EvidenceId hour={hour} />,
  },
];

export function Verdict({ verdict }: { readonly verdict: ServiceHour['verdict'] }): ReactNode {
  return <span className="state" data-state={verdict} title={MEANINGS[verdict]}>{words(verdict)}</span>;
}

/** What invoice lines refer to: long, so one sees its end only. */
export function EvidenceId({ hour: { evidenceId, hour, revision } }: { readonly hour: Pick<ServiceHour, 'evidenceId' | 'hour' | 'revision'> }): ReactNode {
  return (
    <span className="id">
      <code title={evidenceId}>{`…${hour.slice(5, 13)}/${revision}`}</code>
      <CopyButton text={evidenceId} label={`Copy the evidence of ${hour}`} />
    </span>
  );
}

const MEANINGS = {
  MET: 'It was kept.',
  BREACHED: 'It was missed.',
  THIN: 'There were too few requests to judge it by.',
  OVERTURNED: 'It was missed by our figures; a dispute was settled otherwise.',
} as const;

/** What became of the promise hour by hour, the newest first. */
export function HourTable({ hours }: { readonly hours: readonly ServiceHour[] }): ReactNode {
  return (
    <section className="section" aria-label="Hour by hour">
      <h2>Hour by hour</h2>
      <DataTable caption="Judged hours, newest first" columns={COLUMNS} rows={[...hours].reverse()} keyOf={({ hour }) => hour} />
    </section>
  );
}
