import type { ReactNode } from 'react';
import { assertNever } from '../../src/kernel/assert.js';
import { CopyButton } from '../ui/values.js';
import type { HeardEvent, Run } from './use-run.js';

/** What came back, or comes. */
export function RunResult({ run }: { readonly run: Run }): ReactNode {
  return (
    <section className="card explorer-result" aria-label="Result" data-state={run.state}>
      <h2 className="card-title">Result</h2>
      <Body run={run} />
    </section>
  );
}

function Body({ run }: { readonly run: Run }): ReactNode {
  switch (run.state) {
    case 'idle':
      return <p className="quiet-note">Nothing was run yet. Choose an example, or write a query.</p>;
    case 'sending':
      return <p className="quiet-note" role="status">Asking…</p>;
    case 'failed':
      return <pre className="refusal" role="alert">{run.message}</pre>;
    case 'answered':
      return (
        <>
          <p className="quiet-note" role="status">{`${run.hasErrors ? 'Answered with errors' : 'Answered'} in ${run.tookMs} ms`}</p>
          <Answer text={run.text} />
        </>
      );
    case 'listening':
      return <Events events={run.events} said={run.events.length === 0 ? 'Listening: nothing yet.' : 'Listening, newest first.'} />;
    case 'ended':
      return <Events events={run.events} said={run.reason === null ? 'Stopped.' : `Ended: ${run.reason}`} />;
    default:
      return assertNever(run);
  }
}

function Answer({ text }: { readonly text: string }): ReactNode {
  return (
    <div className="code-panel">
      <pre tabIndex={0} role="region" aria-label="Answer">{text}</pre>
      <CopyButton text={text} label="Copy the answer" />
    </div>
  );
}

function Events({ events, said }: { readonly events: readonly HeardEvent[]; readonly said: string }): ReactNode {
  const text = events.map((event) => event.text).join('\n');
  return (
    <>
      <p className="quiet-note" role="status">{said}</p>
      {events.length > 0 && (
        <div className="code-panel">
          <div className="events" tabIndex={0} role="region" aria-label="Events">
            {events.map(({ number, at, text: one }) => (
              <div key={number}>
                <p className="quiet-note">{`Event ${number}, ${at.slice(11, 19)} UTC`}</p>
                <pre>{one}</pre>
              </div>
            ))}
          </div>
          <CopyButton text={text} label="Copy the events" />
        </div>
      )}
    </>
  );
}
