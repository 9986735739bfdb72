import type { ReactNode } from 'react';
import { DataTable, type Column } from '../ui/data-table.js';
import { groupDigits, words } from '../ui/format.js';
import { Id, Time } from '../ui/values.js';
import type { UsageRecord } from './metering.documents.js';

/** Requests as the gateway wrote them down. */
export function RecordTable({ caption, records, isOfLanes = false }: {
  readonly caption: string;
  readonly records: readonly UsageRecord[];
  /** They are of several lanes, which is told of each. */
  readonly isOfLanes?: boolean;
}): ReactNode {
  return <DataTable caption={caption} columns={isOfLanes ? OF_LANES : OF_ONE} rows={records} keyOf={({ recordId }) => recordId} />;
}

/** `upstream_error` and `output-higher` as a reader says them. */
const said = (name: string): string => words(name.replaceAll('-', '_').toUpperCase());
/** Minutes hold many requests. */
const toTheSecond = (instant: string): string => instant.slice(0, 19).replace('T', ' ');
const milliseconds = (ms: number | null): string => (ms === null ? '—' : groupDigits(String(Math.round(ms))));
const orNone = (count: string | null): string => (count === null ? 'none' : groupDigits(count));

const LANE: Column<UsageRecord> = {
  ...{ id: 'lane', title: 'Lane' },
  cell: ({ reservationId, model }) =>
    reservationId === null
      ? <>Own fallback, <code>{model}</code></>
      : <Id id={reservationId} name="the lane" />,
};

/** What both have. */
const COLUMNS: readonly Column<UsageRecord>[] = [
  {
    ...{ id: 'request', title: 'Request', isRowHeader: true },
    cell: ({ recordId, mirrorOf }) => <>{mirrorOf !== null && <span className="state">Mirrored</span>} <Id id={recordId} name="the request" /></>,
  },
  { ...{ id: 'served', title: 'Admitted (UTC)' }, sortBy: ({ servedAt }) => servedAt, cell: ({ servedAt }) => <Time at={servedAt} isZoneSaid>{toTheSecond(servedAt)}</Time> },
  {
    ...{ id: 'outcome', title: 'Outcome' },
    sortBy: ({ outcome }) => outcome,
    cell: ({ outcome }) => <span className="state" data-bad={outcome !== 'completed' || undefined}>{said(outcome)}</span>,
  },
  { ...{ id: 'tier', title: 'Tier' }, sortBy: ({ tier }) => tier, cell: ({ tier, isStream }) => `${said(tier)}${isStream ? ', streamed' : ''}` },
  { ...{ id: 'input', title: 'Input billed', isNumber: true }, sortBy: ({ inputTokens }) => BigInt(inputTokens), cell: ({ inputTokens }) => groupDigits(inputTokens) },
  { ...{ id: 'output', title: 'Output billed', isNumber: true }, sortBy: ({ outputTokens }) => BigInt(outputTokens), cell: ({ outputTokens }) => groupDigits(outputTokens) },
  {
    ...{ id: 'counts', title: 'Counted and claimed', isNumber: true },
    cell: ({ countedOutputTokens, claimedOutputTokens, disagreement }) => (
      <>
        {`${groupDigits(countedOutputTokens)} and ${orNone(claimedOutputTokens)}`}
        {disagreement !== null && <span className="quiet-note"> {said(disagreement)}</span>}
      </>
    ),
  },
  { ...{ id: 'ttft', title: 'First token, ms', isNumber: true }, sortBy: ({ ttftMs }) => ttftMs ?? -1, cell: ({ ttftMs }) => milliseconds(ttftMs) },
  { ...{ id: 'duration', title: 'In all, ms', isNumber: true }, sortBy: ({ durationMs }) => durationMs, cell: ({ durationMs }) => milliseconds(durationMs) },
];

const QUEUED: Column<UsageRecord> = {
  ...{ id: 'queued', title: 'Waited, ms', isNumber: true },
  sortBy: ({ queuedMs }) => queuedMs,
  cell: ({ queuedMs }) => milliseconds(queuedMs),
};
const OF_ONE = [...COLUMNS, QUEUED];
const OF_LANES = [...COLUMNS, LANE];
