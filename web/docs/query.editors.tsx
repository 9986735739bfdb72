import { json, jsonParseLinter } from '@codemirror/lang-json';
import { linter, type Diagnostic } from '@codemirror/lint';
import { Compartment } from '@codemirror/state';
import type { EditorView } from '@codemirror/view';
import { graphql, updateSchema } from 'cm6-graphql';
import type { GraphQLSchema } from 'graphql';
import { useEffect, useState, type Dispatch, type ReactNode, type SetStateAction } from 'react';
import { CodeEditor } from './code.editor.js';
import type { Draft } from './examples.js';
import { problemsOf } from './variable.problems.js';

interface Known {
  readonly query: string;
  readonly schema: GraphQLSchema | null;
}

const parseErrors = jsonParseLinter();

function variableErrors(view: EditorView, { query, schema }: Known): readonly Diagnostic[] {
  const text = view.state.doc.toString();
  if (text.trim() !== '') {
    const wrong = parseErrors(view);
    if (wrong.length > 0) return wrong;
  }
  if (schema === null) return [];
  return problemsOf(text, query, schema).map((problem) => ({ ...problem, severity: 'error' as const }));
}

/** The query and its variables, each checked against the schema as one types. */
export function QueryEditors({
  draft,
  setDraft,
  schema,
  onRun,
  onPlace,
  children,
}: {
  readonly draft: Draft;
  readonly setDraft: Dispatch<SetStateAction<Draft>>;
  /** Null: nothing is known of it. */
  readonly schema: GraphQLSchema | null;
  readonly onRun: () => void;
  /** Something is to be looked up, such as `Query.listings`. */
  readonly onPlace: (place: string) => void;
  readonly children: ReactNode;
}): ReactNode {
  const { query, variables } = draft;
  const [checks] = useState(() => new Compartment());
  const [languages] = useState(() => ({
    query: graphql(undefined, {
      onShowInDocs: (field, type, parent) => onPlace(parent !== undefined && field !== undefined ? `${parent}.${field}` : (type ?? '')),
    }),
    variables: [json(), checks.of([])],
  }));
  const [queryView, setQueryView] = useState<EditorView | null>(null);
  const [variablesView, setVariablesView] = useState<EditorView | null>(null);
  useEffect(() => {
    // The library's types are written for CommonJS; what runs is the one module.
    if (queryView !== null) updateSchema(queryView as never, schema ?? undefined);
  }, [queryView, schema]);
  useEffect(() => {
    const check = linter((view) => variableErrors(view, { query, schema }));
    variablesView?.dispatch({ effects: checks.reconfigure(check) });
  }, [checks, query, schema, variablesView]);
  return (
    <section className="card explorer-query" aria-label="Query and variables">
      <h2 className="card-title">Query</h2>
      <CodeEditor
        {...{ label: 'Query', value: query, language: languages.query, onRun }}
        onChange={(value) => setDraft((now) => ({ ...now, query: value }))}
        onReady={setQueryView}
      />
      <h2 className="card-title">Variables</h2>
      <CodeEditor
        {...{ label: 'Variables', value: variables, language: languages.variables, onRun }}
        onChange={(value) => setDraft((now) => ({ ...now, variables: value }))}
        onReady={setVariablesView}
      />
      {children}
    </section>
  );
}
