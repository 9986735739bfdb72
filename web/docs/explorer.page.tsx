import { useEffect, useState, type ReactNode } from 'react';
import { ask } from '../api/request.js';
import { useSession } from '../identity/session.context.js';
import { useClock } from '../platform/clock.context.js';
import { Page } from '../ui/page.js';
import { FIRST_LISTING } from './example.documents.js';
import { draftOf, EXAMPLES, type Draft, type Offered } from './examples.js';
import { DocsNav } from './docs.nav.js';
import { ExplorerAside } from './explorer.aside.js';
import { MutationDialog } from './mutation.dialog.js';
import { operationsOf } from './operation.js';
import { QueryEditors } from './query.editors.js';
import { RunResult } from './run.result.js';
import { useRun, type Asked } from './use-run.js';
import { useSchema } from './use-schema.js';
import { WhoAsks } from './who-asks.js';

/** The whole API at hand: write, complete, run, listen, read what everything means. */
export function ExplorerPage(): ReactNode {
  const session = useSession();
  const [key, setKey] = useState<string | null>(null);
  const actor = session.state === 'signed-in' ? session.viewer.actor : null;
  const told = useSchema(key, actor);
  const runner = useRun(key, actor);
  const [draft, setDraft] = useState<Draft>(() => draftOf(EXAMPLES[0], null, null));
  const [name, setName] = useState<string | null>(null);
  const [asked, setAsked] = useState<Asked | null>(null);
  const [place, setPlace] = useState<string | null>(null);
  const choose = useExample(setDraft);
  const run = (): void => {
    const prepared = runner.prepare(draft, name);
    if (prepared?.operation.kind === 'mutation') setAsked(prepared);
    else if (prepared !== null) runner.start(prepared, draft);
  };
  const schema = told.state === 'ready' ? told.schema : null;
  return (
    <Page title="GraphQL explorer" lead="Everything the exchange does, asked by hand.">
      <DocsNav />
      <WhoAsks {...{ session, hasKey: key !== null, onKey: setKey, told }} />
      <div className="example-bar" role="group" aria-label="Examples">
        {EXAMPLES.map((example) => (
          <button key={example.name} type="button" className="quiet" onClick={() => choose(example)}>{example.name}</button>
        ))}
      </div>
      <div className="explorer">
        <QueryEditors {...{ draft, setDraft, schema, onRun: run, onPlace: setPlace }}>
          <RunBar {...{ draft, name, setName, run, stop: runner.stop }} isListening={runner.run.state === 'listening'} />
        </QueryEditors>
        <RunResult run={runner.run} />
      </div>
      <ExplorerAside {...{ told, place, onPlace: setPlace, who: actor, onAgain: setDraft }} />
      {asked !== null && (
        <MutationDialog
          asked={asked}
          onClose={() => setAsked(null)}
          onRun={(final) => {
            setAsked(null);
            const variables = JSON.stringify(final.sent.variables, null, 2);
            setDraft((now) => ({ ...now, variables }));
            runner.start(final, { ...draft, variables });
          }}
        />
      )}
    </Page>
  );
}

/** Examples are about what is on offer now. */
function useExample(onDraft: (draft: Draft) => void): (example: (typeof EXAMPLES)[number]) => void {
  const clock = useClock();
  const [offered, setOffered] = useState<Offered | null>(null);
  useEffect(() => {
    void ask(FIRST_LISTING, {}).then((answer) => {
      if (answer.ok) setOffered(answer.data.listings.edges[0]?.node ?? null);
    });
  }, []);
  return (example) => onDraft(draftOf(example, clock?.now ?? null, offered));
}

function RunBar({
  draft,
  name,
  setName,
  run,
  stop,
  isListening,
}: {
  readonly draft: Draft;
  readonly name: string | null;
  readonly setName: (name: string) => void;
  readonly run: () => void;
  readonly stop: () => void;
  readonly isListening: boolean;
}): ReactNode {
  const read = operationsOf(draft.query);
  const names = read.ok ? read.value.flatMap((one) => one.name ?? []) : [];
  return (
    <div className="run-bar">
      <button type="button" onClick={run}>Run</button>
      {isListening && <button type="button" className="danger" onClick={stop}>Stop</button>}
      {names.length > 1 && (
        <select aria-label="Operation" value={names.find((one) => one === name) ?? names[0]} onChange={({ target }) => setName(target.value)}>
          {names.map((one) => <option key={one}>{one}</option>)}
        </select>
      )}
      <p className="hint"><kbd>Ctrl</kbd> <kbd>Enter</kbd> runs. <kbd>Ctrl</kbd> <kbd>Space</kbd> completes. <kbd>Esc</kbd>, then <kbd>Tab</kbd> leaves the editor.</p>
    </div>
  );
}
