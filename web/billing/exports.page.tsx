import { useState, type ReactNode } from 'react';
import { useAllPages, type Connection } from '../api/use-all-pages.js';
import type { Viewer } from '../identity/identity.documents.js';
import { useClock } from '../platform/clock.context.js';
import type { MemberPageProps } from '../routes.js';
import { useAnnounce } from '../ui/announce.js';
import { DataTable, type Column } from '../ui/data-table.js';
import { SelectField, TextField } from '../ui/field.js';
import { Loaded } from '../ui/loaded.js';
import { MutationForm } from '../ui/mutation-form.js';
import { EmptyState, Skeleton } from '../ui/states.js';
import { Time } from '../ui/values.js';
import { datasetName, DATASETS, FORMATS, formatsOf, isUnderWay, type Dataset, type Format } from './export.choices.js';
import { ExportActions } from './export.actions.js';
import { ExportState } from './export.state.js';
import { EXPORTS, REQUEST_EXPORT, type Export } from './exports.documents.js';
import { FinanceShell } from './finance.shell.js';
import { MissingAddress } from './missing-address.js';

const ALL = {};
/** A file of a month is made in seconds: whoever waits for one sees it come. */
const WATCHING = { everyMs: 1_000 };
const exportsOf = ({ exports }: { readonly exports: Connection<Export> }): Connection<Export> => exports;

/** Files for controllers: what, of which month, as what. */
export function ExportsPage({ viewer }: MemberPageProps): ReactNode {
  const month = useClock()?.now.slice(0, 7);
  return (
    <FinanceShell viewer={viewer} title="Exports" lead="Of a month with an invoice a file is final: it is the same whenever it is made.">
      {month === undefined ? <Skeleton rows={4} /> : <RequestForm month={month} viewer={viewer} />}
      <section className="section" aria-label="Files">
        <h2>Files</h2>
        <Files />
      </section>
    </FinanceShell>
  );
}

function RequestForm({ month, viewer }: { readonly month: string; readonly viewer: Viewer }): ReactNode {
  const announce = useAnnounce();
  const [dataset, setDataset] = useState<Dataset>('DOCUMENTS');
  return (
    <section className="card" aria-label="Make a file">
      <h2 className="card-title">Make a file</h2>
      <MutationForm
        document={REQUEST_EXPORT}
        read={(form) => form.result({ dataset, format: form.text('format') as Format, month: form.text('month') })}
        onAccepted={() => announce('The file is being made')}
        help={(refusal) => <MissingAddress refusal={refusal} viewer={viewer} />}
        submit="Make the file"
      >
        <div className="columns">
          <SelectField
            {...{ label: 'What', name: 'dataset', choices: DATASETS, value: dataset }}
            onChange={({ target }) => setDataset(target.value as Dataset)}
          />
          <SelectField
            {...{ label: 'As', name: 'format' }}
            key={dataset}
            choices={formatsOf(dataset).map((value) => ({ value, text: FORMATS[value] }))}
          />
          <TextField {...{ label: 'Month (UTC)', name: 'month', type: 'month', max: month, defaultValue: month, required: true }} />
        </div>
      </MutationForm>
    </section>
  );
}

function Files(): ReactNode {
  const query = useAllPages(EXPORTS, ALL, exportsOf, WATCHING);
  return (
    <Loaded query={query} rows={5}>
      {({ nodes }) =>
        nodes.length === 0 ? (
          <EmptyState title="No file yet"><p>Choose what you need above; it is kept for 30 days.</p></EmptyState>
        ) : (
          <>
            <p className="visually-hidden" role="status">{underWayText(nodes.filter(isUnderWay).length)}</p>
            <DataTable caption="Files" columns={COLUMNS} rows={nodes} keyOf={({ exportId }) => exportId} />
          </>
        )
      }
    </Loaded>
  );
}

const underWayText = (count: number): string => (count === 0 ? 'No file is being made' : `${count} files are being made`);

/** Whether it is made of a month that takes nothing any more, and by what that was closed. */
function Standing({ file: { isFinal, invoiceNumber, closedAt } }: { readonly file: Export }): ReactNode {
  if (closedAt !== null) return <>final, closed without an invoice <Time at={closedAt} /></>;
  return isFinal ? `final, ${invoiceNumber ?? ''}` : 'draft';
}

const COLUMNS: readonly Column<Export>[] = [
  {
    ...{ id: 'what', title: 'What', isRowHeader: true },
    sortBy: ({ dataset }) => datasetName(dataset),
    cell: ({ dataset, format }) => <>{datasetName(dataset)}<span className="quiet-note">{FORMATS[format]}</span></>,
  },
  {
    ...{ id: 'month', title: 'Month' },
    sortBy: ({ month }) => month,
    cell: (one) => <>{one.month}<span className="quiet-note"><Standing file={one} /></span></>,
  },
  { id: 'asked', title: 'Asked for', sortBy: ({ requestedAt }) => requestedAt, cell: ({ requestedAt }) => <Time at={requestedAt} /> },
  { id: 'state', title: 'State', sortBy: ({ status }) => status, cell: (one) => <ExportState file={one} /> },
  { id: 'actions', title: 'Actions', isTitleHidden: true, cell: (one) => <ExportActions file={one} /> },
];
