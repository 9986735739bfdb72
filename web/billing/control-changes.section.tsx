import type { ReactNode } from 'react';
import { DataTable, type Column } from '../ui/data-table.js';
import { words } from '../ui/format.js';
import { Time } from '../ui/values.js';
import type { ControlChange } from './controls.documents.js';
import { changeText, isChanged, subjectName, type Names } from './controls.shown.js';

/** Who changed what from what to what. */
export function ControlChanges({ changes, names }: { readonly changes: readonly ControlChange[]; readonly names: Names }): ReactNode {
  return (
    <section className="section" aria-labelledby="control-changes">
      <header className="card-head"><h2 id="control-changes">Changes</h2></header>
      {changes.length === 0 ? (
        <p className="quiet-note">Nobody has changed a limit, a budget or the credit line.</p>
      ) : (
        <DataTable caption="The last 50 changes, newest first" columns={columnsOf(names)} rows={changes} keyOf={({ version, control, subject }) => `${version} ${control} ${subject}`} />
      )}
    </section>
  );
}

function columnsOf(names: Names): readonly Column<ControlChange>[] {
  return [
    { ...{ id: 'at', title: 'When', isRowHeader: true }, sortBy: ({ changedAt }) => changedAt, cell: ({ changedAt }) => <Time at={changedAt} /> },
    { id: 'by', title: 'By', cell: ({ actor }) => <span className="long-name">{subjectName(actor, names)}</span> },
    { id: 'what', title: 'What', cell: ({ control, subject }) => <>{words(control.replaceAll('-', '_').toUpperCase())}<span className="quiet-note long-name">{subjectName(subject, names)}</span></> },
    {
      ...{ id: 'values', title: 'From what to what', isLong: true },
      cell: ({ values }) => <ul className="plain-list">{values.filter(isChanged).map((value) => <li key={value.name}>{changeText(value)}</li>)}</ul>,
    },
  ];
}
