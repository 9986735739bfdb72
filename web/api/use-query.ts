import { useEffect, useState } from 'react';
import { report } from './connection.js';
import type { Document } from './graphql.js';
import { onRefresh } from './refresh.js';
import { ask, type Answer, type Failure } from './request.js';

export type Query<Data> =
  | { readonly state: 'loading' }
  | { readonly state: 'failed'; readonly failure: Failure }
  | { readonly state: 'ready'; readonly data: Data };

interface Held {
  readonly about: string;
  readonly text: string;
  readonly query: Query<unknown>;
}

const POLL_MS = 5_000;
const NOTHING: Held = { about: '', text: '', query: { state: 'loading' } };

/**
 * Asks, and asks again while the page is in view and after every change. What was answered stays
 * on show until there is something else; `null` variables ask nothing.
 */
export function useQuery<Data, Variables>(
  document: Document<Data, Variables>,
  variables: Variables | null,
): Query<Data> {
  const [held, setHeld] = useState(NOTHING);
  const about = JSON.stringify(variables);
  useEffect(() => {
    if (about === 'null') return undefined;
    let isWanted = true;
    let latest = 0;
    const load = async (): Promise<void> => {
      const turn = (latest += 1);
      const answer = await ask(document, JSON.parse(about) as Variables);
      if (!isWanted || turn !== latest) return;
      report(answer);
      setHeld((before) => next(before, about, answer));
    };
    const loadInView = (): void => {
      if (globalThis.document.visibilityState === 'visible') void load();
    };
    void load();
    const timer = setInterval(loadInView, POLL_MS);
    const forget = onRefresh(loadInView);
    return () => {
      isWanted = false;
      clearInterval(timer);
      forget();
    };
  }, [document, about]);
  return (held.about === about ? held.query : NOTHING.query) as Query<Data>;
}

/** The same answer is the same object, so nothing is drawn again; silence takes nothing away. */
function next(before: Held, about: string, answer: Answer<unknown>): Held {
  const isSame = before.about === about;
  const isSilent = !answer.ok && answer.failure.kind === 'unreachable';
  if (isSame && isSilent && before.query.state === 'ready') return before;
  const query: Query<unknown> = answer.ok
    ? { state: 'ready', data: answer.data }
    : { state: 'failed', failure: answer.failure };
  const text = JSON.stringify(query);
  return isSame && before.text === text ? before : { about, text, query };
}
