import { useLayoutEffect, useState } from 'react';
import { afterPaint } from './after-paint.js';
import { askAgain } from './ask-again.js';
import { client } from './client.js';
import { report } from './connection.js';
import type { Document } from './graphql.js';
import type { Answer, Query } from './query.js';
import { onRefresh } from './refresh.js';
import { answerOf, requestOf } from './request.js';

interface Held {
  readonly about: string;
  readonly text: string;
  readonly query: Query<unknown>;
}

export interface QueryOptions {
  /** How often to look again without being told of a change; null: only where there was no answer. */
  readonly everyMs?: number | null;
  /** Says that nobody is signed in as soon as that is so; others keep what they showed, under the way to sign in again. */
  readonly isAboutSession?: boolean;
}

const EVERY_MS = 5_000;
const NOTHING: Held = { about: '', text: '', query: { state: 'loading' } };

/**
 * Shows what is known of an answer at once and asks behind it; asks again after every change and,
 * in view, every few seconds. `null` variables ask nothing.
 */
export function useQuery<Data, Variables>(
  document: Document<Data, Variables>,
  variables: Variables | null,
  { everyMs = EVERY_MS, isAboutSession = false }: QueryOptions = {},
): Query<Data> {
  const about = JSON.stringify(variables);
  const [held, setHeld] = useState<Held>(NOTHING);
  // Before anything is painted: what is known already is there at once.
  useLayoutEffect(() => {
    if (about === 'null') return undefined;
    const request = requestOf(document, JSON.parse(about) as Variables);
    let isWanted = true;
    let isUnanswered = false;
    const take = (answer: Answer<Data>): void => {
      if (!isWanted) return;
      isUnanswered = !answer.ok && answer.failure.kind === 'unreachable';
      report(answer);
      setHeld((before) => (isKept(before, about, answer, isAboutSession) ? before : next(before, about, answer)));
    };
    let isKnown = false;
    // One subscription for all: whoever asks past the cache, everybody who looks on is told.
    const { unsubscribe } = client
      .executeQuery(request, { requestPolicy: 'cache-first' })
      .subscribe((result) => {
        isKnown = true;
        take(answerOf(result));
      });
    const again = (): void => {
      if (globalThis.document.visibilityState !== 'visible') return;
      void client
        .executeQuery(request, { requestPolicy: 'network-only' })
        .toPromise()
        .then((result) => take(answerOf(result)));
    };
    // What is known is on the screen before it is asked for again.
    const spare = isKnown ? afterPaint(again) : undefined;
    const rest = askAgain(everyMs, again, () => isUnanswered);
    const forget = onRefresh(again);
    return () => {
      isWanted = false;
      unsubscribe();
      spare?.();
      rest();
      forget();
    };
  }, [document, about, everyMs, isAboutSession]);
  return (held.about === about ? held.query : NOTHING.query) as Query<Data>;
}

/** Silence takes nothing away that is on show, and neither does the end of a session: what was typed there stays. */
function isKept(before: Held, about: string, answer: Answer<unknown>, isAboutSession: boolean): boolean {
  if (answer.ok || before.about !== about || before.query.state !== 'ready') return false;
  const { kind } = answer.failure;
  return kind === 'unreachable' || (kind === 'signed-out' && !isAboutSession);
}

/** The same answer is the same object, so nothing is drawn again. */
function next(before: Held, about: string, answer: Answer<unknown>): Held {
  const query: Query<unknown> = answer.ok
    ? { state: 'ready', data: answer.data }
    : { state: 'failed', failure: answer.failure };
  const text = JSON.stringify(query);
  return before.about === about && before.text === text ? before : { about, text, query };
}
