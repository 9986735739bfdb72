import { useCallback, useRef, useState } from 'react';
import { report } from './connection.js';
import type { Document } from './graphql.js';
import type { Query } from './query.js';
import { ask } from './request.js';

export type OnRequest<Data> = { readonly state: 'idle' } | Query<Data>;

/** A query that is asked when somebody wants it asked, and not again: because it costs something. */
export function useAnswer<Data, Variables>(
  document: Document<Data, Variables>,
): readonly [OnRequest<Data>, (variables: Variables) => Promise<void>] {
  const [answer, setAnswer] = useState<OnRequest<Data>>({ state: 'idle' });
  const latest = useRef(0);
  const run = useCallback(
    async (variables: Variables): Promise<void> => {
      const turn = (latest.current += 1);
      setAnswer({ state: 'loading' });
      const told = await ask(document, variables);
      if (turn !== latest.current) return;
      report(told);
      setAnswer(told.ok ? { state: 'ready', data: told.data } : { state: 'failed', failure: told.failure });
    },
    [document],
  );
  return [answer, run];
}
