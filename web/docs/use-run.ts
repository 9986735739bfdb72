import { useCallback, useEffect, useRef, useState } from 'react';
import { refreshAll } from '../api/refresh.js';
import { operationsOf, titleOf, variablesOf, type Operation } from './operation.js';
import type { Draft } from './examples.js';
import { remember } from './run.history.js';
import { listen, send, type Sent, type Told } from './send.js';

export interface HeardEvent {
  readonly number: number;
  readonly at: string;
  readonly text: string;
}

export type Run =
  | { readonly state: 'idle' | 'sending' }
  /** Nothing was sent, or nobody answered: what to do about it. */
  | { readonly state: 'failed'; readonly message: string }
  | { readonly state: 'answered'; readonly text: string; readonly tookMs: number; readonly hasErrors: boolean }
  | { readonly state: 'listening'; readonly events: readonly HeardEvent[] }
  /** `reason` null: one stopped it oneself, or it was over. */
  | { readonly state: 'ended'; readonly events: readonly HeardEvent[]; readonly reason: string | null };

export interface Asked {
  readonly operation: Operation;
  readonly sent: Sent;
}

/** Of a subscription that goes on for long the newest are kept. */
const EVENTS_MAX = 50;

export interface Runner {
  readonly run: Run;
  /** Answers with what would be sent; null: `run` says why nothing can be. */
  readonly prepare: (draft: Draft, name: string | null) => Asked | null;
  readonly start: (asked: Asked, draft: Draft) => void;
  readonly stop: () => void;
}

export function useRun(key: string | null, who: string | null): Runner {
  const [run, setRun] = useState<Run>({ state: 'idle' });
  const end = useRef<(() => void) | null>(null);
  const last = useRef(0);
  const leave = useCallback(() => {
    last.current += 1;
    end.current?.();
    end.current = null;
    setRun(withoutMore);
  }, []);
  // Whoever leaves the page, or asks as somebody else, hears no more.
  useEffect(() => leave, [leave, key, who]);
  const prepare = useCallback((draft: Draft, name: string | null): Asked | null => {
    const asked = askedOf(draft, name);
    if (typeof asked !== 'string') return asked;
    leave();
    setRun({ state: 'failed', message: asked });
    return null;
  }, [leave]);
  const start = useCallback(
    ({ operation, sent }: Asked, draft: Draft): void => {
      leave();
      const number = last.current;
      const show = (next: Run | ((before: Run) => Run)): void => {
        if (last.current === number) setRun(next);
      };
      const note = (outcome: string): void => remember({ ...draft, who, title: titleOf(operation), outcome });
      if (operation.kind === 'subscription') {
        show({ state: 'listening', events: [] });
        note('listened');
        end.current = listen(sent, key, {
          onEvent: (told) => show((before) => heard(before, told)),
          onEnd: (reason) => show((before) => ({ state: 'ended', events: 'events' in before ? before.events : [], reason })),
        });
        return;
      }
      show({ state: 'sending' });
      void answerTo(sent, key).then((answered) => {
        show(answered);
        note('tookMs' in answered ? `${answered.hasErrors ? 'errors' : 'answered'} in ${answered.tookMs} ms` : 'no answer');
        if (operation.kind === 'mutation') refreshAll();
      });
    },
    [key, who, leave],
  );
  return { run, prepare, start, stop: leave };
}

function askedOf(draft: Draft, name: string | null): Asked | string {
  const operations = operationsOf(draft.query);
  if (!operations.ok) return operations.message;
  const operation = operations.value.find((one) => one.name === name) ?? operations.value[0];
  const variables = variablesOf(draft.variables);
  if (!variables.ok) return variables.message;
  if (operation === undefined) return 'There is no operation.';
  return { operation, sent: { query: draft.query, variables: variables.value, operationName: operation.name } };
}

async function answerTo(sent: Sent, key: string | null): Promise<Run> {
  const began = performance.now();
  try {
    const told = await send(sent, key);
    const tookMs = Math.round(performance.now() - began);
    return { state: 'answered', text: JSON.stringify(told, null, 2), tookMs, hasErrors: told.errors !== undefined };
  } catch {
    return { state: 'failed', message: 'The exchange does not answer. It may have happened or not: the same, sent again with the same key, tells.' };
  }
}

/** Nothing comes any more of what was on its way. */
function withoutMore(before: Run): Run {
  if (before.state === 'listening') return { state: 'ended', events: before.events, reason: null };
  return before.state === 'sending' ? { state: 'idle' } : before;
}

function heard(before: Run, told: Told): Run {
  if (before.state !== 'listening') return before;
  const number = (before.events[0]?.number ?? 0) + 1;
  const event = { number, at: new Date().toISOString(), text: JSON.stringify(told, null, 2) };
  return { ...before, events: [event, ...before.events].slice(0, EVENTS_MAX) };
}
