import { useState, type ReactNode } from 'react';
import { useQuery } from '../api/use-query.js';
import { useClock } from '../platform/clock.context.js';
import { useAnnounce } from '../ui/announce.js';
import { DataTable, type Column } from '../ui/data-table.js';
import { SelectField, TextField } from '../ui/field.js';
import { groupDigits, words } from '../ui/format.js';
import { Loaded } from '../ui/loaded.js';
import { MutationForm } from '../ui/mutation-form.js';
import { EmptyState, Skeleton } from '../ui/states.js';
import { Time } from '../ui/values.js';
import { REQUEST_STATEMENT, STATEMENTS, type Statement } from './statement.documents.js';

const FIRST = { after: null };
const OFTEN = { everyMs: 2_000 };

/** What a provider books by; each is a dataset and a format of the exports. */
const KINDS = {
  'DOCUMENTS PDF_ZIP': 'Statement and documents (PDF)',
  'INVOICE_LINES CSV': 'Lines of the month (CSV)',
  'LEDGER_ENTRIES CSV': 'Ledger entries (CSV)',
  'JOURNAL_ENTRIES CSV': 'Journal for accounting (CSV)',
} as const;
type Kind = keyof typeof KINDS;
type Dataset = Statement['dataset'];
type Format = Statement['format'];

/** Statements by month, made when asked for and kept for a while. */
export function StatementsSection(): ReactNode {
  const clock = useClock();
  return (
    <section className="section" aria-labelledby="statements">
      <h2 id="statements">Statements</h2>
      {clock === null ? <Skeleton rows={4} /> : <Request month={clock.now.slice(0, 7)} />}
      <Made />
    </section>
  );
}

function Request({ month }: { readonly month: string }): ReactNode {
  const announce = useAnnounce();
  const [kind, setKind] = useState<Kind>('DOCUMENTS PDF_ZIP');
  const [dataset, format] = kind.split(' ') as [Dataset, Format];
  return (
    <div className="card">
      <MutationForm
        document={REQUEST_STATEMENT}
        read={(form) => form.result({ dataset, format, month: form.text('month') })}
        onAccepted={() => announce('It is being made: it appears below')}
        submit="Prepare it"
      >
        <div className="columns">
          <TextField {...{ label: 'Month (UTC)', name: 'month', type: 'month', defaultValue: month }} hint="What is not over is a draft until now" />
          <SelectField
            {...{ label: 'What', name: 'dataset', value: kind }}
            choices={(Object.keys(KINDS) as Kind[]).map((value) => ({ value, text: KINDS[value] }))}
            onChange={({ target }) => setKind(target.value as Kind)}
          />
        </div>
      </MutationForm>
    </div>
  );
}

function Made(): ReactNode {
  const query = useQuery(STATEMENTS, FIRST, OFTEN);
  return (
    <Loaded query={query} rows={3}>
      {({ exports: { edges } }) => {
        const made = edges.map(({ node }) => node);
        if (made.length === 0) return <EmptyState title="No statement was prepared yet"><p>A month that is over has its statement for good; one that runs is a draft.</p></EmptyState>;
        return <DataTable caption="Files that were prepared, newest first" columns={COLUMNS} rows={made} keyOf={({ exportId }) => exportId} />;
      }}
    </Loaded>
  );
}

const nameOf = ({ dataset, format }: Statement): string => KINDS[`${dataset} ${format}` as Kind] ?? `${words(dataset)} (${format})`;

const COLUMNS: readonly Column<Statement>[] = [
  { ...{ id: 'what', title: 'What', isRowHeader: true }, sortBy: nameOf, cell: (one) => <span className="market-name">{nameOf(one)}</span> },
  { ...{ id: 'month', title: 'Month (UTC)' }, sortBy: ({ month }) => month, cell: ({ month, isFinal }) => <>{month}{!isFinal && <span className="badge">draft</span>}</> },
  { ...{ id: 'status', title: 'State' }, sortBy: ({ status }) => status, cell: (one) => <State made={one} /> },
  { ...{ id: 'at', title: 'Asked for' }, sortBy: ({ requestedAt }) => requestedAt, cell: ({ requestedAt }) => <Time at={requestedAt} /> },
  { ...{ id: 'bytes', title: 'Bytes', isNumber: true }, sortBy: ({ bytes }) => BigInt(bytes ?? '0'), cell: ({ bytes }) => (bytes === null ? '—' : groupDigits(bytes)) },
  {
    ...{ id: 'action', title: 'Action', isTitleHidden: true },
    cell: (one) => one.download !== null && <a className="button quiet" href={one.download.path} download>Download<span className="visually-hidden">{` ${nameOf(one)} of ${one.month}`}</span></a>,
  },
];

function State({ made: { status, failure, rowsDone, rowsExpected } }: { readonly made: Statement }): ReactNode {
  const progress = status === 'RUNNING' && rowsExpected !== null ? `${groupDigits(rowsDone)} of ${groupDigits(rowsExpected)} rows` : null;
  return (
    <>
      <span className="state" data-state={status}>{words(status)}</span>
      {progress !== null && <span className="quiet-note">{progress}</span>}
      {failure !== null && <span className="quiet-note">{failure}</span>}
    </>
  );
}
