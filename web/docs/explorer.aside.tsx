import { Tabs } from '@base-ui/react/tabs';
import { useState, type ReactNode } from 'react';
import { EmptyState, ErrorState, Skeleton } from '../ui/states.js';
import type { Draft } from './examples.js';
import { useHistory } from './run.history.js';
import { SchemaReference } from './schema.reference.js';
import type { SchemaState } from './use-schema.js';

const TABS = [
  { value: 'reference', title: 'Documentation' },
  { value: 'history', title: 'History' },
] as const;

/** What everything means, and what one ran before. */
export function ExplorerAside({
  told,
  place,
  onPlace,
  who,
  onAgain,
}: {
  readonly told: SchemaState;
  readonly place: string | null;
  readonly onPlace: (place: string | null) => void;
  readonly who: string | null;
  readonly onAgain: (draft: Draft) => void;
}): ReactNode {
  const [tab, setTab] = useState<string>('reference');
  return (
    <Tabs.Root value={tab} onValueChange={(value) => setTab(String(value))} className="card tabs">
      <Tabs.List className="tab-list" aria-label="Beside the editor">
        {TABS.map(({ value, title }) => <Tabs.Tab key={value} value={value} className="tab">{title}</Tabs.Tab>)}
        <Tabs.Indicator className="tab-mark" />
      </Tabs.List>
      <Tabs.Panel value="reference"><Reference {...{ told, place, onPlace }} /></Tabs.Panel>
      <Tabs.Panel value="history"><History who={who} onAgain={onAgain} /></Tabs.Panel>
    </Tabs.Root>
  );
}

function Reference({
  told,
  ...looked
}: {
  readonly told: SchemaState;
  readonly place: string | null;
  readonly onPlace: (place: string | null) => void;
}): ReactNode {
  switch (told.state) {
    case 'loading':
      return <Skeleton rows={6} />;
    case 'failed':
      return <ErrorState failure={told.failure} />;
    case 'untold':
      return (
        <EmptyState title="This exchange tells its schema to members only">
          <p>{`${told.message} Sign in, or paste an API key.`}</p>
        </EmptyState>
      );
    case 'ready':
      return <SchemaReference {...{ schema: told.schema, ...looked }} />;
  }
}

function History({ who, onAgain }: { readonly who: string | null; readonly onAgain: (draft: Draft) => void }): ReactNode {
  const runs = useHistory(who);
  if (runs.length === 0) return <EmptyState title="Nothing was run in this tab yet" />;
  return (
    <ul className="run-history">
      {runs.map(({ number, title, outcome, query, variables }) => (
        <li key={number}>
          <button type="button" className="quiet" onClick={() => onAgain({ query, variables })}>{title}</button>
          <span className="quiet-note">{outcome}</span>
        </li>
      ))}
    </ul>
  );
}
